import { isCtSink } from '../artifacts/cache.js'
import { fact } from '../model/fact.js'
import { atEntry, atLine, type Locator } from '../model/locator.js'
import { folderUsage } from './folder-usage.js'
import { eventCache } from './sinks.js'

/** Which sinks the event cache has, from a listing of it or from the answer of `du`. */
export interface SinkNames {
  /** Rules that have a sink of Change Tracking for Linux. */
  readonly dcrIds: ReadonlySet<string>
  /** Sinks of any kind. */
  readonly count: number
  /** What shows them. */
  readonly at: Locator
}

/** Null when nothing in the input lists the event cache. */
export const sinkNames = fact({
  id: 'sinkNames',
  needs: {},
  optional: { events: eventCache, lists: folderUsage },
  compute: ({ events, lists }): SinkNames | null => {
    if (events?.listed === true)
      return {
        dcrIds: new Set(events.linux.map(({ dcrId }) => dcrId)),
        count: events.sinks,
        at: atEntry(events.folder),
      }
    for (const { path, rows } of lists ?? []) {
      // The folder itself comes last: with it the list is whole.
      const end = rows.find(({ entry }) => entry.sink === null)
      if (end === undefined) continue
      const sinks = rows.flatMap(({ entry }) => (entry.sink === null || entry.file !== null ? [] : [entry]))
      return {
        dcrIds: new Set(sinks.filter(isCtSink).flatMap(({ dcrId }) => dcrId ?? [])),
        count: new Set(sinks.map(({ sink }) => sink)).size,
        at: atLine(path, end.line, end.text),
      }
    }
    return null
  },
})
