import { amaOut, mdsdQos } from '../artifacts/ama.js'
import { collectorResults, manifest, sosDate } from '../artifacts/collector.js'
import { ctHandlerLog, ctWatcherLog, waagentLog } from '../artifacts/agent.js'
import type { Found } from '../model/artifact.js'
import type { ClockWitness } from '../model/catalogue.js'
import { fact } from '../model/fact.js'
import type { LogDigest } from '../model/log-event.js'
import { agentRuns } from './agent-runs.js'
import { amaFailures, amaInfo } from './ama-log.js'

/**
 * When a collector says that it began, and the newest time inside each log: none of them is written after the bundle was
 * taken.
 */
export const clock = fact({
  id: 'clock',
  needs: {},
  optional: {
    info: amaInfo,
    failures: amaFailures,
    qos: mdsdQos,
    agent: agentRuns,
    handler: ctHandlerLog,
    watcher: ctWatcherLog,
    guest: waagentLog,
    overview: amaOut,
    results: collectorResults,
    own: manifest,
    date: sosDate,
  },
  compute: ({
    info,
    failures,
    qos,
    agent,
    handler,
    watcher,
    guest,
    overview,
    results,
    own,
    date,
  }): readonly ClockWitness[] => [
    ...(own?.good ?? []).map(({ value }) => ({ source: 'manifest' as const, time: Date.parse(value.takenAt) })),
    ...(date?.good ?? []).map(({ value }) => ({ source: 'archive-name' as const, time: value.time })),
    ...[...(overview?.good ?? []), ...(results?.good ?? [])].flatMap(({ value: { started } }) =>
      started === null ? [] : [{ source: 'archive-name' as const, time: started.time }],
    ),
    ...[
      info?.last?.time,
      failures?.last?.time,
      agent?.log.last?.time,
      ...(qos?.good.map(({ value }) => value.last) ?? []),
      ...newest(handler),
      ...newest(watcher),
      ...newest(guest),
    ].flatMap((time) => (time == null ? [] : [{ source: 'log' as const, time }])),
  ],
})

function newest(found: Found<LogDigest<string>> | undefined): (number | null | undefined)[] {
  return found?.good.map(({ value }) => value.last?.time) ?? []
}
