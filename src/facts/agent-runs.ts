import { ctAgentLog } from '../artifacts/agent.js'
import type { Worker } from '../knowledge/names.js'
import { fact } from '../model/fact.js'
import { logView, type LoggedEvent, type LogView } from './log-view.js'
import type { LogDigest } from '../model/log-event.js'
import type { AgentEventKind } from '../parsers/agent-log.js'

type Digest = LogDigest<AgentEventKind>

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
  /** Between each run of one worker and the next. */
  pauses(worker: Worker): RunPause[]
}

export interface RunPause {
  readonly from: AgentRun
  readonly to: AgentRun
  /** Milliseconds in which the log shows that there was no run: less where a rotated file is missing or lines were forgotten. */
  readonly silent: number
}

/** What the agent's log says of its workers' runs, rotated files included. */
export const agentRuns = fact({
  id: 'agentRuns',
  needs: { log: ctAgentLog },
  compute: ({ log }): AgentRuns => {
    const view = logView(log)
    const files = new Map(log.good.map(({ path, value }) => [path, value]))
    const runs = (worker: Worker): AgentRun[] =>
      view.events(['run'], worker).flatMap((event) => {
        const count = Number(event.fields['count'])
        return event.time === null || !Number.isFinite(count) ? [] : [{ time: event.time, count, event }]
      })
    return {
      log: view,
      runs,
      pauses: (worker) => {
        const all = runs(worker)
        return all.slice(1).flatMap((to, index) => {
          const from = all[index]
          return from === undefined ? [] : [{ from, to, silent: silence(from, to, worker, files) }]
        })
      },
    }
  },
})

function silence(from: AgentRun, to: AgentRun, worker: Worker, files: ReadonlyMap<string, Digest>): number {
  const whole = to.time - from.time
  if (from.event.path === to.event.path) {
    const series = files.get(to.event.path)?.series.find(({ kind, subject }) => kind === 'run' && subject === worker)
    // Of very many runs the middle ones are not kept; each was a line between these two.
    const forgotten = series === undefined ? 0 : series.count - series.kept.length
    return forgotten > 0 && Math.abs(to.event.line - from.event.line) > forgotten ? 0 : whole
  }
  // One file ends where the next begins, unless one in between was not collected.
  const end = files.get(from.event.path)?.last?.time ?? from.time
  const start = files.get(to.event.path)?.first?.time ?? to.time
  return Math.max(0, whole - Math.max(0, start - end))
}
