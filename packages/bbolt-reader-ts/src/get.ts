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
  notPackedKey,
  outOfBounds,
  spanOf,
  wrongType,
  type ElementSpan,
  type Page,
} from './page.js'
import type { Later } from './later.js'
import { PageCache, type CachedPage } from './page-cache.js'
import { PageSet } from './page-set.js'
import { PageReader } from './page-reader.js'
import { byHalves, childFor } from './search.js'
import { proven } from './survey.js'
import { BRANCHES_MAX, BUCKET_HEADER, bucketHeader, inlinePage } from './walk.js'

/**
 * `found`: a copy of the value, and the page that holds it; small values may share a buffer. Not found without damage: the file
 * does not hold the key. Not found with damage: it may, and the damage on the way to it is told.
 */
export type GetResult =
  | { readonly found: true; readonly value: Uint8Array; readonly page: number }
  | { readonly found: false; readonly damage: readonly Damage[] }

/**
 * Look-ups in one state of a file, as `Cursor.Seek` in https://github.com/etcd-io/bbolt/blob/main/cursor.go. A bucket is no value.
 *
 * A key is first searched by halves in pages that are kept. That finds it where nothing is wrong; only when it does not, every page
 * on the way is read from end to end, which tells a key that is not there from one that damage hides.
 */
export class Lookup {
  private readonly cache: PageCache
  /** Pages that were read from end to end without finding anything wrong. */
  private readonly sound = new PageSet()
  /** Where the bucket asked for last has its root: most look-ups in a row are in one. */
  private last: { readonly names: readonly (Uint8Array | string)[]; readonly root: number } | null = null

  constructor(
    private readonly source: ByteSource,
    private readonly meta: Meta,
  ) {
    this.cache = new PageCache(source, meta)
  }

  get(names: readonly (Uint8Array | string)[], key: Uint8Array | string): Later<GetResult> {
    const wanted = toBytes(key)
    const root = this.rootOf(names)
    const from = root === null ? 0 : this.down(root, wanted)
    const value = this.cache.value(from, wanted)
    if (value !== null) return { found: true, value, page: from }
    const place = this.find(from, wanted)
    if (place === null && root !== null && this.isSoundTo(root, wanted)) return { found: false, damage: [] }
    if (place === null || place.span.isBucket) return getKey(this.source, this.meta, names.map(toBytes), wanted)
    const { page, span } = place
    const copy = this.cache.take(span.valueEnd - span.keyEnd)
    copy.set(page.bytes.subarray(span.keyEnd, span.valueEnd))
    return { found: true, value: copy, page: page.id }
  }

  /** Whether a key is there, without a word about damage that may hide it. */
  async has(bucket: readonly Uint8Array[], key: Uint8Array): Promise<boolean> {
    const root = this.rootOf(bucket)
    const from = root === null ? 0 : this.down(root, key)
    const found = this.cache.value(from, key) !== null || this.find(from, key)?.span.isBucket === false
    return found || (this.cache.waits && (await this.get(bucket, key)).found)
  }

  private rootOf(names: readonly (Uint8Array | string)[]): number | null {
    const { last } = this
    if (last?.names.length === names.length && names.every((name, level) => name === last.names[level]))
      return last.root
    let { root } = this.meta
    for (const name of names) {
      const place = this.find(root, toBytes(name))
      if (place?.span.isBucket !== true || place.span.valueEnd - place.span.keyEnd < BUCKET_HEADER) return null
      root = bucketHeader(place.page.view, place.span.keyEnd, place.page.little).root
      if (root === 0) return null
    }
    // A name given as bytes may change under the same array.
    if (names.every((name) => typeof name === 'string')) this.last = { names: [...names], root }
    return root
  }

  /** Whether nothing on the way to a key could hide it. */
  private isSoundTo(root: number, key: Uint8Array): boolean {
    let id = root
    for (let height = 0; height <= BRANCHES_MAX; height++) {
      const page = this.cache.page(id)
      if (page === null) return false
      if (!this.sound.has(id) && proven(page) === null) return false
      this.sound.add(id)
      if (page.flags === LEAF) return true
      id = below(page, key)
    }
    return false
  }

  /** The page to go on with below the branches that are kept: the leaf, in most cases. */
  private down(root: number, key: Uint8Array): number {
    let id = root
    for (let height = 0; height <= BRANCHES_MAX; height++) {
      const branch = this.cache.branch(id)
      if (branch === undefined || branch.count === 0) break
      id = below(branch, key)
    }
    return id
  }

  private find(from: number, key: Uint8Array): Place | null {
    let id = from
    for (let height = 0; height <= BRANCHES_MAX; height++) {
      const page = this.cache.page(id)
      if (page === null || page.count === 0) return null
      if (page.flags === BRANCH) {
        id = below(page, key)
        continue
      }
      const index = byHalves(page, key)
      const span = index < 0 ? undefined : spanOf(page, index, page.count)
      const found = span !== undefined && compareWith(page.bytes, span.keyStart, span.keyEnd, key) === 0
      return found ? { page, span } : null
    }
    return null
  }
}

function below(page: CachedPage, key: Uint8Array): number {
  return page.signs === null ? childAt(page, Math.max(0, byHalves(page, key))) : childFor(page, page.signs, key)
}

const encoder = new TextEncoder()

function toBytes(name: Uint8Array | string): Uint8Array {
  return typeof name === 'string' ? encoder.encode(name) : name
}

async function getKey(
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
  const span = index < 0 ? undefined : spanOf(page, index, count)
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
      if (before.valueEnd !== span.keyStart) report(notPackedKey(page, index, span.keyStart, before.valueEnd, bucket))
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
