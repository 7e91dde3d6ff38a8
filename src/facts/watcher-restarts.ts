import { ctWatcherLog } from '../artifacts/agent.js'
import { fact } from '../model/fact.js'
import type { Instant } from '../model/time.js'
import { logView, type LoggedEvent, type LogView } from './log-view.js'
import type { WatcherEventKind } from '../parsers/watcher-log.js'

export interface WatcherRestarts {
  readonly log: LogView<WatcherEventKind>
  /** One line for each restart of the worker that the watcher's log shows, in time order. */
  readonly restarts: readonly (LoggedEvent & { readonly time: Instant })[]
}

/** Lines this close together tell of one restart: found gone, stopped, started. */
const ONE_RESTART = 30_000

/**
 * Restarts of the worker: lines that say so, and starts with another process id than the one before. The first start is none.
 */
export const watcherRestarts = fact({
  id: 'watcherRestarts',
  needs: { found: ctWatcherLog },
  compute: ({ found }): WatcherRestarts => {
    const log = logView(found)
    const restarts: (LoggedEvent & { readonly time: Instant })[] = []
    let pid: string | undefined
    for (const event of log.events(['restart', 'launch'])) {
      const { time } = event
      const told = event.fields['pid']
      const again = told === undefined || (pid !== undefined && told !== pid)
      pid = told ?? pid
      if (!again || time === null) continue
      const previous = restarts.at(-1)
      if (previous === undefined || time - previous.time > ONE_RESTART) restarts.push({ ...event, time })
    }
    return { log, restarts }
  },
})
