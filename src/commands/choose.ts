import type { placeIndex } from '../engine/places.js'
import type { Artifact } from '../model/artifact.js'
import type { ManifestGap } from '../model/manifest.js'
import type { Source, SourceEntry } from '../model/source.js'
import { iso, type Instant } from '../model/time.js'

/** What goes into a bundle, and how much of it. */
export interface Wanted {
  readonly entry: Pick<SourceEntry, 'path' | 'kind' | 'size' | 'mtime'>
  /** Its name says everything. */
  readonly nameOnly: boolean
  /** Bytes to take, from the end; less than its size only for a log. */
  readonly take: number
  /** The lower, the more it tells. */
  readonly rank: number
  /** It may grow while it is read. */
  readonly log: boolean
}

export interface Limits {
  /** Rotated logs that were last written before are left out. */
  readonly since: Instant | null
  /** Bytes of content, before compression. */
  readonly maxBytes: number | null
}

/**
 * Chooses among all that is there: what an artifact reads with its content, what only shows by its name without. Where there is more
 * than may be taken, small and telling things come first, then the ends of the current logs, then rotated ones from the newest on.
 */
export async function choose(
  source: Source,
  recognise: ReturnType<typeof placeIndex>,
  { since, maxBytes }: Limits,
): Promise<{ wanted: Wanted[]; missing: ManifestGap[] }> {
  const all: Wanted[] = []
  const missing: ManifestGap[] = []
  for await (const { path, kind, size, mtime } of source.entries()) {
    const artifacts = recognise(path).map(({ artifact }) => artifact)
    const reads = kind === 'file' ? artifacts.filter(({ reading }) => reading.how !== 'name') : []
    const entry = { path, kind, size, mtime }
    if (reads.length === 0) {
      if (artifacts.length > 0) all.push({ entry, nameOnly: true, take: 0, rank: 0, log: false })
      continue
    }
    const log = reads.some(({ reading }) => reading.how === 'stream')
    const rotated = log && isRotated(path)
    const most = log ? Infinity : Math.max(...reads.map(({ maxBytes }) => maxBytes))
    if (size > most) missing.push({ origin: `/${path}`, reason: `${size} bytes, more than is read of it` })
    else if (rotated && since !== null && mtime !== null && mtime < since)
      missing.push({ origin: `/${path}`, reason: `last written ${iso(mtime)}, before the time asked for` })
    else all.push({ entry, nameOnly: false, take: size, rank: rankOf(reads, rotated), log })
  }
  all.sort((a, b) => a.rank - b.rank || order(a, b) || (a.entry.path < b.entry.path ? -1 : 1))
  return { wanted: within(all, maxBytes, missing), missing }
}

/** Of the current logs the shortest first, so that only long ones are cut; of rotated ones the newest. */
function order(a: Wanted, b: Wanted): number {
  return a.rank === ROTATED ? (b.entry.mtime ?? 0) - (a.entry.mtime ?? 0) : a.take - b.take
}

const CURRENT = 2
const ROTATED = 4

function isRotated(path: string): boolean {
  return /\.(?:gz|\d+)$|-\d{4}-\d\d-\d\d/.test(path)
}

/** Small things first: what is read whole, then the current logs, then the database, then rotated logs. */
function rankOf(artifacts: readonly Artifact<unknown>[], rotated: boolean): number {
  if (rotated) return ROTATED
  const ranks = { bytes: 1, stream: CURRENT, random: 3, name: 0 }
  return Math.min(...artifacts.map(({ reading }) => ranks[reading.how]))
}

function within(all: readonly Wanted[], maxBytes: number | null, missing: ManifestGap[]): Wanted[] {
  if (maxBytes === null) return [...all]
  let left = maxBytes
  const kept: Wanted[] = []
  // Of the current logs every one gets its part of what is left.
  let open = all.filter(({ rank }) => rank === CURRENT).length
  for (const wanted of all) {
    const { entry, rank, take } = wanted
    const share = rank === CURRENT ? Math.floor(left / open--) : left
    if (take <= share) {
      kept.push(wanted)
      left -= take
    } else if (rank === CURRENT && share > 0) {
      kept.push({ ...wanted, take: share })
      left -= share
    } else
      missing.push({ origin: `/${entry.path}`, reason: `${entry.size} bytes, more than the size asked for leaves` })
  }
  return kept
}
