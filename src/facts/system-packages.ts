import { hostPackages, packageList } from '../artifacts/host.js'
import type { Evidence } from '../model/artifact.js'
import { fact } from '../model/fact.js'
import { atLine, type EntryPath, type Locator } from '../model/locator.js'

export interface SystemPackage {
  readonly name: string
  readonly installed: boolean
  /** What the package manager says of it where it is not installed. */
  readonly status: string
  readonly at: Locator
}

/** One list of the host's packages, of dpkg or rpm. */
export interface SystemPackages {
  readonly path: EntryPath
  readonly packages: readonly SystemPackage[]
  /** It is the whole list of this machine's own package manager, so that what is not in it is not installed. */
  readonly whole: boolean
}

/** Packages without which no system runs: a list that lacks them was searched, or is not the system's own. */
const ALWAYS: ReadonlySet<string> = new Set(['dpkg', 'rpm'])

/** The package database and every printed list. Empty when there is none. */
export const systemPackages = fact({
  id: 'systemPackages',
  needs: {},
  optional: { status: hostPackages, lists: packageList },
  compute: ({ status, lists }): readonly SystemPackages[] => [
    ...(status?.good ?? []).map((file) => listOf(file, file.value.packages, ({ status: words }) => words.join(' '))),
    ...(lists?.good ?? []).map((file) => listOf(file, file.value.packages, () => 'not installed')),
  ],
})

function listOf<T extends { readonly name: string; readonly installed: boolean; readonly line: number }>(
  { path, problems }: Evidence<unknown>,
  packages: readonly T[],
  status: (item: T) => string,
): SystemPackages {
  return {
    path,
    packages: packages.map((item) => ({
      name: item.name,
      installed: item.installed,
      status: status(item),
      at: atLine(path, item.line, item.name),
    })),
    whole: problems.length === 0 && packages.some(({ name, installed }) => installed && ALWAYS.has(name)),
  }
}
