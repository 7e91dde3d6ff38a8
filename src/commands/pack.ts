import { createHash } from 'node:crypto'
import type { EntryStat } from '../model/artifact.js'
import type { EntryPath } from '../model/locator.js'
import type { Manifest, ManifestEntry, ManifestGap } from '../model/manifest.js'
import type { Source, SourceEntry, SourceProblem } from '../model/source.js'
import { iso, type Instant } from '../model/time.js'
import { CannotClean, type Redactor } from '../redaction/index.js'
import type { ArchiveWriter } from '../sinks/archive.js'
import { tailLines } from '../sinks/tail.js'
import { FOLDER_CLOSED } from '../sources/listing.js'
import { noAccess } from '../sources/no-access.js'
import { hashed, spool, wholeOf, type Kept } from '../sources/spool.js'
import { ROTATED, type Wanted } from './choose.js'
import { OUTPUTS } from './live-host.js'

export interface Packing {
  /**
   * What goes into the archive, as it goes in. Nothing is packed before it is asked for, and everything once it was: whoever
   * reads this reads the bundle.
   */
  readonly source: Source
  /** What was packed, once all has been read. Throws what kept the archive from being written. */
  contents(): Pick<Manifest, 'everyPlace' | 'entries' | 'missing'>
}

export interface PackOptions {
  readonly source: Source
  readonly wanted: readonly Wanted[]
  /** Of files by their absolute path, of programs by the name of their output. */
  readonly missing: readonly ManifestGap[]
  /** The folder in the archive that everything goes into. */
  readonly top: string
  /** What the input is called in the report. */
  readonly name: string
  readonly startedAt: Instant
  readonly redactor: Redactor
  readonly signal: AbortSignal
}

/** First pass: what is to be replaced anywhere must be known before anything is written. */
export async function learn({ source, wanted, redactor, signal }: PackOptions): Promise<void> {
  const plans = new Map(wanted.map((one) => [one.entry.path, one]))
  for await (const entry of source.entries()) {
    if (signal.aborted) return
    const plan = plans.get(entry.path)
    if (plan === undefined) continue
    try {
      await redactor.learn(entry.path, plan.nameOnly ? 'other' : entry.kind, contentOf(entry, plan, signal))
    } catch (error) {
      // Told when it is packed.
      if (!(error instanceof Unreadable)) throw error
    }
  }
}

/** Packs what was chosen, cleaned. */
export function pack(archive: ArchiveWriter, options: PackOptions): Packing {
  const { source, wanted, missing, top, redactor, signal } = options
  const plans = new Map(wanted.map((one) => [one.entry.path, one]))
  const behind = new Map(
    missing.filter(({ newerTaken }) => newerTaken !== true).map(({ origin, reason }) => [origin, reason]),
  )
  const entries: ManifestEntry[] = []
  const gaps: ManifestGap[] = missing.map((gap) => ({
    ...gap,
    origin: redactor.redactText(gap.origin),
    reason: redactor.redactText(gap.reason),
  }))
  let failure: unknown
  let closed = false

  const cleanedProblem = ({ code, message, path }: SourceProblem): SourceProblem => ({
    code,
    message: redactor.redactText(message),
    path: path === null ? null : `${top}/${redactor.redactText(path)}`,
  })

  const closedFolder = ({ path, message }: SourceProblem): ManifestGap => ({
    origin: originOf(redactor.redactName(path ?? '') ?? 'a name that cannot be shown'),
    reason: redactor.redactText(message),
    folder: true,
  })

  /** Whoever reads the bundle learns from the manifest that it was there. */
  const leftOut = ({ kind, size, mtime }: EntryStat, path: EntryPath, reason: string): SourceEntry => {
    const phrase = redactor.redactText(reason).replace(/\.$/, '')
    return { path: `${top}/${path}`, kind, size, mtime, content: nothing, leftOut: phrase }
  }

  async function* packed(): AsyncGenerator<SourceEntry> {
    const gone = new Map([...plans].filter(([, { nameOnly }]) => !nameOnly))
    for await (const entry of source.entries()) {
      if (signal.aborted) return
      gone.delete(entry.path)
      const plan = plans.get(entry.path)
      const reason = behind.get(`/${entry.path}`)
      if (plan === undefined && reason === undefined) continue
      const path = redactor.redactName(entry.path)
      if (path !== undefined && reason !== undefined) yield leftOut(entry, path, reason)
      if (plan === undefined) continue
      const { kind, size, mtime } = entry
      const origin = originOf(path ?? 'a name that cannot be shown')
      const base = { origin, kind, size, mtime: mtime === null ? null : iso(mtime), redacted: true }
      const leave = (reason: string): void => {
        closed = true
        gaps.push({ origin, reason: redactor.redactText(reason) })
      }
      if (path === undefined) leave('Its name cannot be cleaned')
      else if (plan.nameOnly) {
        entries.push({ ...base, path, sha256: null, nameOnly: true, truncated: false })
        yield { ...entry, path: `${top}/${path}`, content: nothing }
      } else {
        const open: Kept[] = []
        const keep = async (content: AsyncIterable<Uint8Array>): Promise<Kept> => {
          const { bytes } = await spool(content, Number.MAX_SAFE_INTEGER)
          open.push(bytes)
          return bytes
        }
        try {
          let content: AsyncIterable<Uint8Array> = contentOf(entry, plan, signal)
          if (!plan.log) {
            // It may have changed since it was learnt from.
            const now = await keep(content)
            await redactor.learn(entry.path, kind, wholeOf(now))
            content = wholeOf(now)
          }
          const cleaned = await redactor.redactEntry(entry.path, kind, content)
          if ('leftOut' in cleaned) {
            leave(cleaned.leftOut)
            yield leftOut(entry, path, cleaned.leftOut)
            continue
          }
          const hash = createHash('sha256')
          const bytes = await keep(hashed(cleaned.content, hash))
          const whole = { ...base, path: cleaned.path, sha256: hash.digest('hex'), nameOnly: false }
          const file = { path: `${top}/${cleaned.path}`, size: bytes.size, mtime: mtime ?? options.startedAt }
          await archive.addFile({ ...file, content: wholeOf(bytes) })
          entries.push({ ...whole, truncated: plan.take < plan.entry.size })
          yield { ...file, mtime, kind: 'file', content: () => wholeOf(bytes) }
        } catch (error) {
          if (!(error instanceof CannotClean || error instanceof Unreadable)) throw error
          leave(error.message)
          yield leftOut(entry, path, error.message)
        } finally {
          for (const bytes of open) await bytes.close()
        }
      }
    }
    for (const [original, { entry, rank }] of gone) {
      const path = redactor.redactName(original)
      const gap = { origin: originOf(path ?? 'a name that cannot be shown'), reason: VANISHED }
      // Rotation takes the oldest away.
      if (rank === ROTATED) gaps.push({ ...gap, newerTaken: true })
      else {
        closed = true
        gaps.push(gap)
        if (path !== undefined) yield leftOut(entry, path, VANISHED)
      }
    }
  }

  return {
    source: {
      name: options.name,
      kind: source.kind,
      totals: () => source.totals(),
      get problems() {
        return source.problems.map(cleanedProblem)
      },
      async *entries() {
        try {
          yield* packed()
        } catch (error) {
          failure = error
          throw error
        }
      },
    },
    contents() {
      if (failure !== undefined) throw failure as Error
      return {
        everyPlace:
          !closed &&
          missing.every(({ origin, newerTaken }) => newerTaken === true || !origin.startsWith('/')) &&
          source.problems.length === 0,
        entries: entries.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
        missing: [...gaps, ...source.problems.filter(({ code }) => code === FOLDER_CLOSED).map(closedFolder)],
      }
    },
  }
}

const VANISHED = 'it was gone before it could be packed'

/** A file costs itself and not the bundle, whatever keeps it from being read. */
class Unreadable extends Error {}

/** Of a log as much as was there when it was chosen: what has been written since was not learnt from. Throws `Unreadable`. */
async function* contentOf(entry: SourceEntry, plan: Wanted, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  let left = plan.log ? plan.take : Infinity
  try {
    for await (const chunk of partOf(entry, plan)) {
      if (signal.aborted) return
      yield chunk.subarray(0, left)
      left -= chunk.length
      if (left <= 0) return
    }
  } catch (error) {
    throw new Unreadable(noAccess(`/${entry.path}`, error))
  }
}

function partOf(entry: SourceEntry, { take, entry: { size } }: Wanted): AsyncIterable<Uint8Array> {
  if (take >= size) return entry.content()
  // A block of counts is nothing without the lines above them that name its time and its columns.
  const start = /(?:^|\/)mdsd\.qos[^/]*$/.test(entry.path) ? '#Time' : ''
  const from = size - take
  return entry.from === undefined ? tailLines(entry.content(), from, start) : tailLines(entry.from(from), 0, start)
}

function originOf(path: EntryPath): string {
  return path.startsWith(`${OUTPUTS}/`) ? path.slice(OUTPUTS.length + 1) : `/${path}`
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
