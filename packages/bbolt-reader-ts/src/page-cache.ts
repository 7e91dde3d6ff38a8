import { compareWith, copyOf } from './bytes.js'
import type { ByteSource } from './byte-source.js'
import { BRANCH, ELEMENT, HEADER, LEAF, readHeader, type Page } from './page.js'
import type { Geometry } from './page-reader.js'
import { RecordPlaces } from './record-places.js'
import { signposts, type Signposts } from './search.js'

/** Bytes of branches that are kept; when it would be more, all are given up. */
const BRANCHES_MAX = 8 * 2 ** 20

export interface CachedPage extends Page {
  /** Null for a leaf, and for a branch with a key outside the page. */
  readonly signs: Signposts | null
}

/** Bytes that small values share, a block after the other: memory for each would take longer than all else. */
const BLOCK = 8192

/**
 * Branches of one page each, kept for the next look-up, and where the records of the leaves lie. Holds only what needs no waiting and
 * looks sound from its header; null for everything else, which is read anew and told about by who needs it.
 */
export class PageCache {
  private readonly branches = new Map<number, CachedPage>()
  private readonly branchesMax: number
  private readonly places: RecordPlaces
  /** The leaf asked for last: one object for all. */
  private readonly leaf: { -readonly [name in keyof CachedPage]: CachedPage[name] }
  private block = new Uint8Array(0)
  private used = 0
  /** The source answers later: nothing is kept, and nothing is asked for in vain. */
  waits = false

  constructor(
    private readonly source: ByteSource,
    private readonly geometry: Geometry,
  ) {
    const { pageSize, byteOrder } = geometry
    this.branchesMax = Math.floor(BRANCHES_MAX / pageSize)
    this.places = new RecordPlaces(pageSize)
    const bytes = new Uint8Array(pageSize)
    const view = new DataView(bytes.buffer)
    const where = { id: 0, count: 0, overflow: 0, start: 0, end: pageSize, offset: 0 }
    this.leaf = { ...where, flags: LEAF, bytes, view, little: byteOrder === 'little', signs: null }
  }

  /** A branch that is kept already. */
  branch(id: number): CachedPage | undefined {
    return this.branches.get(id)
  }

  /** A leaf is valid until the next page is asked for. */
  page(id: number): CachedPage | null {
    return this.leaf.id === id ? this.leaf : (this.branches.get(id) ?? this.read(id))
  }

  /** The value of a key in a leaf that was read before, without reading the page again; null when it takes that. */
  value(id: number, key: Uint8Array): Uint8Array | null {
    const place = this.places.find(id, key)
    if (place === null || place.keyEnd - place.keyStart !== key.length) return null
    const record = this.take(place.valueEnd - place.keyStart)
    if (this.fill(place.keyStart, record) !== record.length) return null
    return compareWith(record, 0, key.length, key) === 0 ? record.subarray(key.length) : null
  }

  /** Memory for a value that is handed out; never written to again. */
  take(length: number): Uint8Array {
    if (length > BLOCK / 8) return new Uint8Array(length)
    if (this.used + length > this.block.length) {
      this.block = new Uint8Array(BLOCK)
      this.used = 0
    }
    return this.block.subarray(this.used, (this.used += length))
  }

  private read(id: number): CachedPage | null {
    const { leaf } = this
    const { bytes, view, little } = leaf
    const { pageSize, highWaterMark } = this.geometry
    if (this.waits || id < 2 || id >= highWaterMark) return null
    leaf.id = 0
    if (this.fill(id * pageSize, bytes) !== pageSize) return null
    const header = readHeader(view, 0, little)
    const { flags, count, overflow } = header
    if (header.id !== id || overflow !== 0 || (flags !== BRANCH && flags !== LEAF)) return null
    if (HEADER + count * ELEMENT > pageSize) return null
    const offset = id * pageSize
    if (flags === BRANCH) return this.keep({ ...header, bytes, view, little, start: 0, end: pageSize, offset })
    leaf.id = id
    leaf.count = count
    leaf.offset = offset
    this.places.add(leaf)
    return leaf
  }

  /** Keeps a copy of a branch. */
  private keep(found: Page): CachedPage {
    const bytes = copyOf(found.bytes)
    const page: Page = { ...found, bytes, view: new DataView(bytes.buffer) }
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
