import { failed, parsed, type Parsed } from '../model/parsed.js'
import { readLines } from './text.js'

/** What `systemctl list-units`, `list-unit-files` or `status` says of units. */
export interface SystemctlList {
  readonly form: 'units' | 'unit-files' | 'status'
  readonly units: readonly ListedUnit[]
}

/** What the form does not show is null. */
export interface ListedUnit {
  /** With its suffix. */
  readonly name: string
  /** `loaded`, `not-found`, `masked`, … */
  readonly load: string | null
  /** `active`, `inactive`, `failed`, `activating`, … */
  readonly active: string | null
  /** `running`, `dead`, `auto-restart`, … */
  readonly sub: string | null
  /** `enabled`, `disabled`, `static`, `masked`, … */
  readonly fileState: string | null
  readonly line: number
  readonly text: string
}

const UNIT = String.raw`([\w@:.\\-]+\.(?:service|socket|target|timer|mount|automount|path|slice|scope|device|swap))`
/** Units in trouble carry a mark, which old or narrow terminals print as `*`. */
const MARK = String.raw`^\s*(?:[●○×↻*]\s+)?`
const UNITS_ROW = new RegExp(
  `${MARK}${UNIT}\\s+(loaded|not-found|masked|error|bad-setting|stub|merged)\\s+(active|inactive|failed|activating|deactivating|reloading|maintenance|refreshing)\\s+(\\S+)`,
)
const FILES_ROW = new RegExp(
  `^\\s*${UNIT}\\s+(enabled|enabled-runtime|disabled|static|masked|masked-runtime|linked|linked-runtime|alias|indirect|generated|transient|bad)(?:\\s+\\S+)?\\s*$`,
)
const STATUS_HEAD = new RegExp(`${MARK}${UNIT}(?:\\s+-\\s|\\s*$)`)
const STATUS_ABSENT = new RegExp(`^Unit ${UNIT} could not be found`)
const STATUS_LOAD = /^\s*Loaded: (\S+)(?: \([^;)]*; ([\w-]+))?/
const STATUS_ACTIVE = /^\s*Active: (\S+)(?: \(([^)]*)\))?/

/**
 * Reads any of the three lists, whole or grepped:
 *
 *     ● cxp.service   loaded failed failed Azure change tracking Parent Daemon
 *
 *     cxp.service     enabled enabled
 *
 *     ● cxp.service - Azure change tracking Parent Daemon
 *          Loaded: loaded (/usr/lib/systemd/system/cxp.service; enabled; preset: enabled)
 *          Active: active (running) since Sat 2026-01-10 08:00:00 UTC; 2h ago
 *
 * Fails with `units-unrecognised` when no line has one of these forms.
 */
export function parseSystemctlList(bytes: Uint8Array): Parsed<SystemctlList> {
  const read = readLines(bytes, 'The list of units')
  if (!read.ok) return read
  const lines = read.value
  const status = statusUnits(lines)
  if (status.length > 0) return parsed({ form: 'status', units: status })
  const units = lines.flatMap((line, index): ListedUnit[] => {
    const [, name, load, active, sub] = UNITS_ROW.exec(line) ?? []
    if (name === undefined || load === undefined || active === undefined || sub === undefined) return []
    return [{ name, load, active, sub, fileState: null, line: index + 1, text: line }]
  })
  if (units.length > 0) return parsed({ form: 'units', units })
  const files = lines.flatMap((line, index): ListedUnit[] => {
    const [, name, fileState] = FILES_ROW.exec(line) ?? []
    if (name === undefined || fileState === undefined) return []
    return [{ name, load: null, active: null, sub: null, fileState, line: index + 1, text: line }]
  })
  if (files.length > 0) return parsed({ form: 'unit-files', units: files })
  const message = `The list should be the answer of systemctl list-units, list-unit-files or status, but none of its ${lines.length} lines has that form.`
  return failed('units-unrecognised', message)
}

/** A unit counts from its `Active:` line on, which is the line that is kept. */
function statusUnits(lines: readonly string[]): ListedUnit[] {
  const units: ListedUnit[] = []
  let name: string | undefined
  let load: string | null = null
  let fileState: string | null = null
  for (const [index, line] of lines.entries()) {
    const absent = STATUS_ABSENT.exec(line)?.[1]
    if (absent !== undefined) {
      const nothing = { load: 'not-found', active: 'inactive', sub: 'dead', fileState: null }
      units.push({ name: absent, ...nothing, line: index + 1, text: line })
    }
    const head = STATUS_HEAD.exec(line)?.[1]
    if (head !== undefined) [name, load, fileState] = [head, null, null]
    if (name === undefined) continue
    const loaded = STATUS_LOAD.exec(line)
    if (loaded !== null) [load, fileState] = [loaded[1] ?? null, loaded[2] ?? null]
    const [, active, sub = ''] = STATUS_ACTIVE.exec(line) ?? []
    if (active === undefined) continue
    // A failed unit shows its result where others show their sub-state.
    units.push({ name, load, active, sub: /^[\w-]+$/.test(sub) ? sub : null, fileState, line: index + 1, text: line })
    name = undefined
  }
  return units
}
