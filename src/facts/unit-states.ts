import { unitList, unitState } from '../artifacts/units.js'
import { fact } from '../model/fact.js'
import { atLine, type Locator } from '../model/locator.js'
import type { ListedUnit } from '../parsers/systemctl-list.js'
import type { ShownUnit } from '../parsers/systemctl-show.js'

/** One word systemd says of a unit, and where. */
export interface Told {
  readonly value: string
  readonly at: Locator
}

/** What the input shows of one unit; null where no list says it. Words are systemd's own, such as `failed` or `enabled`. */
export interface UnitState {
  readonly load: Told | null
  readonly active: Told | null
  readonly sub: Told | null
  readonly fileState: Told | null
  /** Why it ended: `success`, `exit-code`, `signal`, … */
  readonly result: Told | null
  readonly restarts: Told | null
  readonly exitStatus: Told | null
}

export interface UnitStates {
  /** A unit by its full name, `cxp.service`, aliases included; undefined when no list names it. */
  of(unit: string): UnitState | undefined
}

/**
 * States of service units from every answer of systemctl in the input. Newer files win, and properties over lists. Empty when
 * there is none.
 */
export const unitStates = fact({
  id: 'unitStates',
  needs: {},
  optional: { shown: unitState, listed: unitList },
  compute: ({ shown, listed }): UnitStates => {
    const units = new Map<string, UnitState>()
    const add = (name: string, state: UnitState): void => {
      const known = units.get(name)
      units.set(name, known === undefined ? state : merged(known, state))
    }
    for (const { path, value } of newestFirst(shown?.good ?? []))
      for (const unit of value.units) for (const name of unit.names) add(name, ofShown(path, unit))
    for (const { path, value } of newestFirst(listed?.good ?? []))
      for (const unit of value.units) add(unit.name, ofListed(path, unit))
    return { of: (unit) => units.get(unit) }
  },
})

function newestFirst<T extends { readonly mtime: number | null }>(files: readonly T[]): T[] {
  return files.toSorted((a, b) => (b.mtime ?? 0) - (a.mtime ?? 0))
}

function ofShown(path: string, { properties }: ShownUnit): UnitState {
  const told = (key: string): Told | null => {
    const property = properties.get(key)
    if (property === undefined || property.value === '') return null
    return { value: property.value, at: atLine(path, property.line, property.text) }
  }
  return {
    load: told('LoadState'),
    active: told('ActiveState'),
    sub: told('SubState'),
    fileState: told('UnitFileState'),
    result: told('Result'),
    restarts: told('NRestarts'),
    exitStatus: told('ExecMainStatus'),
  }
}

function ofListed(path: string, { load, active, sub, fileState, line, text }: ListedUnit): UnitState {
  const told = (value: string | null): Told | null => (value === null ? null : { value, at: atLine(path, line, text) })
  return {
    load: told(load),
    active: told(active),
    sub: told(sub),
    fileState: told(fileState),
    result: null,
    restarts: null,
    exitStatus: null,
  }
}

/** State and sub-state belong together, so they come from one list. */
function merged(first: UnitState, second: UnitState): UnitState {
  return {
    load: first.load ?? second.load,
    active: first.active ?? second.active,
    sub: first.active === null ? second.sub : first.sub,
    fileState: first.fileState ?? second.fileState,
    result: first.result ?? second.result,
    restarts: first.restarts ?? second.restarts,
    exitStatus: first.exitStatus ?? second.exitStatus,
  }
}
