import { ctHandlerState, ctHandlerStatus, ctStatus } from '../artifacts/agent.js'
import type { Evidence } from '../model/artifact.js'
import { fact } from '../model/fact.js'
import type { ExtensionStatus } from '../parsers/extension-status.js'
import type { HandlerStatus } from '../parsers/handler-status.js'
import { areOwnTimes } from './file-times.js'
import { ctVersions, removedFolders } from './versions.js'

/** What is reported of the extension's newest version that is not uninstalled. */
export interface CtReport {
  /** By the guest agent. */
  readonly handler: Evidence<HandlerStatus> | null
  /** By the extension itself: the status file written last. */
  readonly status: Evidence<ExtensionStatus> | null
}

export const ctReport = fact({
  id: 'ctReport',
  needs: { versions: ctVersions },
  optional: { states: ctHandlerState, handler: ctHandlerStatus, status: ctStatus },
  compute: ({ versions, states, handler, status }): CtReport => {
    const removed = removedFolders(states)
    const newest = versions.find(({ path }) => !removed.has(path)) ?? versions[0]
    const own = <T extends { readonly path: string }>(files: readonly T[] | undefined): T[] =>
      (files ?? []).filter(({ path }) => newest !== undefined && path.startsWith(`${newest.path}/`))
    return { handler: own(handler?.good)[0] ?? null, status: lastWritten(own(status?.good)) ?? null }
  },
})

/** The most recently modified counts, not the highest number; a copy has the times of copying, so then the time inside does. */
function lastWritten(files: readonly Evidence<ExtensionStatus>[]): Evidence<ExtensionStatus> | undefined {
  const own = areOwnTimes(files.map(({ mtime }) => mtime ?? 0))
  const key = ({ mtime, value }: Evidence<ExtensionStatus>): number => (own ? (mtime ?? 0) : (value.time ?? 0))
  return files.toSorted((a, b) => key(b) - key(a) || sequence(b.path) - sequence(a.path))[0]
}

function sequence(path: string): number {
  return Number(/(\d+)\.status$/.exec(path)?.[1] ?? -1)
}
