import { amaExtensionFolder, amaOut } from '../artifacts/ama.js'
import { ctCommandLog, ctExtensionFolder, ctHandlerState, cxpUnit, processList } from '../artifacts/agent.js'
import type { Found } from '../model/artifact.js'
import { fact } from '../model/fact.js'
import { atEntry, atLine, type EntryPath, type Locator } from '../model/locator.js'
import { ctDirectories, ctDirectory, execStart } from '../parsers/systemd-unit.js'
import { atEvent, logView } from './log-view.js'

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

/** A version of the extension that the input shows, and where. */
export interface SeenVersion {
  readonly version: string
  readonly at: Locator
}

/**
 * The version of the Change Tracking extension in use: the newest folder that is not known to be uninstalled, else the one the
 * service starts, a process runs with, or the guest agent last ran a command of. Null when nothing shows one.
 */
export const ctVersion = fact({
  id: 'ctVersion',
  needs: {},
  optional: {
    versions: ctVersions,
    states: ctHandlerState,
    unit: cxpUnit,
    processes: processList,
    commands: ctCommandLog,
  },
  compute: ({ versions, states, unit, processes, commands }): SeenVersion | null => {
    const removed = removedFolders(states)
    const folder = versions?.find(({ path }) => !removed.has(path)) ?? versions?.[0]
    if (folder !== undefined) return { version: folder.version, at: atEntry(folder.path) }
    for (const { path, value } of unit?.good ?? []) {
      const start = execStart(value)
      const named = start === null ? undefined : ctDirectories(start.words)[0]
      if (start !== null && named !== undefined)
        return { version: named.version, at: atLine(path, start.entry.line, start.entry.text) }
    }
    for (const { path, value } of processes?.good ?? [])
      for (const { command, line, text } of value.processes) {
        const [named] = ctDirectories(command.split(/\s+/))
        if (named !== undefined) return { version: named.version, at: atLine(path, line, text) }
      }
    const last = commands === undefined ? undefined : logView(commands).events(['command']).at(-1)
    const version = last?.fields['version']
    return last === undefined || version === undefined ? null : { version, at: atEvent(last) }
  },
})

/** Folders of versions that the guest agent calls NotInstalled: an update leaves them behind for a while. */
export function removedFolders(states: Found<string> | undefined): ReadonlySet<EntryPath> {
  const removed = (states?.good ?? []).filter(({ value }) => value.toLowerCase() === 'notinstalled')
  return new Set(removed.map(({ path }) => path.replace(/\/config\/HandlerState$/, '')))
}

/** Of files below versioned folders, the one below the newest. */
export function ofNewest<T extends { readonly path: EntryPath }>(files: readonly T[]): T | undefined {
  const version = (path: EntryPath): string => ctDirectory(path)?.version ?? '0'
  return files.toSorted((a, b) => compareVersions(version(b.path), version(a.path)))[0]
}

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
