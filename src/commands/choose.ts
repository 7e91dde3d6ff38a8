import type { placeIndex } from '../engine/places.js'
import { isCurrent } from '../facts/log-view.js'
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
  /** The same of a log and its rotated files. */
  readonly series: string
}

export interface Limits {
  /** Rotated logs that were last written before are left out. */
  readonly since: Instant | null
  /** Bytes of content, before compression. */
  readonly maxBytes: number | null
}

export interface Chosen {
  readonly wanted: readonly Wanted[]
  readonly missing: readonly ManifestGap[]
  /** What `maxBytes` leaves behind: whole files, and all bytes. */
  readonly tooMuch: { readonly files: number; readonly bytes: number; readonly otherThanLogs: number }
  /** How many files `since` leaves behind. */
  readonly tooOld: number
}

/**
 * Chooses among all that is there: what an artifact reads with its content, what only shows by its name without. Where there is more
 * than may be taken, small and telling things come first, then the ends of the current logs, then rotated ones from the newest on.
 */
export async function choose(
  source: Source,
  recognise: ReturnType<typeof placeIndex>,
  { since, maxBytes }: Limits,
): Promise<Chosen> {
  const all: Wanted[] = []
  /** `old`: of a rotated log, its series. */
  const behind: { readonly path: string; readonly reason: string; readonly old: string | null }[] = []
  for await (const { path, kind, size, mtime } of source.entries()) {
    const artifacts = recognise(path).map(({ artifact }) => artifact)
    const reads = kind === 'file' ? artifacts.filter(({ reading }) => reading.how !== 'name') : []
    const entry = { path, kind, size, mtime }
    if (reads.length === 0) {
      if (artifacts.length > 0) all.push({ entry, nameOnly: true, take: 0, rank: 0, log: false, series: '' })
      continue
    }
    const series = [path.slice(0, path.lastIndexOf('/')), ...reads.map(({ id }) => id)].join(' ')
    const log = reads.some(({ reading }) => reading.how === 'stream')
    const rotated = log && !isCurrent(path)
    const most = log ? Infinity : Math.max(...reads.map(({ maxBytes }) => maxBytes))
    if (size > most) behind.push({ path, old: null, reason: `${size} bytes, more than is read of it` })
    else if (rotated && since !== null && mtime !== null && mtime < since)
      behind.push({ path, old: series, reason: `last written ${iso(mtime)}, before the time asked for` })
    else
      all.push({
        entry,
        nameOnly: false,
        take: size,
        rank: rankOf(reads, rotated, size, maxBytes ?? Infinity),
        log,
        series,
      })
  }
  all.sort((a, b) => a.rank - b.rank || order(a, b) || (a.entry.path < b.entry.path ? -1 : 1))
  const tooOld = behind.filter(({ old }) => old !== null).length
  const wanted = within(all, maxBytes)
  const kept = new Set(wanted.map(({ entry }) => entry.path))
  const left = all.filter(({ entry }) => !kept.has(entry.path))
  for (const { entry, rank, series } of left) {
    const reason = `${entry.size} bytes, more than the size asked for leaves`
    behind.push({ path: entry.path, old: rank === ROTATED ? series : null, reason })
  }
  const known = new Set(wanted.map(({ series }) => series))
  const bytes = (list: readonly Wanted[]): number => list.reduce((sum, { take }) => sum + take, 0)
  return {
    wanted,
    missing: behind.map(({ path, old, reason }) => ({
      origin: `/${path}`,
      reason,
      ...(old !== null && known.has(old) ? { newerTaken: true as const } : {}),
    })),
    tooMuch: {
      files: left.length,
      bytes: bytes(all) - bytes(wanted),
      otherThanLogs: left.filter(({ log }) => !log).length,
    },
    tooOld,
  }
}

/** Of the current logs the shortest first, so that only long ones are cut; of rotated ones the newest. */
function order(a: Wanted, b: Wanted): number {
  return a.rank === ROTATED ? (b.entry.mtime ?? 0) - (a.entry.mtime ?? 0) : a.take - b.take
}

const DATABASE = 2
const CURRENT = 3
const LARGE_DATABASE = 4
export const ROTATED = 5

/** Small things first: what is read whole, then a database that leaves room for logs, then the current logs, then rotated ones. */
function rankOf(artifacts: readonly Artifact<unknown>[], rotated: boolean, size: number, maxBytes: number): number {
  if (rotated) return ROTATED
  const ranks = { name: 0, bytes: 1, stream: CURRENT, random: size > maxBytes / 2 ? LARGE_DATABASE : DATABASE }
  return Math.min(...artifacts.map(({ reading }) => ranks[reading.how]))
}

function within(all: readonly Wanted[], maxBytes: number | null): Wanted[] {
  if (maxBytes === null) return [...all]
  let left = maxBytes
  const kept: Wanted[] = []
  // Of the current logs every one gets its part of what is left.
  let open = all.filter(({ rank }) => rank === CURRENT).length
  // A hole in a log would look like a pause on the machine.
  const ended = new Set<string>()
  for (const wanted of all) {
    const { rank, take, series } = wanted
    if (rank === ROTATED && ended.has(series)) continue
    const share = rank === CURRENT ? Math.floor(left / open--) : left
    if (take <= share) {
      kept.push(wanted)
      left -= take
      continue
    }
    ended.add(series)
    if (rank === CURRENT && share > 0) {
      kept.push({ ...wanted, take: share })
      left -= share
    }
  }
  return kept
}
