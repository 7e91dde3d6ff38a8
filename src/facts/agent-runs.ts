import { ctAgentLog } from '../artifacts/agent.js'
import type { Worker } from '../knowledge/names.js'
import { fact } from '../model/fact.js'
import { baseName, type EntryPath } from '../model/locator.js'
import { logView, type LoggedEvent, type LogView } from './log-view.js'
import type { LogDigest } from '../model/log-event.js'
import type { Instant } from '../model/time.js'
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
  runs(worker: Worker): readonly AgentRun[]
  /** Between each run of one worker and the next. */
  pauses(worker: Worker): readonly RunPause[]
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
    const runs = onceEach((worker): readonly AgentRun[] =>
      view.events(['run'], worker).flatMap((event) => {
        const count = Number(event.fields['count'])
        return event.time === null || !Number.isFinite(count) ? [] : [{ time: event.time, count, event }]
      }),
    )
    const pauses = onceEach((worker): readonly RunPause[] => {
      const all = runs(worker)
      const forgotten = new Map(log.good.map(({ path, value }) => [path, forgottenRuns(value, worker)]))
      return all.slice(1).flatMap((to, index) => {
        const from = all[index]
        return from === undefined ? [] : [{ from, to, silent: silence(from, to, forgotten, files) }]
      })
    })
    return { log: view, runs, pauses }
  },
})

/** Rules ask for the runs of a worker again and again; a long log has tens of thousands. */
function onceEach<T>(compute: (worker: Worker) => T): (worker: Worker) => T {
  const known = new Map<Worker, T>()
  return (worker) => {
    const found = known.get(worker) ?? compute(worker)
    known.set(worker, found)
    return found
  }
}

/** Of very many runs the middle ones are not kept; each was a line between two that are. */
function forgottenRuns({ series }: Digest, worker: Worker): number {
  const runs = series.find(({ kind, subject }) => kind === 'run' && subject === worker)
  return runs === undefined ? 0 : runs.count - runs.kept.length
}

function silence(
  from: AgentRun,
  to: AgentRun,
  forgotten: ReadonlyMap<string, number>,
  files: ReadonlyMap<string, Digest>,
): number {
  const whole = to.time - from.time
  if (from.event.path === to.event.path) {
    const missing = forgotten.get(to.event.path) ?? 0
    return missing > 0 && Math.abs(to.event.line - from.event.line) > missing ? 0 : whole
  }
  const last = files.get(from.event.path)?.last?.time ?? from.time
  const first = files.get(to.event.path)?.first?.time ?? to.time
  // A rotated file is named for the time at which the next began. Another one may lie between, which was not collected.
  const rotated = rotatedAt(from.event.path)
  const follows = rotated !== null && rotated >= last && Math.abs(first - rotated) <= MOMENT
  return follows ? whole : Math.max(0, whole - Math.max(0, first - last))
}

/** The first line of a file is written as it is opened. */
const MOMENT = 60_000

/** From `cta_linux_agent-2026-01-10T08-00-00.000.log`, which is in UTC. */
function rotatedAt(path: EntryPath): Instant | null {
  const [, day, hour, minute, second] = /-(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)/.exec(baseName(path)) ?? []
  const time = Date.parse(`${day ?? ''}T${hour ?? ''}:${minute ?? ''}:${second ?? ''}Z`)
  return Number.isNaN(time) ? null : time
}
