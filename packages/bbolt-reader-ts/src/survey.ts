import { compareKeys, copyOf } from './bytes.js'
import type { ByteSource } from './byte-source.js'
import { isLater } from './later.js'
import { BRANCH, childAt, ELEMENT, elementAt, FREELIST, HEADER, LEAF, readHeader, type Page } from './page.js'
import { PageReader, WINDOW, type Geometry, type Run } from './page-reader.js'
import { PageSet } from './page-set.js'
import { BUCKET_HEADER, bucketHeader, type KeyRange } from './walk.js'

/** A branch or leaf that nothing reachable names, and whose bytes prove that bbolt wrote it as it stands. */
export interface Survivor extends KeyRangeOf {
  readonly id: number
  readonly type: 'branch' | 'leaf'
  /** Pages that follow and belong to it. */
  readonly overflow: number
  /** Pages that it names: a branch's children with their keys, a leaf's buckets that have pages of their own. */
  readonly names: readonly { readonly page: number; readonly key: Uint8Array | null }[]
  readonly hasBuckets: boolean
}

interface KeyRangeOf {
  readonly firstKey: Uint8Array
  readonly lastKey: Uint8Array
}

export interface Survey {
  readonly survivors: ReadonlyMap<number, Survivor>
  /** Sound freelist pages with their ids: there is one of every transaction whose page was not used again. */
  readonly freelists: readonly { readonly page: number; readonly ids: readonly number[] }[]
}

/**
 * Looks at every page that is not in `skip`. The proof: the header carries the page's own number; the elements fill the page from the
 * end of their table on, one behind the other; the keys ascend. A page of other content meets that by chance about never.
 */
export async function surveyPages(source: ByteSource, geometry: Geometry, skip: PageSet): Promise<Survey> {
  const { pageSize } = geometry
  const last = Math.floor((source.size - HEADER) / pageSize)
  const reader = new PageReader(source, { ...geometry, highWaterMark: last + 1 }, () => undefined)
  const step = Math.max(1, Math.floor(WINDOW / pageSize))
  const survivors = new Map<number, Survivor>()
  const freelists: { page: number; ids: readonly number[] }[] = []
  for (let first = 2; first <= last; first += step) {
    const pages = Math.min(step, last + 1 - first)
    if (allSkipped(skip, first, pages)) continue
    const asked = reader.run(first, pages, [])
    const run = isLater(asked) ? await asked : asked
    for (let id = first; id < first + pages; id++) {
      if (skip.has(id) || !claimsToBe(id, run, reader)) continue
      const coming = reader.load(id, run, [])
      const loaded = isLater(coming) ? await coming : coming
      if (loaded === null) continue
      const { page, own } = loaded
      if (page.flags === FREELIST) {
        const ids = freeIds(page)
        if (ids !== null) freelists.push({ page: id, ids })
      } else {
        const survivor = proven(page)
        if (survivor !== null) survivors.set(id, survivor)
      }
      reader.release(own)
    }
    reader.release(run?.chunk ?? null)
  }
  dropOverwritten(survivors, skip)
  return { survivors, freelists }
}

function allSkipped(skip: PageSet, first: number, pages: number): boolean {
  for (let id = first; id < first + pages; id++) if (!skip.has(id)) return false
  return true
}

/** A look at the header spares most pages the rest; where the run could not be read, each page is tried. */
function claimsToBe(id: number, run: Run | null, { pageSize, little }: PageReader): boolean {
  if (run === null) return true
  const at = (id - run.first) * pageSize
  if (at + HEADER > run.chunk.length) return false
  const { id: found, flags } = readHeader(run.chunk.view, at, little)
  return found === id && (flags === LEAF || flags === BRANCH || flags === FREELIST)
}

/** Null when the page is not whole, packed and in order. */
export function proven(page: Page): Survivor | null {
  const { id, count, overflow, bytes, view, little, start, end } = page
  if (count === 0 || start + HEADER + count * ELEMENT > end) return null
  const names: { page: number; key: Uint8Array | null }[] = []
  let expected = start + HEADER + count * ELEMENT
  let hasBuckets = false
  let previous: Uint8Array | null = null
  let firstKey: Uint8Array | null = null
  for (let index = 0; index < count; index++) {
    const span = elementAt(page, index, count)
    if (span?.keyStart !== expected || span.keyEnd === span.keyStart) return null
    const key = bytes.subarray(span.keyStart, span.keyEnd)
    if (previous !== null && compareKeys(previous, key) >= 0) return null
    firstKey ??= copyOf(key)
    previous = key
    expected = span.valueEnd
    if (page.flags === BRANCH) names.push({ page: childAt(page, index), key: copyOf(key) })
    else if (span.isBucket) {
      if (span.valueEnd - span.keyEnd < BUCKET_HEADER) return null
      const { root } = bucketHeader(view, span.keyEnd, little)
      if (root !== 0) names.push({ page: root, key: null })
      hasBuckets = true
    }
  }
  if (firstKey === null || previous === null) return null
  const type = page.flags === BRANCH ? 'branch' : 'leaf'
  return { id, type, overflow, firstKey, lastKey: copyOf(previous), names, hasBuckets }
}

/** Ids of a freelist page that ascend to its end; null when they do not. */
function freeIds(page: Page): readonly number[] | null {
  const { view, little, start, end, count } = page
  const u64 = (at: number): number => Number(view.getBigUint64(at, little))
  const escaped = count === 0xffff
  if (escaped && start + HEADER + 8 > end) return null
  const total = escaped ? u64(start + HEADER) : count
  const first = start + HEADER + (escaped ? 8 : 0)
  if (first + 8 * total > end) return null
  const ids: number[] = []
  for (let index = 0, previous = 1; index < total; index++) {
    const id = u64(first + 8 * index)
    if (id <= previous) return null
    ids.push(id)
    previous = id
  }
  return ids
}

/** Of a long page that is free, later pages may have been used again: what two claim, neither is trusted with. */
function dropOverwritten(survivors: Map<number, Survivor>, skip: PageSet): void {
  const claimed = new PageSet()
  const twice = new PageSet()
  for (const { id, overflow } of survivors.values())
    for (let page = id; page <= id + overflow; page++) if (skip.has(page) || !claimed.add(page)) twice.add(page)
  for (const { id, overflow } of [...survivors.values()]) {
    if (overflow === 0) continue
    for (let page = id; page <= id + overflow; page++) if (twice.has(page)) survivors.delete(id)
  }
}

/** Whether a page can be what an element with this range of keys names. */
export function fitsRange({ firstKey, lastKey }: KeyRangeOf, { lower, upper }: KeyRange): boolean {
  return (lower === null || compareKeys(firstKey, lower) >= 0) && (upper === null || compareKeys(lastKey, upper) < 0)
}

/** Survivors that no other one names: the tops of what is left of lost or older trees. */
export function topsOf(survivors: ReadonlyMap<number, Survivor>): Survivor[] {
  const named = new Set<number>()
  for (const { id, names } of survivors.values()) {
    for (const [index, { page, key }] of names.entries()) {
      const child = survivors.get(page)
      if (child === undefined || page === id) continue
      if (fitsRange(child, { lower: key, upper: names[index + 1]?.key ?? null })) named.add(page)
    }
  }
  return [...survivors.values()].filter(({ id }) => !named.has(id))
}
