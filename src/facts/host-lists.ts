import { hostPackages, hostServices, packageList } from '../artifacts/host.js'
import { fact } from '../model/fact.js'
import { atLine, type EntryPath, type Locator } from '../model/locator.js'

/** What the host itself says it has of one kind. */
export interface HostList<T> {
  readonly path: EntryPath
  readonly mtime: number | null
  readonly items: ReadonlyMap<string, T>
  /** It was cut, so what is missing in it proves nothing. */
  readonly partial: boolean
}

export interface HostPackage {
  /** One for each architecture. */
  readonly versions: readonly string[]
  /** False for one that was removed and left its settings. */
  readonly installed: boolean
  readonly at: Locator
}

export interface HostService {
  /** Whether a list of the host's services has to name it: aliases, masked and generated ones it need not. */
  readonly expected: boolean
  readonly at: Locator
}

/** By name. The package database counts; a command’s output where it was not collected. Null without any of them. */
export const hostPackageList = fact({
  id: 'hostPackageList',
  needs: {},
  optional: { status: hostPackages, list: packageList },
  compute: ({ status, list }): (HostList<HostPackage> & { readonly installed: number }) | null => {
    const source = status?.good[0] ?? list?.good[0]
    if (source === undefined) return null
    const items = new Map<string, HostPackage>()
    for (const { name, version, installed, line } of source.value.packages) {
      // gpg-pubkey is how rpm keeps keys.
      if (name === 'gpg-pubkey') continue
      const known = items.get(name)
      const versions = [...(known?.versions ?? []), ...(version === null || !installed ? [] : [version])]
      const at = atLine(source.path, line, name)
      items.set(name, { versions, installed: installed || known?.installed === true, at: known?.at ?? at })
    }
    return {
      path: source.path,
      mtime: source.mtime,
      items,
      partial: source.problems.length > 0,
      installed: source.value.packages.filter(({ installed }) => installed).length,
    }
  },
})

/** What a host’s own list of services need not have in common with the agent’s. */
const OPTIONAL_STATE = /^(?:alias|masked.*|bad|transient|generated|)$/

/** By name, template and instance units left out, as the agent does; a list of every unit file counts before one of units in memory. */
export const hostServiceList = fact({
  id: 'hostServiceList',
  needs: { lists: hostServices },
  compute: ({ lists }): HostList<HostService> & { readonly complete: boolean } => {
    const source = lists.good.find(({ value }) => value.complete) ?? lists.good[0]
    const items = new Map<string, HostService>()
    for (const { names, state, line } of source?.value.services ?? []) {
      const [own = ''] = names
      if (own.includes('@')) continue
      const expected = !OPTIONAL_STATE.test(state ?? '')
      for (const name of names) {
        const known = items.get(name)
        items.set(name, {
          expected: (expected && name === own) || known?.expected === true,
          at: known?.at ?? atLine(source?.path ?? '', line, name),
        })
      }
    }
    const { path = '', mtime = null } = source ?? {}
    return {
      path,
      mtime,
      items,
      partial: (source?.problems.length ?? 0) > 0,
      complete: source?.value.complete === true,
    }
  },
})
