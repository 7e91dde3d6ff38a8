import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { constants, deflateRawSync, inflateRawSync } from 'node:zlib'
import { temporaryPath } from './spool.js'

/** What memory holds before it goes to disk, in order. */
const RUN_BYTES = 8 * 1024 * 1024
const RUN_RECORDS = 50_000
/** What is read back at once of each run. */
const BLOCK_BYTES = 64 * 1024
/** Of one record: key and length stand before its bytes. */
const HEAD = 10
export const RECORD_MAX = 4096

export interface KeyedRecord {
  readonly key: number
  /** Only until the next one is asked for. */
  readonly bytes: Buffer
}

interface Block {
  readonly at: number
  readonly packed: number
  readonly last: number
}

/**
 * More records than memory holds, given in nearly any order, read by key as often as wanted; of equal keys the one added first
 * comes first. Sorted runs go, packed, to one temporary file that has no name.
 */
export class SortedRecords {
  #buffer: Buffer | undefined
  #used = 0
  #keys: number[] = []
  #starts: number[] = []
  #file: number | undefined
  #size = 0
  readonly #runs: Block[][] = []

  add(key: number, bytes: Uint8Array): void {
    if (bytes.length > RECORD_MAX) throw new RangeError(`A record has at most ${RECORD_MAX} bytes`)
    if (this.#used + HEAD + bytes.length > RUN_BYTES || this.#keys.length === RUN_RECORDS) this.#spill()
    const buffer = (this.#buffer ??= Buffer.allocUnsafe(RUN_BYTES))
    this.#keys.push(key)
    this.#starts.push(this.#used)
    buffer.writeDoubleLE(key, this.#used)
    buffer.writeUInt16LE(bytes.length, this.#used + 8)
    buffer.set(bytes, this.#used + HEAD)
    this.#used += HEAD + bytes.length
  }

  /** From a key on, itself included. */
  *read(from = -Infinity): Generator<KeyedRecord> {
    const runs = this.#runs.map((blocks) => this.#stored(blocks, from))
    runs.push(this.#inMemory(from))
    yield* mergeSorted(runs, ({ key }) => key)
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file)
    this.#file = undefined
    this.#runs.length = 0
    this.#keys = []
  }

  #order(): number[] {
    const keys = this.#keys
    return keys.map((_, index) => index).sort((a, b) => (keys[a] ?? 0) - (keys[b] ?? 0))
  }

  #slice(index: number): Buffer {
    return (this.#buffer ?? Buffer.alloc(0)).subarray(this.#starts[index], this.#starts[index + 1] ?? this.#used)
  }

  #spill(): void {
    this.#file ??= unlinked()
    const blocks: Block[] = []
    let parts: Buffer[] = []
    let size = 0
    let last = 0
    const write = (file: number): void => {
      const packed = deflateRawSync(Buffer.concat(parts), { level: constants.Z_BEST_SPEED })
      for (let done = 0; done < packed.length;)
        done += writeSync(file, packed, done, packed.length - done, this.#size + done)
      blocks.push({ at: this.#size, packed: packed.length, last })
      this.#size += packed.length
      parts = []
      size = 0
    }
    for (const index of this.#order()) {
      const record = this.#slice(index)
      if (size + record.length > BLOCK_BYTES) write(this.#file)
      parts.push(record)
      size += record.length
      last = this.#keys[index] ?? 0
    }
    if (size > 0) write(this.#file)
    this.#runs.push(blocks)
    this.#used = 0
    this.#keys = []
    this.#starts = []
  }

  *#stored(blocks: readonly Block[], from: number): Generator<KeyedRecord> {
    for (const { at, packed, last } of blocks) {
      if (last < from || this.#file === undefined) continue
      const bytes = Buffer.allocUnsafe(packed)
      for (let done = 0; done < packed;) {
        const read = readSync(this.#file, bytes, done, packed - done, at + done)
        if (read === 0) throw new Error('A temporary file ended early')
        done += read
      }
      const records = inflateRawSync(bytes)
      for (let start = 0; start < records.length;) {
        const end = start + HEAD + records.readUInt16LE(start + 8)
        const key = records.readDoubleLE(start)
        if (key >= from) yield { key, bytes: records.subarray(start + HEAD, end) }
        start = end
      }
    }
  }

  *#inMemory(from: number): Generator<KeyedRecord> {
    for (const index of this.#order()) {
      const key = this.#keys[index] ?? 0
      if (key >= from) yield { key, bytes: this.#slice(index).subarray(HEAD) }
    }
  }
}

/** Of sorted sequences one; of equal keys the earlier sequence comes first. */
export function* mergeSorted<T>(sequences: readonly Iterable<T>[], keyOf: (item: T) => number): Generator<T> {
  interface Head {
    readonly rank: number
    readonly rest: Iterator<T>
    item: T
    key: number
  }
  const heads = sequences.flatMap((sequence, rank): Head[] => {
    const rest = sequence[Symbol.iterator]()
    const next = rest.next()
    return next.done === true ? [] : [{ rank, rest, item: next.value, key: keyOf(next.value) }]
  })
  const later = (a: Head, b: Head): boolean => a.key > b.key || (a.key === b.key && a.rank > b.rank)
  heads.sort((a, b) => (later(a, b) ? 1 : -1))
  for (let head = heads[0]; head !== undefined; head = heads[0]) {
    yield head.item
    const following = head.rest.next()
    if (following.done === true) {
      heads.shift()
      continue
    }
    head.item = following.value
    head.key = keyOf(head.item)
    // Logs follow each other: the head mostly stays one.
    let at = 0
    for (let next = heads[1]; next !== undefined && later(head, next); next = heads[at + 1]) heads[at++] = next
    heads[at] = head
  }
}

function unlinked(): number {
  const path = temporaryPath()
  const file = openSync(path, 'wx+', 0o600)
  rmSync(path)
  return file
}
