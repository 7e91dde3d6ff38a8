import { ctAgentLog, ctHandlerLog, ctWatcherLog } from '../artifacts/agent.js'
import type { Found } from '../model/artifact.js'
import { fact } from '../model/fact.js'
import type { LogDigest, LogEvent } from '../model/log-event.js'
import { latest, type Instant } from '../model/time.js'
import { eachOnce, type LoggedEvent } from './log-view.js'

/** Who wrote the line. */
export type Writer = 'agent' | 'handler' | 'watcher'

/** Lines of level error, fatal or panic whose messages differ only in numbers, ids, times, paths and quoted words. */
export interface ErrorGroup {
  readonly writer: Writer
  /** The message without its variable parts; `…` for all that were too many to tell apart. */
  readonly message: string
  readonly count: number
  readonly first: LoggedEvent
  readonly last: LoggedEvent
  /** It names a part of the data path. */
  readonly onPath: boolean
  /** The program ended by it. */
  readonly fatal: boolean
}

export interface AgentErrors {
  readonly groups: readonly ErrorGroup[]
  /** The newest line of each log that was collected; null where no line has a time. */
  readonly newest: ReadonlyMap<Writer, Instant | null>
}

/** Errors in the logs of the agent, its handler and its watcher, rotated files included. */
export const agentErrors = fact({
  id: 'agentErrors',
  needs: {},
  optional: { agent: ctAgentLog, handler: ctHandlerLog, watcher: ctWatcherLog },
  compute: ({ agent, handler, watcher }): AgentErrors => {
    const logs: [Writer, Found<LogDigest<string>> | undefined][] = [
      ['agent', agent],
      ['handler', handler],
      ['watcher', watcher],
    ]
    const there = logs.flatMap(([writer, found]) => (found === undefined ? [] : [{ writer, found }]))
    return {
      groups: there.flatMap(({ writer, found }) => groupsOf(writer, found)),
      newest: new Map(
        there.map(({ writer, found }) => [writer, latest(found.good.map(({ value }) => value.last?.time))]),
      ),
    }
  },
})

interface Growing {
  readonly message: string
  /** Of all lines, and of those counted for naming the data path: the larger one is whole. */
  all: number
  path: number
  first: LoggedEvent
  last: LoggedEvent
}

function groupsOf(writer: Writer, found: Found<LogDigest<string>>): ErrorGroup[] {
  const groups = new Map<string, Growing>()
  for (const { path, value } of eachOnce(found.good)) {
    for (const { kind, subject, count, first, last } of value.series) {
      if (kind !== 'error' && kind !== 'panic' && kind !== 'pathError') continue
      const here = (event: LogEvent): LoggedEvent => ({ ...event, path, subject })
      const known = groups.get(subject)
      const group = known ?? { message: subject, all: 0, path: 0, first: here(first), last: here(last) }
      groups.set(subject, group)
      if (kind === 'pathError') group.path += count
      else group.all += count
      if ((first.time ?? 0) < (group.first.time ?? 0)) group.first = here(first)
      if ((last.time ?? 0) > (group.last.time ?? 0)) group.last = here(last)
    }
  }
  return [...groups.values()].map(({ message, all, path, first, last }) => ({
    writer,
    message,
    count: Math.max(all, path),
    first,
    last,
    onPath: path > 0,
    fatal: /^(?:fatal|panic)$/i.test(last.fields['level'] ?? ''),
  }))
}
