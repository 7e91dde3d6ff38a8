import { createHash, type Hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { LIMIT } from '../model/artifact.js'
import type { ByteSource } from '../model/byte-source.js'
import { LimitReached, LIMITS, type Limits } from '../model/limits.js'
import type { EntryPath } from '../model/locator.js'
import type { Source, SourceEntry, SourceKind, SourceProblem } from '../model/source.js'
import { budgetOf } from './budget.js'
import { directorySource } from './directory.js'
import { formatOf, SNIFFED, type Compression } from './formats.js'
import { members, unwrap, withNested, type Pass } from './nested.js'
import { noAccess } from './no-access.js'
import { peek } from './peek.js'
import { zipEntries } from './zip-entries.js'
import { zipMembers } from './zip.js'

const READ_CHUNK = 1024 * 1024

/** An input that cannot be read at all. The message is a full sentence for the user. */
export class InputRefused extends Error {
  constructor(
    readonly code: 'input-missing' | 'input-unreadable' | 'input-empty' | 'input-encrypted' | 'format-unsupported',
    message: string,
  ) {
    super(message)
  }
}

/**
 * Opens a folder, an archive (tar or zip), compressed or not (gzip, xz, zstd, bzip2), or a lone file, told apart by their
 * first bytes; `-` is standard input. Throws `InputRefused`.
 */
export async function openSource(input: string, limits: Limits = LIMITS): Promise<Source> {
  if (input === '-')
    return openStream({
      name: '-',
      called: 'standard input',
      entryName: 'stdin',
      raw: untilClosed(process.stdin),
      size: 0,
      mtime: null,
      limits,
    })
  const stats = await stat(input).catch((thrown: unknown) => {
    const error = thrown as NodeJS.ErrnoException
    const missing = error.code === 'ENOENT' || error.code === 'ENOTDIR'
    throw new InputRefused(missing ? 'input-missing' : 'input-unreadable', noAccess(input, error))
  })
  const again = (): Promise<Source> => openSource(input, limits)
  if (stats.isDirectory()) return directorySource(input, input, limits)
  if (!stats.isFile()) throw new InputRefused('input-unreadable', `${input} is neither a file nor a folder.`)
  const file = {
    name: input,
    called: input,
    entryName: basename(input),
    size: stats.size,
    mtime: stats.mtimeMs,
    limits,
  }
  if (await isZip(input)) return { ...(await openZip(input, stats.size, limits)), again }
  return { ...(await openStream({ ...file, raw: createReadStream(input, { highWaterMark: READ_CHUNK }) })), again }
}

/** An interruption closes standard input, which ends it: what came until then is looked at. */
async function* untilClosed(stdin: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* stdin
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error
  }
}

interface Input {
  readonly name: string
  /** What sentences call it. */
  readonly called: string
  readonly entryName: string
  readonly raw: AsyncIterable<Uint8Array>
  readonly size: number
  readonly mtime: number | null
  readonly limits: Limits
}

async function openStream({ name, called, entryName, raw, size, mtime, limits }: Input): Promise<Source> {
  const { pass, problems } = passOver(called, limits)
  const hash = createHash('sha256')
  const count = { bytes: 0, whole: false }
  const counted = hashing(raw, hash, count, () => pass.budget.tick())
  const content = await peek(counted, SNIFFED).catch((error: unknown) => {
    throw new InputRefused('input-unreadable', noAccess(called, error))
  })
  if (content.head.length === 0)
    throw new InputRefused('input-empty', `${called} is empty: expected an archive or an artifact.`)
  const limited = { reached: null as LimitReached | null }
  const {
    layers,
    archive,
    unsupported,
    content: inner,
    close,
  } = await unwrap(content, '', null, pass).catch((error: unknown) => {
    if (!(error instanceof LimitReached)) throw error
    limited.reached = error
    const content = { head: new Uint8Array(0), bytes: nothing() }
    return { layers: [], archive: null, unsupported: null, content, close: () => Promise.resolve() }
  })
  if (unsupported !== null)
    throw new InputRefused(
      'format-unsupported',
      `${called} is ${unsupported}; expected a folder, a tar or a zip. Unpack it and pass the folder.`,
    )
  const entries =
    archive === null
      ? single({
          path: layers.length === 0 ? entryName : entryName.replace(/\.(?:gz|xz|zst|bz2)$/i, ''),
          kind: 'file',
          size,
          mtime,
          content: () => inner.bytes,
        })
      : members(archive, inner.bytes, pass)
  const finish = async (): Promise<void> => {
    await close()
    // An archive may end before its file does; the rest still belongs to the input's hash and size.
    try {
      while ((await counted.next()).done !== true);
    } catch (error) {
      if (!(error instanceof LimitReached)) throw error
    }
  }
  return sourceOf(name, archive === null ? 'file' : kindOf(archive, layers), entries, pass, problems, {
    finish,
    limited: limited.reached,
    totals: () => ({ bytes: count.bytes, sha256: count.whole ? hash : null }),
  })
}

/** A zip on disk is read where its directory says, and hashed in a pass of its own. */
async function openZip(name: string, size: number, limits: Limits): Promise<Source> {
  const { pass, problems } = passOver(name, limits)
  if (await isEncrypted(name, size))
    throw new InputRefused('input-encrypted', `${name} is encrypted: ask for the archive without a password.`)
  async function* found(): AsyncGenerator<SourceEntry> {
    const { bytes, close } = await fileBytes(name, size)
    try {
      yield* zipEntries(bytes, pass.problem, pass.budget)
    } finally {
      await close()
    }
  }
  const hash = createHash('sha256')
  const finish = async (): Promise<void> => {
    for await (const chunk of createReadStream(name, { highWaterMark: READ_CHUNK })) hash.update(chunk as Uint8Array)
  }
  const totals = (): { bytes: number; sha256: Hash } => ({ bytes: size, sha256: hash })
  return sourceOf(name, 'zip', found(), pass, problems, { finish, limited: null, totals })
}

async function fileBytes(file: string, size: number): Promise<{ bytes: ByteSource; close: () => Promise<void> }> {
  const handle = await open(file, 'r')
  return {
    bytes: {
      size,
      async read(start, end) {
        const buffer = new Uint8Array(Math.max(0, Math.min(end, size) - start))
        const { bytesRead } = await handle.read(buffer, 0, buffer.length, start)
        return buffer.subarray(0, bytesRead)
      },
    },
    close: () => handle.close(),
  }
}

/** Every file in it is: then nothing can be read, and that is the answer. */
async function isEncrypted(file: string, size: number): Promise<boolean> {
  const { bytes, close } = await fileBytes(file, size)
  let encrypted = false
  try {
    for await (const member of zipMembers(bytes, () => undefined)) {
      if (member.kind !== 'file') continue
      if (!member.encrypted) return false
      encrypted = true
    }
  } finally {
    await close()
  }
  return encrypted
}

async function isZip(file: string): Promise<boolean> {
  const handle = await open(file, 'r').catch((error: unknown) => {
    throw new InputRefused('input-unreadable', noAccess(file, error))
  })
  try {
    const head = new Uint8Array(SNIFFED)
    const { bytesRead } = await handle.read(head, 0, SNIFFED, 0)
    const format = formatOf(head.subarray(0, bytesRead))
    return format.kind === 'archive' && format.how === 'zip'
  } finally {
    await handle.close()
  }
}

function passOver(name: string, limits: Limits): { pass: Pass; problems: SourceProblem[] } {
  const problems: SourceProblem[] = []
  const problem = (one: SourceProblem): void => void problems.push({ ...one, message: `${name}: ${one.message}` })
  return { pass: { budget: budgetOf(limits), problem, archives: new Set() }, problems }
}

/** A stop at a limit is a problem like any other: what came before counts. */
function sourceOf(
  name: string,
  kind: SourceKind,
  found: AsyncIterable<SourceEntry>,
  pass: Pass,
  problems: readonly SourceProblem[],
  ends: {
    readonly finish: () => Promise<void>
    readonly limited: LimitReached | null
    readonly totals: () => { bytes: number; sha256: Hash | null }
  },
): Source {
  let entries = 0
  let digest: string | null | undefined
  const archives: ReadonlySet<EntryPath> = pass.archives
  return {
    name,
    kind,
    problems,
    archives,
    budget: pass.budget,
    totals() {
      const { bytes, sha256 } = ends.totals()
      return { bytes, entries, sha256: (digest ??= sha256?.digest('hex') ?? null) }
    },
    async *entries({ heads } = { heads: false }) {
      try {
        if (ends.limited !== null) throw ends.limited
        for await (const entry of withNested(found, { ...pass, heads }, kind === 'file' ? 0 : 1)) {
          if (entry.head === undefined) entries += 1
          yield entry
        }
      } catch (error) {
        if (!(error instanceof LimitReached)) throw error
        pass.problem({ code: LIMIT, message: `${error.message}.`, path: null })
      } finally {
        await ends.finish()
      }
    },
  }
}

const SUFFIX = { gzip: 'tar.gz', xz: 'tar.xz', zstd: 'tar.zst', bzip2: 'tar.bz2' } as const

function kindOf(archive: 'tar' | 'zip', layers: readonly Compression[]): SourceKind {
  if (archive === 'zip') return 'zip'
  const [outer] = layers
  return outer === undefined ? 'tar' : SUFFIX[outer]
}

async function* single(entry: SourceEntry): AsyncGenerator<SourceEntry> {
  yield await Promise.resolve(entry)
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

async function* hashing(
  raw: AsyncIterable<Uint8Array>,
  hash: Hash,
  count: { bytes: number; whole: boolean },
  tick: () => void,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of raw) {
    // What nobody reads streams past without being counted anywhere else.
    if (count.bytes > 0) tick()
    hash.update(chunk)
    count.bytes += chunk.length
    yield chunk
  }
  count.whole = true
}
