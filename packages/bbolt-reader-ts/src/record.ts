import { copyOf } from './bytes.js'

/** A record to keep. */
export interface StoredRecord {
  readonly bucket: readonly Uint8Array[]
  readonly key: Uint8Array
  readonly value: Uint8Array
  readonly page: number
}

/**
 * A key with its value, valid only inside the callback: the view and the bytes behind it are used again for the next record, and
 * must not be written to. `key` and `value` are made when asked for, so that a job that needs neither does not pay for them.
 */
export interface RecordView {
  /** Names of the buckets from the root. May be kept. */
  readonly bucket: readonly Uint8Array[]
  readonly key: Uint8Array
  readonly value: Uint8Array
  /** Bytes. */
  readonly keyLength: number
  /** Bytes. */
  readonly valueLength: number
  /** The page whose element it is; for an inline bucket the page around it. */
  readonly page: number
  /** Of the key's first byte in the file. */
  readonly offset: number
  /** The memory that key and value lie in: the key from `keyStart`, the value from `valueStart` to `valueEnd`. */
  readonly bytes: Uint8Array
  /** The same memory, for numbers. */
  readonly view: DataView
  readonly keyStart: number
  readonly valueStart: number
  readonly valueEnd: number
  /** The same with memory of its own. */
  copy(): StoredRecord
}

/** The one view of a walk. */
export class RecordCursor implements RecordView {
  bucket: readonly Uint8Array[] = []
  page = 0
  bytes = new Uint8Array(0)
  view = new DataView(this.bytes.buffer)
  private base = 0
  keyStart = 0
  valueStart = 0
  valueEnd = 0

  /** `base` is what is added to a place in `bytes` to get its place in the file. */
  place(
    bucket: readonly Uint8Array[],
    page: number,
    { bytes, view }: { readonly bytes: Uint8Array; readonly view: DataView },
    base: number,
  ): void {
    this.bucket = bucket
    this.page = page
    this.base = base
    this.bytes = bytes as Uint8Array<ArrayBuffer>
    this.view = view as DataView<ArrayBuffer>
  }

  /** To the record whose key of this length begins here and whose value ends there. */
  move(keyStart: number, keyLength: number, valueEnd: number): void {
    this.keyStart = keyStart
    this.valueStart = keyStart + keyLength
    this.valueEnd = valueEnd
  }

  get key(): Uint8Array {
    return this.bytes.subarray(this.keyStart, this.valueStart)
  }

  get value(): Uint8Array {
    return this.bytes.subarray(this.valueStart, this.valueEnd)
  }

  get offset(): number {
    return this.base + this.keyStart
  }

  get keyLength(): number {
    return this.valueStart - this.keyStart
  }

  get valueLength(): number {
    return this.valueEnd - this.valueStart
  }

  copy(): StoredRecord {
    return { bucket: this.bucket, key: copyOf(this.key), value: copyOf(this.value), page: this.page }
  }
}

const SECTOR = 512

/**
 * Whether a record touches a disk sector that holds nothing but zeros, as a copy of a failing disk leaves them: then part of it may
 * be missing, unless it is a value that has as many zeros.
 */
export function touchesZeroSector({ bytes, offset, keyStart, valueEnd }: RecordView): boolean {
  const base = offset - keyStart
  for (let at = Math.floor(offset / SECTOR) * SECTOR - base; at < valueEnd; at += SECTOR) {
    if (at < 0 || at + SECTOR > bytes.length) continue
    let i = at
    while (i < at + SECTOR && bytes[i] === 0) i++
    if (i === at + SECTOR) return true
  }
  return false
}
