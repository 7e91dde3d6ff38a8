import { failed, parsed, type Parsed, type Problem } from '../model/parsed.js'
import { readText } from './text.js'

/** The packages dpkg knows, those removed but not purged among them. */
export interface DpkgStatus {
  readonly packages: readonly DpkgPackage[]
}

export interface DpkgPackage {
  readonly name: string
  readonly architecture: string | null
  readonly version: string | null
  /** The three words of `Status`: what is wanted, whether it is broken, what it is. */
  readonly status: readonly string[]
  /** The third word is `installed`. */
  readonly installed: boolean
  /** Where `Package:` stands. */
  readonly line: number
}

type Field = 'package' | 'status' | 'version' | 'architecture'

/**
 * Reads `/var/lib/dpkg/status`, stanzas between blank lines:
 *
 *     Package: change-tracking-retail
 *     Status: install ok installed
 *     Architecture: amd64
 *     Version: 0.1.03151.216-1
 *     Description: …
 *
 * A file that ends inside a line is noted as `dpkg-status-cut`, and its last package left out when it lacks a version or status.
 * Fails with `dpkg-status-without-packages`.
 */
export function parseDpkgStatus(bytes: Uint8Array): Parsed<DpkgStatus> {
  const text = readText(bytes, 'The package database')
  if (!text.ok) return text
  const lines = text.value.split('\n')
  const cut = lines.at(-1) !== ''

  const packages: DpkgPackage[] = []
  let stanza = new Map<Field, { value: string; line: number }>()
  for (const [index, line] of lines.entries()) {
    const [, key, value] = /^(package|status|version|architecture):(.*)/i.exec(line) ?? []
    // Half a value is worse than none.
    const half = cut && index === lines.length - 1
    if (key !== undefined && value !== undefined && !half)
      stanza.set(key.toLowerCase() as Field, { value: value.trim(), line: index + 1 })
    if (line.trim() !== '' && index < lines.length - 1) continue
    const found = toPackage(stanza)
    if (found !== null && (!half || (found.version !== null && found.status.length > 0))) packages.push(found)
    stanza = new Map()
  }
  if (packages.length === 0) {
    const message = 'The package database should hold stanzas with a line "Package:", but has none.'
    return failed('dpkg-status-without-packages', message)
  }
  const problems: Problem[] = []
  if (cut) {
    const message = `The package database should end with a line break, but ends inside line ${lines.length}.`
    problems.push({ code: 'dpkg-status-cut', message, at: { kind: 'line', line: lines.length } })
  }
  return parsed({ packages }, problems)
}

function toPackage(stanza: ReadonlyMap<Field, { value: string; line: number }>): DpkgPackage | null {
  const name = stanza.get('package')
  if (name === undefined || name.value === '') return null
  const status = stanza.get('status')?.value.split(/\s+/) ?? []
  return {
    name: name.value,
    architecture: stanza.get('architecture')?.value ?? null,
    version: stanza.get('version')?.value ?? null,
    status,
    installed: status[2] === 'installed',
    line: name.line,
  }
}
