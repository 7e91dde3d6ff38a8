import { copyOf } from './bytes.js'
import { damage, type Damage } from './damage.js'
import type { Meta } from './meta.js'
import { BRANCH, compareBytes, elementAt, elementCount, HEADER, header, LEAF, type Page } from './page.js'
import type { PageReader } from './page-reader.js'
import { bucketHeader } from './walk.js'

/** A key that is not there is told from one that damage may hide. */
export type GetResult =
  | { readonly found: true; readonly value: Uint8Array; readonly page: number }
  | { readonly found: false; readonly damage: readonly Damage[] }

/** A tree is never deeper: every level at least doubles the number of keys. */
const LEVELS_MAX = 64

interface Element {
  readonly isBucket: boolean
  readonly value: Uint8Array
  readonly page: number
  readonly little: boolean
}

/** Looks a key up by descent: in each branch the last child whose key is not greater than the wanted one. */
export async function getKey(
  pages: PageReader,
  meta: Meta,
  bucket: readonly Uint8Array[],
  key: Uint8Array,
  seen: readonly Damage[],
  report: (item: Damage) => void,
): Promise<GetResult> {
  let root = meta.root
  let inline: Page | null = null
  for (const [depth, name] of [...bucket, key].entries()) {
    const path = bucket.slice(0, depth)
    const element: Element | undefined = inline === null ? await lookUp(root, name, path) : find(inline, name, path)
    if (element === undefined) return { found: false, damage: [...seen] }
    if (depth === bucket.length)
      return element.isBucket
        ? { found: false, damage: [...seen] }
        : { found: true, value: copyOf(element.value), page: element.page }
    if (!element.isBucket || element.value.length < 16) return { found: false, damage: [...seen] }
    root = bucketHeader(element.value, element.little).root
    inline = root === 0 ? inlinePage(element) : null
    if (root === 0 && inline === null) return { found: false, damage: [...seen] }
  }
  return { found: false, damage: [...seen] }

  async function lookUp(top: number, wanted: Uint8Array, path: readonly Uint8Array[]): Promise<Element | undefined> {
    let id = top
    for (let level = 0; level < LEVELS_MAX; level++) {
      const page = await pages.page(id, 1, path)
      if (page === undefined) return undefined
      if (page.flags === LEAF) return find(page, wanted, path)
      if (page.flags !== BRANCH) {
        const message = `Page ${id} should be a branch or a leaf, but has type 0x${page.flags.toString(16)}.`
        report(damage('page-type', message, { page: id, offset: page.offset + 8, bucket: path }))
        return undefined
      }
      const child = lastNotGreater(page, wanted, path)
      if (child === undefined) return undefined
      id = child
    }
    report(
      damage('page-visited-twice', `The tree below page ${top} should end after ${LEVELS_MAX} levels, but does not.`, {
        page: top,
        bucket: path,
      }),
    )
    return undefined
  }

  function lastNotGreater(page: Page, wanted: Uint8Array, path: readonly Uint8Array[]): number | undefined {
    const count = elementCount(page, report, path)
    let low = 0
    let high = count - 1
    let best = elementAt(page, 0, count)?.child
    while (low <= high) {
      const middle = (low + high) >> 1
      const element = elementAt(page, middle, count)
      if (element === undefined) {
        report(
          damage('element-out-of-bounds', `Element ${middle} of page ${page.id} lies outside the page.`, {
            page: page.id,
            bucket: path,
          }),
        )
        return undefined
      }
      if (compareBytes(page.bytes.subarray(element.keyStart, element.keyEnd), wanted) <= 0) {
        best = element.child
        low = middle + 1
      } else high = middle - 1
    }
    return best
  }

  function find(page: Page, wanted: Uint8Array, path: readonly Uint8Array[]): Element | undefined {
    const count = elementCount(page, report, path)
    let low = 0
    let high = count - 1
    while (low <= high) {
      const middle = (low + high) >> 1
      const element = elementAt(page, middle, count)
      if (element === undefined) {
        report(
          damage('element-out-of-bounds', `Element ${middle} of page ${page.id} lies outside the page.`, {
            page: page.id,
            bucket: path,
          }),
        )
        return undefined
      }
      const order = compareBytes(page.bytes.subarray(element.keyStart, element.keyEnd), wanted)
      if (order === 0) {
        const value = page.bytes.subarray(element.keyEnd, element.valueEnd)
        return { isBucket: element.isBucket, value, page: page.id, little: page.little }
      }
      if (order < 0) low = middle + 1
      else high = middle - 1
    }
    return undefined
  }

  function inlinePage({ value, page, little }: Element): Page | null {
    const bytes = copyOf(value.subarray(16))
    if (bytes.length < HEADER) return null
    const view = new DataView(bytes.buffer)
    const head = header(view, little)
    return head.flags === LEAF ? { id: page, flags: LEAF, count: head.count, bytes, view, little, offset: 0 } : null
  }
}
