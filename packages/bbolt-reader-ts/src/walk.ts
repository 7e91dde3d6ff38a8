import { compareIn, compareWith, copyOf, u64 } from './bytes.js'
import type { ByteSource } from './byte-source.js'
import { damage, type Damage } from './damage.js'
import { isLater } from './later.js'
import type { Meta } from './meta.js'
import {
  BRANCH,
  BUCKET_FLAG,
  ELEMENT,
  elementAt,
  elementCount,
  HEADER,
  LEAF,
  moved,
  notAscending,
  notPacked,
  notPackedKey,
  outOfBounds,
  outOfRange,
  readHeader,
  type PageHeader,
  spanOf,
  wrongType,
  type Page,
} from './page.js'
import { PageSet } from './page-set.js'
import { PageReader, WINDOW, type Chunk, type Geometry, type Loaded, type Run } from './page-reader.js'
import { RecordCursor, type RecordView } from './record.js'

/** A bucket as the walk enters it. May be kept. */
export interface BucketView {
  /** Names from the root; a name is any bytes. */
  readonly path: readonly Uint8Array[]
  readonly sequence: bigint
  /** Page id of its root; null when it is inline, kept inside its parent's page. */
  readonly root: number | null
  /** The page that names it. */
  readonly page: number
}

/** What a bucket holds directly, as far as it could be read. */
export interface BucketCounts {
  readonly keys: number
  readonly buckets: number
}

/** What to do with what is found. Buckets come before their records, depth first in key order. What a callback throws ends the walk. */
export interface Visitor {
  bucket?(bucket: BucketView): void
  /** The view is valid only inside the callback: `record.copy()` gives one to keep. */
  record?(record: RecordView): void
  /** The bucket has been read to its end. */
  leave?(bucket: BucketView, counts: BucketCounts): void
  damage?(item: Damage): void
}

/** How often the visitor was called. */
export interface WalkSummary {
  readonly buckets: number
  readonly keys: number
  readonly damage: number
}

/** A page of the tree, as the walk comes to it. */
export interface PageVisit {
  readonly id: number
  /** `branch` or `leaf`. */
  readonly type: 'branch' | 'leaf'
  readonly count: number
  /** Pages that follow and belong to it. */
  readonly overflow: number
  readonly bucket: readonly Uint8Array[]
}

/** The keys that may stand below a branch's element: from `lower` to before `upper`; null where nothing bounds them. */
export interface KeyRange {
  readonly lower: Uint8Array | null
  readonly upper: Uint8Array | null
}

/** A part of the tree that could not be read. */
export interface LostPage extends KeyRange {
  /** As whoever points to it says. */
  readonly id: number
  readonly bucket: readonly Uint8Array[]
}

/** What the package's own jobs see of a walk besides. */
export interface TreeVisitor extends Visitor {
  page?(page: PageVisit): void
  lost?(place: LostPage): void
}

export interface WalkOptions {
  /**
   * Compares every key with the one before it and with the branches above: twice the work, and the business of a check, as what is
   * delivered does not depend on it.
   */
  readonly ordered?: boolean
  /** Pages that count as read already; those that are read are added. */
  readonly visited?: PageSet
  /** Whether a page may be what the tree names; one that may not counts as lost. Needs the order for the range. */
  readonly accept?: (id: number, range: KeyRange, bucket: readonly Uint8Array[]) => boolean
  /** Pages to take for something else than their headers say. */
  readonly forced?: ReadonlyMap<number, PageHeader>
}

/** Bytes of pages kept on the way down; above that, the uppermost are given up, and read again on the way back. */
const HELD_MAX = 8 * 2 ** 20
/** Far beyond any real file, and what keeps the names of one hostile path within megabytes. */
const BUCKETS_MAX = 2000
/** A branch at least doubles the keys below it, so that no tree of a real file is higher. */
export const BRANCHES_MAX = 64

interface BranchFrame {
  readonly kind: 'branch'
  readonly children: readonly number[]
  /** The key of every child where it can be read; null unless the walk looks at the order. */
  readonly keys: readonly (Uint8Array | null)[] | null
  readonly range: KeyRange
  /** Branches of the same bucket above it, itself included. */
  readonly height: number
  next: number
  run: Run | null
}

interface LeafFrame {
  readonly kind: 'leaf'
  readonly id: number
  /** Elements to read. */
  readonly count: number
  /** Bytes of the page in memory. */
  readonly length: number
  /** Null while it is put aside. */
  page: Page | null
  own: Chunk | null
  next: number
}

interface BucketFrame {
  readonly kind: 'bucket'
  readonly view: BucketView
  readonly counts: { keys: number; buckets: number }
  /** Its place in the stack of frames; its pages lie above. */
  readonly at: number
}

type Frame = BranchFrame | LeafFrame | BucketFrame

/**
 * Reads a whole tree. Every damage is told and the walk goes on with what is left. Iterative and with a set of visited pages, so
 * that neither depth nor a cycle can stop it.
 */
export function walkTree(
  source: ByteSource,
  meta: Meta,
  visitor: TreeVisitor,
  options: WalkOptions = {},
): Promise<WalkSummary> {
  const root = { path: [], sequence: meta.rootSequence, root: meta.root, page: meta.page }
  return walkBucket(source, meta, root, visitor, options)
}

/** The same for the tree of any bucket; what is above it is not looked at. */
export async function walkBucket(
  source: ByteSource,
  geometry: Geometry,
  bucket: BucketView,
  visitor: TreeVisitor,
  options: WalkOptions = {},
): Promise<WalkSummary> {
  const walk = new Walk(source, geometry, visitor, options)
  let step = walk.enterBucket(bucket)
  for (;;) {
    if (step !== null) walk.push(isLater(step) ? await step : step)
    if (walk.isDone) return walk.summary
    step = walk.advance()
  }
}

const ANY_KEY: KeyRange = { lower: null, upper: null }

type Step = ReturnType<PageReader['load']>

class Walk {
  readonly summary = { buckets: 0, keys: 0, damage: 0 }
  private readonly stack: Frame[] = []
  private readonly buckets: BucketFrame[] = []
  private readonly visited: PageSet
  private readonly reader: PageReader
  private readonly ordered: boolean
  /** Nobody asks for more than records. */
  private readonly plain: boolean
  private readonly accept: WalkOptions['accept']
  private readonly cursor = new RecordCursor()
  /** The bucket being read. */
  private path: readonly Uint8Array[] = []
  /** The page asked for last. */
  private asked = 0

  constructor(
    source: ByteSource,
    geometry: Geometry,
    private readonly visitor: TreeVisitor,
    { ordered = false, visited = new PageSet(), accept, forced }: WalkOptions,
  ) {
    this.reader = new PageReader(source, geometry, this.report, forced)
    this.accept = accept
    this.ordered = ordered
    this.visited = visited
    this.plain = !ordered && visitor.page === undefined && accept === undefined && forced === undefined
  }

  get isDone(): boolean {
    return this.stack.length === 0
  }

  /** Goes on to the next page; null when there is none to wait for yet. */
  advance(): Step | null {
    const frame = this.stack[this.stack.length - 1]
    switch (frame?.kind) {
      case undefined:
        return null
      case 'bucket':
        this.leaveBucket(frame)
        return null
      case 'branch':
        return this.nextChild(frame)
      case 'leaf':
        return this.continueLeaf(frame)
    }
  }

  /** Takes what was waited for: a new page of the tree, or one that had been put aside. */
  push(loaded: Loaded | null): void {
    const top = this.stack[this.stack.length - 1]
    if (top?.kind === 'leaf' && top.page === null) {
      if (loaded === null) this.leaveLeaf(top)
      else {
        top.page = loaded.page
        top.own = loaded.own
      }
      return
    }
    if (loaded === null) {
      this.loseChild()
      return
    }
    const { page, own } = loaded
    if (page.flags === LEAF) {
      this.visitPage(page, 'leaf')
      const count = elementCount(page, this.report, this.path)
      if (this.ordered) this.checkRange(page, count)
      this.stack.push({ kind: 'leaf', id: page.id, count, length: page.end - page.start, page, own, next: 0 })
      return
    }
    if (page.flags === BRANCH) {
      this.visitPage(page, 'branch')
      this.pushBranch(page, top?.kind === 'branch' ? top.height + 1 : 1)
    } else {
      this.report(wrongType(page, 'a branch or a leaf', this.path))
      this.loseChild()
    }
    this.reader.release(own)
  }

  enterBucket(view: BucketView): Step | null {
    const frame: BucketFrame = { kind: 'bucket', view, counts: { keys: 0, buckets: 0 }, at: this.stack.length }
    this.stack.push(frame)
    this.buckets.push(frame)
    this.path = view.path
    if (this.reader.held > HELD_MAX) this.putAside()
    return this.enterPage(view.root ?? 0, null)
  }

  private readonly report = (item: Damage): void => {
    this.summary.damage += 1
    this.visitor.damage?.(item)
  }

  private leaveBucket({ view, counts }: BucketFrame): void {
    this.stack.pop()
    this.buckets.pop()
    const outer = this.buckets[this.buckets.length - 1]
    if (outer === undefined) return
    this.path = outer.view.path
    this.visitor.leave?.(view, counts)
  }

  private leaveLeaf(frame: LeafFrame): void {
    this.stack.pop()
    this.reader.release(frame.own)
  }

  /** Frees pages of buckets further up, uppermost first, down to half of what may be held, so that it is seldom done. */
  private putAside(): void {
    for (const frame of this.stack) {
      if (this.reader.held <= HELD_MAX / 2) return
      if (frame.kind === 'branch') {
        this.reader.release(frame.run?.chunk ?? null)
        frame.run = null
      } else if (frame.kind === 'leaf') {
        this.reader.release(frame.own)
        frame.own = null
        frame.page = null
      }
    }
  }

  private enterPage(id: number, run: Run | null): Step | null {
    this.asked = id
    if (!this.reader.isInRange(id, this.path)) return this.loseChild()
    if (this.accept?.(id, this.rangeHere(), this.path) === false) return this.loseChild()
    if (this.visited.add(id)) return this.reader.load(id, run, this.path) ?? this.loseChild()
    const message = `Page ${id} should belong to one place of the tree, but is reached twice.`
    this.report(
      damage('page-visited-twice', message, { page: id, offset: id * this.reader.pageSize, bucket: this.path }),
    )
    return this.loseChild()
  }

  /** The page that was asked for last cannot be read. */
  private loseChild(): null {
    this.visitor.lost?.({ id: this.asked, bucket: this.path, ...this.rangeHere() })
    return null
  }

  private visitPage({ id, count, overflow }: Page, type: 'branch' | 'leaf'): void {
    this.visitor.page?.({ id, type, count, overflow, bucket: this.path })
  }

  /** What the branch above lets stand below its element that was entered last. */
  private rangeHere(): KeyRange {
    const top = this.stack[this.stack.length - 1]
    if (top?.kind !== 'branch' || top.keys === null) return ANY_KEY
    return { lower: top.keys[top.next - 1] ?? top.range.lower, upper: top.keys[top.next] ?? top.range.upper }
  }

  /** Compares a page's first and last key with the branches above it. */
  private checkRange(page: Page, count: number): void {
    const { lower, upper } = this.rangeHere()
    const first = count > 0 ? elementAt(page, 0, count) : undefined
    const last = count > 0 ? elementAt(page, count - 1, count) : undefined
    if (first !== undefined && lower !== null && compareWith(page.bytes, first.keyStart, first.keyEnd, lower) < 0)
      this.report(outOfRange(page, 0, first.keyStart, 'below the key', this.path))
    if (last !== undefined && upper !== null && compareWith(page.bytes, last.keyStart, last.keyEnd, upper) >= 0)
      this.report(outOfRange(page, count - 1, last.keyStart, 'not below the next key', this.path))
  }

  private pushBranch(page: Page, height: number): void {
    const at = { page: page.id, offset: page.offset + 10, bucket: this.path }
    if (height > BRANCHES_MAX) {
      const message = `Branches should be stacked at most ${BRANCHES_MAX} high, but page ${page.id} is higher: what lies below it is not read.`
      this.report(damage('nested-too-deep', message, at))
      return
    }
    const count = elementCount(page, this.report, this.path)
    if (count === 0) {
      const message = `Branch page ${page.id} should have children, but has none.`
      this.report(damage('branch-without-children', message, at))
      this.loseChild()
    }
    if (this.ordered) this.checkRange(page, count)
    const { view, little, start, end } = page
    const table = start + HEADER + count * ELEMENT
    const children: number[] = []
    const keys: (Uint8Array | null)[] | null = this.ordered ? [] : null
    let previous = start
    let previousEnd = -1
    let bad = -1
    for (let index = 0, at = start + HEADER; index < count; index++, at += ELEMENT) {
      children.push(u64(view, at + 8, little))
      const keyStart = at + view.getUint32(at, little)
      const keyEnd = keyStart + view.getUint32(at + 4, little)
      if (keyStart < table || keyEnd > end) {
        keys?.push(null)
        if (bad < 0) bad = index
        previousEnd = -1
        continue
      }
      keys?.push(copyOf(page.bytes.subarray(keyStart, keyEnd)))
      if (bad >= 0) this.report(outOfBounds(page, bad, index - 1, this.path))
      bad = -1
      if (previousEnd >= 0) {
        if (keyStart !== previousEnd) this.report(notPackedKey(page, index, keyStart, previousEnd, this.path))
        if (this.ordered && compareIn(view, previous, previousEnd, keyStart, keyEnd) >= 0)
          this.report(notAscending(page, index, keyStart, this.path))
      }
      previous = keyStart
      previousEnd = keyEnd
    }
    if (bad >= 0) this.report(outOfBounds(page, bad, count - 1, this.path))
    this.stack.push({ kind: 'branch', children, keys, range: this.rangeHere(), height, next: 0, run: null })
  }

  private nextChild(frame: BranchFrame): Step | null {
    if (frame.run !== null && this.plain && this.plainLeaves(frame, frame.run)) return null
    const id = frame.children[frame.next]
    if (id === undefined) {
      this.stack.pop()
      this.reader.release(frame.run?.chunk ?? null)
      return null
    }
    const { pageSize } = this.reader
    const { run } = frame
    const inRun = run !== null && id >= run.first && (id - run.first + 1) * pageSize <= run.chunk.length
    const pages = inRun ? 0 : neighbours(frame.children, frame.next, Math.floor(WINDOW / pageSize))
    if (pages < 2 || !this.reader.isInRange(id, this.path)) {
      frame.next += 1
      return this.enterPage(id, run)
    }
    this.reader.release(run?.chunk ?? null)
    frame.run = null
    const next = this.reader.run(id, pages, this.path)
    return isLater(next) ? next.then((came) => this.startRun(frame, id, came)) : this.startRun(frame, id, next)
  }

  /** The page is in memory now, and met again; where the run could not be read, it is read alone. */
  private startRun(frame: BranchFrame, id: number, run: Run | null): Step | null {
    frame.run = run
    // Not even the first page may have come whole: then it must not be waited for again.
    if (run !== null && run.chunk.length >= this.reader.pageSize) return null
    frame.next += 1
    return this.enterPage(id, run)
  }

  /**
   * Delivers the leaves of a run, one behind the other, as long as each is as bbolt writes them: most of a tree is, and this is three
   * times as fast as looking at every page for itself. Stops before the first page that is not, or pushes it where only one of its
   * elements is out of the ordinary, a bucket say; true then. In signed words, with one branch for an element and with numbers for
   * constants of other modules, which V8 reads and checks at every use: the rest of a walk is copying the file.
   */
  private plainLeaves(frame: BranchFrame, { first, chunk }: Run): boolean {
    const { words } = chunk
    const owner = this.buckets[this.buckets.length - 1]
    if (words === null || owner === undefined) return false
    const { pageSize } = this.reader
    const { children } = frame
    const { cursor, visitor, visited } = this
    const last = first + Math.floor(chunk.length / pageSize) - 1
    // The bits that no length inside a page has, the sign among them.
    const beyond = -pageSize
    for (;;) {
      const id = children[frame.next]
      if (id === undefined || id < first || id > last) return false
      const start = (id - first) * pageSize
      const header = start >> 2
      // offset 0: id; 8: type, then the count in the upper half; 12: overflow
      const typeAndCount = words[header + 2] as number
      const count = typeAndCount >>> 16
      // So V8 knows that small numbers can be added to it.
      const from = (header + 4) & 0xffffff
      let distance = count * ELEMENT
      let place = (start + HEADER + distance) | 0
      const end = start + pageSize
      if (
        words[header] !== id ||
        words[header + 1] !== 0 ||
        (typeAndCount & 0xffff) !== LEAF ||
        words[header + 3] !== 0 ||
        count === 0 ||
        words[from + 1] !== distance ||
        !visited.add(id)
      )
        return false
      frame.next += 1
      cursor.place(owner.view.path, id, chunk, id * pageSize - start)
      // An element has four words: flags, distance to its key, length of the key, length of the value. What the next one says of the
      // distance to its own key bears the lengths out.
      const stop = (from + (count - 1) * 4) & 0xffffff
      let word = from
      for (; word < stop; word += 4) {
        const key = words[word + 2] as number
        const value = words[word + 3] as number
        const next = (place + key + value) | 0
        distance = (distance + key + value - 16) | 0
        const wrong =
          (words[word] as number) |
          ((words[word + 5] as number) ^ distance) |
          ((key | value) & beyond) |
          ((end - next) >> 31)
        if (wrong !== 0) break
        cursor.move(place, key, next)
        visitor.record?.(cursor)
        place = next
      }
      if (word === stop) {
        const key = words[word + 2] as number
        const value = words[word + 3] as number
        if (((words[word] as number) | ((key | value) & beyond)) === 0 && place + key + value <= end) {
          cursor.move(place, key, place + key + value)
          visitor.record?.(cursor)
          word += 4
        }
      }
      const index = (word - from) >> 2
      owner.counts.keys += index
      this.summary.keys += index
      if (index === count) continue
      const { view, bytes } = chunk
      const offset = id * pageSize
      const page: Page = { id, flags: LEAF, count, overflow: 0, bytes, view, little: true, start, end, offset }
      const elements = elementCount(page, this.report, this.path)
      this.stack.push({ kind: 'leaf', id, count: elements, length: pageSize, page, own: null, next: index })
      return true
    }
  }

  private continueLeaf(frame: LeafFrame): Step | null {
    if (frame.page === null) {
      const again = this.reader.reload(
        frame.id,
        { flags: LEAF, count: frame.count, overflow: 0 },
        frame.length,
        this.path,
      )
      // Lost for good: without this the same page would be asked for again and again.
      if (again === null) this.leaveLeaf(frame)
      return again
    }
    const bucket = this.readLeaf(frame, frame.page)
    if (bucket !== null) return this.enterBucket(bucket)
    this.leaveLeaf(frame)
    return null
  }

  /** Delivers elements up to the next bucket that has pages of its own, which is returned; null at the end. */
  private readLeaf(frame: LeafFrame, page: Page): BucketView | null {
    const owner = this.buckets[this.buckets.length - 1]
    if (owner === undefined) return null
    for (;;) {
      const index = this.records(page, frame.next, frame.count, owner)
      if (index >= frame.count) return null
      frame.next = index + 1
      const bucket = this.subBucket(page, index, frame.count, owner)
      if (bucket !== null) return bucket
    }
  }

  /**
   * Delivers the records from `from` on, and stops at an element that is a bucket or at the end; gives its index. The one loop that
   * runs for every record: no object, no call but the visitor's.
   */
  private records(page: Page, from: number, count: number, owner: BucketFrame): number {
    const { view, little, start, end } = page
    const { cursor, visitor, ordered } = this
    cursor.place(owner.view.path, page.id, page, page.offset - page.start)
    const table = start + HEADER + count * ELEMENT
    // The key before, to compare with; -1 where there is none.
    const before = ordered && from > 0 ? elementAt(page, from - 1, count) : undefined
    let previous = before?.keyStart ?? -1
    let previousEnd = before?.keyEnd ?? 0
    // Where the next element should begin; -1 when nothing tells.
    let expected = -1
    let bad = -1
    let keys = 0
    let index = from
    let at = start + HEADER + from * ELEMENT
    for (; index < count; index++, at += ELEMENT) {
      let keyStart = at + view.getUint32(at + 4, little)
      let keyEnd = keyStart + view.getUint32(at + 8, little)
      let valueEnd = keyEnd + view.getUint32(at + 12, little)
      const next = index + 1 < count ? at + ELEMENT + view.getUint32(at + ELEMENT + 4, little) : -1
      // The last one has no next: then it must begin where the one before it ends.
      const fits = next < 0 ? index === 0 || expected === keyStart : valueEnd === next
      if (!fits || keyStart < table || valueEnd > end) {
        expected = -1
        const span = spanOf(page, index, count)
        if (span === undefined) {
          previous = -1
          if (keyStart >= table && valueEnd <= end) this.report(notPacked(page, index, this.path))
          else if (bad < 0) bad = index
          continue
        }
        if (span.keyStart !== keyStart) this.report(moved(page, index, keyStart, span.keyStart, this.path))
        ;({ keyStart, keyEnd, valueEnd } = span)
      }
      expected = valueEnd
      if (bad >= 0) {
        this.report(outOfBounds(page, bad, index - 1, this.path))
        bad = -1
      }
      if (ordered) {
        if (previous >= 0 && compareIn(view, previous, previousEnd, keyStart, keyEnd) >= 0)
          this.report(notAscending(page, index, keyStart, this.path))
        previous = keyStart
        previousEnd = keyEnd
      }
      if ((view.getUint32(at, little) & BUCKET_FLAG) !== 0) break
      keys += 1
      if (visitor.record === undefined) continue
      cursor.keyStart = keyStart
      cursor.valueStart = keyEnd
      cursor.valueEnd = valueEnd
      visitor.record(cursor)
    }
    if (bad >= 0) this.report(outOfBounds(page, bad, index - 1, this.path))
    owner.counts.keys += keys
    this.summary.keys += keys
    return index
  }

  /** Reads a bucket's header, and an inline bucket at once. Returns one that has pages of its own and is to be entered. */
  private subBucket(page: Page, index: number, count: number, owner: BucketFrame): BucketView | null {
    const element = spanOf(page, index, count)
    if (element === undefined) return null
    const { keyStart, keyEnd, valueEnd } = element
    const at = { page: page.id, offset: page.offset + keyEnd - page.start }
    const path = [...owner.view.path, copyOf(page.bytes.subarray(keyStart, keyEnd))]
    if (valueEnd - keyEnd < BUCKET_HEADER) {
      const message = `A bucket's value should have at least ${BUCKET_HEADER} bytes, but has ${valueEnd - keyEnd}.`
      this.report(damage('bucket-too-short', message, { ...at, bucket: path }))
      return null
    }
    const { root, sequence } = bucketHeader(page.view, keyEnd, page.little)
    const bucket: BucketView = { path, sequence, root: root === 0 ? null : root, page: page.id }
    owner.counts.buckets += 1
    this.summary.buckets += 1
    this.visitor.bucket?.(bucket)
    if (root === 0) {
      this.inlineBucket(bucket, page, keyEnd + BUCKET_HEADER, valueEnd)
      return null
    }
    if (path.length <= BUCKETS_MAX) return bucket
    const message = `Buckets should nest at most ${BUCKETS_MAX} deep, but one nests deeper: what it holds is not read.`
    this.report(damage('nested-too-deep', message, { ...at, bucket: path }))
    this.visitor.leave?.(bucket, { keys: 0, buckets: 0 })
    return null
  }

  private inlineBucket(view: BucketView, outer: Page, start: number, end: number): void {
    const frame: BucketFrame = { kind: 'bucket', view, counts: { keys: 0, buckets: 0 }, at: 0 }
    const above = this.path
    this.path = view.path
    const page = inlinePage(outer, start, end, this.report, view.path)
    const count = page === null ? 0 : elementCount(page, this.report, view.path)
    for (let from = 0; page !== null && from < count; from++) {
      from = this.records(page, from, count, frame)
      if (from >= count) break
      const message = `Element ${from} of an inline bucket should be a record, but is a bucket, which is not read.`
      const offset = page.offset + HEADER + ELEMENT * from
      this.report(damage('inline-page', message, { page: outer.id, offset, bucket: view.path }))
    }
    this.path = above
    this.visitor.leave?.(view, frame.counts)
  }
}

/**
 * How many pages from the n-th child on to read at once: up to the last child near by, over gaps that cost less to read than another
 * read would.
 */
function neighbours(children: readonly number[], from: number, most: number): number {
  const first = children[from] ?? 0
  let pages = 1
  for (let index = from + 1; index < children.length; index++) {
    const span = (children[index] ?? 0) - first + 1
    if (span <= pages || span > most || span > pages + GAP) break
    pages = span
  }
  return pages
}

/** Pages between two children that are read along. */
const GAP = 4

/** Bytes: a bucket's value begins with the page id of its root (8, 0: inline) and its sequence (8). */
export const BUCKET_HEADER = 16

/** `InBucket` in https://github.com/etcd-io/bbolt/blob/main/internal/common/bucket.go. */
export function bucketHeader(view: DataView, at: number, little: boolean): { root: number; sequence: bigint } {
  return { root: u64(view, at, little), sequence: view.getBigUint64(at + 8, little) }
}

/** An inline bucket: the image of one leaf page after the header of the value. Null, and reported, when there is none. */
export function inlinePage(
  outer: Page,
  start: number,
  end: number,
  report: (item: Damage) => void,
  bucket: readonly Uint8Array[],
): Page | null {
  const offset = outer.offset + start - outer.start
  const at = { page: outer.id, offset, bucket }
  if (end - start < HEADER) {
    const message = `An inline bucket should hold the image of a leaf page, but has ${end - start} bytes.`
    report(damage('inline-page', message, at))
    return null
  }
  const { id, flags, count, overflow } = readHeader(outer.view, start, outer.little)
  if (flags !== LEAF) {
    const message = `An inline bucket should hold the image of a leaf page, but has type 0x${flags.toString(16)}.`
    report(damage('inline-page', message, at))
    return null
  }
  if (id !== 0 || overflow !== 0) {
    const message = `The page image of an inline bucket should have id 0 and no overflow, but has id ${id} and overflow ${overflow}.`
    report(damage('inline-page', message, at))
  }
  return { ...outer, flags, count, overflow: 0, start, end, offset }
}
