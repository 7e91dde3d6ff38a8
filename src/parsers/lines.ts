import { LIMITS } from '../model/limits.js'
import { clip } from '../model/locator.js'
import type { Problem } from '../model/parsed.js'
import type { Instant } from '../model/time.js'

/** Bytes of one line that are kept by default; the rest of it is skipped. A block has that size too, so that a whole line fits one. */
export const LINE_MAX = LIMITS.line
/** Pieces in which NULs are looked for. */
const SLICE = 64 * 1024

/** What the engine has to know about a log. */
export interface LineFormat {
  /**
   * Source of an expression made of plain needles, run over whole blocks as latin1: only lines it touches are looked at.
   * `\n` before a needle anchors it to the start of a line. It must not match a line's end.
   */
  readonly scan: string
  /** When the line was written; null for a line without a time, which belongs to the dated line above. Gets latin1 or UTF-8 text. */
  readonly time: (text: string) => Instant | null
  /** Bytes of one line that are kept, when they are not `LINE_MAX`. */
  readonly lineMax?: number | undefined
}

/** A line that carries its own time. `text` is decoded as UTF-8. */
export interface DatedLine {
  readonly line: number
  readonly text: string
  readonly time: Instant
}

/** A line the scan touched. `head` is the dated line it belongs to: itself, or the nearest one above. */
export interface HitLine {
  readonly line: number
  readonly text: string
  readonly head: DatedLine | null
}

/**
 * What a pass over a file found. `first` is the first dated line. `last` is the newest of: the last dated line of every
 * block, and every hit's head. Lines are not strictly in order of time, but neighbours differ by moments, so the newest line
 * of all can lie inside a block only by as much.
 */
export interface LineScan {
  readonly bytes: number
  readonly lines: number
  readonly first: DatedLine | null
  readonly last: DatedLine | null
  readonly problems: readonly Problem[]
}

const NEWLINE = 0x0a
/** Where the bytes of a block begin: the newline before them spares every search for a line's start its special case. */
const START = 1

/**
 * Reads a text log of any size in one pass and calls `onHit`, in file order, for the lines that `format.scan` touches. Line
 * numbers count newlines only and are exact. Never throws on content; when `chunks` throws, the whole lines before count and a
 * problem says so.
 *
 * Blocks depend on the bytes alone, never on how the chunks were cut. CRLF, a missing last newline and a byte order mark are
 * fine. A run of NULs (a block that a crash left unwritten) separates what stands before and after it like a line end, but
 * does not count as one.
 */
export async function scanLines(
  chunks: AsyncIterable<Uint8Array>,
  format: LineFormat,
  onHit: (hit: HitLine) => void,
): Promise<LineScan> {
  const lineMax = format.lineMax ?? LINE_MAX
  // One byte more than a line may have: a full block without a line end is a line that is too long.
  const block = Buffer.alloc(START + lineMax + 1)
  const words = new Uint32Array(block.buffer, block.byteOffset, block.length >> 2)
  block[0] = NEWLINE
  const scan = new RegExp(format.scan, 'g')

  let used = START
  let bytes = 0
  let line = 1
  let atStart = true
  let skipping = false
  let afterNul = false
  let nuls = false
  let tooLong: number | undefined
  // Closures assign these, which the compiler's narrowing does not see.
  let head = null as DatedLine | null
  let first = null as DatedLine | null
  let last = null as DatedLine | null
  let failure = undefined as string | undefined

  /** Looks at the bytes before `end`, then moves the rest to the front. */
  const flush = (end: number): void => {
    let start = START
    if (atStart && block.readUIntBE(START, 3) === 0xefbbbf) {
      block.fill(NEWLINE, START, START + 3)
      start += 3
    }
    atStart = false
    if (end > start) look(start, end)
    block.copyWithin(START, end, used)
    used = START + Math.max(0, used - end)
  }

  const look = (start: number, end: number): void => {
    let view = block.toString('latin1', 0, end)
    // The same offsets as in the bytes, and NULs still do not count as lines there.
    if (nuls) view = view.replaceAll('\0', '\n')
    let counted = start
    let floor = start
    const text = (from: number, to: number): string =>
      block.toString('utf8', from, to > from && block[to - 1] === 0x0d ? to - 1 : to)
    const take = (number: number, text: string, time: Instant): void => {
      head = { line: number, text, time }
      if (last === null || time >= last.time) last = head
    }
    /** Finds the nearest dated line that ends at or before `end` and has not been looked at. */
    const climb = (end: number): void => {
      if (first === null) return
      for (let to = end; to > floor;) {
        const from = view.lastIndexOf('\n', to - 1) + 1
        const time = format.time(view.slice(from, to))
        if (time !== null) return take(line - newlines(block, words, from, counted), text(from, to), time)
        to = from - 1
      }
    }

    for (let from = start; from < end && first === null;) {
      const to = endOfLine(view, from)
      const time = format.time(view.slice(from, to))
      if (time !== null) first = { line: line + newlines(block, words, start, from), text: text(from, to), time }
      from = to + 1
    }
    scan.lastIndex = start - 1
    while (scan.test(view)) {
      const inside = scan.lastIndex - 1
      const from = view.lastIndexOf('\n', inside) + 1
      const to = endOfLine(view, inside)
      line += newlines(block, words, counted, from)
      counted = from
      const hit = text(from, to)
      const time = format.time(hit)
      if (time === null) climb(from - 1)
      else take(line, hit, time)
      floor = to
      scan.lastIndex = to
      onHit({ line, text: hit, head })
    }
    line += newlines(block, words, counted, end)
    counted = end
    climb(view.charCodeAt(end - 1) === NEWLINE ? end - 1 : end)
  }

  const feed = (slice: Buffer): void => {
    for (let at = 0; at < slice.length;) {
      if (skipping) {
        const nul = nuls ? slice.indexOf(0, at) : -1
        const newline = slice.indexOf(NEWLINE, at)
        if (nul < 0 && newline < 0) return
        skipping = false
        if (nul < 0 || (newline >= 0 && newline < nul)) {
          line++
          at = newline + 1
        } else {
          at = nul
        }
        continue
      }
      const copied = slice.copy(block, used, at)
      at += copied
      used += copied
      if (used < block.length) return
      const end = Math.max(block.lastIndexOf(NEWLINE), nuls ? block.lastIndexOf(0) : 0) + 1
      if (end > START) {
        flush(end)
        continue
      }
      tooLong ??= line
      // The byte too many is looked at once more: it may be what ends the line.
      flush(used - 1)
      used = START
      skipping = true
      at--
    }
  }

  for await (const chunk of untilFailure(chunks, (reason) => (failure = reason))) {
    bytes += chunk.length
    const whole = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length)
    for (let start = 0; start < whole.length; start += SLICE) {
      const slice = whole.subarray(start, start + SLICE)
      if (!slice.includes(0)) {
        afterNul = false
        feed(slice)
        continue
      }
      nuls = true
      feed(squeezeNuls(slice, afterNul))
      afterNul = slice[slice.length - 1] === 0
    }
  }
  if (failure !== undefined) {
    // Half a line misleads: `613 rows` cut to `6`.
    used = block.lastIndexOf(NEWLINE, used - 1) + 1
    skipping = false
  }
  const unfinished = skipping || (used > START && block[used - 1] !== NEWLINE)
  if (used > START) flush(used)

  const problems: Problem[] = []
  if (tooLong !== undefined) {
    const message = `Line ${tooLong} is longer than ${lineMax} bytes; the rest of it was skipped.`
    problems.push({ code: 'line-too-long', message, at: { kind: 'line', line: tooLong } })
  }
  if (nuls) {
    const message = 'The file holds NUL bytes, as a crash leaves them; they were skipped.'
    problems.push({ code: 'nul-block', message })
  }
  if (failure !== undefined) {
    problems.push({ code: 'read-failed', message: `Reading stopped after ${bytes} bytes: ${failure}.` })
  }
  return { bytes, lines: unfinished ? line : line - 1, first, last, problems }
}

/** Ends where `chunks` throws. What the reader of the chunks throws is a bug, and passes. */
async function* untilFailure(
  chunks: AsyncIterable<Uint8Array>,
  failed: (reason: string) => void,
): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks
  } catch (error) {
    failed(error instanceof Error ? error.message : String(error))
  }
}

function endOfLine(view: string, from: number): number {
  const at = view.indexOf('\n', from)
  return at < 0 ? view.length : at
}

/**
 * Leaves one NUL of every run, none when the slice before already ended in one. A log truncated under its writer begins with a
 * hole as large as it was, and every NUL would be looked at like a line.
 */
function squeezeNuls(slice: Buffer, afterNul: boolean): Buffer {
  const kept = Buffer.allocUnsafe(slice.length)
  let length = 0
  let previous = afterNul ? 0 : -1
  for (let i = 0; i < slice.length; i++) {
    const byte = slice[i] as number
    if (byte !== 0 || previous !== 0) kept[length++] = byte
    previous = byte
  }
  return kept.subarray(0, length)
}

/** Counts newlines in bytes `from` to `to`, four at a time: a byte is a newline where the xor leaves zero. */
function newlines(bytes: Buffer, words: Uint32Array, from: number, to: number): number {
  let count = 0
  let at = from
  for (const aligned = Math.min(to, (from + 3) & ~3); at < aligned; at++) if (bytes[at] === NEWLINE) count++
  const end = to >> 2
  let word = at >> 2
  while (word < end) {
    // One flag per byte lane, added up before the lanes can overflow.
    let lanes = 0
    for (const stop = Math.min(end, word + 255); word < stop; word++) {
      const x = (words[word] as number) ^ 0x0a0a0a0a
      lanes = (lanes + (~(((x & 0x7f7f7f7f) + 0x7f7f7f7f) | x | 0x7f7f7f7f) >>> 7)) | 0
    }
    count += (lanes & 0xff) + ((lanes >>> 8) & 0xff) + ((lanes >>> 16) & 0xff) + (lanes >>> 24)
    at = word << 2
  }
  for (; at < to; at++) if (bytes[at] === NEWLINE) count++
  return count
}

/**
 * Reads `2026-01-10T08:00:01.7630300Z` at `at`: date and time to the second, then optionally a fraction of 1 to 9 digits and
 * `Z` or an offset, `+02:00` or `+0200`. `2019/12/19 18:02:37.584161` is read as well; a time without a zone counts as UTC. `end` is where it stops.
 */
export function instantAt(text: string, at = 0): { readonly time: Instant; readonly end: number } | null {
  // Called for every hit of a log, hence by character codes: an expression takes four times as long.
  const dash = text.charCodeAt(at + 4)
  if ((dash !== 0x2d && dash !== 0x2f) || text.charCodeAt(at + 7) !== dash) return null
  if (text.charCodeAt(at + 13) !== COLON || text.charCodeAt(at + 16) !== COLON) return null
  const between = text.charCodeAt(at + 10)
  if (between !== 0x54 && between !== 0x20) return null
  const month = twoDigits(text, at + 5)
  const day = twoDigits(text, at + 8)
  const hour = twoDigits(text, at + 11)
  const minute = twoDigits(text, at + 14)
  const second = twoDigits(text, at + 17)
  const year = twoDigits(text, at) * 100 + twoDigits(text, at + 2)
  // Written so that NaN fails too; 60 is a leap second.
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour < 24 && minute < 60 && second <= 60)) return null
  let end = at + 19
  let ms = 0
  if (text.charCodeAt(end) === 0x2e) {
    const point = end++
    for (let unit = 100, digit = digitAt(text, end); end - point <= 9 && digit >= 0; unit = Math.trunc(unit / 10)) {
      ms += digit * unit
      digit = digitAt(text, ++end)
    }
    if (end === point + 1) return null
  }
  let time = Date.UTC(year, month - 1, day, hour, minute, second, ms)
  const zone = text.charCodeAt(end)
  if (zone === 0x5a) end++
  else if (zone === 0x2b || zone === 0x2d) {
    const minutes = end + (text.charCodeAt(end + 3) === COLON ? 4 : 3)
    time -= (zone === 0x2b ? 60_000 : -60_000) * (twoDigits(text, end + 1) * 60 + twoDigits(text, minutes))
    end = minutes + 2
  }
  return Number.isNaN(time) ? null : { time, end }
}

/** Whether the first time in a line says its zone; a line without a time does not lack one. */
export function namesZone(text: string): boolean {
  const stamp = /\d{4}([-/])\d\d\1\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?<zone>Z|[+-]\d\d:?\d\d)?/.exec(text)
  return stamp === null || stamp.groups?.['zone'] !== undefined
}

const COLON = 0x3a

/** NaN beyond the text or where there is no digit. */
function digitAt(text: string, at: number): number {
  const digit = text.charCodeAt(at) - 0x30
  return digit >= 0 && digit <= 9 ? digit : NaN
}

function twoDigits(text: string, at: number): number {
  return digitAt(text, at) * 10 + digitAt(text, at + 1)
}

/** A clipped copy of its own: a mere slice of a line would keep the whole line, up to 64 KiB, in memory. */
export function own(text: string): string {
  return Buffer.from(clip(text), 'utf16le').toString('utf16le')
}
