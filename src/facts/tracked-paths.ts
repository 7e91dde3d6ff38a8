import { fact } from '../model/fact.js'
import { atJson, baseName, type Locator } from '../model/locator.js'
import { latest } from '../model/time.js'
import type { CtFileInfo, CtSettings } from '../parsers/config-chunk.js'
import { configCache, settingsOf, type CtDcr } from './ct-dcrs.js'
import { pathPattern, type PathPattern } from './path-pattern.js'

/** One enabled entry of a rule's tracked paths that can track something. */
export interface TrackedPath {
  readonly dcr: CtDcr
  readonly entry: CtFileInfo
  readonly path: string
  readonly pattern: PathPattern
  readonly at: Locator
}

export interface TrackedPaths {
  /** Of every Change Tracking rule. */
  readonly all: readonly TrackedPath[]
  /** When the newest of these rules was written to the cache, where the file tells. */
  readonly since: number | null
  /** Some rule may track more than this shows: its chunk, its settings or its list could not be read, or is very long. */
  readonly partial: boolean
}

/** More paths than anybody tracks; comparing all with all files must stay quick. */
const PATHS_MAX = 1000

/** Which paths the rules ask to track. Workers that are switched off track nothing. */
export const trackedPaths = fact({
  id: 'trackedPaths',
  needs: { cache: configCache },
  compute: ({ cache }): TrackedPaths => {
    const all = cache.ctDcrs.flatMap((dcr) =>
      settingsOf(dcr).flatMap(({ path, settings }) =>
        enabledEntries(settings).flatMap((entry): TrackedPath[] => {
          const pattern = entry.path === null ? null : pathPattern(entry.path, entry.recurse)
          if (entry.path === null || pattern === null) return []
          const at = atJson(path, entry.segments, { name: entry.name, destinationPath: entry.path })
          return [{ dcr, entry, path: entry.path, pattern, at }]
        }),
      ),
    )
    return {
      all: all.slice(0, PATHS_MAX),
      since: latest(cache.ctDcrs.flatMap(({ chunks }) => chunks.map(({ mtime }) => mtime))),
      partial:
        cache.unreadable.length > 0 ||
        all.length > PATHS_MAX ||
        cache.ctDcrs.some((dcr) => settingsOf(dcr).length === 0),
    }
  },
})

/** The path has no wildcard: its root is the path itself. */
export function isExact({ pattern }: TrackedPath): boolean {
  return pattern.matches(pattern.root)
}

/**
 * Whether a file is asked for beyond doubt. A pattern leans towards yes where nothing is documented: of folders without a
 * wildcard, of sub-folders when the rule does not say, of hidden names, which a shell’s wildcard passes over.
 */
export function asksFor(tracked: TrackedPath, file: string): boolean {
  const { pattern, entry } = tracked
  if (isExact(tracked)) return file === pattern.root
  const below = file.slice(pattern.root.length)
  const near = below === `/${baseName(file)}`
  return (near || entry.recurse === true) && !below.includes('/.') && !pattern.vague && pattern.matches(file)
}

function enabledEntries(settings: CtSettings): readonly CtFileInfo[] {
  if (settings.enableFiles?.value === false) return []
  return (settings.fileInfo ?? []).filter(({ enabled }) => enabled !== false)
}
