import { amaOut } from '../artifacts/ama.js'
import { belowEvents, cacheEntry, eventSizes, type CacheEntry } from '../artifacts/cache.js'
import { fact } from '../model/fact.js'
import type { EntryPath } from '../model/locator.js'
import type { FolderUsage } from '../parsers/disk-usage.js'

/** One answer of `du`, about the event cache. */
export interface CacheUsage {
  readonly path: EntryPath
  readonly rows: readonly (FolderUsage & { readonly entry: CacheEntry })[]
}

/** What `du` says of the event cache: asked here, or by the Azure Monitor Agent's own collector. */
export const folderUsage = fact({
  id: 'folderUsage',
  needs: {},
  optional: { sizes: eventSizes, overview: amaOut },
  compute: ({ sizes, overview }): readonly CacheUsage[] => [
    ...(sizes?.good ?? []).map(({ path, value }) => ({ path, rows: inCache(value) })),
    ...(overview?.good ?? []).map(({ path, value }) => ({ path, rows: inCache(value.usage) })),
  ],
})

function inCache(rows: readonly FolderUsage[]): CacheUsage['rows'] {
  return rows.flatMap((row) => {
    const below = belowEvents(row.path)
    return below === undefined ? [] : [{ ...row, entry: cacheEntry(below) }]
  })
}
