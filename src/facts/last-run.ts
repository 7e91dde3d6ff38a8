import { DEFAULT_FREQUENCY, staleAfter } from '../knowledge/limits.js'
import type { Worker } from '../knowledge/names.js'
import { fact } from '../model/fact.js'
import { inputItself } from '../model/input.js'
import { latest, type Instant } from '../model/time.js'
import { agentRuns } from './agent-runs.js'
import { configCache, frequencyOf } from './ct-dcrs.js'
import { freshTrace } from './fresh-trace.js'
import { isLocal } from './log-view.js'

export interface LastRun {
  /** In the log, or as the list's own time proves it; null when nothing tells, or the log's times are local ones. */
  readonly time: Instant | null
  /** Milliseconds after which the next run is late; as documented where no rule says it. */
  readonly limit: number
}

/** When each worker ran last. */
export const lastRun = fact({
  id: 'lastRun',
  needs: { input: inputItself },
  optional: { runs: agentRuns, trace: freshTrace, cache: configCache },
  compute: ({ input, runs, trace, cache }): Readonly<Record<Worker, LastRun>> => {
    const of = (worker: Worker): LastRun => {
      const frequency = (cache === undefined ? null : frequencyOf(cache, worker)) ?? DEFAULT_FREQUENCY[worker]
      const limit = staleAfter(frequency)
      const told = runs !== undefined && !isLocal(runs.log, input.clock.asOf, limit)
      return { time: latest([told ? runs.runs(worker).at(-1)?.time : null, trace?.[worker]]), limit }
    }
    return { files: of('files'), software: of('software'), services: of('services') }
  },
})
