import { crc32 } from 'node:zlib'
import type { ByteSource } from '../model/byte-source.js'
import type { Instant } from '../model/time.js'
import { byteReader, type ByteReader } from './byte-reader.js'
import { deflated } from './inflate.js'

/**
 * One member as a zip tells of it (APPNOTE.TXT 6.3.10, https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT).
 * `content` throws where the member is damaged, encrypted or packed by a method other than stored and deflate.
 */
export interface ZipMember {
  readonly name: string
  readonly kind: 'file' | 'directory' | 'symlink' | 'device'
  /** Bytes, inflated; what the archive says. */
  readonly size: number
  /** Bytes as they lie in the archive. */
  readonly packed: number
  readonly mtime: Instant | null
  readonly encrypted: boolean
  content(): AsyncIterable<Uint8Array>
}

export type ZipFault = 'no-directory' | 'directory-damaged'

const WINDOW = 256 * 1024
const END = 0x06054b50
const END64 = 0x06064b50
const LOCATOR64 = 0x07064b50
const DIRECTORY = 0x02014b50
const LOCAL = 0x04034b50
const MAX16 = 0xffff
const MAX32 = 0xffffffff

/**
 * The members of a zip, in the order of its central directory, which decides. Where that is missing, because the file is cut,
 * the local headers are read one after another, and `fault` is told.
 */
export async function* zipMembers(
  bytes: ByteSource,
  fault: (fault: ZipFault, detail: string) => void,
): AsyncGenerator<ZipMember> {
  const end = await endOf(bytes)
  if (end === null) {
    fault('no-directory', 'its directory is missing, so it was read from member to member')
    yield* walk(bytes)
    return
  }
  let at = end.start
  let read = 0
  for (let window = new View(new Uint8Array(0), 0); read < end.count; read++) {
    if (window.end - at < 46 + 3 * MAX16) window = await view(bytes, at, at + WINDOW)
    const member = directoryEntry(window, at, bytes, end.shift)
    if (member === null) {
      fault('directory-damaged', `its directory lists ${end.count} members, and only ${read} of them can be read`)
      return
    }
    at = member.next
    yield member
  }
}

/** Little-endian numbers at offsets from the start of the file; 0 beyond what is there. */
class View {
  private readonly data: DataView
  constructor(
    readonly bytes: Uint8Array,
    readonly start: number,
  ) {
    this.data = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  }
  get end(): number {
    return this.start + this.bytes.length
  }
  holds(at: number, length: number): boolean {
    return at >= this.start && at + length <= this.end
  }
  u16(at: number): number {
    return this.holds(at, 2) ? this.data.getUint16(at - this.start, true) : 0
  }
  u32(at: number): number {
    return this.holds(at, 4) ? this.data.getUint32(at - this.start, true) : 0
  }
  /** Beyond 2^53 it is no size of any file, and NaN fails every comparison. */
  u64(at: number): number {
    if (!this.holds(at, 8)) return NaN
    const value = Number(this.data.getBigUint64(at - this.start, true))
    return Number.isSafeInteger(value) ? value : NaN
  }
  slice(at: number, length: number): Uint8Array {
    return this.bytes.subarray(at - this.start, at - this.start + length)
  }
}

async function view(bytes: ByteSource, start: number, end: number): Promise<View> {
  return new View(await bytes.read(start, Math.min(end, bytes.size)), start)
}

interface End {
  /** Where the directory begins. */
  readonly start: number
  readonly count: number
  /** What offsets in the directory lack: something was put in front of the archive. */
  readonly shift: number
}

/** The end record lies in the last 64 KiB, before a comment. */
async function endOf(bytes: ByteSource): Promise<End | null> {
  const tail = await view(bytes, Math.max(0, bytes.size - 22 - MAX16), bytes.size)
  for (let at = tail.end - 22; at >= tail.start; at--) {
    // 0: signature. 4, 6, 8: disks. 10: members. 12: size of the directory. 16: its offset. 20: length of the comment.
    if (tail.u32(at) !== END || at + 22 + tail.u16(at + 20) > tail.end) continue
    const record = { count: tail.u16(at + 10), size: tail.u32(at + 12), offset: tail.u32(at + 16), at }
    const large = record.count === MAX16 || record.size === MAX32 || record.offset === MAX32
    const { count, size, offset, at: before } = (large ? await end64(bytes, at) : null) ?? record
    const start = before - size
    if (!(start >= 0 && offset >= 0)) continue
    if (count === 0) return { start, count, shift: 0 }
    // A sound archive has its directory where it says; one with something in front has it that much later.
    const told = await view(bytes, offset, offset + 4)
    if (told.u32(offset) === DIRECTORY) return { start: offset, count, shift: 0 }
    const moved = await view(bytes, start, start + 4)
    if (moved.u32(start) === DIRECTORY) return { start, count, shift: start - offset }
  }
  return null
}

/** Before the end record of an archive that is too large for it: a locator of 20 bytes, which names the larger record. */
async function end64(
  bytes: ByteSource,
  end: number,
): Promise<{ count: number; size: number; offset: number; at: number } | null> {
  const locator = await view(bytes, Math.max(0, end - 20), end)
  // 0: signature. 4: disk. 8: offset of the record. 16: disks.
  if (end < 20 || locator.u32(end - 20) !== LOCATOR64) return null
  for (const at of [locator.u64(end - 12), end - 20 - 56]) {
    if (!(at >= 0 && at < bytes.size)) continue
    // 0: signature. 4: size of the record. 12: versions. 16: disks. 24, 32: members. 40: size of the directory. 48: its offset.
    const record = await view(bytes, at, at + 56)
    if (record.u32(at) === END64)
      return { count: record.u64(at + 32), size: record.u64(at + 40), offset: record.u64(at + 48), at }
  }
  return null
}

function directoryEntry(
  window: View,
  at: number,
  bytes: ByteSource,
  shift: number,
): (ZipMember & { readonly next: number }) | null {
  // 0: signature. 4: made by; its high byte is the system. 6: version. 8: flags. 10: method. 12: time. 14: date. 16: CRC.
  // 20: packed size. 24: size. 28: length of the name. 30: of the extra fields. 32: of the comment. 34: disk. 36: internal.
  // 38: external attributes, with Unix' mode in the high half. 42: offset of the local header. 46: name, extra, comment.
  if (!window.holds(at, 46) || window.u32(at) !== DIRECTORY) return null
  const nameLength = window.u16(at + 28)
  const extraLength = window.u16(at + 30)
  const next = at + 46 + nameLength + extraLength + window.u16(at + 32)
  if (!window.holds(at, next - at)) return null
  const { header, mtime, extra } = common(window, at + 8, at + 46)
  const told = window.u32(at + 42)
  const system = window.u16(at + 4) >>> 8
  return {
    ...header,
    kind: kindOf(header.name, system === 3 || system === 19 ? window.u16(at + 40) : 0),
    mtime,
    content: () => contentOf(bytes, (told === MAX32 ? (extra.offset ?? told) : told) + shift, header),
    next,
  }
}

/**
 * What an entry of the directory and a local header have in common, from the flags at `at` on, with the name at `nameAt`.
 * `offset` is what the field of large sizes holds behind them.
 */
function common(
  window: View,
  at: number,
  nameAt: number,
): { header: Header; sizesLater: boolean; mtime: Instant | null; extra: { offset: number | undefined } } {
  // 0: flags. 2: method. 4: time. 6: date. 8: CRC. 12: packed size. 16: size. 20: length of the name. 22: of the extra fields.
  const flags = window.u16(at)
  const [packed, size] = [window.u32(at + 12), window.u32(at + 16)]
  const nameLength = window.u16(at + 20)
  const extra = extraFields(new View(window.slice(nameAt + nameLength, window.u16(at + 22)), 0))
  const [largeSize, largePacked, offset] = largeSizes(extra, [size === MAX32, packed === MAX32, true])
  return {
    header: {
      name: nameOf(window.slice(nameAt, nameLength), flags, extra),
      method: window.u16(at + 2),
      crc: window.u32(at + 8),
      size: largeSize ?? size,
      packed: largePacked ?? packed,
      encrypted: (flags & 1) !== 0,
    },
    // With flag 3 sizes and CRC come after the data, so that only unpacking finds its end.
    sizesLater: (flags & 8) !== 0,
    mtime: timeOf(window.u16(at + 4), window.u16(at + 6), extra),
    extra: { offset },
  }
}

function kindOf(name: string, mode: number): ZipMember['kind'] {
  switch (mode & 0xf000) {
    case 0xa000:
      return 'symlink'
    case 0x1000:
    case 0x2000:
    case 0x6000:
    case 0xc000:
      return 'device'
    case 0x4000:
      return 'directory'
    default:
      return /[/\\]$/.test(name) ? 'directory' : 'file'
  }
}

/** By their id; the first of each counts. */
function extraFields(extra: View): ReadonlyMap<number, View> {
  const fields = new Map<number, View>()
  for (let at = 0; at + 4 <= extra.end;) {
    const id = extra.u16(at)
    const length = extra.u16(at + 2)
    if (!fields.has(id)) fields.set(id, new View(extra.slice(at + 4, length), 0))
    at += 4 + length
  }
  return fields
}

/** Field 1 holds, in this order, only those of size, packed size and offset that do not fit 32 bits. */
function largeSizes(extra: ReadonlyMap<number, View>, wanted: readonly boolean[]): (number | undefined)[] {
  const field = extra.get(1)
  let at = 0
  return wanted.map((wants) => {
    if (!wants || field === undefined || !field.holds(at, 8)) return undefined
    at += 8
    return field.u64(at - 8)
  })
}

/** UTF-8 where flag 11 says so, or where it is valid UTF-8: many programs forget the flag. Else the PC's old characters. */
function nameOf(raw: Uint8Array, flags: number, extra: ReadonlyMap<number, View>): string {
  // Field 0x7075: version 1, CRC of the name in the header, the name in UTF-8.
  const unicode = extra.get(0x7075)
  if (unicode !== undefined && unicode.bytes[0] === 1 && unicode.u32(1) === crc32(raw))
    return Buffer.from(unicode.bytes.subarray(5)).toString('utf8')
  const text = Buffer.from(raw).toString('utf8')
  return (flags & 0x800) !== 0 || !text.includes('\ufffd') ? text : Buffer.from(raw).toString('latin1')
}

const FIRST_DAY = (1 << 5) | 1

/**
 * Seconds since 1970 from field 0x5455, else the time in the header: two-second steps, without a zone. It is read as UTC, in
 * which nearly every cloud machine runs.
 */
function timeOf(time: number, date: number, extra: ReadonlyMap<number, View>): Instant | null {
  const unix = extra.get(0x5455)
  // 0: which times follow. 1: time of the last change.
  if (unix !== undefined && unix.holds(1, 4) && ((unix.bytes[0] ?? 0) & 1) === 1) {
    const seconds = unix.u32(1) | 0
    return seconds > 0 ? seconds * 1000 : null
  }
  // The first time that can be written stands for one that nobody knows.
  if (date === 0 || (date === FIRST_DAY && time === 0)) return null
  return Date.UTC(
    1980 + (date >>> 9),
    ((date >>> 5) & 15) - 1,
    date & 31,
    time >>> 11,
    (time >>> 5) & 63,
    2 * (time & 31),
  )
}

interface Header {
  readonly name: string
  readonly method: number
  readonly crc: number
  readonly size: number
  readonly packed: number
  readonly encrypted: boolean
}

async function* contentOf(bytes: ByteSource, offset: number, header: Header): AsyncGenerator<Uint8Array> {
  // 0: signature. 26: length of the name. 28: of the extra fields. 30: both, then the data.
  const local = await view(bytes, offset, offset + 30)
  if (!(offset >= 0) || local.u32(offset) !== LOCAL) throw new Error('the archive has no such member where it says')
  const start = offset + 30 + local.u16(offset + 26) + local.u16(offset + 28)
  yield* checked(unpacked(dataOf(bytes, start, start + header.packed, header), header), header)
}

function dataOf(bytes: ByteSource, start: number, end: number, { method }: Header): ByteReader {
  const data = slices(bytes, start, end)
  return byteReader(method === 0 ? data : guarded(data))
}

async function* slices(bytes: ByteSource, start: number, end: number): AsyncGenerator<Uint8Array> {
  const last = Math.min(end, bytes.size)
  for (let at = start; at < last; at += WINDOW) yield await bytes.read(at, Math.min(at + WINDOW, last))
}

/** A deflate stream is known to have ended only by a byte that it does not use. */
async function* guarded(data: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* data
  yield new Uint8Array(1)
}

async function* unpacked(data: ByteReader, { method, encrypted }: Header): AsyncGenerator<Uint8Array> {
  if (encrypted) throw new Error('it is encrypted')
  if (method === 0) {
    for (let part = await data.some(WINDOW); part.length > 0; part = await data.some(WINDOW)) yield part
  } else if (method === 8) {
    const tear = yield* deflated(data)
    if (tear !== null) throw new Error(tear.detail)
  } else throw new Error(`it is packed by method ${method}; only stored and deflate are known`)
}

async function* checked(
  content: AsyncIterable<Uint8Array>,
  { size, crc }: Pick<Header, 'size' | 'crc'>,
): AsyncGenerator<Uint8Array> {
  let seen = 0
  let sum = 0
  for await (const chunk of content) {
    seen += chunk.length
    if (seen > size) throw new Error(`it is larger than the ${size} bytes that the archive tells`)
    sum = crc32(chunk, sum)
    yield chunk
  }
  if (seen < size) throw new Error(`it ends after ${seen} of ${size} bytes`)
  if (sum !== crc) throw new Error('its checksum does not match')
}

/** From one local header to the next, as far as the file goes. */
async function* walk(bytes: ByteSource): AsyncGenerator<ZipMember> {
  for (let at = await nextHeader(bytes, 0); at !== null;) {
    // 0: signature. 4: version. 6: flags. 8: method. 10: time. 12: date. 14: CRC. 18: packed size. 22: size. 26: length of
    // the name. 28: of the extra fields. 30: name, extra.
    const local = await view(bytes, at, at + 30 + 2 * MAX16)
    const nameLength = local.u16(at + 26)
    const extraLength = local.u16(at + 28)
    const start = at + 30 + nameLength + extraLength
    if (!local.holds(at, start - at)) return
    const { header, sizesLater, mtime } = common(local, at + 6, at + 30)
    const state: { end: number | null } = { end: sizesLater ? null : start + header.packed }
    const content = async function* (): AsyncGenerator<Uint8Array> {
      if (!sizesLater) {
        const packed = dataOf(bytes, start, start + header.packed, header)
        yield* checked(unpacked(packed, header), header)
        return
      }
      const data = dataOf(bytes, start, bytes.size, header)
      yield* unpacked(data, header)
      state.end = start + data.consumed()
    }
    yield { ...header, kind: kindOf(header.name, 0), mtime, content }
    at = await nextHeader(bytes, state.end ?? start)
  }
}

/** A descriptor of up to 24 bytes may stand between two members; without known sizes, the search goes further. */
async function nextHeader(bytes: ByteSource, from: number): Promise<number | null> {
  for (let at = from; at < bytes.size; at += WINDOW - 3) {
    const window = await view(bytes, at, at + WINDOW)
    const raw = Buffer.from(window.bytes.buffer, window.bytes.byteOffset, window.bytes.length)
    const found = raw.indexOf('PK\u0003\u0004', 0, 'latin1')
    if (found >= 0) return at + found
  }
  return null
}
