import { isCtSink } from '../artifacts/cache.js'
import { fact } from '../model/fact.js'
import { atEntry, atLine, type EntryPath, type Locator } from '../model/locator.js'
import { folderUsage, type CacheUsage } from './folder-usage.js'
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
  optional: { events: eventCache, lists: folderUsage },
  compute: ({ events, lists }): CacheSizes => {
    const told = new Map<string, FolderSize>()
    for (const { path, rows } of lists ?? []) for (const row of rows) addRow(told, path, row)
    let total = told.get('') ?? null
    told.delete('')
    for (const { name, path, bytes } of events?.linux ?? [])
      if (bytes !== null) told.set(name, { bytes, at: atEntry(path, `${bytes} bytes`) })
    if (events?.bytes != null) total = { bytes: events.bytes, at: atEntry(events.folder, `${events.bytes} bytes`) }
    return { sinks: told, total }
  },
})

/** `du` is often run twice, for sizes on disk and for those of the files: the smaller one accuses less. */
function addRow(told: Map<string, FolderSize>, path: EntryPath, row: CacheUsage['rows'][number]): void {
  const { entry, bytes, line, text } = row
  if (entry.file !== null || (entry.sink !== null && !isCtSink(entry))) return
  const known = told.get(entry.sink ?? '')
  if (known !== undefined && known.bytes <= bytes) return
  told.set(entry.sink ?? '', { bytes, at: atLine(path, line, text) })
}
