import { ctAgentLog } from '../artifacts/agent.js'
import { configChunk } from '../artifacts/dcr.js'
import { DEFAULT_FREQUENCY, LONGEST_FREQUENCY, staleAfter } from '../knowledge/limits.js'
import type { Worker } from '../knowledge/names.js'
import type { Artifact } from '../model/artifact.js'
import { fact } from '../model/fact.js'
import { iso, type Instant } from '../model/time.js'
import { agentRuns, type AgentRun, type AgentRuns } from './agent-runs.js'
import { configCache, enableFlag, frequencyOf, isDisabled, settingsOf, type ConfigCache } from './ct-dcrs.js'
import { freshTrace } from './fresh-trace.js'
import { LIST_OF } from './inventory.js'
import { isLocal } from './log-view.js'
import { amaSilences, awake } from './machine-off.js'
import { serviceUptime } from './service-journal.js'

/** How often a worker has to run. */
export interface Schedule {
  /** Seconds; null where no rule says. */
  readonly configured: number | null
  /** Seconds; the longest possible where no rule says. */
  readonly frequency: number
  /** Milliseconds after which a run is late. */
  readonly limit: number
}

/** Whether a worker has stopped running, as far as the input tells. `reason` is a phrase. */
export type Lateness =
  | { readonly is: 'in-time' }
  | { readonly is: 'open'; readonly reason: string; readonly ask: Artifact<unknown> }
  | { readonly is: 'late'; readonly last: AgentRun; readonly schedule: Schedule }
  | { readonly is: 'absent'; readonly other: OtherRuns; readonly schedule: Schedule }

/** Runs of the other worker whose message is known. */
export interface OtherRuns {
  readonly name: Worker
  readonly newest: AgentRun
  readonly since: Instant
}

/** Of a worker that the rule does not switch off, at the time of the bundle. */
export const workerLateness = fact({
  id: 'workerLateness',
  needs: { runs: agentRuns },
  optional: { cache: configCache, trace: freshTrace, off: amaSilences, uptime: serviceUptime },
  compute: ({ runs, cache, trace, off = [], uptime = null }) => {
    const open = (reason: string, ask: Artifact<unknown> = ctAgentLog): Lateness => ({ is: 'open', reason, ask })

    return (worker: Worker, asOf: Instant): Lateness => {
      if (cache !== undefined && isDisabled(cache, worker)) return { is: 'in-time' }
      const schedule = scheduleOf(cache, worker)
      const { configured, limit } = schedule
      const last = runs.runs(worker).at(-1)
      const traced = trace?.[worker] ?? null
      const local = isLocal(runs.log, asOf, limit)
      const logged = local ? null : (last?.time ?? null)
      if (Math.max(logged ?? 0, traced ?? 0) >= asOf - limit) {
        const recent = asOf - (logged ?? traced ?? 0) <= 3 * DEFAULT_FREQUENCY[worker] * 1000
        return configured !== null || recent
          ? { is: 'in-time' }
          : open('the last run is not recent, and without the rule its frequency is not known.', configChunk)
      }
      if (last === undefined) {
        const other = besides(worker, runs, cache, asOf)
        return configured !== null && other !== null && awake(off, other.since, other.newest.time) > limit
          ? { is: 'absent', other, schedule }
          : open('nothing collected here proves when it last ran.', worker === 'files' ? LIST_OF.files : ctAgentLog)
      }
      if (local) return open('the times of the log name no zone, so the age of its last run is not known.')
      const run = `the last run is of ${iso(last.time)}, but`
      if (!runs.log.covers(last.time)) return open(`${run} the current log was not collected whole.`)
      if (awake(off, last.time, asOf) <= limit)
        return open(`${run} the machine seems to have been off since, and the next one is not late yet.`)
      if (uptime !== null && uptime <= limit)
        return open(`${run} the service has only just started, and the next one is not late yet.`)
      return { is: 'late', last, schedule }
    }
  },
})

function scheduleOf(cache: ConfigCache | undefined, worker: Worker): Schedule {
  const known = cache !== undefined && cache.ctDcrs.length > 0
  const configured = known ? (frequencyOf(cache, worker) ?? DEFAULT_FREQUENCY[worker]) : null
  const frequency = configured ?? LONGEST_FREQUENCY
  return { configured, frequency, limit: staleAfter(frequency) }
}

/**
 * Runs of the other worker whose message is known, in a log that has its end: one that is switched on and never shows beside
 * them does not run. They count from the last change of the rule, which may have switched it on.
 */
function besides(worker: Worker, runs: AgentRuns, cache: ConfigCache | undefined, asOf: Instant): OtherRuns | null {
  const name = OTHER[worker]
  const rules = cache?.ctDcrs ?? []
  const on = rules.flatMap(settingsOf).every(({ settings }) => enableFlag(settings, worker)?.value === true)
  if (name === null || !on || !runs.log.whole) return null
  const [first] = runs.runs(name)
  const newest = runs.runs(name).at(-1)
  if (first === undefined || newest === undefined) return null
  const changed = rules.flatMap(({ chunks }) => chunks.flatMap(({ mtime }) => mtime ?? []))
  return { name, newest, since: Math.max(first.time, ...changed.filter((time) => time <= asOf)) }
}

/** No message of the Files worker is known. */
const OTHER: Readonly<Record<Worker, Worker | null>> = { files: null, software: 'services', services: 'software' }
