import type { ByteSource } from './byte-source.js'
import type { Damage } from './damage.js'
import { findMetas } from './find-metas.js'
import { readFreelist } from './freelist.js'
import { isPageSize, isUsable, newest, type Meta, type MetaState } from './meta.js'
import { BRANCH, ELEMENT, HEADER, LEAF, type Page, type PageHeader } from './page.js'
import { PageReader, type Geometry } from './page-reader.js'
import { PageSet } from './page-set.js'
import { guessPageSize } from './page-size.js'
import { touchesZeroSector, type RecordView } from './record.js'
import { fitsRange, proven, surveyPages, topsOf, type Survey, type Survivor } from './survey.js'
import { walkBucket, type BucketView, type LostPage, type TreeVisitor, type WalkOptions } from './walk.js'

/**
 * `tree`: below the newest meta page that can be used. `rejected-meta`: below a meta page that is damaged, but names a tree.
 * `damaged-page`: in a page that the tree names and whose header is wrong. `orphan`: in a page that is not free and that nothing
 * names any more. `unplaced`: the same where nothing tells which pages are free, so that it may be of an older state.
 */
export type Origin = 'tree' | 'rejected-meta' | 'damaged-page' | 'orphan' | 'unplaced'

/** Where a salvaged record was found. */
export interface Provenance {
  readonly origin: Origin
  /** False where nothing tells which bucket the record was in; its path is then empty. */
  readonly bucketKnown: boolean
  /** Part of the record lies in a sector of zeros, as a failing disk leaves them. */
  readonly suspect: boolean
}

export interface SalvageVisitor {
  /** The view is valid only inside the callback. */
  record?(record: RecordView, from: Provenance): void
  damage?(item: Damage): void
}

export interface SalvageSummary {
  readonly pageSize: number | null
  /** Records by origin. */
  readonly counts: Readonly<Record<Origin, number>>
  /** No page of the newest tree was lost. */
  readonly whole: boolean
}

/**
 * Gets everything out of a damaged file that its bytes prove: first the newest tree as far as it goes; then, only where something of
 * it is lost, the pages that it lost. With no usable meta page it goes by a damaged one, and without that by what the pages say of
 * themselves. Never rejects but with what the visitor throws.
 */
export async function salvage(source: ByteSource, visitor: SalvageVisitor): Promise<SalvageSummary> {
  const metas = await findMetas(source)
  const usable = newest(metas)?.meta
  const geometry = await geometryOf(source, usable ?? null, metas)
  if (geometry === null) return { pageSize: null, counts: noCounts(), whole: false }
  const job = new Salvage(source, geometry, visitor)
  const claimed = claims(metas, geometry)
  if (usable !== undefined) await job.tree(usable, 'tree')
  const { whole } = job
  // A damaged meta page may be the newer one, and then its tree is what was wanted.
  for (const meta of claimed)
    if (usable === undefined ? !job.whole : meta.txid > usable.txid) await job.tree(meta, 'rejected-meta')
  if (!job.whole) await job.damagedPages()
  const dead = usable !== undefined && claimed.length === 0 && !metas.every(isUsable)
  if (!job.whole || dead) await job.orphans(usable ?? claimed[0] ?? null, dead)
  return { pageSize: geometry.pageSize, counts: job.counts, whole: whole && usable !== undefined }
}

/** All pages of the file count, whatever the high-water mark says. */
async function geometryOf(
  source: ByteSource,
  usable: Meta | null,
  metas: readonly [MetaState, MetaState],
): Promise<Geometry | null> {
  const claimed = metas.find(({ meta }) => meta !== null && isPageSize(meta.pageSize))?.meta
  const found = usable ?? (await guessPageSize(source)) ?? claimed
  if (found == null) return null
  const { pageSize, byteOrder } = found
  return { pageSize, byteOrder, highWaterMark: Math.ceil(source.size / pageSize) }
}

/** Damaged meta pages whose root can be, the one that claims to be newer first. */
function claims(metas: readonly MetaState[], { pageSize, highWaterMark }: Geometry): Meta[] {
  return metas
    .flatMap((state) => (isUsable(state) || state.meta === null ? [] : [{ ...state.meta, pageSize }]))
    .filter(({ root }) => root >= 2 && root < highWaterMark)
    .toSorted((a, b) => Number(b.txid > a.txid) - Number(b.txid < a.txid))
}

function noCounts(): Record<Origin, number> {
  return { tree: 0, 'rejected-meta': 0, 'damaged-page': 0, orphan: 0, unplaced: 0 }
}

class Salvage {
  readonly counts = noCounts()
  private readonly visited = new PageSet()
  /** Visited pages and those that follow and belong to them. */
  private readonly taken = new PageSet()
  private readonly lost: LostPage[] = []
  /** Whether the root of any tree could be read. */
  private rooted = false

  constructor(
    private readonly source: ByteSource,
    private readonly geometry: Geometry,
    private readonly visitor: SalvageVisitor,
  ) {}

  get whole(): boolean {
    return this.rooted && this.lost.length === 0
  }

  async tree(meta: Meta, origin: Origin): Promise<void> {
    if (this.visited.has(meta.root)) return
    const bucket = { path: [], sequence: meta.rootSequence, root: meta.root, page: meta.page }
    await this.walk(bucket, { origin, bucketKnown: true }, { lost: (place) => this.lost.push(place) })
    this.rooted ||= this.taken.has(meta.root)
  }

  /** Pages that the tree names and whose header is wrong: their elements may still prove what they are. */
  async damagedPages(): Promise<void> {
    for (const place of [...this.lost]) {
      const { id } = place
      if (id < 2 || id >= this.geometry.highWaterMark || this.taken.has(id)) continue
      const found = await provenDespiteHeader(this.source, this.geometry, id)
      if (found === null || !fitsRange(found.survivor, place)) continue
      const bucket = { path: place.bucket, sequence: 0n, root: id, page: id }
      // It has been asked for once, in vain.
      const visited = new PageSet()
      await this.walk(
        bucket,
        { origin: 'damaged-page', bucketKnown: true },
        {
          forced: new Map([[id, found.header]]),
          accept: (child) => child === id || !this.visited.has(child),
          visited,
          lost: (below) => this.lost.push(below),
        },
      )
    }
  }

  /**
   * Pages that nothing names any more. Where nothing tells which are free, only those that fill a gap of the tree. `dead`: the other
   * meta page tells nothing, so that a whole tree in free pages may be the newer state.
   */
  async orphans(meta: Meta | null, dead: boolean): Promise<void> {
    const survey = await surveyPages(this.source, this.geometry, this.taken)
    if (dead) await this.wholeTrees(survey)
    if (this.whole) return
    const free = meta === null ? null : await this.freePages(meta)
    const survivors =
      free === null
        ? this.rooted
          ? survey.survivors
          : ofOneState(survey)
        : new Map([...survey.survivors].filter(([id]) => !free.has(id)))
    for (const top of largestFirst(survivors)) {
      if (this.taken.has(top.id)) continue
      const gaps = this.lost.filter((place) => fitsRange(top, place))
      if (free === null && this.rooted && gaps.length === 0) continue
      const home = homeOf(gaps, free !== null)
      const bucket = { path: home ?? [], sequence: 0n, root: top.id, page: top.id }
      const from = {
        origin: free === null ? ('unplaced' as const) : ('orphan' as const),
        bucketKnown: home !== undefined || top.hasBuckets,
      }
      await this.walk(bucket, from, {
        accept: (id, range) => {
          const found = survivors.get(id)
          return found !== undefined && fitsRange(found, range)
        },
      })
    }
  }

  private async wholeTrees({ survivors }: Survey): Promise<void> {
    for (const top of largestFirst(survivors)) {
      const pages = top.hasBuckets && !this.taken.has(top.id) ? reachableFrom(top, survivors, this.taken) : null
      if (pages === null) continue
      const bucket = { path: [], sequence: 0n, root: top.id, page: top.id }
      await this.walk(bucket, { origin: 'unplaced', bucketKnown: true }, {})
    }
  }

  private async walk(
    bucket: BucketView,
    from: Omit<Provenance, 'suspect'>,
    options: Pick<WalkOptions, 'accept' | 'forced' | 'visited'> & { lost?: (place: LostPage) => void },
  ): Promise<void> {
    const { lost, ...rest } = options
    const sound: Provenance = { ...from, suspect: false }
    const seen: TreeVisitor = {
      record: (record) => {
        this.counts[from.origin] += 1
        // A record outside any bucket cannot be.
        const bucketKnown = from.bucketKnown && record.bucket.length > 0
        const suspect = touchesZeroSector(record)
        this.visitor.record?.(
          record,
          bucketKnown === from.bucketKnown && !suspect ? sound : { ...from, bucketKnown, suspect },
        )
      },
      page: ({ id, overflow }) => {
        this.visited.add(id)
        for (let page = id; page <= id + overflow; page++) this.taken.add(page)
      },
      damage: (item) => this.visitor.damage?.(item),
      ...(lost === undefined ? {} : { lost }),
    }
    await walkBucket(this.source, this.geometry, bucket, seen, { ordered: true, visited: this.visited, ...rest })
  }

  /** Null when the file does not tell. */
  private async freePages(meta: Meta): Promise<PageSet | null> {
    const { persisted, ids, damage } = await readFreelist(this.source, { ...meta, ...this.geometry })
    if (!persisted || damage.length > 0) return null
    const free = new PageSet()
    for (const id of ids) free.add(id)
    return free
  }
}

/** A page as what its elements prove it to be, with the count that its first element tells. */
async function provenDespiteHeader(
  source: ByteSource,
  geometry: Geometry,
  id: number,
): Promise<{ header: PageHeader; survivor: Survivor } | null> {
  const plain = { id, overflow: 0 }
  for (const flags of [LEAF, BRANCH]) {
    // The first element tells how many there are: its key begins where their table ends.
    for (const count of [1, 0]) {
      const read = async (header: PageHeader): Promise<Page | null> => {
        const reader = new PageReader(source, geometry, () => undefined, new Map([[id, header]]))
        return (await reader.load(id, null, []))?.page ?? null
      }
      const page = await read({ ...plain, flags, count })
      if (page === null) return null
      const stated = page.view.getUint16(page.start + 10, page.little)
      const first = page.view.getUint32(page.start + HEADER + (flags === LEAF ? 4 : 0), page.little)
      const header = { ...plain, flags, count: count === 0 ? stated : Math.min(0xffff, Math.floor(first / ELEMENT)) }
      const whole = await read(header)
      const survivor = whole === null ? null : proven(whole)
      if (survivor !== null) return { header, survivor }
    }
  }
  return null
}

/**
 * With no meta page, the pages of one state: a freelist that gives away no page of a whole tree belongs to it, and what it lists is
 * older. Whole trees of other states stay: nothing tells which of two was the newer.
 */
function ofOneState({ survivors, freelists }: Survey): ReadonlyMap<number, Survivor> {
  const whole = topsOf(survivors)
    .filter(({ hasBuckets }) => hasBuckets)
    .flatMap((top) => reachableFrom(top, survivors) ?? [])
  for (const tree of whole.toSorted((a, b) => b.size - a.size)) {
    const own = freelists
      .filter(({ page, ids }) => !tree.has(page) && !ids.some((id) => tree.has(id)))
      .toSorted((a, b) => b.ids.length - a.ids.length)[0]
    if (own === undefined) continue
    const free = new Set(own.ids)
    return new Map([...survivors].filter(([id]) => !free.has(id) || whole.some((other) => other.has(id))))
  }
  return survivors
}

/**
 * The bucket that the gaps agree on. A gap without bounds takes everything, so it tells something only where every page that is not
 * free must have come from a gap.
 */
function homeOf(gaps: readonly LostPage[], exact: boolean): readonly Uint8Array[] | undefined {
  const telling = exact ? gaps : gaps.filter(({ lower, upper }) => lower !== null || upper !== null)
  const paths = new Map(telling.map(({ bucket }) => [bucket.map(String).join('/'), bucket]))
  return paths.size === 1 ? paths.values().next().value : undefined
}

/** The pages of a tree that are not known already; null when one of them is missing. */
function reachableFrom(
  top: Survivor,
  survivors: ReadonlyMap<number, Survivor>,
  known: Pick<PageSet, 'has'> = new Set<number>(),
): ReadonlySet<number> | null {
  const reached = new Set([top.id])
  const open = [top]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const [index, { page, key }] of next.names.entries()) {
      if (known.has(page)) continue
      const child = survivors.get(page)
      if (child === undefined || !fitsRange(child, { lower: key, upper: next.names[index + 1]?.key ?? null }))
        return null
      if (reached.has(page)) return null
      reached.add(page)
      open.push(child)
    }
  }
  return reached
}

/** Trees with buckets first, as they tell where their records belong; then the larger ones. */
function largestFirst(survivors: ReadonlyMap<number, Survivor>): Survivor[] {
  const rank = ({ hasBuckets, type }: Survivor): number => (hasBuckets ? 0 : type === 'branch' ? 1 : 2)
  return topsOf(survivors).toSorted((a, b) => rank(a) - rank(b) || b.names.length - a.names.length || a.id - b.id)
}
