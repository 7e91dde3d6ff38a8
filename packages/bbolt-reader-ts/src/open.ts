import type { ByteSource } from './byte-source.js'
import { damage, type Damage } from './damage.js'
import { readFreelist, type Freelist } from './freelist.js'
import { getKey, type GetResult } from './get.js'
import { META_END, parseMeta, type Meta, type MetaState } from './meta.js'
import { pageReader, type PageReader } from './page-reader.js'
import { walkTree, type BucketView, type Visitor, type WalkSummary } from './walk.js'

/** A bucket with what it holds directly. */
export interface BucketInfo extends BucketView {
  readonly keys: number
  readonly buckets: number
  /** 1 for a bucket of the root. */
  readonly depth: number
}

/** One state of a BoltDB file: the newest whose meta page is valid. Read-only. */
export interface BoltFile {
  readonly pageSize: number
  readonly byteOrder: 'little' | 'big'
  /** The meta page that this state hangs on. */
  readonly meta: Meta
  /** Both meta pages, as they stand. */
  readonly metas: readonly [MetaState, MetaState]
  /** Depth first in key order, nested and inline buckets included. */
  walk(visitor: Visitor): Promise<WalkSummary>
  /** Names and keys are bytes, or text that is encoded as UTF-8. */
  get(bucket: readonly (Uint8Array | string)[], key: Uint8Array | string): Promise<GetResult>
  /** Every bucket, a parent before its children. */
  buckets(): Promise<{ readonly buckets: readonly BucketInfo[]; readonly damage: readonly Damage[] }>
  freelist(): Promise<Freelist>
}

export type OpenResult =
  | { readonly ok: true; readonly db: BoltFile; readonly damage: readonly Damage[] }
  | { readonly ok: false; readonly damage: readonly [Damage, ...Damage[]] }

/** bbolt looks at 1 KiB to 16 MiB (`getPageSizeFromSecondMeta` in db.go); files with pages of 512 bytes exist too. */
const PAGE_SIZES = Array.from({ length: 16 }, (_, power) => 512 << power)

/**
 * Opens a BoltDB file: reads both meta pages, finds the page size also when the first is dead, and takes the valid one with
 * the higher transaction id, as bbolt does. Whatever is wrong is told; an older state is never taken without a word.
 */
export async function openBolt(source: ByteSource): Promise<OpenResult> {
  const first = await readMeta(source, 0, 0)
  const pageSizes =
    'meta' in first && first.meta !== null && first.state !== 'fields' ? [first.meta.pageSize] : PAGE_SIZES
  let second: MetaState = { state: 'short', meta: null, reason: 'it was not found at any page size' }
  for (const size of pageSizes) {
    const candidate = await readMeta(source, size, 1)
    if (pageSizes.length === 1 || (isUsable(candidate) && candidate.meta?.pageSize === size)) second = candidate
    if (isUsable(candidate)) break
  }
  const metas: readonly [MetaState, MetaState] = [first, second]
  const chosen = choose(metas)
  if (chosen === null) return { ok: false, damage: [refusal(source, metas)] }

  const found: Damage[] = []
  const { meta } = chosen
  if (chosen.state === 'zero-checksum') {
    const message = `Meta page ${meta.page} should carry a checksum, but has none: the file was written by a very old version, or the page is damaged.`
    found.push(damage('meta-zero-checksum', message, { page: meta.page, offset: meta.page * meta.pageSize }))
  }
  const other = metas[meta.page === 0 ? 1 : 0]
  if (!isUsable(other)) found.push(otherMeta(other, meta))
  const needed = meta.highWaterMark * meta.pageSize
  if (needed > source.size) {
    const message = `The file should have at least ${needed} bytes, ${meta.highWaterMark} pages, but has ${source.size}.`
    found.push(damage('file-truncated', message, { offset: source.size }))
  }
  if (meta.root >= meta.highWaterMark) {
    const message = `The root bucket should lie on a page below ${meta.highWaterMark}, but the meta page says ${meta.root}.`
    found.push(damage('root-out-of-range', message, { page: meta.page, offset: meta.page * meta.pageSize + 32 }))
  }
  return { ok: true, db: boltFile(source, meta, metas), damage: found }
}

async function readMeta(source: ByteSource, offset: number, page: 0 | 1): Promise<MetaState> {
  try {
    return parseMeta(await source.read(Math.min(offset, source.size), Math.min(offset + META_END, source.size)), page)
  } catch (error) {
    return { state: 'short', meta: null, reason: `it cannot be read: ${(error as Error).message}` }
  }
}

function isUsable(state: MetaState): state is MetaState & { meta: Meta } {
  return state.state === 'valid' || state.state === 'zero-checksum'
}

/** A meta without a checksum counts only where no other has one: a torn page can be full of zeros too. */
function choose(metas: readonly MetaState[]): { state: 'valid' | 'zero-checksum'; meta: Meta } | null {
  for (const wanted of ['valid', 'zero-checksum'] as const) {
    const usable = metas.flatMap((state) => (state.state === wanted ? [state] : []))
    const [best] = usable.toSorted((a, b) => (a.meta.txid === b.meta.txid ? 0 : a.meta.txid > b.meta.txid ? -1 : 1))
    if (best !== undefined) return best
  }
  return null
}

function otherMeta(other: MetaState, meta: Meta): Damage {
  const page = meta.page === 0 ? 1 : 0
  const claimed = other.meta?.txid
  const newer = claimed !== undefined && claimed > meta.txid
  const reason = 'reason' in other ? other.reason : ''
  const message = newer
    ? `Meta page ${page} should be valid, but ${reason}. It claims transaction ${claimed}, newer than ${meta.txid}, so a newer state may be lost.`
    : `Meta page ${page} should be valid, but ${reason}. Transaction ${meta.txid} is read.`
  return damage('meta-invalid', message, { page, offset: page * meta.pageSize })
}

function refusal(source: ByteSource, metas: readonly MetaState[]): Damage {
  if (source.size < 2 * META_END)
    return damage('file-too-small', `A BoltDB file should have at least two pages, but this has ${source.size} bytes.`)
  const reasons = metas.map((state, page) => `meta page ${page}: ${'reason' in state ? state.reason : ''}`).join('; ')
  const bolt = metas.some(({ state }) => state !== 'magic' && state !== 'short')
  return damage(
    bolt ? 'meta-invalid' : 'not-bolt',
    `The file should be a BoltDB file, but neither meta page is valid (${reasons}).`,
    { offset: 0 },
  )
}

function boltFile(source: ByteSource, meta: Meta, metas: readonly [MetaState, MetaState]): BoltFile {
  const withReader = async <T>(
    use: (pages: PageReader, seen: Damage[], report: (item: Damage) => void) => Promise<T>,
  ): Promise<T> => {
    const seen: Damage[] = []
    const report = (item: Damage): void => void seen.push(item)
    return use(pageReader(source, meta, report), seen, report)
  }
  return {
    pageSize: meta.pageSize,
    byteOrder: meta.byteOrder,
    meta,
    metas,
    async walk(visitor) {
      let lost = 0
      const pages = pageReader(source, meta, (item) => {
        lost += 1
        visitor.damage?.(item)
      })
      const summary = await walkTree(pages, meta, visitor)
      return { ...summary, damage: summary.damage + lost }
    },
    get: (bucket, key) =>
      withReader((pages, seen, report) => getKey(pages, meta, bucket.map(toBytes), toBytes(key), seen, report)),
    async buckets() {
      const order: BucketView[] = []
      const counts = new Map<BucketView, { keys: number; buckets: number }>()
      const problems: Damage[] = []
      await this.walk({
        bucket: (bucket) => order.push(bucket),
        leave: (bucket, count) => counts.set(bucket, count),
        damage: (item) => problems.push(item),
      })
      const buckets = order.map((bucket) => ({
        ...bucket,
        ...(counts.get(bucket) ?? { keys: 0, buckets: 0 }),
        depth: bucket.path.length,
      }))
      return { buckets, damage: problems }
    },
    freelist: () => withReader((pages, seen) => readFreelist(pages, meta, seen)),
  }
}

function toBytes(name: Uint8Array | string): Uint8Array {
  return typeof name === 'string' ? new TextEncoder().encode(name) : name
}
