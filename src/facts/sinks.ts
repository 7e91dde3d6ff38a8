import { isCtSink, sinkFolders } from '../artifacts/cache.js'
import { fact } from '../model/fact.js'
import type { EntryPath } from '../model/locator.js'
import type { Instant } from '../model/time.js'

/** One Change Tracking sink in the event cache. */
export interface Sink {
  readonly name: string
  readonly dcrId: string
  readonly stream: string
  readonly path: EntryPath
  /** Newest file below it; null when only the folder's name is known. */
  readonly newest: Instant | null
  /** Bytes of the files below it; null when only the folder's name is known. */
  readonly bytes: number | null
  /** The oldest file that holds rows: an `.sst` of the store. */
  readonly oldestData: { readonly path: EntryPath; readonly time: Instant } | null
}

export interface EventCache {
  /** Sinks of Change Tracking for Linux, by name. */
  readonly linux: readonly Sink[]
  /** Folders of any sink. */
  readonly sinks: number
  /** False where a collector took a loose file such as taskstate.json and nothing else: what is not here may be there. */
  readonly listed: boolean
  /** The events folder, where the listing has it. */
  readonly folder: EntryPath
  /** Bytes of all files below it; null when only folders' names are known. */
  readonly bytes: number | null
}

export const eventCache = fact({
  id: 'eventCache',
  needs: { names: sinkFolders },
  compute: ({ names }): EventCache => {
    const linux = new Map<string, Sink>()
    const all = new Set<string>()
    let total: number | null = null
    for (const { path, kind, size, mtime, value } of names.good) {
      const { sink, dcrId, stream, file } = value
      if (kind === 'file') total = (total ?? 0) + size
      if (sink === null) continue
      // Loose files such as taskstate.json are no sinks.
      if (file !== null || kind === 'directory') all.add(sink)
      if (dcrId === null || stream === null || !isCtSink(value)) continue
      const known = linux.get(sink)
      const folder = file === null ? path : path.slice(0, path.length - file.length - 1)
      linux.set(sink, {
        name: sink,
        dcrId,
        stream,
        path: folder,
        newest: kind === 'file' && mtime !== null ? Math.max(mtime, known?.newest ?? 0) : (known?.newest ?? null),
        bytes: kind === 'file' ? (known?.bytes ?? 0) + size : (known?.bytes ?? null),
        oldestData:
          kind === 'file' && mtime !== null && /\.sst$/i.test(path) && mtime < (known?.oldestData?.time ?? Infinity)
            ? { path, time: mtime }
            : (known?.oldestData ?? null),
      })
    }
    const shortest = names.good.toSorted((a, b) => a.path.length - b.path.length)[0]
    const folder = names.good.find(({ value }) => value.sink === null)?.path ?? shortest?.path ?? ''
    // A folder that only a path leads through has no time of its own; one that holds a loose file may have been made for it.
    const stray = names.good.some(({ value }) => value.sink !== null)
    const listed =
      all.size > 0 || (!stray && names.good.some(({ value, mtime }) => value.sink === null && mtime !== null))
    return {
      linux: [...linux.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1)),
      sinks: all.size,
      folder,
      bytes: listed ? total : null,
      listed,
    }
  },
})
