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
 * In amalinux.out it is a section below `Contents of /etc/os-release:`, between lines of dashes.
 *
 * Fails with `os-release-without-fields` when no line is an assignment.
 */
export function parseOsRelease(bytes: Uint8Array): Parsed<OsRelease> {
  const text = readText(bytes, 'os-release')
  if (!text.ok) return text
  const fields = shellAssignments(onlySection(text.value))
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

/** Lines keep their numbers. Other sections have assignments too, which are none of the system's. */
function onlySection(text: string): string {
  const lines = text.split('\n')
  const start = lines.findIndex((line) => /^Contents of \/etc\/os-release/i.test(line))
  const isOverview = lines.some((line) => /^(?:Log Collection Start Time|AMA Install Status): /i.test(line))
  if (start < 0) return isOverview ? '' : text
  const length = lines.slice(start + 1).findIndex((line) => /^-{20,}/.test(line))
  const end = length < 0 ? lines.length : start + 1 + length
  return lines.map((line, index) => (index > start && index < end ? line : '')).join('\n')
}
