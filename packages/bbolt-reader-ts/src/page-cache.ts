import type { ByteSource } from './byte-source.js'
import { BRANCH, ELEMENT, HEADER, LEAF, readHeader, type Page } from './page.js'
import type { Geometry } from './page-reader.js'

/** Bytes that are allocated at once, and how often at most: a look-up of one key needs one slab. */
const SLAB = 2 ** 20
const SLABS_MAX = 24

/**
 * Branches and leaves of one page each, kept for the next look-up; the oldest gives way. Holds only what needs no waiting and looks
 * sound from its header; null for everything else, which is read anew and told about by who needs it.
 */
export class PageCache {
  private readonly pages = new Map<number, Page>()
  private readonly slabs: { bytes: Uint8Array; view: DataView }[] = []
  private readonly owners: number[] = []
  private readonly perSlab: number
  private next = 0
  /** The source answers later: nothing is kept, and nothing is asked for in vain. */
  waits = false

  constructor(
    private readonly source: ByteSource,
    private readonly geometry: Geometry,
  ) {
    this.perSlab = Math.floor(SLAB / geometry.pageSize)
  }

  page(id: number): Page | null {
    return this.pages.get(id) ?? this.read(id)
  }

  private read(id: number): Page | null {
    const { perSlab } = this
    const { pageSize, byteOrder, highWaterMark } = this.geometry
    if (this.waits || perSlab === 0 || id < 2 || id >= highWaterMark) return null
    const slot = this.next
    const index = Math.floor(slot / perSlab)
    const slab = (this.slabs[index] ??= newSlab())
    this.pages.delete(this.owners[slot] ?? 0)
    const start = (slot - index * perSlab) * pageSize
    const end = start + pageSize
    if (this.fill(id * pageSize, slab.bytes.subarray(start, end)) !== pageSize) return null
    const little = byteOrder === 'little'
    const header = readHeader(slab.view, start, little)
    const { flags, count, overflow } = header
    if (header.id !== id || overflow !== 0 || (flags !== BRANCH && flags !== LEAF)) return null
    if (HEADER + count * ELEMENT > pageSize) return null
    const page: Page = { id, flags, count, overflow, ...slab, little, start, end, offset: id * pageSize }
    this.pages.set(id, page)
    this.owners[slot] = id
    this.next = (slot + 1) % (perSlab * SLABS_MAX)
    return page
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

function newSlab(): { bytes: Uint8Array; view: DataView } {
  const bytes = new Uint8Array(SLAB)
  return { bytes, view: new DataView(bytes.buffer) }
}
