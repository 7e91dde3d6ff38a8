import { processList } from '../artifacts/agent.js'
import { unixSockets } from '../artifacts/sockets.js'
import { fact } from '../model/fact.js'
import { baseName, type EntryPath } from '../model/locator.js'
import type { Process } from '../parsers/process-list.js'
import type { AgentSocket, UnixSockets } from '../parsers/unix-sockets.js'

export interface ListedSocket {
  readonly path: EntryPath
  readonly socket: AgentSocket
  /** Its list would show a connection if there were one. */
  readonly connectionsShown: boolean
}

export interface AmaSockets {
  /** Sockets of the Azure Monitor Agent in every list. */
  readonly sockets: readonly ListedSocket[]
  /**
   * A list that shows listening sockets too, and more than lines picked out for Change Tracking, so that absence means
   * something.
   */
  readonly complete: { readonly path: EntryPath; readonly total: number } | null
  /** Whether a process list shows mdsd. */
  readonly mdsdSeen: boolean
  /**
   * No socket of the agent at all, and no mdsd process beside: as inside a container, which has its own socket namespace.
   * Such a list says nothing about the host.
   */
  readonly blind: boolean
}

/** What the lists of UNIX sockets say of the Azure Monitor Agent. */
export const amaSockets = fact({
  id: 'amaSockets',
  needs: { lists: unixSockets },
  optional: { processes: processList },
  compute: ({ lists, processes }): AmaSockets => {
    const sockets = lists.good.flatMap(({ path, value }) => {
      const connectionsShown = value.showsConnections || ALL.test(baseName(path))
      return value.sockets.map((socket) => ({ path, socket, connectionsShown }))
    })
    const complete = lists.good.find(({ value }) => value.showsListeners && !isPicked(value))
    const commands = processes?.good.flatMap(({ value }) => value.processes) ?? []
    const mdsdSeen = commands.some(isMdsd)
    return {
      sockets,
      complete: complete === undefined ? null : { path: complete.path, total: complete.value.total },
      mdsdSeen,
      blind: sockets.length === 0 && !mdsdSeen,
    }
  },
})

/** The daemon itself, not somebody who looks for it. */
export function isMdsd({ command }: Process): boolean {
  return /^(?:\S*\/|\[)?mdsd(?:\]?$|\s)/.test(command)
}

/** A list named for the command that made it, with the option for all sockets: `ss-xa.txt`. */
const ALL = /^(?:ss|netstat)[-_]+[a-z]*a/i

/** Somebody searched a list for Change Tracking and kept the hits only. */
function isPicked({ total, sockets }: UnixSockets): boolean {
  return total === sockets.length && sockets.every(({ extension }) => /^ChangeTracking-/i.test(extension ?? ''))
}
