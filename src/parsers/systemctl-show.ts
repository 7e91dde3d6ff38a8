import { failed, parsed, type Parsed } from '../model/parsed.js'
import { readLines } from './text.js'

/** What `systemctl show` printed: one block of properties a unit. */
export interface SystemctlShow {
  readonly units: readonly ShownUnit[]
}

export interface ShownUnit {
  /** `cxp.service` and its aliases, from Id, Names and FragmentPath; empty when none of them was printed. */
  readonly names: readonly string[]
  /** The properties of {@link KEPT} that were printed, empty values too. */
  readonly properties: ReadonlyMap<string, ShownProperty>
}

export interface ShownProperty {
  readonly value: string
  readonly line: number
  readonly text: string
}

/** `--all` prints some three hundred properties a unit. */
const KEPT: ReadonlySet<string> = new Set([
  'Id',
  'Names',
  'Description',
  'LoadState',
  'ActiveState',
  'SubState',
  'UnitFileState',
  'Result',
  'NRestarts',
  'ExecMainStatus',
  'FragmentPath',
  'WantedBy',
])
/** One of them makes a block one about a unit. */
const TELLING = ['Id', 'Names', 'LoadState', 'ActiveState', 'SubState', 'UnitFileState']

/**
 * Reads the answer of `systemctl show`, about one unit or many, all properties or some:
 *
 *     Id=cxp.service
 *     Names=cxp.service
 *     LoadState=loaded
 *     ActiveState=failed
 *     SubState=failed
 *     UnitFileState=enabled
 *     Result=exit-code
 *     NRestarts=5
 *     FragmentPath=/usr/lib/systemd/system/cxp.service
 *
 * A blank line ends a unit. Their order is free. Lines that are no `Key=value` continue a value of many lines and are passed
 * over. Fails with `units-unrecognised` when no block tells anything of a unit.
 */
export function parseSystemctlShow(bytes: Uint8Array): Parsed<SystemctlShow> {
  const lines = readLines(bytes, 'The list of unit properties')
  if (!lines.ok) return lines
  const units: ShownUnit[] = []
  let properties = new Map<string, ShownProperty>()
  const close = (): void => {
    if (TELLING.some((key) => properties.has(key))) units.push({ names: namesOf(properties), properties })
    properties = new Map()
  }
  for (const [index, line] of lines.value.entries()) {
    if (line.trim() === '') {
      close()
      continue
    }
    const equals = line.indexOf('=')
    const key = line.slice(0, Math.max(equals, 0)).trim()
    if (!KEPT.has(key) || properties.has(key)) continue
    properties.set(key, { value: line.slice(equals + 1).trim(), line: index + 1, text: line })
  }
  close()
  if (units.length > 0) return parsed({ units })
  const message = 'The list of unit properties should hold lines such as ActiveState=active, but has none.'
  return failed('units-unrecognised', message)
}

function namesOf(properties: ReadonlyMap<string, ShownProperty>): string[] {
  const value = (key: string): string => properties.get(key)?.value ?? ''
  const told = [value('Id'), ...value('Names').split(/\s+/)].filter((name) => name !== '')
  const file = value('FragmentPath').split('/').at(-1) ?? ''
  return [...new Set(told.length > 0 || file === '' ? told : [file])]
}
