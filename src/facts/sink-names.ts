import { isCtSink } from '../artifacts/cache.js'
import { fact } from '../model/fact.js'
import { atEntry, atLine, type Locator } from '../model/locator.js'
import { folderUsage } from './folder-usage.js'
import { eventCache } from './sinks.js'

/** Which sinks the event cache has, from a listing of it or from the answer of `du`. */
export interface SinkNames {
  /** Rules that have a sink of Change Tracking for Linux. */
  readonly dcrIds: ReadonlySet<string>
  /** Those sinks, each with what shows it. */
  readonly linux: readonly { readonly dcrId: string; readonly at: Locator }[]
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
        linux: events.linux.map(({ dcrId, path }) => ({ dcrId, at: atEntry(path) })),
        count: events.sinks,
        at: atEntry(events.folder),
      }
    for (const { path, rows } of lists ?? []) {
      // The folder itself comes last: with it the list is whole.
      const end = rows.find(({ entry }) => entry.sink === null)
      if (end === undefined) continue
      // The folder is measured twice, with the space it takes and with the sizes of its files.
      const sinks = new Map(rows.flatMap((row) => (row.entry.file === null ? [[row.entry.sink, row] as const] : [])))
      sinks.delete(null)
      const linux = [...sinks.values()].flatMap(({ entry, line, text }) =>
        entry.dcrId !== null && isCtSink(entry) ? [{ dcrId: entry.dcrId, at: atLine(path, line, text) }] : [],
      )
      return {
        dcrIds: new Set(linux.map(({ dcrId }) => dcrId)),
        linux,
        count: sinks.size,
        at: atLine(path, end.line, end.text),
      }
    }
    return null
  },
})
