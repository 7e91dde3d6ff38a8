import { ctAgentLog } from '../artifacts/agent.js'
import type { Worker } from '../knowledge/names.js'
import { fact } from '../model/fact.js'
import { logView, type LoggedEvent, type LogView } from './log-view.js'
import type { AgentEventKind } from '../parsers/agent-log.js'

export interface AgentRun {
  readonly time: number
  /** Items the worker says it collected. */
  readonly count: number
  readonly event: LoggedEvent
}

export interface AgentRuns {
  readonly log: LogView<AgentEventKind>
  /** Dated runs of one worker in time order. */
  runs(worker: Worker): AgentRun[]
}

/** What the agent's log says of its workers' runs, rotated files included. */
export const agentRuns = fact({
  id: 'agentRuns',
  needs: { log: ctAgentLog },
  compute: ({ log }): AgentRuns => {
    const view = logView(log)
    return {
      log: view,
      runs: (worker) =>
        view.events(['run'], worker).flatMap((event) => {
          const count = Number(event.fields['count'])
          return event.time === null || !Number.isFinite(count) ? [] : [{ time: event.time, count, event }]
        }),
    }
  },
})
