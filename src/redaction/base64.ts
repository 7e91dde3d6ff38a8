import { bytesOf } from './finder.js'
import type { Span } from './spans.js'

/** What is the base64 of text, cleaned inside. */
export function* unfolded(text: string, clean: (inner: string) => string): Generator<Span> {
  for (const { start, end, inner, token } of tokens(text)) {
    const cleaned = clean(inner)
    if (cleaned === inner) continue
    const alphabet = /[-_]/.test(token) ? 'base64url' : 'base64'
    const encoded = Buffer.from(cleaned, 'latin1').toString(alphabet)
    yield {
      start,
      end,
      replacement: token.endsWith('=') || alphabet === 'base64url' ? encoded : encoded.replaceAll('=', ''),
    }
  }
}

export interface Token {
  readonly start: number
  readonly end: number
  readonly token: string
  /** What it is the base64 of: text. */
  readonly inner: string
}

/** Words that are the base64 of text: keys of the database, and what else somebody wraps up. */
export function* tokens(text: string): Generator<Token> {
  for (const { index, found: word } of base64WordsIn(text)) {
    const whole = textOf(word)
    if (whole !== null) yield { start: index, end: index + word.length, token: word, inner: whole }
    else {
      // The last part of a path, perhaps.
      for (const { index: at, 0: part } of word.matchAll(/[A-Za-z0-9+]{12,}={0,2}/g)) {
        const inner = part === word ? null : textOf(part)
        if (inner !== null) yield { start: index + at, end: index + at + part.length, token: part, inner }
      }
    }
  }
}

function textOf(word: string): string | null {
  // Of what only looks like base64 the first bytes are hardly ever all letters.
  const head = Buffer.from(word.slice(0, 16), 'base64')
  if (!head.every((byte) => (byte >= 0x20 && byte < 0x7f) || byte === 0x0a || byte === 0x0d || byte === 0x09))
    return null
  if (word.replace(/=+$/, '').length % 4 === 1) return null
  const bytes = Buffer.from(word, 'base64')
  return bytes.every((byte) => byte >= 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09)
    ? bytes.toString('latin1')
    : null
}

/** Runs of 12 and more characters of base64, in either alphabet, that begin like the base64 of text. */
export function base64WordsIn(text: string): { index: number; found: string }[] {
  const hits: { index: number; found: string }[] = []
  const bytes = bytesOf(text)
  const { length } = text
  // What lies outside of the function is looked up for every byte.
  const values = VALUES
  const none = NONE
  for (let at = 0; at + WORD_MIN <= length; at++) {
    // Backwards: most words are shorter, and the last character that breaks one lets all before it be passed over.
    let back = at + WORD_MIN - 1
    while (back >= at && values[bytes[back] as number] !== none) back -= 1
    if (back >= at) {
      at = back
      continue
    }
    const index = at
    let plain = at
    let inside = false
    for (; at < length; at++) {
      const value = values[bytes[at] as number] as number
      if (value === none) break
      if (value < BREAKS) continue
      inside ||= at - plain >= WORD_MIN && beginsText(bytes, plain)
      plain = at + 1
    }
    inside ||= at - plain >= WORD_MIN && beginsText(bytes, plain)
    if (!inside && !beginsText(bytes, index)) continue
    const end = text.charCodeAt(at) === EQUALS ? at + (text.charCodeAt(at + 1) === EQUALS ? 2 : 1) : at
    hits.push({ index, found: text.slice(index, end) })
  }
  return hits
}

const WORD_MIN = 12
const EQUALS = 0x3d
const NONE = 255
/** Characters from here on may stand between parts of a path. */
const BREAKS = 128

/** What a character stands for; `/`, `-` and `_` with a mark, anything that is no base64 as none. */
const VALUES = new Uint8Array(256).fill(NONE)
for (const [value, char] of [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+'].entries())
  VALUES[char.charCodeAt(0)] = value
VALUES['/'.charCodeAt(0)] = 63 + BREAKS
VALUES['_'.charCodeAt(0)] = 63 + BREAKS
VALUES['-'.charCodeAt(0)] = 62 + BREAKS

/** Of what only looks like base64 the first bytes are hardly ever all letters. */
function beginsText(bytes: Uint8Array, at: number): boolean {
  for (let group = at; group < at + WORD_MIN; group += 4) {
    const bits =
      (sextet(bytes, group) << 18) |
      (sextet(bytes, group + 1) << 12) |
      (sextet(bytes, group + 2) << 6) |
      sextet(bytes, group + 3)
    if (!isText(bits >> 16) || !isText((bits >> 8) & 255) || !isText(bits & 255)) return false
  }
  return true
}

function sextet(bytes: Uint8Array, at: number): number {
  return (VALUES[bytes[at] ?? 0] ?? 0) & 63
}

function isText(byte: number): boolean {
  return (byte >= 0x20 && byte < 0x7f) || byte === 0x0a || byte === 0x0d || byte === 0x09
}
