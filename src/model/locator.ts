/** A path inside a source: `/`-separated, relative to the source's root, no leading slash. */
export type EntryPath = string

/** What stands after the last slash. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/**
 * Where inside an entry the evidence lies.
 * `line` is 1-based. `bytes` counts in bytes from the start of the (inflated) entry. `json` is an RFC 6901 pointer.
 * `entry`: the entry's existence, size or time is the evidence. `absence`: nothing was found at the paths looked at.
 */
export type Spot =
  | { readonly kind: 'line'; readonly line: number }
  | { readonly kind: 'bytes'; readonly offset: number; readonly length: number }
  | { readonly kind: 'json'; readonly pointer: string }
  | { readonly kind: 'bolt'; readonly bucket: readonly string[]; readonly key: string; readonly page: number }
  | { readonly kind: 'entry' }
  | { readonly kind: 'absence'; readonly looked: readonly string[] }

/** Everything needed to open the bytes again. `snippet` is what was read there, at most 400 characters. */
export interface Locator {
  readonly path: EntryPath | null
  readonly at: Spot
  readonly snippet: string | null
}

const SNIPPET_MAX = 400

export function clip(text: string): string {
  return text.length <= SNIPPET_MAX ? text : `${text.slice(0, SNIPPET_MAX - 1)}…`
}

export function atLine(path: EntryPath, line: number, text: string): Locator {
  return { path, at: { kind: 'line', line }, snippet: clip(text) }
}

/** `segments` are unescaped keys and indexes; `value` is what the pointer points at. */
export function atJson(path: EntryPath, segments: readonly (string | number)[], value: unknown): Locator {
  const pointer = segments.map((s) => `/${String(s).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
  return { path, at: { kind: 'json', pointer }, snippet: clip(JSON.stringify(value) ?? 'undefined') }
}

export function atBytes(path: EntryPath, offset: number, length: number, snippet: string): Locator {
  return { path, at: { kind: 'bytes', offset, length }, snippet: clip(snippet) }
}

export function atBolt(
  path: EntryPath,
  bucket: readonly string[],
  key: string,
  page: number,
  snippet: string,
): Locator {
  return { path, at: { kind: 'bolt', bucket, key, page }, snippet: clip(snippet) }
}

/** The entry itself: that it exists, how large or how old it is. */
export function atEntry(path: EntryPath, snippet: string | null = null): Locator {
  return { path, at: { kind: 'entry' }, snippet: snippet === null ? null : clip(snippet) }
}

/** Nothing lay at any of these paths, in a place that was collected. */
export function absence(looked: readonly string[]): Locator {
  return { path: null, at: { kind: 'absence', looked }, snippet: null }
}
