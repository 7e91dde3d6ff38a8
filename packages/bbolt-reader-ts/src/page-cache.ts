import type { ByteSource } from './byte-source.js'
import { BRANCH, ELEMENT, HEADER, LEAF, readHeader, type Page } from './page.js'
import type { Geometry } from './page-reader.js'
import { signposts, type Signposts } from './search.js'

/** Bytes of leaves that are kept. One buffer, of which only what pages were read into takes memory. */
const LEAVES_MAX = 16 * 2 ** 20
/** Bytes of branches that are kept; when it would be more, all are given up. */
const BRANCHES_MAX = 8 * 2 ** 20

export interface CachedPage extends Page {
  /** Null for a leaf, and for a branch with a key outside the page. */
  readonly signs: Signposts | null
}

/**
 * Branches and leaves of one page each, kept for the next look-up: the branches by themselves, as every look-up needs them; a leaf
 * until another takes its place. Holds only what needs no waiting and looks sound from its header; null for everything else, which
 * is read anew and told about by who needs it.
 */
export class PageCache {
  private readonly branches = new Map<number, CachedPage>()
  private readonly branchesMax: number
  /** The id of the leaf at each place, 0 for none. */
  private readonly owners: Float64Array
  /** The leaf asked for last: one object for all. */
  private readonly leaf: { -readonly [name in keyof CachedPage]: CachedPage[name] }
  /** The source answers later: nothing is kept, and nothing is asked for in vain. */
  waits = false

  constructor(
    private readonly source: ByteSource,
    private readonly geometry: Geometry,
  ) {
    const { pageSize, byteOrder, highWaterMark } = geometry
    const pages = Math.min(highWaterMark, Math.ceil(source.size / pageSize))
    this.owners = new Float64Array(Math.min(pages, Math.floor(LEAVES_MAX / pageSize)))
    this.branchesMax = Math.floor(BRANCHES_MAX / pageSize)
    const bytes = new Uint8Array(this.owners.length * pageSize)
    const view = new DataView(bytes.buffer)
    const nowhere = { id: 0, count: 0, overflow: 0, start: 0, end: 0, offset: 0 }
    this.leaf = { ...nowhere, flags: LEAF, bytes, view, little: byteOrder === 'little', signs: null }
  }

  /** A leaf is valid until the next page is asked for. */
  page(id: number): CachedPage | null {
    const { owners } = this
    const place = id % owners.length
    if (owners[place] !== id) return this.branches.get(id) ?? this.read(id, place)
    return this.leafAt(place, id)
  }

  private leafAt(place: number, id: number): CachedPage {
    const { leaf } = this
    const { pageSize } = this.geometry
    leaf.id = id
    leaf.start = place * pageSize
    leaf.end = leaf.start + pageSize
    leaf.offset = id * pageSize
    leaf.count = leaf.view.getUint16(leaf.start + 10, leaf.little)
    return leaf
  }

  private read(id: number, place: number): CachedPage | null {
    const { owners } = this
    const { bytes, view, little } = this.leaf
    const { pageSize, highWaterMark } = this.geometry
    if (this.waits || owners.length === 0 || id < 2 || id >= highWaterMark) return null
    const start = place * pageSize
    const end = start + pageSize
    owners[place] = 0
    if (this.fill(id * pageSize, bytes.subarray(start, end)) !== pageSize) return null
    const header = readHeader(view, start, little)
    const { flags, count, overflow } = header
    if (header.id !== id || overflow !== 0 || (flags !== BRANCH && flags !== LEAF)) return null
    if (HEADER + count * ELEMENT > pageSize) return null
    if (flags === BRANCH) return this.keep({ ...header, bytes, view, little, start, end, offset: id * pageSize })
    owners[place] = id
    return this.leafAt(place, id)
  }

  /** Keeps a copy of a branch. */
  private keep(found: Page): CachedPage {
    const bytes = found.bytes.slice(found.start, found.end)
    const page: Page = { ...found, bytes, view: new DataView(bytes.buffer), start: 0, end: bytes.length }
    const branch = { ...page, signs: signposts(page) }
    if (this.branches.size >= this.branchesMax) this.branches.clear()
    this.branches.set(page.id, branch)
    return branch
  }

  /** How many bytes came. */
  private fill(start: number, target: Uint8Array): number {
    const { source } = this
    try {
      const came = source.readInto?.(start, target) ?? source.read(start, start + target.length)
      if (typeof came === 'number') return came
      if (came instanceof Uint8Array) {
        target.set(came)
        return came.length
      }
      this.waits = true
      came.catch(() => undefined)
    } catch {
      // Who reads the page itself tells why it cannot be had.
    }
    return 0
  }
}
