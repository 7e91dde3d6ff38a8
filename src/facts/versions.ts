import { amaExtensionFolder } from '../artifacts/ama.js'
import { ctExtensionFolder } from '../artifacts/agent.js'
import type { Found } from '../model/artifact.js'
import { fact } from '../model/fact.js'
import type { EntryPath } from '../model/locator.js'

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

/** Versions of the Azure Monitor Agent that have a folder, newest first. */
export const amaVersions = fact({
  id: 'amaVersions',
  needs: { folders: amaExtensionFolder },
  compute: ({ folders }) => newestFirst(folders),
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
