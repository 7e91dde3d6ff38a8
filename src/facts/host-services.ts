import { unitList, unitState } from '../artifacts/units.js'
import type { Evidence } from '../model/artifact.js'
import { fact } from '../model/fact.js'
import { atLine, type EntryPath, type Locator } from '../model/locator.js'
import type { ListedUnit } from '../parsers/systemctl-list.js'
import type { ShownUnit } from '../parsers/systemctl-show.js'

/** systemd's own list of the host's services. */
export interface HostServices {
  readonly path: EntryPath
  /** By name without `.service`; template and instance units left out, as the agent does. */
  readonly services: ReadonlyMap<string, HostService>
  /** Every unit file is in it, not only the units in memory, so that what is not in it does not exist. */
  readonly complete: boolean
}

export interface HostService {
  /** Whether a list of the host's services has to name it: aliases, masked and generated ones it need not. */
  readonly expected: boolean
  readonly at: Locator
}

/** No system runs without it: a list that lacks it was searched, or is about a few units only. */
const ALWAYS = 'systemd-journald'
/** What a host's own list of services need not have in common with the agent's. */
const OPTIONAL_STATE = /^(?:alias|masked.*|bad|transient|generated|)$/

/**
 * What `systemctl list-unit-files` or `systemctl show` printed of all services. A list of every unit file counts before one of
 * the units in memory. Null when no list in the input is whole.
 */
export const hostServices = fact({
  id: 'hostServices',
  needs: {},
  optional: { listed: unitList, shown: unitState },
  compute: ({ listed, shown }): HostServices | null => {
    const files = (listed?.good ?? []).filter(({ value }) => value.form === 'unit-files')
    const lists = [
      ...files.map((file) => listOf(file, file.value.units.map(ofListed), true)),
      // Few properties, as the agent asks for them, it asks of every unit file; who asks for all gets the units in memory.
      ...(shown?.good ?? []).map((file) => {
        const complete = !file.value.units.some(({ properties }) => properties.has('LoadState'))
        return listOf(file, file.value.units.map(ofShown), complete)
      }),
    ].filter((list) => list !== null)
    return lists.find(({ complete }) => complete) ?? lists[0] ?? null
  },
})

interface Unit {
  /** Its own name first, then its aliases. */
  readonly names: readonly string[]
  readonly state: string | null
  readonly line: number
}

function ofListed({ name, fileState, line }: ListedUnit): Unit {
  return { names: [name], state: fileState, line }
}

function ofShown({ names, properties }: ShownUnit): Unit {
  const naming = properties.get('Names') ?? properties.get('Id') ?? properties.get('FragmentPath')
  return { names, state: properties.get('UnitFileState')?.value ?? null, line: naming?.line ?? 1 }
}

function listOf({ path, problems }: Evidence<unknown>, units: readonly Unit[], complete: boolean): HostServices | null {
  const services = new Map<string, HostService>()
  for (const { names, state, line } of units) {
    const own = names.flatMap((name) => (name.endsWith('.service') ? [name.slice(0, -'.service'.length)] : []))
    if (own[0]?.includes('@') === true) continue
    for (const [index, name] of own.entries()) {
      const known = services.get(name)
      const expected = index === 0 && !OPTIONAL_STATE.test(state ?? '')
      services.set(name, {
        expected: expected || known?.expected === true,
        at: known?.at ?? atLine(path, line, name),
      })
    }
  }
  return problems.length === 0 && services.has(ALWAYS) ? { path, services, complete } : null
}
