import { amaOut } from '../artifacts/ama.js'
import { belowEvents, cacheEntry, eventSizes } from '../artifacts/cache.js'
import { CT_STREAMS } from '../knowledge/names.js'
import { fact } from '../model/fact.js'
import { atEntry, atLine, type Locator } from '../model/locator.js'
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
  optional: { events: eventCache, sizes: eventSizes, overview: amaOut },
  compute: ({ events, sizes, overview }): SinkNames | null => {
    if (events?.listed === true)
      return {
        dcrIds: new Set(events.linux.map(({ dcrId }) => dcrId)),
        count: events.sinks,
        at: atEntry(events.folder),
      }
    const lists = [
      ...(sizes?.good ?? []).map(({ path, value }) => ({ path, usage: value })),
      ...(overview?.good ?? []).map(({ path, value }) => ({ path, usage: value.usage })),
    ]
    for (const { path, usage } of lists) {
      // The folder itself comes last: with it the list is whole.
      const end = usage.find((row) => belowEvents(row.path) === '')
      if (end === undefined) continue
      const sinks = usage.flatMap((row) => {
        const below = belowEvents(row.path)
        return below === undefined || below === '' || below.includes('/') ? [] : [cacheEntry(below)]
      })
      const own = sinks.filter(
        ({ sink, stream }) => CT_STREAMS.includes(stream?.toUpperCase() ?? '') && !/windows/i.test(sink ?? ''),
      )
      return {
        dcrIds: new Set(own.flatMap(({ dcrId }) => dcrId ?? [])),
        count: new Set(sinks.map(({ sink }) => sink)).size,
        at: atLine(path, end.line, end.text),
      }
    }
    return null
  },
})
