import { ctStatus } from '../artifacts/agent.js'
import { amaOut } from '../artifacts/ama.js'
import { collectorResults, manifest } from '../artifacts/collector.js'
import { fact } from '../model/fact.js'
import type { DatedNote } from '../model/timeline.js'

/** What small files say about a time: the extension's status, and when collectors began. */
export const datedNotes = fact({
  id: 'datedNotes',
  needs: {},
  optional: { statuses: ctStatus, overview: amaOut, results: collectorResults, own: manifest },
  compute: ({ statuses, overview, results, own }): readonly DatedNote[] => [
    ...(statuses?.good ?? []).flatMap(({ path, value: { time, operation, status } }): DatedNote[] =>
      time === null
        ? []
        : [
            {
              time,
              path,
              hop: 'agent',
              text: `The extension reports: ${operation ?? 'status'} ${status ?? 'unknown'}`,
            },
          ],
    ),
    ...[...(overview?.good ?? []), ...(results?.good ?? [])].flatMap(({ path, value: { started } }): DatedNote[] =>
      started === null ? [] : [{ time: started.time, path, hop: 'input', text: 'The collector began' }],
    ),
    ...(own?.good ?? []).map(({ path, value }): DatedNote => {
      return { time: Date.parse(value.takenAt), path, hop: 'input', text: 'ct-diag took this bundle' }
    }),
  ],
})
