/**
 * Makes a foreign string safe to print on a terminal: control characters, escape sequences, bidirectional and zero-width
 * characters and lone surrogates become visible as `\u{…}`. Newlines and tabs become blanks: a snippet is one line.
 */
export function visible(text: string): string {
  return text.replaceAll(/[\r\n\t]+/g, ' ').replaceAll(UNSAFE, (character) => {
    const code = character.codePointAt(0) ?? 0
    return `\\u{${code.toString(16)}}`
  })
}

/**
 * Control and format characters, lone surrogates, line and paragraph separators, letters that look like nothing, and the two
 * code points that no XML may hold.
 */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0\ufffe\uffff]/gu

/**
 * Shortens in the middle, so that both the beginning and the telling end stay readable, and between words where a blank is
 * near. Counts code points.
 */
export function shorten(text: string, max: number): string {
  const points = [...text]
  if (points.length <= max) return text
  const head = Math.ceil((max - 1) / 3)
  const start = points.slice(0, head).join('')
  const end = points.slice(points.length - (max - 1 - head)).join('')
  return `${start.replace(TORN_END, '')}…${end.replace(TORN_START, '')}`
}

/** What a cut leaves of a word; a longer one is worth keeping in part. */
const TORN_END = /(?<=\S) \S{0,24}$/
const TORN_START = /^\S{0,24} (?=\S)/

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
}

/** The same for a page: nothing is left that markup, an attribute or the direction of writing could act on. */
export function escapeHtml(text: string): string {
  return visible(text).replaceAll(/[&<>"'`]/g, (character) => ENTITIES[character] ?? '')
}
