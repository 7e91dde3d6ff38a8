import { compareKeys, copyOf } from './bytes.js'
import type { ByteSource } from './byte-source.js'
import type { Freelist } from './freelist.js'
import type { Lookup } from './get.js'
import type { Meta } from './meta.js'
import { pageSet } from './page-set.js'
import type { RecordView } from './record.js'
import { fitsRange, surveyPages, topsOf, type Survivor } from './survey.js'
import { walkBucket, walkTree, type BucketView } from './walk.js'

/** A value that a key had, and has no more. */
export interface Version {
  readonly value: Uint8Array
  /**
   * `previous-transaction`: in the state that the other meta page describes. `free-page`: in a page that was given up. `orphan`: in
   * one that is neither in use nor free.
   */
  readonly origin: 'previous-transaction' | 'free-page' | 'orphan'
  readonly page: number
  /** `likely` where the bucket is told from the keys beside it, not from a tree that leads to the page. */
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
  readonly versions: readonly Version[]
}

export interface HistoryOptions {
  /** When a value was written, in any unit that grows with time; null when the value does not tell. */
  readonly timeOf?: (value: Uint8Array) => number | null
}

/** Keys looked up to tell the bucket of a page that no tree leads to. */
const PROBES = 8
/** Buckets that are tried for it. */
const CANDIDATES_MAX = 200

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
  const taken = pageSet()
  const live = pageSet()
  const buckets: (readonly Uint8Array[])[] = []
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
  for (const top of topsOf(survivors)) {
    const lost = freelist.persisted && !free.has(top.id) && top.id < meta.highWaterMark
    const home = top.hasBuckets ? [] : await homeOf(top, buckets, lookup)
    const bucket: BucketView = { path: home ?? [], sequence: 0n, root: top.id, page: top.id }
    await walkBucket(
      source,
      geometry,
      bucket,
      {
        record: (record) =>
          past.add(
            record,
            lost ? 'orphan' : 'free-page',
            top.hasBuckets && record.bucket.length > 0 ? 'certain' : 'likely',
          ),
      },
      {
        ordered: true,
        visited: live,
        accept: (id, range) => {
          const found = survivors.get(id)
          return found !== undefined && fitsRange(found, range)
        },
      },
    )
  }
  return past.against(lookup, timeOf)
}

/** The only bucket that holds keys of a page now, or the only one that there is; null when nothing tells. */
async function homeOf(
  top: Survivor,
  buckets: readonly (readonly Uint8Array[])[],
  lookup: Lookup,
): Promise<readonly Uint8Array[] | null> {
  const [only] = buckets
  if (buckets.length === 1 && only !== undefined) return only
  const keys = [top.firstKey, top.lastKey, ...top.names.flatMap(({ key }) => key ?? [])].slice(0, PROBES)
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
      if (older.length > 0) found.push({ bucket, key, live, versions: newestFirst(older, timeOf) })
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
