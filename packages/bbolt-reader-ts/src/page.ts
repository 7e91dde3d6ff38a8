import { damage, type Damage } from './damage.js'

/** Page types, `flags` in bbolt's internal/common/page.go. */
export const BRANCH = 0x01
export const LEAF = 0x02
export const FREELIST = 0x10
/** Bytes. */
export const HEADER = 16
const ELEMENT = 16
/** Bucket flag of a leaf element, `BucketLeafFlag`. */
const BUCKET_FLAG = 0x01

/** A page with its overflow, and where it stands. `offset` is that of its first byte in the file. */
export interface Page {
  readonly id: number
  readonly flags: number
  readonly count: number
  readonly bytes: Uint8Array
  readonly view: DataView
  readonly little: boolean
  readonly offset: number
}

/** Reads a page header: id (8), flags (2), count (2), overflow (4). */
export function header(
  view: DataView,
  little: boolean,
): { id: number; flags: number; count: number; overflow: number } {
  return {
    // offset 0: page id, u64
    id: view.getUint32(little ? 0 : 4, little) + view.getUint32(little ? 4 : 0, little) * 2 ** 32,
    // offset 8: type
    flags: view.getUint16(8, little),
    // offset 10: number of elements
    count: view.getUint16(10, little),
    // offset 12: pages that follow and belong to this one
    overflow: view.getUint32(12, little),
  }
}

/** How many elements can be there at all; a larger count is damage. */
export function elementCount(page: Page, report: (item: Damage) => void, bucket: readonly Uint8Array[]): number {
  const room = Math.floor((page.bytes.length - HEADER) / ELEMENT)
  if (page.count <= room) return page.count
  const message = `Page ${page.id} says it has ${page.count} elements, but its ${page.bytes.length} bytes hold ${room} at most.`
  report(damage('count-out-of-bounds', message, { page: page.id, offset: page.offset + 10, bucket }))
  return room
}

/** An element's place in the page's bytes. For a branch `valueEnd` equals `keyEnd`. */
export interface ElementSpan {
  readonly isBucket: boolean
  readonly keyStart: number
  readonly keyEnd: number
  readonly valueEnd: number
  /** Branch only: the child's page id. */
  readonly child: number
}

/**
 * The n-th element of a leaf: flags (4), pos (4), ksize (4), vsize (4); of a branch: pos (4), ksize (4), pgid (8). `pos` counts
 * from the element's own start. Undefined when key or value do not lie between the element table and the page's end.
 */
export function elementAt(page: Page, index: number, count: number): ElementSpan | undefined {
  const { view, little, flags } = page
  const start = HEADER + index * ELEMENT
  const leaf = flags === LEAF
  const pos = view.getUint32(start + (leaf ? 4 : 0), little)
  const keySize = view.getUint32(start + (leaf ? 8 : 4), little)
  const valueSize = leaf ? view.getUint32(start + 12, little) : 0
  const keyStart = start + pos
  const keyEnd = keyStart + keySize
  const valueEnd = keyEnd + valueSize
  if (keyStart < HEADER + count * ELEMENT || valueEnd > page.bytes.length) return undefined
  const isBucket = leaf && (view.getUint32(start, little) & BUCKET_FLAG) !== 0
  const child = leaf
    ? 0
    : view.getUint32(start + (little ? 8 : 12), little) + view.getUint32(start + (little ? 12 : 8), little) * 2 ** 32
  return { isBucket, keyStart, keyEnd, valueEnd, child }
}

/** Bytewise order, as Go's bytes.Compare: negative, zero or positive. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}
