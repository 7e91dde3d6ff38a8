import { failed, parsed, type Parsed } from '../model/parsed.js'
import { shellAssignments, type Assignment } from './shell-assignments.js'
import { readText } from './text.js'

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
