import { createHash } from 'node:crypto'
import type { Artifact } from '../model/artifact.js'
import type { Manifest, ManifestEntry, ManifestGap } from '../model/manifest.js'
import type { Source, SourceEntry } from '../model/source.js'
import { iso, type Instant } from '../model/time.js'
import type { ArchiveWriter } from '../sinks/archive.js'
import { tailLines } from '../sinks/tail.js'
import { spool } from '../sources/spool.js'
import type { placeIndex } from '../engine/places.js'

/** What goes into a bundle, and how much of it. */
export interface Wanted {
  readonly entry: Pick<SourceEntry, 'path' | 'kind' | 'size' | 'mtime'>
  /** Its name says everything. */
  readonly nameOnly: boolean
  /** Bytes to take, from the end; less than its size only for a log. */
  readonly take: number
  /** The lower, the more it tells. */
  readonly rank: number
}

export interface Limits {
  /** Rotated logs that were last written before are left out. */
  readonly since: Instant | null
  /** Bytes of content, before compression. */
  readonly maxBytes: number | null
}

/** An entry on its way out, cleaned; or why it must stay. */
export type Cleaned =
  { readonly path: string; readonly content: AsyncIterable<Uint8Array> } | { readonly leftOut: string }
export type Cleaner = (entry: SourceEntry, content: AsyncIterable<Uint8Array>) => Promise<Cleaned> | Cleaned

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
      if (artifacts.length > 0) all.push({ entry, nameOnly: true, take: 0, rank: 0 })
      continue
    }
    const log = reads.some(({ reading }) => reading.how === 'stream')
    const rotated = log && isRotated(path)
    if (rotated && since !== null && mtime !== null && mtime < since)
      missing.push({ origin: `/${path}`, reason: `last written ${iso(mtime)}, before the time asked for` })
    else all.push({ entry, nameOnly: false, take: size, rank: rankOf(reads, rotated) })
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
  const current = all.filter(({ rank }) => rank === CURRENT)
  for (const wanted of all) {
    const { entry, rank, take } = wanted
    const open = current.filter((other) => !kept.includes(other)).length
    const share = rank === CURRENT ? Math.floor(left / Math.max(1, open)) : left
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

/** Packs what was chosen, and gives the manifest that goes in last. */
export async function collect(
  source: Source,
  wanted: readonly Wanted[],
  missing: readonly ManifestGap[],
  archive: ArchiveWriter,
  options: {
    readonly top: string
    readonly version: string
    readonly takenAt: Instant
    readonly clean: Cleaner | null
    readonly signal: AbortSignal
    readonly originOf: (path: string) => string
  },
): Promise<Manifest> {
  const { top, clean, signal, originOf } = options
  const byPath = new Map(wanted.map((one) => [one.entry.path, one]))
  const entries: ManifestEntry[] = []
  const gaps: ManifestGap[] = [...missing]
  for await (const entry of source.entries()) {
    if (signal.aborted) throw new Error('interrupted')
    const plan = byPath.get(entry.path)
    if (plan === undefined) continue
    const mtime = entry.mtime === null ? null : iso(entry.mtime)
    const base = { origin: originOf(entry.path), kind: entry.kind, size: entry.size, mtime }
    if (plan.nameOnly) {
      entries.push({
        ...base,
        path: entry.path,
        sha256: null,
        nameOnly: true,
        truncated: false,
        redacted: clean !== null,
      })
      continue
    }
    const truncated = plan.take < entry.size
    const raw = truncated ? tailLines(entry.content(), entry.size, plan.take) : entry.content()
    const cleaned = clean === null ? { path: entry.path, content: raw } : await clean(entry, raw)
    if ('leftOut' in cleaned) {
      gaps.push({ origin: base.origin, reason: cleaned.leftOut })
      continue
    }
    try {
      const { bytes } = await spool(cleaned.content, Number.MAX_SAFE_INTEGER)
      try {
        const hash = createHash('sha256')
        await archive.add(`${top}/${cleaned.path}`, bytes.size, entry.mtime ?? options.takenAt, inChunks(bytes, hash))
        entries.push({
          ...base,
          path: cleaned.path,
          sha256: hash.digest('hex'),
          nameOnly: false,
          truncated,
          redacted: clean !== null,
        })
      } finally {
        await bytes.close()
      }
    } catch (error) {
      if (!isReadError(error)) throw error
      gaps.push({ origin: base.origin, reason: `it cannot be read: ${(error as Error).message}` })
    }
  }
  return {
    tool: { name: 'ct-diag', version: options.version },
    takenAt: iso(options.takenAt),
    entries: entries.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
    missing: gaps,
  }
}

/** A file that may not be read costs itself and not the bundle. */
function isReadError(error: unknown): boolean {
  return ['EACCES', 'EPERM', 'ENOENT', 'EIO', 'ELOOP', 'ENXIO'].includes((error as NodeJS.ErrnoException).code ?? '')
}

async function* inChunks(
  bytes: { readonly size: number; read(start: number, end: number): Uint8Array | Promise<Uint8Array> },
  hash: { update(bytes: Uint8Array): unknown },
): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.size; at += CHUNK) {
    const chunk = await bytes.read(at, Math.min(bytes.size, at + CHUNK))
    hash.update(chunk)
    yield chunk
  }
}

const CHUNK = 1024 * 1024
