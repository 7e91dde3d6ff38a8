import { compareWith } from './bytes.js'
import { childAt, ELEMENT, elementAt, HEADER, LEAF, type ElementSpan, type Page } from './page.js'

/**
 * The keys of a branch as numbers: four bytes of each, from where they begin to differ. Most searches need no more of a key, and
 * touch a tenth of the memory.
 */
export interface Signposts {
  /** What all keys begin with. */
  readonly prefix: Uint8Array
  readonly words: Uint32Array
  /** Page ids; not a Float64Array, whose numbers the engine computes with as floating-point ones ever after. */
  readonly children: readonly number[]
}

/** Of a branch whose keys ascend; of any other they lead astray. Null when there is no key, or one lies outside the page. */
export function signposts(page: Page): Signposts | null {
  const { bytes, count } = page
  const first = elementAt(page, 0, count)
  const length = sharedByAll(page)
  if (count === 0 || first === undefined || length === undefined) return null
  const words = new Uint32Array(count)
  const children: number[] = []
  for (let index = 0; index < count; index++) {
    const span = elementAt(page, index, count)
    if (span === undefined) return null
    words[index] = wordAt(bytes, span.keyStart + length, span.keyEnd)
    children.push(childAt(page, index))
  }
  return { prefix: bytes.slice(first.keyStart, first.keyStart + length), words, children }
}

/** How many bytes all keys of a page begin with alike; undefined when the first or the last lies outside it. */
export function sharedByAll(page: Page): number | undefined {
  const { bytes, count } = page
  const first = elementAt(page, 0, count)
  const last = elementAt(page, count - 1, count)
  if (first === undefined || last === undefined) return undefined
  return shared(bytes, first, last, bytes.subarray(first.keyStart, first.keyEnd))
}

/** The child in which a key would be; as in bbolt, the first for one before all others. */
export function childFor(page: Page, signs: Signposts, key: Uint8Array): number {
  const { prefix, words, children } = signs
  let low = 0
  let high = words.length
  for (let at = 0; at < prefix.length; at++) {
    const difference = (key[at] ?? -1) - (prefix[at] as number)
    if (difference === 0) continue
    if (difference < 0) high = 0
    else low = high
    break
  }
  const word = wordAt(key, prefix.length, key.length)
  while (low < high) {
    const middle = (low + high) >>> 1
    const sign = words[middle] as number
    if (sign < word || (sign === word && isNotGreater(page, middle, key))) low = middle + 1
    else high = middle
  }
  return children[Math.max(0, low - 1)] as number
}

function isNotGreater({ view, bytes, little, start }: Page, index: number, key: Uint8Array): boolean {
  const at = start + HEADER + index * ELEMENT
  const keyStart = at + view.getUint32(at, little)
  return compareWith(bytes, keyStart, keyStart + view.getUint32(at + 4, little), key) <= 0
}

/** Index of the last element whose key is not greater than the wanted one, -1 when all are; keys are taken to ascend. */
export function byHalves(page: Page, key: Uint8Array): number {
  const { bytes, view, little, flags, start, end, count } = page
  const field = flags === LEAF ? 4 : 0
  const first = elementAt(page, 0, count)
  const last = elementAt(page, count - 1, count)
  const same = first === undefined || last === undefined ? 0 : shared(bytes, first, last, key)
  let low = 0
  let high = count
  while (low < high) {
    const middle = (low + high) >>> 1
    const at = start + HEADER + middle * ELEMENT
    const keyStart = at + view.getUint32(at + field, little)
    const keyEnd = keyStart + view.getUint32(at + field + 4, little)
    if (keyEnd > end) return -1
    if (compareWith(bytes, keyStart, keyEnd, key, same) <= 0) low = middle + 1
    else high = middle
  }
  return low - 1
}

/** How many bytes two keys of a page and a third key begin with alike; so do all keys between the two. */
function shared(bytes: Uint8Array, a: ElementSpan, b: ElementSpan, key: Uint8Array): number {
  const most = Math.min(a.keyEnd - a.keyStart, b.keyEnd - b.keyStart, key.length)
  let length = 0
  while (length < most && bytes[a.keyStart + length] === key[length] && bytes[b.keyStart + length] === key[length])
    length++
  return length
}

/** Four bytes as a number that orders as they do; zeros stand in for what lies behind `end`. */
export function wordAt(bytes: Uint8Array, at: number, end: number): number {
  let word = 0
  for (let n = at; n < at + 4; n++) word = (word << 8) | (n < end ? (bytes[n] as number) : 0)
  return word >>> 0
}
