import { amaOut, mdsdQos } from '../artifacts/ama.js'
import { collectorResults, manifest, sosDate } from '../artifacts/collector.js'
import { ctHandlerLog, ctWatcherLog, waagentLog } from '../artifacts/agent.js'
import type { ClockWitness } from '../model/catalogue.js'
import { fact } from '../model/fact.js'
import { namesZone } from '../parsers/lines.js'
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
  }): readonly ClockWitness[] => {
    const lines = [
      info?.last,
      failures?.last,
      agent?.log.last,
      ...[handler, watcher, guest].flatMap((found) => found?.good.map(({ value }) => value.last) ?? []),
    ].filter((line) => line?.time != null)
    const told = [
      ...lines.filter((line) => line != null && namesZone(line.text)).map((line) => line?.time),
      ...(qos?.good.map(({ value }) => value.last) ?? []),
    ]
    // Times without a zone may be hours ahead; they tell only where nothing better does.
    const logged = told.some((time) => time != null) ? told : lines.map((line) => line?.time)
    return [
      ...(own?.good ?? []).map(({ value }) => ({ source: 'manifest' as const, time: Date.parse(value.takenAt) })),
      ...(date?.good ?? []).map(({ value }) => ({ source: 'archive-name' as const, time: value.time })),
      ...[...(overview?.good ?? []), ...(results?.good ?? [])].flatMap(({ value: { started } }) =>
        started === null ? [] : [{ source: 'archive-name' as const, time: started.time }],
      ),
      ...logged.flatMap((time) => (time == null ? [] : [{ source: 'log' as const, time }])),
    ]
  },
})
