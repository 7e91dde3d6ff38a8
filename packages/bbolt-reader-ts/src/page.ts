import { u64 } from './bytes.js'
import { damage, type Damage, type Report } from './damage.js'

/** Page types, `flags` in https://github.com/etcd-io/bbolt/blob/main/internal/common/page.go. */
export const BRANCH = 0x01
export const LEAF = 0x02
export const FREELIST = 0x10
/** Bytes. */
export const HEADER = 16
/** Bytes: an element of a branch or of a leaf. */
export const ELEMENT = 16
/** `BucketLeafFlag`: the element's value is a bucket. */
export const BUCKET_FLAG = 0x01

/** A page with its overflow. `start` and `end` are places in `bytes`, where other pages may lie too. */
export interface Page {
  readonly id: number
  readonly flags: number
  /** Elements, as the header says. */
  readonly count: number
  /** Pages that follow and belong to it, as far as that can be. */
  readonly overflow: number
  readonly bytes: Uint8Array
  readonly view: DataView
  readonly little: boolean
  readonly start: number
  /** Where what was read of the page with its overflow ends: never behind the last byte in memory. */
  readonly end: number
  /** Of the page's first byte in the file. */
  readonly offset: number
}

export interface PageHeader {
  readonly id: number
  readonly flags: number
  readonly count: number
  readonly overflow: number
}

export function readHeader(view: DataView, at: number, little: boolean): PageHeader {
  return {
    // offset 0: page id, u64
    id: u64(view, at, little),
    // offset 8: type
    flags: view.getUint16(at + 8, little),
    // offset 10: number of elements
    count: view.getUint16(at + 10, little),
    // offset 12: pages that follow and belong to this one
    overflow: view.getUint32(at + 12, little),
  }
}

/** An element's place in the page's bytes. A branch's elements have no value. */
export interface ElementSpan {
  readonly isBucket: boolean
  readonly keyStart: number
  readonly keyEnd: number
  readonly valueEnd: number
}

/**
 * The n-th of `count` elements. Of a leaf: flags (4), pos (4), ksize (4), vsize (4); of a branch: pos (4), ksize (4), pgid (8).
 * `pos` counts from the element's own start; the value follows the key. Undefined when they do not lie between the element table
 * and the page's end.
 */
export function elementAt(
  { view, little, flags, start, end }: Page,
  index: number,
  count: number,
): ElementSpan | undefined {
  const at = start + HEADER + index * ELEMENT
  const leaf = flags === LEAF
  const keyStart = at + view.getUint32(leaf ? at + 4 : at, little)
  const keyEnd = keyStart + view.getUint32(leaf ? at + 8 : at + 4, little)
  const valueEnd = leaf ? keyEnd + view.getUint32(at + 12, little) : keyEnd
  if (keyStart < start + HEADER + count * ELEMENT || valueEnd > end) return undefined
  return { isBucket: leaf && (view.getUint32(at, little) & BUCKET_FLAG) !== 0, keyStart, keyEnd, valueEnd }
}

/**
 * The n-th element of a leaf where its neighbours bear it out, undefined where they do not. bbolt writes one element behind the
 * other, so that each must end where the next begins. Where it does not, either its sizes are wrong, and then nothing of it can be
 * trusted, or a position is: its own, when its sizes fit exactly between its neighbours, or the next one's, when that one's do.
 */
export function spanOf(page: Page, index: number, count: number): ElementSpan | undefined {
  const table = page.start + HEADER + count * ELEMENT
  const stated = elementAt(page, index, count)
  const next = index + 1 < count ? elementStart(page, index + 1) : undefined
  if (stated !== undefined && (next === undefined || stated.valueEnd === next)) {
    const before = next === undefined && index > 0 ? elementAt(page, index - 1, count) : undefined
    // Nothing behind the last element tells whether it or the one before it is wrong.
    return before === undefined || before.valueEnd === stated.keyStart ? stated : undefined
  }
  const expected = index === 0 ? table : elementAt(page, index - 1, count)?.valueEnd
  if (expected !== undefined && expected >= table) {
    const moved = movedTo(page, index, expected)
    if (moved.valueEnd === next && moved.valueEnd <= page.end) return moved
  }
  if (stated === undefined || index + 2 >= count) return undefined
  const nextMoved = movedTo(page, index + 1, stated.valueEnd)
  return nextMoved.valueEnd === elementStart(page, index + 2) ? stated : undefined
}

function elementStart({ view, little, start }: Page, index: number): number {
  const at = start + HEADER + index * ELEMENT
  return at + view.getUint32(at + 4, little)
}

/** A leaf's element, with its own sizes at another place. */
function movedTo({ view, little, start }: Page, index: number, keyStart: number): ElementSpan {
  const at = start + HEADER + index * ELEMENT
  const keyEnd = keyStart + view.getUint32(at + 8, little)
  const valueEnd = keyEnd + view.getUint32(at + 12, little)
  return { isBucket: (view.getUint32(at, little) & BUCKET_FLAG) !== 0, keyStart, keyEnd, valueEnd }
}

/** The page that the n-th element of a branch names; it stands in the element itself, so that a bad key does not lose it. */
export function childAt({ view, little, start }: Page, index: number): number {
  return u64(view, start + HEADER + index * ELEMENT + 8, little)
}

/**
 * How many elements to read. bbolt packs a page without gaps, so that the first key begins where the element table ends
 * (`WriteInodeToPage` in https://github.com/etcd-io/bbolt/blob/main/internal/common/inode.go): the count and the first element
 * prove each other. Fewer than the first element tells is legal after `bbolt surgery clear-page-elements`, and told.
 */
export function elementCount(page: Page, report: Report, bucket: readonly Uint8Array[]): number {
  const { id, count, start, end, view, little, flags } = page
  const room = Math.max(0, Math.floor((end - start - HEADER) / ELEMENT))
  if (count === 0 || room === 0) {
    if (count > 0) report(wrongCount(page, 0, bucket))
    return 0
  }
  const pos = view.getUint32(start + HEADER + (flags === LEAF ? 4 : 0), little)
  if (pos === count * ELEMENT && count <= room) return count
  const written = pos % ELEMENT === 0 && pos > 0 && pos <= room * ELEMENT ? pos / ELEMENT : undefined
  if (count > room) {
    report(wrongCount(page, written ?? room, bucket))
    return written ?? room
  }
  if (written === undefined) return count
  // One of the two is wrong: the count, if the elements at its end make no sense; else the first element, which is told later.
  if (written < count && !areSound(page, count - 2, count) && areSound(page, written - 2, written)) {
    report(wrongCount(page, written, bucket))
    return written
  }
  if (written > count && areSound(page, written - 2, written)) {
    const message = `Page ${id} should have ${written} elements, as many as fit before its first key, but says ${count}: the others may be lost.`
    report(damage('count-too-small', message, { page: id, offset: page.offset + 10, bucket }))
  }
  return count
}

/** Whether the last elements of a table of `count` lie inside the page, one behind the other. */
function areSound(page: Page, from: number, count: number): boolean {
  let expected: number | undefined
  for (let index = Math.max(0, from); index < count; index++) {
    const element = elementAt(page, index, count)
    // The first one is what is in doubt.
    if (index === 0 && count > 1) continue
    if (element === undefined || (expected !== undefined && element.keyStart !== expected)) return false
    expected = element.valueEnd
  }
  return true
}

function wrongCount(page: Page, most: number, bucket: readonly Uint8Array[]): Damage {
  const message = `Page ${page.id} should have at most ${most} elements, as many as fit before its keys, but says ${page.count}.`
  return damage('count-out-of-bounds', message, { page: page.id, offset: page.offset + 10, bucket })
}

export function outOfBounds(page: Page, from: number, to: number, bucket: readonly Uint8Array[]): Damage {
  const which = from === to ? `Element ${from}` : `Every element from ${from} to ${to}`
  const message = `${which} of page ${page.id} should lie inside the page's ${page.end - page.start} bytes, but does not.`
  return damage('element-out-of-bounds', message, elementPlace(page, from, bucket))
}

/** A leaf's element that its neighbours do not bear out. */
export function notPacked(page: Page, index: number, bucket: readonly Uint8Array[]): Damage {
  const message = `Element ${index} of page ${page.id} should lie between its neighbours without a gap, but does not: one of its sizes or a position is not what was written, so it is left out.`
  return damage('element-not-packed', message, elementPlace(page, index, bucket))
}

/** A leaf's element that was found where its neighbours leave room for it. */
export function moved(page: Page, index: number, stated: number, found: number, bucket: readonly Uint8Array[]): Damage {
  const message = `Element ${index} of page ${page.id} should begin at byte ${found - page.start} of the page, where the one before it ends, but says ${stated - page.start}: it is read from where its sizes fit.`
  return damage('element-not-packed', message, elementPlace(page, index, bucket))
}

/** A branch's keys should lie one behind the other, too. */
export function notPackedKey(
  page: Page,
  index: number,
  keyStart: number,
  expected: number,
  bucket: readonly Uint8Array[],
): Damage {
  const message = `Element ${index} of page ${page.id} should begin at byte ${expected - page.start} of the page, where the one before it ends, but begins at ${keyStart - page.start}: one of the two is not what was written.`
  return damage('element-not-packed', message, elementPlace(page, index, bucket))
}

function elementPlace(page: Page, index: number, bucket: readonly Uint8Array[]) {
  return { page: page.id, offset: page.offset + HEADER + ELEMENT * index, bucket }
}

export function notAscending(page: Page, index: number, keyStart: number, bucket: readonly Uint8Array[]): Damage {
  const message = `Key ${index} of page ${page.id} should be greater than the one before it, but is not.`
  const offset = page.offset + keyStart - page.start
  return damage('keys-not-ascending', message, { page: page.id, offset, bucket })
}

export function outOfRange(
  page: Page,
  index: number,
  keyStart: number,
  how: string,
  bucket: readonly Uint8Array[],
): Damage {
  const message = `Key ${index} of page ${page.id} should lie in the range of the branch above it, but is ${how} there.`
  return damage('key-out-of-range', message, { page: page.id, offset: page.offset + keyStart - page.start, bucket })
}

export function wrongType(page: Page, expected: string, bucket: readonly Uint8Array[]): Damage {
  const message = `Page ${page.id} should be ${expected}, but has type 0x${page.flags.toString(16)}.`
  const sound = [BRANCH, LEAF, FREELIST].includes(page.flags)
  return damage(sound ? 'page-replaced' : 'page-type', message, { page: page.id, offset: page.offset + 8, bucket })
}
