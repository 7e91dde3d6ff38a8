import { compareKeys, copyOf } from './bytes.js'
import type { ByteSource } from './byte-source.js'
import type { Freelist } from './freelist.js'
import type { Lookup } from './get.js'
import type { Meta } from './meta.js'
import { PageSet } from './page-set.js'
import type { RecordView } from './record.js'
import { fitsRange, surveyPages, topsOf, type Survivor } from './survey.js'
import { walkBucket, walkTree } from './walk.js'

/** A value that a key had, and has no more. */
export interface Version {
  readonly value: Uint8Array
  /**
   * `previous-transaction`: in the state that the other meta page describes. `free-page`: in a page that was given up. `orphan`: in
   * one that is neither in use nor free.
   */
  readonly origin: 'previous-transaction' | 'free-page' | 'orphan'
  readonly page: number
  /** `likely` in a page that was given up: nothing proves that the tree which leads to it is older than its last use. */
  readonly confidence: 'certain' | 'likely'
}

/** What is known of a key's past. */
export interface RecordHistory {
  /** Names from the root; empty where nothing tells the bucket. */
  readonly bucket: readonly Uint8Array[]
  readonly key: Uint8Array
  /** The value it has now; null when it is deleted, or its bucket is not known. */
  readonly live: Uint8Array | null
  /** Newest first as far as that is known: the previous transaction, then by `timeOf`, where it is given and answers. */
  readonly versions: readonly [Version, ...Version[]]
}

export interface HistoryOptions {
  /** When a value was written, in any unit that grows with time; null when the value does not tell. */
  readonly timeOf?: (value: Uint8Array) => number | null
}

/** Keys looked up to tell the bucket of a page that no tree leads to. */
const PROBES = 8
/** Buckets that are tried for it. */
const CANDIDATES_MAX = 200
/** Buckets whose place is remembered, to tell that of a page with buckets in it. */
const PLACES_MAX = 20000

/**
 * bbolt never writes over a page in use: a change leaves the page with the former value behind, free, until it is used again. Those
 * that still prove what they are give up values that keys had and records that are gone; of the transaction before, all of them.
 */
export async function readHistory(
  source: ByteSource,
  meta: Meta,
  previous: Meta | null,
  freelist: Freelist,
  lookup: Lookup,
  { timeOf }: HistoryOptions = {},
): Promise<RecordHistory[]> {
  const taken = new PageSet()
  const live = new PageSet()
  const buckets: (readonly Uint8Array[])[] = []
  const places = new Map<string, readonly Uint8Array[] | null>()
  const claim = ({ id, overflow }: { readonly id: number; readonly overflow: number }): void => {
    for (let page = id; page <= id + overflow; page++) taken.add(page)
  }
  await walkTree(
    source,
    meta,
    {
      page: claim,
      leave: ({ path }, { keys }) => {
        if (keys > 0 && buckets.length < CANDIDATES_MAX) buckets.push(path)
        const name = nameOf(path[path.length - 1] ?? new Uint8Array(0))
        if (places.has(name)) places.set(name, null)
        else if (places.size < PLACES_MAX) places.set(name, path.slice(0, -1))
      },
    },
    { visited: live },
  )

  const past = new Past()
  if (previous !== null) {
    let sound = true
    await walkTree(
      source,
      previous,
      {
        page: claim,
        record: (record) => past.add(record, 'previous-transaction', sound ? 'certain' : 'likely'),
        damage: () => (sound = false),
      },
      // Pages that both states share hold nothing older.
      { visited: live, ordered: true, accept: (id) => !live.has(id) },
    )
  }

  const geometry = { ...meta, highWaterMark: Math.ceil(source.size / meta.pageSize) }
  const { survivors } = await surveyPages(source, geometry, taken)
  const free = new Set(freelist.ids)
  // A page that a former leaf names as a bucket may since have been used for another one: where its keys tell, they are believed.
  const homes = new Map<number, readonly Uint8Array[]>()
  const roots = [...survivors.values()].flatMap(({ type, names }) =>
    type === 'leaf' ? names.flatMap(({ page }) => survivors.get(page) ?? []) : [],
  )
  for (const root of roots) {
    const home = homes.has(root.id) ? null : await homeOf(root, buckets, places, lookup)
    if (home !== null) homes.set(root.id, home)
  }
  for (const top of [...topsOf(survivors), ...roots]) {
    if (live.has(top.id)) continue
    const lost = freelist.persisted && !free.has(top.id) && top.id < meta.highWaterMark
    const only = buckets.length === 1 && !top.hasBuckets ? buckets[0] : undefined
    const path = homes.get(top.id) ?? only ?? (await homeOf(top, buckets, places, lookup)) ?? []
    await walkBucket(
      source,
      geometry,
      { path, sequence: 0n, root: top.id, page: top.id },
      { record: (record) => past.add(record, lost ? 'orphan' : 'free-page', 'likely') },
      {
        ordered: true,
        visited: live,
        accept: (id, range, bucket) => {
          const found = survivors.get(id)
          return found !== undefined && fitsRange(found, range) && comparePaths(homes.get(id) ?? bucket, bucket) === 0
        },
      },
    )
  }
  return past.against(lookup, timeOf)
}

/** The only bucket that holds keys or buckets of a page now; null when nothing tells. */
async function homeOf(
  { hasBuckets, firstKey, lastKey, names }: Survivor,
  buckets: readonly (readonly Uint8Array[])[],
  places: ReadonlyMap<string, readonly Uint8Array[] | null>,
  lookup: Lookup,
): Promise<readonly Uint8Array[] | null> {
  if (hasBuckets) return places.get(nameOf(firstKey)) ?? places.get(nameOf(lastKey)) ?? null
  const keys = [firstKey, lastKey, ...names.flatMap(({ key }) => key ?? [])].slice(0, PROBES)
  const homes: (readonly Uint8Array[])[] = []
  for (const bucket of buckets)
    for (const key of keys) {
      if (!(await lookup.has(bucket, key))) continue
      homes.push(bucket)
      break
    }
  return homes.length === 1 ? (homes[0] ?? null) : null
}

interface Entry {
  readonly bucket: readonly Uint8Array[]
  readonly key: Uint8Array
  readonly versions: Version[]
}

/** Versions as they are found, by key. */
class Past {
  private readonly entries = new Map<string, Entry>()

  add(record: RecordView, origin: Version['origin'], confidence: Version['confidence']): void {
    const id = [...record.bucket, record.key].map(nameOf).join('\0/')
    let entry = this.entries.get(id)
    if (entry === undefined) {
      const { bucket, key } = record.copy()
      entry = { bucket, key, versions: [] }
      this.entries.set(id, entry)
    }
    if (entry.versions.some(({ value }) => compareKeys(value, record.value) === 0)) return
    entry.versions.push({ value: copyOf(record.value), origin, page: record.page, confidence })
  }

  async against(lookup: Lookup, timeOf: HistoryOptions['timeOf']): Promise<RecordHistory[]> {
    const found: RecordHistory[] = []
    for (const { bucket, key, versions } of this.entries.values()) {
      const got = bucket.length === 0 ? null : await lookup.get(bucket, key)
      const live = got?.found === true ? got.value : null
      const older = versions.filter(({ value }) => live === null || compareKeys(value, live) !== 0)
      const [newest, ...others] = newestFirst(older, timeOf)
      if (newest !== undefined) found.push({ bucket, key, live, versions: [newest, ...others] })
    }
    return found.toSorted((a, b) => comparePaths(a.bucket, b.bucket) || compareKeys(a.key, b.key))
  }
}

function newestFirst(versions: readonly Version[], timeOf: HistoryOptions['timeOf']): Version[] {
  const rank = ({ origin }: Version): number => (origin === 'previous-transaction' ? 0 : 1)
  const times = new Map(versions.map((version) => [version, timeOf?.(version.value) ?? -Infinity]))
  return versions.toSorted((a, b) => rank(a) - rank(b) || (times.get(b) ?? 0) - (times.get(a) ?? 0) || 0)
}

function comparePaths(a: readonly Uint8Array[], b: readonly Uint8Array[]): number {
  for (const [level, name] of a.entries()) {
    const other = b[level]
    if (other === undefined) return 1
    const order = compareKeys(name, other)
    if (order !== 0) return order
  }
  return a.length - b.length
}

const decoder = new TextDecoder('latin1')

/** Any bytes as a text that no other bytes give. */
function nameOf(bytes: Uint8Array): string {
  return decoder.decode(bytes)
}
