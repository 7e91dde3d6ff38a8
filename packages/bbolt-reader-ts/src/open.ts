import { listBuckets, type BucketList } from './buckets.js'
import type { ByteSource } from './byte-source.js'
import { spoken } from './bytes.js'
import { checkFile, type CheckSummary, type CheckVisitor } from './check.js'
import { damage, type Damage } from './damage.js'
import { findMetas } from './find-metas.js'
import { readFreelist, type Freelist } from './freelist.js'
import { Lookup, type GetResult } from './get.js'
import { readHistory, type HistoryOptions, type RecordHistory } from './history.js'
import { isUsable, META_END, newest, type Meta, type MetaState, type UsableMeta } from './meta.js'
import { listPages, type PageRow } from './pages.js'
import { walkTree, type Visitor, type WalkSummary } from './walk.js'

/** One state of a BoltDB file: the newest whose meta page can be used. Read-only; calls may overlap. */
export interface BoltFile {
  /** Bytes. */
  readonly pageSize: number
  readonly byteOrder: 'little' | 'big'
  /** The meta page that this state hangs on. */
  readonly meta: Meta
  /** Both meta pages, as they stand: which one is valid, and what is wrong with the other. */
  readonly metas: readonly [MetaState, MetaState]
  /**
   * Depth first in key order, nested and inline buckets included. Never rejects for what is in the file or for a failed read;
   * only what the visitor throws comes through, which is the way to stop early.
   */
  walk(visitor: Visitor): Promise<WalkSummary>
  /** `bucket`: names from the root. Names and keys are bytes, or text that is encoded as UTF-8. */
  get(bucket: readonly (Uint8Array | string)[], key: Uint8Array | string): Promise<GetResult>
  /** Every bucket but the root, a parent before its children. Reads the whole tree. */
  buckets(): Promise<BucketList>
  freelist(): Promise<Freelist>
  /** Everything that is wrong with the file, as seen from this state. Reads the whole tree. Rejects only with what the visitor throws. */
  check(visitor: CheckVisitor): Promise<CheckSummary>
  /** The page table. Reads the whole tree. */
  pages(): Promise<readonly PageRow[]>
  /** Former values that pages still hold. Reads the whole file. */
  history(options?: HistoryOptions): Promise<readonly RecordHistory[]>
  /**
   * The state before this one, which the other meta page still describes: complete on a file at rest, as a transaction never writes
   * over pages of the one before it. Null when that page cannot be used or describes nothing older.
   */
  readonly previous: BoltFile | null
}

/** `ok` with damage: the file can be read, but something is wrong with it. */
export type OpenResult =
  | { readonly ok: true; readonly db: BoltFile; readonly damage: readonly Damage[] }
  | { readonly ok: false; readonly damage: readonly [Damage, ...Damage[]] }

/**
 * Opens a BoltDB file: reads both meta pages, finds the page size also when the first is dead, and takes the usable one with the
 * higher transaction id, the first if they are equal (`DB.meta` in https://github.com/etcd-io/bbolt/blob/main/db.go). Whatever is
 * wrong is told; an older state is never taken without a word. Never rejects.
 */
export async function openBolt(source: ByteSource): Promise<OpenResult> {
  const metas = await findMetas(source)
  const [first, second] = metas
  const chosen = newest(metas)
  if (chosen === undefined) return { ok: false, damage: [refusal(source, metas)] }
  const other = chosen === first ? second : first
  const found = [...aboutMetas(chosen, other), ...aboutFields(chosen.meta, source)]
  const older = isUsable(other) && other.meta.txid < chosen.meta.txid ? other.meta : null
  const previous = older === null ? null : boltFile(source, older, metas, aboutFields(older, source), null)
  return { ok: true, db: boltFile(source, chosen.meta, metas, found, previous), damage: found }
}

function boltFile(
  source: ByteSource,
  meta: Meta,
  metas: readonly [MetaState, MetaState],
  found: readonly Damage[],
  previous: BoltFile | null,
): BoltFile {
  let lookup: Lookup | undefined
  return {
    pageSize: meta.pageSize,
    byteOrder: meta.byteOrder,
    meta,
    metas,
    walk: (visitor) => walkTree(source, meta, visitor),
    get: async (bucket, key) => (lookup ??= new Lookup(source, meta)).get(bucket, key),
    buckets: () => listBuckets(source, meta),
    freelist: () => readFreelist(source, meta),
    check: (visitor) => checkFile(source, meta, metas, found, visitor),
    pages: () => listPages(source, meta),
    history: async (options) =>
      readHistory(
        source,
        meta,
        previous?.meta ?? null,
        await readFreelist(source, meta),
        (lookup ??= new Lookup(source, meta)),
        options,
      ),
    previous,
  }
}

function aboutMetas(chosen: UsableMeta, other: MetaState): Damage[] {
  const { meta } = chosen
  const found: Damage[] = []
  if (chosen.state === 'zero-checksum') found.push(withoutChecksum(meta))
  if (other.state === 'zero-checksum') found.push(withoutChecksum(other.meta))
  if (isUsable(other)) return found
  const page = meta.page === 0 ? 1 : 0
  const claimed = other.meta?.txid
  const lost =
    claimed !== undefined && claimed <= meta.txid
      ? `It claims transaction ${claimed}, which is older, so nothing newer seems to be lost`
      : `It claims ${claimed === undefined ? 'nothing' : `transaction ${claimed}`}, so a newer state may be lost`
  const message = `Meta page ${page} should be valid, but ${'reason' in other ? other.reason : 'is not'}. ${lost}; transaction ${meta.txid} is read.`
  found.push(damage('meta-invalid', message, { page, offset: page * meta.pageSize }))
  return found
}

function withoutChecksum({ page, pageSize }: Meta): Damage {
  const message = `Meta page ${page} should carry a checksum, but has none: a very old version of bolt wrote the file, or the page is damaged. bbolt before 1.3.7 takes such a page, later versions refuse it.`
  return damage('meta-zero-checksum', message, { page, offset: page * pageSize + 72 })
}

function aboutFields({ page, pageSize, root, highWaterMark }: Meta, source: ByteSource): Damage[] {
  const found: Damage[] = []
  const offset = page * pageSize
  const needed = highWaterMark * pageSize
  if (highWaterMark < 3 || needed > Number.MAX_SAFE_INTEGER) {
    const message = `The high-water mark should leave room for two meta pages and a root, and fit in a file, but is ${spoken(highWaterMark)}.`
    found.push(damage('high-water-mark', message, { page, offset: offset + 56 }))
  } else if (needed > source.size) {
    const message = `The file should have at least ${needed} bytes, ${highWaterMark} pages, but has ${source.size}.`
    found.push(damage('file-truncated', message, { offset: source.size }))
  }
  if (root < 2 || root >= highWaterMark) {
    const message = `The root bucket should lie on a page from 2 to ${highWaterMark - 1}, but meta page ${page} says ${spoken(root)}.`
    found.push(damage('root-out-of-range', message, { page, offset: offset + 32 }))
  }
  return found
}

function refusal(source: ByteSource, metas: readonly [MetaState, MetaState]): Damage {
  if (source.size < 2 * META_END)
    return damage('file-too-small', `A BoltDB file should have at least two pages, but this has ${source.size} bytes.`)
  const reasons = metas.map((state, page) => `of page ${page}, ${'reason' in state ? state.reason : ''}`).join('; ')
  const message = `The file should begin with two BoltDB meta pages, but neither can be used: ${reasons}.`
  if (metas.some(({ state }) => state === 'unreadable')) return damage('read-failed', message, { offset: 0 })
  const bolt = metas.some(({ state }) => state !== 'magic' && state !== 'short')
  return damage(bolt ? 'meta-invalid' : 'not-bolt', message, { offset: 0 })
}
