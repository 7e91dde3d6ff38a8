import { hostPackages, packageList } from '../artifacts/host.js'
import type { Evidence } from '../model/artifact.js'
import { fact } from '../model/fact.js'
import { atLine, type EntryPath, type Locator } from '../model/locator.js'
import type { Instant } from '../model/time.js'

export interface SystemPackage {
  /** Of those installed, one for each architecture. */
  readonly versions: readonly string[]
  /** False for one that was removed and left its settings. */
  readonly installed: boolean
  /** What the package manager says of it where it is not installed. */
  readonly status: string
  readonly at: Locator
}

/** One list of the host's packages, of dpkg or rpm. */
export interface SystemPackages {
  readonly path: EntryPath
  readonly mtime: Instant | null
  /** By name. */
  readonly packages: ReadonlyMap<string, SystemPackage>
  /** How many are installed, each architecture counted. */
  readonly installed: number
  /** It is the whole list of this machine's own package manager, so that what is not in it is not installed. */
  readonly whole: boolean
}

/** Packages without which no system runs: a list that lacks them was searched, or is not the system's own. */
const ALWAYS: readonly string[] = ['dpkg', 'rpm']

/** The package database, then every printed list; whole ones first. Empty when there is none. */
export const systemPackages = fact({
  id: 'systemPackages',
  needs: {},
  optional: { status: hostPackages, lists: packageList },
  compute: ({ status, lists }): readonly SystemPackages[] => {
    const all = [
      ...(status?.good ?? []).map((file) => listOf(file, file.value.packages, ({ status: words }) => words.join(' '))),
      ...(lists?.good ?? []).map((file) => listOf(file, file.value.packages, () => 'not installed')),
    ]
    return [...all.filter(({ whole }) => whole), ...all.filter(({ whole }) => !whole)]
  },
})

interface Entry {
  readonly name: string
  readonly version: string | null
  readonly installed: boolean
  readonly line: number
}

function listOf<T extends Entry>(
  { path, mtime, problems }: Evidence<unknown>,
  entries: readonly T[],
  status: (entry: T) => string,
): SystemPackages {
  const packages = new Map<string, SystemPackage>()
  for (const entry of entries) {
    const { name, version, installed, line } = entry
    // gpg-pubkey is how rpm keeps keys.
    if (name === 'gpg-pubkey') continue
    const known = packages.get(name)
    packages.set(name, {
      versions: [...(known?.versions ?? []), ...(version === null || !installed ? [] : [version])],
      installed: installed || known?.installed === true,
      status: known?.status ?? status(entry),
      at: known?.at ?? atLine(path, line, name),
    })
  }
  return {
    path,
    mtime,
    packages,
    installed: entries.filter(({ installed }) => installed).length,
    whole: problems.length === 0 && ALWAYS.some((name) => packages.get(name)?.installed === true),
  }
}
