import { CannotClean } from './cannot-clean.js'
import { endOfContainer } from './containers.js'
import { MASK } from '../parsers/secret-patterns.js'

/** Text passes in pieces of whole lines, about so many bytes each. */
const PIECE = 64 * 1024
/** A longer line of a log is cut: nobody reads the rest, and it must not fill the memory. */
const LINE_MAX = 256 * 1024
const LINE_FEED = 0x0a
/** A longer member of a JSON text, in bytes, is not cleaned. */
const MEMBER_MAX = 16 * 1024 * 1024

/** What was done to a text besides replacing. */
export interface TextNotes {
  cutLines: number
}

/**
 * Text in pieces that no secret or identifier lies across: whole lines, or for JSON on one long line whole members. In bytes, so
 * nothing is lost whatever the encoding; UTF-16 with its mark becomes UTF-8. A piece is good until the next one is asked for.
 */
export async function* pieces(content: AsyncIterable<Uint8Array>, notes: TextNotes): AsyncGenerator<Buffer> {
  let held: Buffer = Buffer.alloc(0)
  let json: boolean | null = null
  /** Of a line that is being cut: what of it is passed over. */
  let skipping = false
  for await (const chunk of utf8Of(content)) {
    let bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    if (skipping) {
      const end = bytes.indexOf(LINE_FEED)
      if (end < 0) continue
      bytes = bytes.subarray(end)
      skipping = false
    }
    held = held.length === 0 ? bytes : Buffer.concat([held, bytes])
    if (held.length < PIECE) continue
    json ??= isJson(held)
    for (let end = wholeLines(held); end > 0; end = wholeLines(held)) {
      yield json ? held.subarray(0, end) : cutLines(held.subarray(0, end), notes)
      held = held.subarray(end)
    }
    if (json) {
      while (held.length >= PIECE) {
        const at = memberEnd(held, PIECE / 2)
        if (at < 0) break
        yield held.subarray(0, at)
        held = held.subarray(at)
      }
      if (held.length > MEMBER_MAX) throw new CannotClean(`One member of its JSON is longer than ${MEMBER_MAX} bytes`)
    } else if (held.length > LINE_MAX) {
      notes.cutLines += 1
      yield Buffer.from(cutLine(held.toString('latin1')), 'latin1')
      held = Buffer.alloc(0)
      skipping = true
    }
  }
  if (held.length === 0) return
  json ??= isJson(held)
  yield json ? held : cutLines(held, notes)
}

/** The end of about a piece of whole lines, 0 when less is there. */
function wholeLines(bytes: Buffer): number {
  if (bytes.length < PIECE) return 0
  const last = bytes.lastIndexOf(LINE_FEED, PIECE) + 1
  for (let end = last; end > PIECE / 2; end = bytes.lastIndexOf(LINE_FEED, end - 2) + 1)
    if (isBetween(bytes, end)) return end
  return last || bytes.indexOf(LINE_FEED, PIECE) + 1
}

/** Whether a line that ends here is done: a value may stand on the line below its name. */
function isBetween(bytes: Buffer, end: number): boolean {
  let at = end - 2
  while (isBlank(bytes[at])) at -= 1
  const sign = String.fromCharCode(bytes[at] ?? LINE_FEED)
  if (sign === '}' || (sign === ',' && bytes[at - 1] === CLOSING)) return true
  // Perhaps of a key whose end says what it is.
  if (FULL_LINE.test(bytes.toString('latin1', Math.max(0, at - 70), at + 1))) return false
  const [next = ''] = bytes.toString('latin1', end, end + 400).split('\n', 1)
  if (FULL_LINE.test(next) || next.includes('-----END ')) return false
  return end < bytes.length && !isBlank(bytes[end]) && !':=|>,-'.includes(sign)
}

const CLOSING = '}'.charCodeAt(0)

function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0d
}

function isJson(bytes: Buffer): boolean {
  return /^(?:\xef\xbb\xbf)?\s*[[{]/.test(bytes.toString('latin1', 0, PIECE))
}

function cutLines(bytes: Buffer, notes: TextNotes): Buffer {
  if (bytes.length <= LINE_MAX) return bytes
  const cut = bytes.toString('latin1').replaceAll(/[^\n]+/g, (line) => {
    if (line.length <= LINE_MAX) return line
    notes.cutLines += 1
    return cutLine(line)
  })
  return Buffer.from(cut, 'latin1')
}

/** Half a word may be half a secret, so the cut goes back to a blank. */
function cutLine(line: string): string {
  const kept = line.slice(0, LINE_MAX)
  const blank = Math.max(kept.lastIndexOf(' '), kept.lastIndexOf('\t'))
  return `${kept.slice(0, blank < LINE_MAX - 64 * 1024 ? LINE_MAX - 64 * 1024 : blank)} [line cut]`
}

/**
 * Behind a comma between two members, not before `from`, best between two objects: a name and its value may be two members. -1 when
 * there is none. The bytes begin outside a string.
 */
function memberEnd(bytes: Buffer, from: number): number {
  let inString = false
  let first = -1
  for (let at = 0; at < bytes.length; at++) {
    const char = bytes[at]
    if (char === 0x5c) at += inString ? 1 : 0
    else if (char === 0x22) inString = !inString
    else if (char === 0x2c && !inString && at >= from) {
      if (bytes[at - 1] === CLOSING) return at + 1
      if (first < 0) first = at + 1
    }
    if (first >= 0 && at >= PIECE) return first
  }
  return first
}

async function* utf8Of(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let decoder: InstanceType<typeof TextDecoder> | null | undefined
  for await (const chunk of content) {
    if (decoder === undefined) {
      const wide =
        chunk[0] === 0xff && chunk[1] === 0xfe ? 'utf-16le' : chunk[0] === 0xfe && chunk[1] === 0xff ? 'utf-16be' : null
      decoder = wide === null ? null : new TextDecoder(wide)
    }
    yield decoder === null ? chunk : Buffer.from(decoder.decode(chunk, { stream: true }))
  }
}

/** Removes what goes over several lines: the body of a key, the rows of a traced upload, a process's environment. */
export interface LineGuard {
  clean(text: string): string
}

export function lineGuard(): LineGuard {
  let state: 'key' | 'payload' | 'environment' | null = null

  const line = (text: string): string => {
    switch (state) {
      case 'key': {
        const masked = withoutKey(text)
        if (masked !== null) return masked
        state = null
        break
      }
      case 'payload':
        if (/^(?:\d{4}-\d\d-\d\d[T ]|[A-Z][a-z]{2} [ \d]\d \d\d:)/.test(text)) state = null
        else return text.trim() === '' ? text : MASK
        break
      case 'environment':
        if (/^[-=]{20,}\s*$/.test(text)) state = null
        else return /^(?:\s*|Collected on: .*|PID: \d+\s*)$/.test(text) ? text : MASK
        break
      case null:
        break
    }
    if (KEY_BEGINS.test(text)) state = 'key'
    else if (isOpenPayload(text)) state = 'payload'
    else if (/Environment Variables Collection/.test(text)) state = 'environment'
    return text
  }

  return {
    clean(text) {
      if (state === null && !BEGINS.test(text)) return text
      return text.replaceAll(/[^\n]+/g, line)
    },
  }
}

/** Of PEM and of PuTTY. What its name is cut from begins as OpenSSH or an RSA key does. */
const KEY_BEGINS =
  /-----BEGIN [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----[^-]*$|Private-Lines: \d+\s*$|b3BlbnNzaC1rZXktdjEA|MII[A-Za-z0-9+/]{3}IBA(?:AKC|DANBgkq)/
const BEGINS =
  /PRIVATE KEY(?: BLOCK)?-----|Private-Lines: |b3BlbnNzaC1rZXk|MII.{3}IBA|Payload: ?[[{]|Environment Variables Collection/

/** How the lines of a key end, but for its last one. */
export const FULL_LINE = /[A-Za-z0-9+/]{60}\\*["',]*\s*$/

/** A line of a key without it, null for another. */
export function withoutKey(line: string): string | null {
  if (line.includes('-----')) return null
  if (/^[\s"'|>-]*(?:[A-Za-z0-9+/=]{1,200}|Proc-Type:.*|DEK-Info:.*|)\\*["',]*\s*$/.test(line))
    return line.trim() === '' ? line : MASK
  // A log puts its own words in front of each line, a comment its sign.
  const bare = line.replace(/(?<=[\s:#>|"'*+])(?:[A-Za-z0-9+/]{20,200}={0,2}|[A-Za-z0-9+/]{2,}={1,2})\s*$/, MASK)
  return bare === line ? null : bare
}

/** A payload whose brackets do not close on its line. */
function isOpenPayload(line: string): boolean {
  const opening = /Payload: ?(?=[[{])/.exec(line)
  return opening !== null && endOfContainer(line, opening.index + opening[0].length) === null
}
