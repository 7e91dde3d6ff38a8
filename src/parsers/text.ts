import { failed, parsed, type Parsed } from '../model/parsed.js'

/**
 * UTF-8 text without its byte order mark; bad bytes become U+FFFD. Fails with `empty` (nothing but white space) or `all-nul`.
 * NUL bytes inside the text stay.
 */
export function readText(bytes: Uint8Array, what: string): Parsed<string> {
  if (bytes.length > 0 && bytes.every((b) => b === 0)) {
    const at = { kind: 'bytes', offset: 0, length: bytes.length } as const
    return failed('all-nul', `${what} should hold text, but all of its ${bytes.length} bytes are NUL.`, at)
  }
  const text = new TextDecoder().decode(bytes)
  if (text.trim() !== '') return parsed(text)
  return failed('empty', `${what} should hold text, but has ${bytes.length} bytes and nothing in them.`, {
    kind: 'bytes',
    offset: 0,
    length: bytes.length,
  })
}

/** The lines of {@link readText}, whatever ends them: without that, the first at index 0. */
export function readLines(bytes: Uint8Array, what: string): Parsed<string[]> {
  const text = readText(bytes, what)
  return text.ok ? parsed(text.value.split(/\r?\n/)) : text
}
