import { amaOut } from '../artifacts/ama.js'
import { belowEvents, cacheEntry, eventSizes } from '../artifacts/cache.js'
import { CT_STREAMS } from '../knowledge/names.js'
import { fact } from '../model/fact.js'
import { atEntry, atLine, type EntryPath, type Locator } from '../model/locator.js'
import type { FolderUsage } from '../parsers/disk-usage.js'
import { eventCache } from './sinks.js'

export interface FolderSize {
  readonly bytes: number
  readonly at: Locator
}

export interface CacheSizes {
  /** Sinks of Change Tracking for Linux, by name. */
  readonly sinks: ReadonlyMap<string, FolderSize>
  /** The whole events folder; null when nothing tells its size. */
  readonly total: FolderSize | null
}

/** Sizes in the event cache: of the files that were listed, else as `du` gave them. */
export const cacheSizes = fact({
  id: 'cacheSizes',
  needs: {},
  optional: { events: eventCache, sizes: eventSizes, overview: amaOut },
  compute: ({ events, sizes, overview }): CacheSizes => {
    const told = new Map<string, FolderSize>()
    const rows = [
      ...(sizes?.good ?? []).map(({ path, value }) => ({ path, usage: value })),
      ...(overview?.good ?? []).map(({ path, value }) => ({ path, usage: value.usage })),
    ]
    for (const { path, usage } of rows) for (const row of usage) addRow(told, path, row)
    let total = told.get('') ?? null
    told.delete('')
    for (const { name, path, bytes } of events?.linux ?? [])
      if (bytes !== null) told.set(name, { bytes, at: atEntry(path, `${bytes} bytes`) })
    if (events?.bytes != null) total = { bytes: events.bytes, at: atEntry(events.folder, `${events.bytes} bytes`) }
    return { sinks: told, total }
  },
})

/** `du` is often run twice, for sizes on disk and for those of the files: the smaller one accuses less. */
function addRow(told: Map<string, FolderSize>, path: EntryPath, row: FolderUsage): void {
  const below = belowEvents(row.path)
  if (below === undefined) return
  const { sink, stream, file } = cacheEntry(below)
  const isCt = stream !== null && CT_STREAMS.includes(stream.toUpperCase()) && !/windows/i.test(sink ?? '')
  if (file !== null || (sink !== null && !isCt)) return
  const known = told.get(sink ?? '')
  if (known !== undefined && known.bytes <= row.bytes) return
  told.set(sink ?? '', { bytes: row.bytes, at: atLine(path, row.line, row.text) })
}
