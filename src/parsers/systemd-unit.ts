import { failed, parsed, type Parsed, type Problem } from '../model/parsed.js'
import { readLines } from './text.js'

/** A unit file: assignments in file order. A key may repeat; an empty value resets a list key. */
export interface SystemdUnit {
  readonly sections: readonly { readonly name: string; readonly line: number }[]
  readonly entries: readonly UnitEntry[]
}

export interface UnitEntry {
  /** Of the section, without brackets. */
  readonly section: string
  readonly key: string
  readonly value: string
  /** Where the assignment begins. */
  readonly line: number
  /** The line as it stands; the first one of a continued assignment. */
  readonly text: string
}

/**
 * Reads a unit file such as
 *
 *     [Service]
 *     ExecStart=/usr/sbin/changetracking/changetracking /opt/microsoft/changetracking/change_tracking_agent_linux_amd64 /var/lib/waagent/Microsoft.Azure.ChangeTrackingAndInventory.ChangeTracking-Linux-2.35.0.0
 *     Restart=on-failure
 *
 * Fails with `unit-without-section` when no line opens a section; notes `unit-odd-line` for what is no assignment.
 */
export function parseSystemdUnit(bytes: Uint8Array): Parsed<SystemdUnit> {
  const lines = readLines(bytes, 'The unit file')
  if (!lines.ok) return lines

  const sections: { name: string; line: number }[] = []
  const entries: UnitEntry[] = []
  const problems: Problem[] = []
  for (const { line, text: raw, joined } of logicalLines(lines.value)) {
    const section = /^\[([^\]]*)\]$/.exec(joined)?.[1]
    const equals = joined.indexOf('=')
    const current = sections.at(-1)
    if (section !== undefined) sections.push({ name: section, line })
    else if (current !== undefined && equals > 0) {
      const key = joined.slice(0, equals).trimEnd()
      entries.push({ section: current.name, key, value: joined.slice(equals + 1).trim(), line, text: raw })
    } else {
      const message = `Line ${line} of the unit file should be a section or an assignment inside one, but is neither.`
      problems.push({ code: 'unit-odd-line', message, at: { kind: 'line', line } })
    }
  }
  if (sections.length > 0) return parsed({ sections, entries }, problems)
  return failed('unit-without-section', 'The unit file should have sections such as [Service], but opens none.')
}

/** The values of one key in file order, after the last reset. Section and key names are case-sensitive, as in systemd. */
export function unitValues(unit: SystemdUnit, section: string, key: string): readonly UnitEntry[] {
  const all = unit.entries.filter((entry) => entry.section === section && entry.key === key)
  return all.slice(all.findLastIndex(({ value }) => value === '') + 1)
}

/** The command a service starts, in words, prefixes such as `-` gone; null when it starts none. */
export function execStart(unit: SystemdUnit): { readonly words: readonly string[]; readonly entry: UnitEntry } | null {
  const [entry] = unitValues(unit, 'Service', 'ExecStart')
  return entry === undefined ? null : { words: splitWords(entry.value.replace(/^[-@:+!|]+/, '')), entry }
}

/** An installed version of the Change Tracking extension, as a path names it. */
export interface CtDirectory {
  /** Up to and including the extension's directory. */
  readonly path: string
  readonly version: string
}

/** The extension's directory in a path to it or into it; null when the path leads elsewhere. */
export function ctDirectory(path: string): CtDirectory | null {
  const parts = path.split('/')
  for (const [index, part] of parts.entries()) {
    // The type holds a dash itself, so only the last one ends it.
    const dash = part.lastIndexOf('-')
    const version = part.slice(dash + 1)
    if (/(^|\.)ChangeTracking-Linux$/i.test(part.slice(0, Math.max(dash, 0))) && /^\d+(\.\d+)*$/.test(version)) {
      return { path: parts.slice(0, index + 1).join('/'), version }
    }
  }
  return null
}

/** The extension directories that a command line names, in order. */
export function ctDirectories(words: readonly string[]): readonly CtDirectory[] {
  return words.flatMap((word) => ctDirectory(word) ?? [])
}

/** A trailing backslash joins a line with the next; comments in between do not end it. */
function* logicalLines(lines: readonly string[]): Generator<{ line: number; text: string; joined: string }> {
  let pending: { line: number; text: string; parts: string[] } | null = null
  for (const [index, text] of lines.entries()) {
    const trimmed = text.trim()
    if (/^[#;]/.test(trimmed) || (trimmed === '' && pending === null)) continue
    pending ??= { line: index + 1, text, parts: [] }
    const continued = trimmed.endsWith('\\')
    pending.parts.push(continued ? trimmed.slice(0, -1).trimEnd() : trimmed)
    if (continued) continue
    yield { line: pending.line, text: pending.text, joined: pending.parts.join(' ') }
    pending = null
  }
  if (pending !== null) yield { line: pending.line, text: pending.text, joined: pending.parts.join(' ') }
}

/** Words between blanks; single and double quotes hold words together, a backslash takes the next character as it is. */
function splitWords(command: string): string[] {
  const words: string[] = []
  let word: string | null = null
  let quote: string | null = null
  for (let i = 0; i < command.length; i++) {
    const c = command.charAt(i)
    if (c === '\\' && i + 1 < command.length) word = (word ?? '') + command.charAt(++i)
    else if (quote !== null && c === quote) quote = null
    else if (quote === null && (c === '"' || c === "'")) [quote, word] = [c, word ?? '']
    else if (quote === null && /\s/.test(c)) {
      if (word !== null) words.push(word)
      word = null
    } else word = (word ?? '') + c
  }
  return word === null ? words : [...words, word]
}
