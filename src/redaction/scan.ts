/**
 * Where things of a certain form stand in a text. A regular expression tries every character; these look for the one rare
 * character that such a thing must hold, and try only around it.
 */

const GUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/iy
const DCR = /dcr-[0-9a-f]{32}/iy
const IPV4 = /(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?!\.?\d)/y

export interface Hit {
  readonly index: number
  readonly found: string
}

/** GUIDs, and ids of data collection rules: `dcr-` and 32 hex digits. */
export function idsIn(text: string): Hit[] {
  const hits: Hit[] = []
  let done = 0
  for (let at = text.indexOf('-'); at >= 0; at = text.indexOf('-', at + 1)) {
    const isGuid = text.charCodeAt(at + 5) === DASH && text.charCodeAt(at + 10) === DASH
    const isDcr = (text.charCodeAt(at - 1) | 0x20) === 0x72 && (text.charCodeAt(at - 3) | 0x20) === 0x64
    const index = isGuid ? at - 8 : isDcr ? at - 3 : -1
    if (index < done) continue
    const found = matchAt(isGuid ? GUID : DCR, text, index)
    if (found === undefined) continue
    hits.push({ index, found })
    done = index + found.length
    at = done - 1
  }
  return hits
}

/** Four numbers with dots between them, as a word of their own. */
export function dottedQuadsIn(text: string): Hit[] {
  const hits: Hit[] = []
  for (let at = text.indexOf('.'); at >= 0; at = text.indexOf('.', at + 1)) {
    if (!isDigit(text.charCodeAt(at - 1)) || !isDigit(text.charCodeAt(at + 1))) continue
    let index = at - 1
    while (isDigit(text.charCodeAt(index - 1)) && at - index < 4) index -= 1
    const found = matchAt(IPV4, text, index)
    if (found === undefined) continue
    hits.push({ index, found })
    at = index + found.length - 1
  }
  return hits
}

/** Whether there is anything with as many colons as an IPv6 address has: two in a row, or seven close together. */
export function mayHoldIpv6(text: string): boolean {
  if (text.includes('::')) return true
  let row = 0
  let last = -10
  for (let at = text.indexOf(':'); at >= 0; at = text.indexOf(':', at + 1)) {
    row = at - last <= 5 ? row + 1 : 1
    if (row >= 7) return true
    last = at
  }
  return false
}

/** Runs of 12 and more characters of base64, in either alphabet, that begin like the base64 of text. */
export function base64WordsIn(text: string): Hit[] {
  const hits: Hit[] = []
  const { length } = text
  for (let at = 0; at < length; at++) {
    if (VALUES[text.charCodeAt(at)] === NONE) continue
    const index = at
    let plain = at
    let inside = false
    for (; at < length; at++) {
      const value = VALUES[text.charCodeAt(at)] ?? NONE
      if (value === NONE) break
      if (value < BREAKS) continue
      inside ||= at - plain >= WORD_MIN && beginsText(text, plain)
      plain = at + 1
    }
    inside ||= at - plain >= WORD_MIN && beginsText(text, plain)
    if (at - index < WORD_MIN || !(inside || beginsText(text, index))) continue
    const end = text.charCodeAt(at) === EQUALS ? at + (text.charCodeAt(at + 1) === EQUALS ? 2 : 1) : at
    hits.push({ index, found: text.slice(index, end) })
  }
  return hits
}

const WORD_MIN = 12
const DASH = 0x2d
const EQUALS = 0x3d
const NONE = 255
/** Characters from here on may stand between parts of a path. */
const BREAKS = 128

/** What a character stands for; `/`, `-` and `_` with a mark, anything that is no base64 as none. */
const VALUES = new Uint8Array(65_536).fill(NONE)
for (const [value, char] of [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+'].entries())
  VALUES[char.charCodeAt(0)] = value
VALUES['/'.charCodeAt(0)] = 63 + BREAKS
VALUES['_'.charCodeAt(0)] = 63 + BREAKS
VALUES['-'.charCodeAt(0)] = 62 + BREAKS

/** Of what only looks like base64 the first bytes are hardly ever all letters. */
function beginsText(text: string, at: number): boolean {
  for (let group = at; group < at + WORD_MIN; group += 4) {
    const bits =
      (sextet(text, group) << 18) |
      (sextet(text, group + 1) << 12) |
      (sextet(text, group + 2) << 6) |
      sextet(text, group + 3)
    if (!isText(bits >> 16) || !isText((bits >> 8) & 255) || !isText(bits & 255)) return false
  }
  return true
}

function sextet(text: string, at: number): number {
  return (VALUES[text.charCodeAt(at)] ?? 0) & 63
}

function isText(byte: number): boolean {
  return (byte >= 0x20 && byte < 0x7f) || byte === 0x0a || byte === 0x0d || byte === 0x09
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39
}

function matchAt(sticky: RegExp, text: string, index: number): string | undefined {
  sticky.lastIndex = index
  return sticky.exec(text)?.[0]
}
