import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { link, rename, rm } from 'node:fs/promises'
import { finished } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { pack, type Header } from 'tar-stream'
import type { EntryPath } from '../model/locator.js'
import type { LinkTarget, Source, SourceEntry } from '../model/source.js'
import { iso, type Instant } from '../model/time.js'
import { spool, type Kept } from '../sources/spool.js'
import { CannotClean } from './cannot-clean.js'
import type { Redactor } from './redactor.js'
import { verifyArchive, type Leak } from './verify.js'

export interface ArchiveOptions {
  /** Opens the input anew: it is read twice. */
  readonly open: () => Promise<Source>
  /** A file that does not exist yet. It appears when it is whole and proven clean, with mode 0600. */
  readonly file: string
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
  const { open, file, redactor, signal } = options
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

  const part = `${file}.${randomBytes(6).toString('hex')}.part`
  try {
    const source = await open()
    const written = await write(source, part, folderFor(source.name, topNames), options)
    if (signal.aborted) return { outcome: 'interrupted' }
    const [leak, ...others] = await verifyArchive(part, redactor)
    if (signal.aborted) return { outcome: 'interrupted' }
    if (leak !== undefined) return { outcome: 'leaking', leaks: [leak, ...others] }
    await moveInto(part, file)
    return { outcome: 'written', ...written }
  } finally {
    await rm(part, { force: true })
  }
}

/** Never over a file that came into being meanwhile, where the file system can tell. */
async function moveInto(part: string, file: string): Promise<void> {
  try {
    await link(part, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw error
    await rename(part, file)
  }
}

/** When the collector began stands in the archive's name only, so a folder inside takes it over. */
function folderFor(name: string, topNames: ReadonlySet<string>): string {
  const told = /amalogs-(?:azurevm|azurearc)-\d{4}-\d\d-\d\dT\d\d\.\d\d\.\d\d(?:\.\d+)?/.exec(name)?.[0]
  return told === undefined || [...topNames].some((top) => top.includes(told)) ? '' : `${told}/`
}

async function write(
  source: Source,
  part: string,
  folder: string,
  { redactor, tool, now, signal }: ArchiveOptions,
): Promise<{ entries: number; leftOut: LeftOutEntry[]; bytes: number }> {
  const tar = pack()
  const gzip = createGzip()
  const out = createWriteStream(part, { flags: 'wx', mode: 0o600 })
  tar.on('error', (error) => gzip.destroy(error))
  gzip.on('error', (error) => out.destroy(error))
  const closed = finished(out)
  closed.catch(() => undefined)
  tar.pipe(gzip).pipe(out)

  const entries: ManifestEntry[] = []
  const leftOut: LeftOutEntry[] = []
  const taken = new Set<string>()
  let torn = false
  /** What the input broke off in: it breaks off here, too. */
  let tail: { header: Header; bytes: Kept } | null = null

  const archives: EntryPath[] = []
  for await (const entry of source.entries()) {
    if (signal.aborted) break
    if (isArchive(entry)) {
      archives.push(entry.path)
      continue
    }
    const broken: { why: string | null } = { why: null }
    const content = untilTorn(interruptible(entry.content(), signal), (why) => (broken.why = why))
    const told = await redactor.redactEntry(entry.path, entry.kind, content)
    if ('leftOut' in told) {
      leftOut.push({ path: redactor.redactName(entry.path) ?? 'a name that cannot be shown', why: told.leftOut })
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
      const header = specialHeader(entry, path, redactor)
      if (header === null) {
        leftOut.push({ path, why: 'It is a link that leads out of the input or to a name that cannot be cleaned' })
        continue
      }
      await add(tar, header, null)
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
    const header = fileHeader(path, kept.bytes.size, entry.mtime)
    if (broken.why !== null) {
      torn = true
      if (tail !== null) await tail.bytes.close()
      tail = { header, bytes: kept.bytes }
      leftOut.push({ path, why: `It could not be read to its end: ${redactor.redactText(broken.why)}` })
      continue
    }
    try {
      await add(tar, header, kept.bytes)
    } finally {
      await kept.bytes.close()
    }
    entries.push({ ...base, size: kept.bytes.size, sha256: hash.digest('hex'), redacted: true, notes: told.notes })
  }

  for (const path of archives) {
    if (source.archives?.has(path) !== true)
      leftOut.push({
        path: redactor.redactName(path) ?? 'a name that cannot be shown',
        why: 'It is no archive that can be opened',
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
  await add(tar, fileHeader(unique('redaction.json', taken), manifest.length, now), memory(manifest))
  if (torn && !signal.aborted) await breakOff(tar, tail)
  else tar.finalize()
  if (tail !== null) await tail.bytes.close()
  await closed
  return { entries: entries.length, leftOut, bytes: out.bytesWritten }
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

/** Who owned it is not passed on. */
function fileHeader(path: string, size: number, mtime: Instant | null): Header {
  return {
    name: path,
    size,
    type: 'file',
    mode: 0o600,
    uid: 0,
    gid: 0,
    uname: '',
    gname: '',
    mtime: new Date(mtime ?? 0),
  } as Header
}

function specialHeader(entry: SourceEntry, path: string, redactor: Redactor): Header | null {
  const header = { ...fileHeader(path, 0, entry.mtime), mode: 0o700 }
  if (entry.kind === 'directory') return { ...header, type: 'directory' }
  const target = entry.link === undefined ? undefined : redactor.redactName(written(entry.path, entry.link))
  return target === undefined ? null : { ...header, type: 'symlink', linkname: target }
}

/** A link's target as text: from the link's own folder, or from the machine's root. */
function written(path: EntryPath, { path: target, absolute, within }: LinkTarget): string {
  if (absolute) return `/${target.slice(within.length)}`
  return '../'.repeat(path.slice(within.length).split('/').length - 1) + target.slice(within.length)
}

type Pack = ReturnType<typeof pack>

async function add(tar: Pack, header: Header, content: Kept | null): Promise<void> {
  const written = new Promise<void>((resolve, reject) => {
    const sink = tar.entry(header, (error) => (error ? reject(error) : resolve()))
    void fill(sink, content).then(() => sink.end(undefined), reject)
  })
  await written
}

async function fill(sink: ReturnType<Pack['entry']>, content: Kept | null): Promise<void> {
  const step = 1024 * 1024
  for (let at = 0; content !== null && at < content.size; at += step) {
    if (!sink.write(Buffer.from(await content.read(at, Math.min(content.size, at + step))))) await once(sink, 'drain')
  }
}

/** An archive that ends inside a member, as the input did. What is missing there must not look as if it had never been. */
async function breakOff(tar: Pack, tail: { header: Header; bytes: Kept } | null): Promise<void> {
  const header = tail?.header ?? fileHeader('the-input-breaks-off-here', 0, null)
  const sink = tar.entry({ ...header, size: (header.size ?? 0) + 1024 })
  sink.on('error', () => undefined)
  await fill(sink, tail?.bytes ?? null)
  tar.push(null)
}

function memory(bytes: Uint8Array): Kept {
  return { size: bytes.length, read: (start, end) => bytes.subarray(start, end), close: () => Promise.resolve() }
}

async function* hashed(
  content: AsyncIterable<Uint8Array>,
  hash: { update(chunk: Uint8Array): unknown },
): AsyncGenerator<Uint8Array> {
  for await (const chunk of content) {
    hash.update(chunk)
    yield chunk
  }
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
