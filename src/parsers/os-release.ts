import { failed, parsed, type Parsed } from '../model/parsed.js'
import { readText } from './json.js'

/** What the distribution says of itself. */
export interface OsRelease {
  readonly id: string | null
  /** Parents, nearest first. */
  readonly idLike: readonly string[]
  readonly versionId: string | null
  readonly name: string | null
  readonly prettyName: string | null
  /** Every assignment; the last of a repeated key. */
  readonly fields: ReadonlyMap<string, Assignment>
}

export interface Assignment {
  readonly value: string
  readonly line: number
  readonly text: string
}

/**
 * Reads os-release:
 *
 *     PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
 *     VERSION_ID="12"
 *     ID=debian
 *
 * Fails with `os-release-without-fields` when no line is an assignment.
 */
export function parseOsRelease(bytes: Uint8Array): Parsed<OsRelease> {
  const text = readText(bytes, 'os-release')
  if (!text.ok) return text
  const fields = shellAssignments(text.value)
  if (fields.size === 0)
    return failed('os-release-without-fields', 'os-release should hold KEY=value lines, but has none.')
  const value = (key: string): string | null => fields.get(key)?.value ?? null
  return parsed({
    id: value('ID'),
    idLike: value('ID_LIKE')?.split(/\s+/).filter(Boolean) ?? [],
    versionId: value('VERSION_ID'),
    name: value('NAME'),
    prettyName: value('PRETTY_NAME'),
    fields,
  })
}

/** The `KEY=value` lines of a shell fragment, `export` allowed, quotes removed, variables left as they stand. */
export function shellAssignments(text: string): Map<string, Assignment> {
  const found = new Map<string, Assignment>()
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const [, key, value] = /^\s*(?:export\s+)?([A-Za-z_]\w*)=(.*)$/s.exec(line) ?? []
    if (key !== undefined && value !== undefined) found.set(key, { value: unquote(value), line: index + 1, text: line })
  }
  return found
}

/** The first shell word: quotes may begin and end anywhere in it. */
function unquote(source: string): string {
  let value = ''
  let quote: string | null = null
  for (let i = 0; i < source.length; i++) {
    const c = source.charAt(i)
    const next = source.charAt(i + 1)
    if (c === '\\' && next !== '' && (quote === null || (quote === '"' && '$`"\\'.includes(next))))
      value += source.charAt(++i)
    else if (c === quote) quote = null
    else if (quote === null && (c === '"' || c === "'")) quote = c
    else if (quote === null && /\s/.test(c)) break
    else value += c
  }
  return value
}
