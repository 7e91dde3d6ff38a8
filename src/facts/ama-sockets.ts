import { processList } from '../artifacts/agent.js'
import { unixSockets } from '../artifacts/sockets.js'
import { fact } from '../model/fact.js'
import type { EntryPath } from '../model/locator.js'
import type { AgentSocket } from '../parsers/unix-sockets.js'

export interface AmaSockets {
  /** Sockets of the Azure Monitor Agent in every list. */
  readonly sockets: readonly { readonly path: EntryPath; readonly socket: AgentSocket }[]
  /** A list that shows listening sockets too, so that absence means something. */
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
    const sockets = lists.good.flatMap(({ path, value }) => value.sockets.map((socket) => ({ path, socket })))
    const complete = lists.good.find(({ value }) => value.showsListeners)
    const commands = processes?.good.flatMap(({ value }) => value.processes) ?? []
    const mdsdSeen = commands.some(({ command }) => /\bmdsd\b/.test(command))
    return {
      sockets,
      complete: complete === undefined ? null : { path: complete.path, total: complete.value.total },
      mdsdSeen,
      blind: sockets.length === 0 && !mdsdSeen,
    }
  },
})
