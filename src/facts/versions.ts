import { amaExtensionFolder, amaOut } from '../artifacts/ama.js'
import { ctExtensionFolder } from '../artifacts/agent.js'
import type { Found } from '../model/artifact.js'
import { fact } from '../model/fact.js'
import { atEntry, atLine, type EntryPath, type Locator } from '../model/locator.js'

export interface InstalledVersion {
  readonly version: string
  readonly path: EntryPath
}

/** Versions of the Change Tracking extension that have a folder, newest first. */
export const ctVersions = fact({
  id: 'ctVersions',
  needs: { folders: ctExtensionFolder },
  compute: ({ folders }) => newestFirst(folders),
})

/** A version of the Azure Monitor Agent's extension, and what shows it. */
export interface AmaVersion {
  readonly version: string
  readonly at: Locator
}

/**
 * Versions of the Azure Monitor Agent's extension, newest first, each once: those that have a folder, else those that the
 * agent's own collector counted. Empty when neither is in the input.
 */
export const amaVersions = fact({
  id: 'amaVersions',
  needs: {},
  optional: { folders: amaExtensionFolder, overview: amaOut },
  compute: ({ folders, overview }): AmaVersion[] => {
    const there = folders === undefined ? [] : newestFirst(folders)
    const counted = (overview?.good ?? []).flatMap(({ path, value }) =>
      value.versions.map(({ value: version, line, text }) => ({ version, at: atLine(path, line, text) })),
    )
    const all = there.length > 0 ? there.map(({ version, path }) => ({ version, at: atEntry(path) })) : counted
    const distinct = new Map(all.toReversed().map((found) => [found.version, found]))
    return [...distinct.values()].toSorted((a, b) => compareVersions(b.version, a.version))
  },
})

/** Numbers from left to right; a missing part is 0. */
export function compareVersions(a: string, b: string): number {
  const left = a.split('.').map(Number)
  const right = b.split('.').map(Number)
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

function newestFirst(folders: Found<string>): InstalledVersion[] {
  const versions = folders.good.map(({ value, path }) => ({ version: value, path }))
  return versions.toSorted((a, b) => compareVersions(b.version, a.version))
}
