import { compareIn, compareWith, copyOf } from './bytes.js'
import type { ByteSource } from './byte-source.js'
import { damage, type Damage, type Report } from './damage.js'
import type { Meta } from './meta.js'
import {
  BRANCH,
  childAt,
  elementAt,
  elementCount,
  LEAF,
  notAscending,
  notPacked,
  outOfBounds,
  wrongType,
  type ElementSpan,
  type Page,
} from './page.js'
import { PageReader } from './page-reader.js'
import { BRANCHES_MAX, BUCKET_HEADER, bucketHeader, inlinePage } from './walk.js'

/**
 * `found`: the value, with memory of its own, and the page that holds it. Not found without damage: the file does not hold the
 * key. Not found with damage: it may, and the damage on the way to it is told.
 */
export type GetResult =
  | { readonly found: true; readonly value: Uint8Array; readonly page: number }
  | { readonly found: false; readonly damage: readonly Damage[] }

/** Looks a key up by descent, as `Cursor.Seek` in https://github.com/etcd-io/bbolt/blob/main/cursor.go. A bucket is no value. */
export async function getKey(
  source: ByteSource,
  meta: Meta,
  bucket: readonly Uint8Array[],
  key: Uint8Array,
): Promise<GetResult> {
  const found: Damage[] = []
  const report: Report = (item) => found.push(item)
  const reader = new PageReader(source, meta, report)
  const missing: GetResult = { found: false, damage: found }
  let root = meta.root
  let inline: Page | null = null
  for (const [depth, name] of bucket.entries()) {
    const place: Place | null = await locate(reader, inline ?? root, name, bucket.slice(0, depth), report)
    if (place?.span.isBucket !== true) return missing
    const { page, span } = place
    const path = bucket.slice(0, depth + 1)
    if (span.valueEnd - span.keyEnd < BUCKET_HEADER) {
      const message = `A bucket's value should have at least ${BUCKET_HEADER} bytes, but has ${span.valueEnd - span.keyEnd}.`
      report(damage('bucket-too-short', message, { page: page.id, offset: offsetOf(page, span.keyEnd), bucket: path }))
      return missing
    }
    root = bucketHeader(page.view, span.keyEnd, page.little).root
    inline = root === 0 ? inlinePage(page, span.keyEnd + BUCKET_HEADER, span.valueEnd, report, path) : null
    if (root === 0 && inline === null) return missing
  }
  const place = await locate(reader, inline ?? root, key, bucket, report)
  if (place === null || place.span.isBucket) return missing
  const { page, span } = place
  return { found: true, value: copyOf(page.bytes.subarray(span.keyEnd, span.valueEnd)), page: page.id }
}

interface Place {
  readonly page: Page
  readonly span: ElementSpan
}

/** The element of a key in the tree below a page, or in the page of an inline bucket. */
async function locate(
  reader: PageReader,
  root: number | Page,
  key: Uint8Array,
  bucket: readonly Uint8Array[],
  report: Report,
): Promise<Place | null> {
  if (typeof root !== 'number') return inLeaf(root, key, report, bucket)
  let id = root
  for (let height = 0; height <= BRANCHES_MAX; height++) {
    if (!reader.isInRange(id, bucket)) return null
    // Not released: the page may be looked at until the end, and a look-up reads few.
    const loaded = await reader.load(id, null, bucket)
    if (loaded === null) return null
    const { page } = loaded
    if (page.flags === LEAF) return inLeaf(page, key, report, bucket)
    if (page.flags !== BRANCH) {
      report(wrongType(page, 'a branch or a leaf', bucket))
      return null
    }
    const count = elementCount(page, report, bucket)
    const index = lastNotGreater(page, count, key, report, bucket)
    if (count === 0) {
      const message = `Branch page ${page.id} should have children, but has none.`
      report(damage('branch-without-children', message, { page: id, offset: page.offset + 10, bucket }))
      return null
    }
    // As bbolt, a key before all others is looked for in the first child.
    id = childAt(page, Math.max(0, index))
  }
  const message = `The tree below page ${root} should end after ${BRANCHES_MAX} branches, but does not.`
  report(damage('nested-too-deep', message, { page: root, bucket }))
  return null
}

function inLeaf(page: Page, key: Uint8Array, report: Report, bucket: readonly Uint8Array[]): Place | null {
  const count = elementCount(page, report, bucket)
  const index = lastNotGreater(page, count, key, report, bucket)
  const span = index < 0 ? undefined : elementAt(page, index, count)
  if (span === undefined || compareWith(page.bytes, span.keyStart, span.keyEnd, key) !== 0) return null
  return { page, span }
}

/**
 * Index of the last element whose key is not greater than the wanted one, -1 when all are. Every element of the page is looked at,
 * not only log2 of them: a miss counts as clean only if no bad element and no disorder could hide the key.
 */
function lastNotGreater(
  page: Page,
  count: number,
  key: Uint8Array,
  report: Report,
  bucket: readonly Uint8Array[],
): number {
  let best = -1
  let before: ElementSpan | undefined
  for (let index = 0; index < count; index++) {
    const span = elementAt(page, index, count)
    if (span === undefined) {
      before = undefined
      report(outOfBounds(page, index, index, bucket))
      continue
    }
    if (before !== undefined) {
      if (before.valueEnd !== span.keyStart) report(notPacked(page, index, span.keyStart, before.valueEnd, bucket))
      if (compareIn(page.view, before.keyStart, before.keyEnd, span.keyStart, span.keyEnd) >= 0)
        report(notAscending(page, index, span.keyStart, bucket))
    }
    before = span
    const order = compareWith(page.bytes, span.keyStart, span.keyEnd, key)
    if (order === 0) return index
    if (order < 0) best = index
  }
  return best
}

function offsetOf(page: Page, at: number): number {
  return page.offset + at - page.start
}
