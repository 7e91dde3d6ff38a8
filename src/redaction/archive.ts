import { createHash } from 'node:crypto'
import type { EntryPath } from '../model/locator.js'
import type { LinkTarget, Source, SourceEntry } from '../model/source.js'
import { iso, type Instant } from '../model/time.js'
import { createArchive, type ArchiveFile, type ArchiveKind, type ArchiveWriter } from '../sinks/archive.js'
import { hashed, inMemory, spool, wholeOf, type Kept } from '../sources/spool.js'
import { CannotClean } from './cannot-clean.js'
import type { Redactor } from './redactor.js'
import { verifyArchive, type Leak } from './verify.js'

export interface ArchiveOptions {
  /** Opens the input anew: it is read twice. */
  readonly open: () => Promise<Source>
  /** A file that does not exist yet. It appears when it is whole and proven clean, with mode 0600. */
  readonly file: string
  readonly kind: ArchiveKind
  readonly redactor: Redactor
  readonly tool: { readonly name: string; readonly version: string }
  readonly now: Instant
  readonly signal: AbortSignal
}

/** What became of an input. `interrupted` and `leaking` leave no file behind. */
export type ArchiveOutcome =
  | {
      readonly outcome: 'written'
      readonly entries: number
      readonly leftOut: readonly LeftOutEntry[]
      readonly bytes: number
    }
  | { readonly outcome: 'leaking'; readonly leaks: readonly [Leak, ...Leak[]] }
  | { readonly outcome: 'interrupted' }

export interface LeftOutEntry {
  readonly path: EntryPath
  readonly why: string
}

interface ManifestEntry {
  readonly path: EntryPath
  readonly kind: string
  /** Bytes, of what is in the archive and of what it was made from. */
  readonly size: number
  readonly originalSize: number
  readonly mtime: string | null
  readonly sha256: string | null
  readonly redacted: boolean
  readonly notes: readonly string[]
}

const ENTRY_MAX = 8 * 1024 * 1024 * 1024

/** Reads an input twice, writes what may be passed on, and proves that nothing else got in. */
export async function redactArchive(options: ArchiveOptions): Promise<ArchiveOutcome> {
  const { open, file, kind, redactor, signal } = options
  const topNames = new Set<string>()
  const first = await open()
  for await (const entry of first.entries()) {
    if (signal.aborted) return { outcome: 'interrupted' }
    topNames.add(entry.path.split('/', 1)[0] ?? '')
    if (isArchive(entry)) continue
    await redactor.learn(
      entry.path,
      entry.kind,
      untilTorn(interruptible(entry.content(), signal), () => undefined),
    )
  }

  const archive = await createArchive(file, kind)
  try {
    const source = await open()
    const written = await write(source, archive, folderFor(source.name, topNames), options)
    const proof = await publishProven(archive, redactor, signal)
    return proof.outcome === 'written' ? { ...proof, ...written } : proof
  } finally {
    await archive.discard()
  }
}

/** Gives an archive its name once it was read again and nothing is found in it that must not be there. */
export async function publishProven(
  archive: ArchiveWriter,
  redactor: Redactor,
  signal: AbortSignal,
): Promise<{ readonly outcome: 'written'; readonly bytes: number } | Exclude<ArchiveOutcome, { outcome: 'written' }>> {
  const { bytes, unpublished } = await archive.end()
  if (signal.aborted) return { outcome: 'interrupted' }
  const [leak, ...others] = await verifyArchive(unpublished, redactor)
  if (signal.aborted) return { outcome: 'interrupted' }
  if (leak !== undefined) return { outcome: 'leaking', leaks: [leak, ...others] }
  await archive.publish()
  return { outcome: 'written', bytes }
}

/** When the collector began stands in the archive's name only, so a folder inside takes it over. */
function folderFor(name: string, topNames: ReadonlySet<string>): string {
  const told = /amalogs-(?:azurevm|azurearc)-\d{4}-\d\d-\d\dT\d\d\.\d\d\.\d\d(?:\.\d+)?/.exec(name)?.[0]
  return told === undefined || [...topNames].some((top) => top.includes(told)) ? '' : `${told}/`
}

async function write(
  source: Source,
  archive: ArchiveWriter,
  folder: string,
  { redactor, tool, now, signal }: ArchiveOptions,
): Promise<{ entries: number; leftOut: LeftOutEntry[] }> {
  const entries: ManifestEntry[] = []
  const leftOut: LeftOutEntry[] = []
  const taken = new Set<string>()
  let torn = false
  /** What the input broke off in: it breaks off here, too. */
  let tail: { file: ArchiveFile; bytes: Kept } | null = null

  const archives: SourceEntry[] = []
  for await (const entry of source.entries()) {
    if (signal.aborted) break
    if (isArchive(entry)) {
      archives.push(entry)
      continue
    }
    const broken: { why: string | null } = { why: null }
    const content = untilTorn(interruptible(entry.content(), signal), (why) => (broken.why = why))
    const told = await redactor.redactEntry(entry.path, entry.kind, content)
    if ('leftOut' in told) {
      const name = redactor.redactName(entry.path)
      leftOut.push({ path: name === undefined ? 'a name that cannot be shown' : folder + name, why: told.leftOut })
      continue
    }
    const path = unique(folder + told.path, taken)
    const base = {
      path,
      kind: entry.kind,
      originalSize: entry.size,
      mtime: entry.mtime === null ? null : iso(entry.mtime),
    }
    if (entry.kind !== 'file') {
      if (!(await addSpecial(entry, path, archive, redactor))) {
        leftOut.push({ path, why: 'It is a link that leads out of the input or to a name that cannot be cleaned' })
        continue
      }
      entries.push({ ...base, size: 0, sha256: null, redacted: true, notes: told.notes })
      continue
    }
    const hash = createHash('sha256')
    let kept: { bytes: Kept; cut: boolean }
    try {
      kept = await spool(hashed(told.content, hash), ENTRY_MAX)
    } catch (error) {
      if (!(error instanceof CannotClean)) throw error
      leftOut.push({ path, why: error.message })
      continue
    }
    if (kept.cut) {
      await kept.bytes.close()
      leftOut.push({ path, why: `It is larger than ${ENTRY_MAX} bytes` })
      continue
    }
    const file = { path, size: kept.bytes.size, mtime: entry.mtime ?? 0, content: wholeOf(kept.bytes) }
    if (broken.why !== null) {
      torn = true
      if (tail !== null) await tail.bytes.close()
      tail = { file, bytes: kept.bytes }
      leftOut.push({ path, why: `It could not be read to its end: ${redactor.redactText(broken.why)}` })
      continue
    }
    try {
      await archive.addFile(file)
    } finally {
      await kept.bytes.close()
    }
    entries.push({ ...base, size: kept.bytes.size, sha256: hash.digest('hex'), redacted: true, notes: told.notes })
  }

  // That there is one may be all that shows that something is installed.
  for (const { path: original, size, mtime } of archives) {
    const name = redactor.redactName(original)
    if (source.archives?.has(original) === true || signal.aborted) continue
    if (name === undefined) {
      leftOut.push({ path: 'a name that cannot be shown', why: 'Its name cannot be cleaned' })
      continue
    }
    const note = Buffer.from(`REDACTED: an archive that was not opened, ${size} bytes\n`)
    const path = unique(folder + name, taken)
    await archive.addFile({ path, size: note.length, mtime: mtime ?? 0, content: wholeOf(inMemory(note)) })
    entries.push({
      path,
      kind: 'file',
      originalSize: size,
      size: note.length,
      mtime: mtime === null ? null : iso(mtime),
      sha256: createHash('sha256').update(note).digest('hex'),
      redacted: true,
      notes: ['Its content was removed: an archive that was not opened'],
    })
  }
  for (const problem of source.problems) {
    if (/^(?:tar|gzip|folder)-/.test(problem.code)) torn = true
    if (/^entry-(?:name|link|device)/.test(problem.code) && problem.path === null)
      leftOut.push({ path: 'a name that is not shown', why: 'Names with ".." or control characters are not trusted' })
  }
  const manifest = Buffer.from(
    `${JSON.stringify(
      {
        tool,
        time: iso(now),
        input: { name: redactor.redactText(source.name.split('/').at(-1) ?? ''), kind: source.kind },
        identifiers: redactor.secretsOnly ? 'kept' : 'replaced by pseudonyms',
        torn,
        entries,
        leftOut,
      },
      null,
      2,
    )}\n`,
  )
  await archive.addFile({
    path: unique('redaction.json', taken),
    size: manifest.length,
    mtime: now,
    content: wholeOf(inMemory(manifest)),
  })
  if (torn) await archive.breakOff(tail?.file ?? null)
  await tail?.bytes.close()
  return { entries: entries.length, leftOut }
}

/** Left unread, so that the source opens it: its members follow. */
function isArchive({ path, kind }: SourceEntry): boolean {
  return kind === 'file' && /\.(?:tar(?:\.\w{2,4})?|t[gxb]z2?|tzst|zip)$/i.test(path)
}

/** Two names can become one. */
function unique(path: string, taken: Set<string>): string {
  let name = path
  for (let number = 2; taken.has(name); number++) name = `${path} (${number})`
  taken.add(name)
  return name
}

/** A folder or a link. False for a link that stays behind. */
async function addSpecial(
  entry: SourceEntry,
  path: EntryPath,
  archive: ArchiveWriter,
  redactor: Redactor,
): Promise<boolean> {
  const mtime = entry.mtime ?? 0
  if (entry.kind === 'directory') await archive.addFolder(path, mtime)
  else {
    const target = entry.link === undefined ? undefined : redactor.redactName(written(entry.path, entry.link))
    if (target === undefined) return false
    await archive.addLink(path, mtime, target)
  }
  return true
}

/** A link's target as text: from the link's own folder, or from the machine's root. */
function written(path: EntryPath, { path: target, absolute, within }: LinkTarget): string {
  if (absolute) return `/${target.slice(within.length)}`
  return '../'.repeat(path.slice(within.length).split('/').length - 1) + target.slice(within.length)
}

async function* interruptible(content: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  for await (const chunk of content) {
    if (signal.aborted) return
    yield chunk
  }
}

/** What came before a torn end counts. */
async function* untilTorn(content: AsyncIterable<Uint8Array>, torn: (why: string) => void): AsyncGenerator<Uint8Array> {
  try {
    yield* content
  } catch (error) {
    torn((error as Error).message)
  }
}
