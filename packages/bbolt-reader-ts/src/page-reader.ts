import type { ByteSource } from './byte-source.js'
import { spoken } from './bytes.js'
import { damage, reasonOf, type DamageCode, type Report } from './damage.js'
import { isLater, whenThere, type Later } from './later.js'
import type { Meta } from './meta.js'
import { BRANCH, ELEMENT, elementAt, FREELIST, HEADER, LEAF, readHeader, type Page, type PageHeader } from './page.js'

/** Bytes read at once where pages lie side by side; larger reads gain nothing and cost memory on every level of the tree. */
export const WINDOW = 128 * 1024
/** Bytes. bbolt's `MaxAllocSize` (internal/common/bolt_amd64.go) ends every element below it, so no page is longer. */
const PAGE_MAX = 2 ** 31
const LITTLE_MACHINE = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1
/** Buffers kept for the next read. */
const SPARE_MAX = 16

/** Bytes of the file in memory. Given back with `release`, after which nothing may look at them. */
export interface Chunk {
  readonly bytes: Uint8Array
  readonly view: DataView
  /** The same as words of 32 bits; null where the file or the machine is big-endian, or the bytes are not aligned. */
  readonly words: Int32Array | null
  /** How many of the bytes are of the file: in a buffer that is used again, older ones may follow. */
  length: number
  /** Whether it is a buffer of ours, to be used again. */
  readonly ours: boolean
}

/** Pages that lie side by side, read at once. */
export interface Run {
  readonly first: number
  readonly chunk: Chunk
}

/** A page, and the chunk to release after it; null when the page lies in a run. */
export interface Loaded {
  readonly page: Page
  readonly own: Chunk | null
}

/** What must be known of a file to read its pages. */
export type Geometry = Pick<Meta, 'pageSize' | 'byteOrder' | 'highWaterMark'>

/** What is needed to read a page again. */
export type PageKind = Pick<Page, 'flags' | 'count' | 'overflow'>

interface Failed {
  readonly error: unknown
}

/** Reads pages of one state of the file for one job, and reports what keeps it from reading one. */
export class PageReader {
  readonly pageSize: number
  readonly little: boolean
  private readonly source: ByteSource
  private readonly highWaterMark: number
  private readonly report: Report
  private readonly spare: Chunk[] = []
  /** Bytes of chunks that have not been released. */
  held = 0
  /**
   * Bytes that pages longer than one may still take. No two pages of a good file overlap, so that the file's size is enough; pages
   * that lie about their length could otherwise make the work grow with the square of it.
   */
  private overflowBudget: number

  constructor(
    source: ByteSource,
    { pageSize, byteOrder, highWaterMark }: Geometry,
    report: Report,
    private readonly forced?: ReadonlyMap<number, PageHeader>,
  ) {
    this.source = source
    this.pageSize = pageSize
    this.little = byteOrder === 'little'
    this.highWaterMark = highWaterMark
    this.report = report
    this.overflowBudget = 2 * source.size
  }

  /** Whether there can be a page of this id; reported when not. */
  isInRange(id: number, bucket: readonly Uint8Array[]): boolean {
    const { highWaterMark, pageSize } = this
    if (id < 2 || id >= highWaterMark || id > Number.MAX_SAFE_INTEGER) {
      const message = `A page id should be from 2 to ${highWaterMark - 1}, but is ${spoken(id)}.`
      this.report(damage('page-out-of-range', message, { page: Number.isSafeInteger(id) ? id : undefined, bucket }))
      return false
    }
    const offset = id * pageSize
    if (offset + HEADER <= this.source.size) return true
    const message = `Page ${id} should begin at byte ${offset}, but the file has ${this.source.size} bytes.`
    this.report(damage('page-beyond-file', message, { page: id, offset, bucket }))
    return false
  }

  /** Pages from `first` on, as many as can be had; null when none can, and then each is better tried alone. */
  run(first: number, pages: number, bucket: readonly Uint8Array[]): Later<Run | null> {
    const start = first * this.pageSize
    const end = Math.min(start + pages * this.pageSize, this.source.size)
    return whenThere(this.read(start, end - start), (chunk) => {
      if (!('error' in chunk)) return { first, chunk }
      const message = `Pages ${first} to ${first + pages - 1} should be readable at once, but are not: ${reasonOf(chunk.error)}. Each is tried alone.`
      return this.lost(first, 'read-failed', message, bucket)
    })
  }

  /** Null when the page cannot be had; the damage has been reported. The id must be in range. `run`: where it may lie. */
  load(id: number, run: Run | null, bucket: readonly Uint8Array[]): Later<Loaded | null> {
    if (run !== null) {
      const at = (id - run.first) * this.pageSize
      if (at >= 0 && at + this.pageSize <= run.chunk.length) return this.parse(id, run.chunk, at, false, bucket)
    }
    const offset = id * this.pageSize
    const length = Math.min(this.pageSize, this.source.size - offset)
    return whenThere(this.read(offset, length), (chunk) => {
      if (!('error' in chunk)) return this.parse(id, chunk, 0, true, bucket)
      return this.lost(id, 'read-failed', `Page ${id} should be readable, but is not: ${reasonOf(chunk.error)}`, bucket)
    })
  }

  /** A page that was read before and released, from its first `length` bytes. Not checked again, and not told about again. */
  reload(id: number, kind: PageKind, length: number, bucket: readonly Uint8Array[]): Later<Loaded | null> {
    return whenThere(this.read(id * this.pageSize, length), (chunk) => {
      if (!('error' in chunk) && chunk.length === length)
        return { page: this.page(id, kind, chunk, 0, length), own: chunk }
      const found = 'error' in chunk ? reasonOf(chunk.error) : `only ${chunk.length} bytes came`
      if (!('error' in chunk)) this.release(chunk)
      return this.lost(id, 'read-failed', `Page ${id} should be readable again, but is not: ${found}`, bucket)
    })
  }

  release(chunk: Chunk | null): void {
    if (chunk === null) return
    this.held -= chunk.bytes.length
    if (chunk.ours && chunk.bytes.length === WINDOW && this.spare.length < SPARE_MAX) this.spare.push(chunk)
  }

  private parse(
    id: number,
    chunk: Chunk,
    start: number,
    owned: boolean,
    bucket: readonly Uint8Array[],
  ): Later<Loaded | null> {
    const { length: came, view } = chunk
    const own = owned ? chunk : null
    if (came - start < HEADER) {
      this.release(own)
      const message = `Page ${id} should be readable, but only ${came - start} of its bytes came.`
      return this.lost(id, 'read-failed', message, bucket)
    }
    const header = this.forced?.get(id) ?? readHeader(view, start, this.little)
    if (header.id !== id) {
      this.release(own)
      const message = `Page ${id} should carry its own id, but carries ${spoken(header.id)}.`
      return this.lost(id, 'page-id-mismatch', message, bucket)
    }
    const length = this.lengthOf(id, header, bucket)
    const page = this.page(id, { ...header, overflow: Math.ceil(length / this.pageSize) - 1 }, chunk, start, length)
    const there = Math.min(came - start, length)
    // One page of a branch or a leaf is the rule, and all of it is there.
    if (there >= length && length <= this.pageSize) return { page, own }
    return this.extend(page, header, length, own, there, bucket)
  }

  /** What was read counts as the page's end: nothing may look behind it, even if the file changes between two reads. */
  private page(
    id: number,
    { flags, count, overflow }: PageKind,
    { bytes, view, length: came }: Chunk,
    start: number,
    length: number,
  ): Page {
    const end = Math.min(start + length, came)
    return { id, flags, count, overflow, bytes, view, little: this.little, start, end, offset: id * this.pageSize }
  }

  /** Bytes of the page with its overflow, as far as they can be; reported when they end early. */
  private lengthOf(id: number, { overflow }: PageHeader, bucket: readonly Uint8Array[]): number {
    const { pageSize, highWaterMark, source } = this
    const offset = id * pageSize
    let length = (1 + overflow) * pageSize
    const there = Math.min(length, source.size - offset)
    if (id + overflow >= highWaterMark || length > PAGE_MAX || (overflow > 0 && there > this.overflowBudget)) {
      const message = `Page ${id} should end below page ${highWaterMark} and share nothing with others, but says that ${overflow} pages more belong to it: only its first is read.`
      this.lost(id, 'overflow-out-of-range', message, bucket)
      length = pageSize
    } else if (overflow > 0) this.overflowBudget -= there
    if (offset + length <= source.size) return length
    const message = `Page ${id} should have ${length} bytes, but the file ends after ${source.size - offset} of them.`
    this.lost(id, 'page-beyond-file', message, bucket)
    return source.size - offset
  }

  /**
   * Gets what is missing of a page that is longer than what was read: its element table, then everything up to the end of the last
   * element inside it. So a length that is a lie costs no memory.
   */
  private extend(
    page: Page,
    header: PageHeader,
    length: number,
    own: Chunk | null,
    there: number,
    bucket: readonly Uint8Array[],
  ): Later<Loaded | null> {
    const table = Math.min(length, tableLength(page, there))
    if (table <= there) return this.upTo(page, header, length, own, there, bucket)
    return whenThere(this.again(page.id, header, length, own, table, bucket), (loaded) => {
      if (loaded === null) return null
      const came = loaded.own?.length ?? 0
      return this.upTo(loaded.page, header, length, loaded.own, came, bucket)
    })
  }

  private upTo(
    page: Page,
    header: PageHeader,
    length: number,
    own: Chunk | null,
    there: number,
    bucket: readonly Uint8Array[],
  ): Later<Loaded | null> {
    const needed = usedLength(page, length, there)
    return needed <= there ? { page, own } : this.again(page.id, header, length, own, needed, bucket)
  }

  /** The page anew, in a chunk of its own with its first `needed` bytes. */
  private again(
    id: number,
    header: PageHeader,
    length: number,
    old: Chunk | null,
    needed: number,
    bucket: readonly Uint8Array[],
  ): Later<Loaded | null> {
    this.release(old)
    return whenThere(this.read(id * this.pageSize, needed), (chunk) => {
      if ('error' in chunk) {
        const message = `Page ${id} should be readable, but is not: ${reasonOf(chunk.error)}`
        return this.lost(id, 'read-failed', message, bucket)
      }
      const came = chunk.length
      if (came >= needed) return { page: this.page(id, header, chunk, 0, length), own: chunk }
      const message = `Page ${id} should have ${needed} bytes, but only ${came} came.`
      this.lost(id, 'read-failed', message, bucket)
      if (came >= HEADER) return { page: this.page(id, header, chunk, 0, came), own: chunk }
      this.release(chunk)
      return null
    })
  }

  private lost(id: number, code: DamageCode, message: string, bucket: readonly Uint8Array[]): null {
    this.report(damage(code, message, { page: id, offset: id * this.pageSize, bucket }))
    return null
  }

  private read(start: number, length: number): Later<Chunk | Failed> {
    const { source } = this
    try {
      if (source.readInto !== undefined) {
        const chunk =
          length <= WINDOW
            ? (this.spare.pop() ?? this.chunk(new Uint8Array(WINDOW), true))
            : this.chunk(new Uint8Array(length), true)
        this.held += chunk.bytes.length
        const target = length === chunk.bytes.length ? chunk.bytes : chunk.bytes.subarray(0, length)
        const came = source.readInto(start, target)
        if (typeof came !== 'number') return came.then((number) => filled(chunk, number, length)).catch(failed)
        return filled(chunk, came, length)
      }
      const answer = source.read(start, start + length)
      return isLater(answer)
        ? answer.then((bytes) => this.borrowed(bytes, length)).catch(failed)
        : this.borrowed(answer, length)
    } catch (error) {
      return { error }
    }
  }

  /** Bytes of the source, never more than asked for. */
  private borrowed(bytes: Uint8Array, most: number): Chunk {
    const chunk = this.chunk(bytes, false)
    this.held += chunk.bytes.length
    return filled(chunk, bytes.length, most)
  }

  /** Plain Uint8Array, whatever kind the source returns. */
  private chunk({ buffer, byteOffset, length }: Uint8Array, ours: boolean): Chunk {
    const aligned = this.little && LITTLE_MACHINE && byteOffset % 4 === 0
    return {
      bytes: new Uint8Array(buffer, byteOffset, length),
      view: new DataView(buffer, byteOffset, length),
      words: aligned ? new Int32Array(buffer, byteOffset, length >> 2) : null,
      length,
      ours,
    }
  }
}

function filled(chunk: Chunk, came: number, asked: number): Chunk {
  chunk.length = Math.max(0, Math.min(came, asked))
  return chunk
}

function failed(error: unknown): Failed {
  return { error }
}

/** Bytes up to the end of the element table, or of a freelist's ids. */
function tableLength({ flags, count, view, start, little }: Page, there: number): number {
  if (flags === LEAF || flags === BRANCH) return HEADER + count * ELEMENT
  if (flags !== FREELIST) return HEADER
  // A count of 0xFFFF means that the true one, a u64, comes first; only its low half can be meant by a page of this length.
  if (count === 0xffff && there >= HEADER + 8)
    return HEADER + 8 * (1 + view.getUint32(start + HEADER + (little ? 0 : 4), little))
  return HEADER + count * 8
}

/** Bytes up to the end of the last element that lies inside the page's length, its table included. Needs the table. */
function usedLength(page: Page, length: number, there: number): number {
  let used = Math.min(tableLength(page, there), length)
  if (page.flags !== LEAF && page.flags !== BRANCH) return used
  const whole: Page = { ...page, end: page.start + length }
  const count = Math.min(page.count, Math.floor((Math.min(there, length) - HEADER) / ELEMENT))
  for (let index = 0; index < count; index++) {
    const element = elementAt(whole, index, 0)
    if (element !== undefined && element.valueEnd - page.start > used) used = element.valueEnd - page.start
  }
  return used
}
