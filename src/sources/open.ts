import { createHash, type Hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Source, SourceEntry, SourceKind, SourceProblem } from '../model/source.js'
import { directorySource } from './directory.js'
import { gunzip } from './inflate.js'
import { tarEntries } from './tar.js'

const READ_CHUNK = 1024 * 1024
const TAR_BLOCK = 512

/** An input that cannot be read at all. The message is a full sentence for the user. */
export class InputRefused extends Error {
  constructor(
    readonly code: 'input-missing' | 'input-unreadable' | 'input-empty' | 'format-unsupported',
    message: string,
  ) {
    super(message)
  }
}

/** Opens a folder, a tar, a gzipped tar or a lone file, told apart by their first bytes; `-` is standard input. */
export async function openSource(input: string): Promise<Source> {
  if (input === '-') return openStream('-', 'stdin', process.stdin, null, null)
  const stats = await stat(input).catch((thrown: unknown) => {
    const error = thrown as NodeJS.ErrnoException
    throw error.code === 'ENOENT' || error.code === 'ENOTDIR'
      ? new InputRefused('input-missing', `${input} does not exist.`)
      : new InputRefused('input-unreadable', `${input} cannot be read: ${error.message}.`)
  })
  if (stats.isDirectory()) return directorySource(input, input)
  if (!stats.isFile()) throw new InputRefused('input-unreadable', `${input} is neither a file nor a folder.`)
  const bytes = createReadStream(input, { highWaterMark: READ_CHUNK })
  return openStream(input, basename(input), bytes, stats.size, stats.mtimeMs)
}

async function openStream(
  name: string,
  shortName: string,
  raw: AsyncIterable<Uint8Array>,
  size: number | null,
  mtime: number | null,
): Promise<Source> {
  const problems: SourceProblem[] = []
  const hash = createHash('sha256')
  const count = { bytes: 0, entries: 0 }
  const counted = await peek(hashing(raw, hash, count), TAR_BLOCK).catch((error: unknown) => {
    throw new InputRefused('input-unreadable', `${name} cannot be read: ${(error as Error).message}.`)
  })
  if (counted.head.length === 0)
    throw new InputRefused('input-empty', `${name} is empty: expected an archive or an artifact.`)
  const format = sniff(counted.head)
  if (format.kind === 'refused') throw new InputRefused('format-unsupported', `${name} is ${format.what}.`)

  let kind: SourceKind = format.kind === 'tar' ? 'tar' : 'file'
  let { bytes } = counted
  let entryName = shortName
  if (format.kind === 'gzip') {
    const inflated = await peek(
      gunzip(bytes, ({ tear, detail }) =>
        problems.push({
          code: `gzip-${tear}`,
          message: `${name}: the gzip stream is not whole, ${detail}. What came before was read.`,
          path: null,
        }),
      ),
      TAR_BLOCK,
    )
    bytes = inflated.bytes
    kind = isTar(inflated.head) ? 'tar.gz' : 'file'
    entryName = shortName.replace(/\.gz$/i, '')
  }

  async function* entries(): AsyncGenerator<SourceEntry> {
    const found =
      kind === 'file'
        ? single({ path: entryName, kind: 'file', size: size ?? 0, mtime, content: () => bytes })
        : tarEntries(bytes, (problem) => problems.push({ ...problem, message: `${name}: ${problem.message}` }))
    for await (const entry of found) {
      count.entries += 1
      yield entry
    }
    // An archive may end before its file does; the rest still belongs to the input's hash and size.
    while ((await counted.bytes.next()).done !== true);
  }

  let digest: string | undefined
  return {
    name,
    kind,
    problems,
    entries,
    totals: () => ({ ...count, sha256: (digest ??= hash.digest('hex')) }),
  }
}

async function* single(entry: SourceEntry): AsyncGenerator<SourceEntry> {
  yield await Promise.resolve(entry)
}

async function* hashing(
  raw: AsyncIterable<Uint8Array>,
  hash: Hash,
  count: { bytes: number },
): AsyncGenerator<Uint8Array> {
  for await (const chunk of raw) {
    hash.update(chunk)
    count.bytes += chunk.length
    yield chunk
  }
}

/** The first `length` bytes, and an iterable that still delivers everything. */
async function peek(
  chunks: AsyncGenerator<Uint8Array>,
  length: number,
): Promise<{ head: Uint8Array; bytes: AsyncGenerator<Uint8Array> }> {
  const held: Uint8Array[] = []
  let have = 0
  while (have < length) {
    const next = await chunks.next()
    if (next.done === true) break
    held.push(next.value)
    have += next.value.length
  }
  async function* all(): AsyncGenerator<Uint8Array> {
    yield* held.splice(0)
    yield* chunks
  }
  return { head: Buffer.concat(held).subarray(0, length), bytes: all() }
}

type Format = { readonly kind: 'tar' | 'gzip' | 'other' } | { readonly kind: 'refused'; readonly what: string }

/** Magic bytes of formats that would otherwise pass for a lone file nobody recognises. */
const REFUSED: readonly (readonly [magic: readonly number[], what: string])[] = [
  [[0x50, 0x4b, 0x03, 0x04], 'a zip archive'],
  [[0x50, 0x4b, 0x05, 0x06], 'an empty zip archive'],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], 'an xz archive'],
  [[0x28, 0xb5, 0x2f, 0xfd], 'a zstd archive'],
  [[0x42, 0x5a, 0x68], 'a bzip2 archive'],
  [[0x37, 0x7a, 0xbc, 0xaf], 'a 7z archive'],
]

function sniff(head: Uint8Array): Format {
  if (head[0] === 0x1f && head[1] === 0x8b) return { kind: 'gzip' }
  if (isTar(head)) return { kind: 'tar' }
  for (const [magic, what] of REFUSED) {
    if (magic.every((byte, index) => head[index] === byte))
      return { kind: 'refused', what: `${what}; expected a folder, .tar or .tar.gz. Unpack it and pass the folder` }
  }
  return { kind: 'other' }
}

/** A tar header proves itself: bytes 148 to 155 hold, in octal, the sum of the block with these eight read as blanks. */
function isTar(block: Uint8Array): boolean {
  if (block.length < TAR_BLOCK) return false
  let sum = 0
  for (let i = 0; i < TAR_BLOCK; i++) sum += i >= 148 && i < 156 ? 0x20 : (block[i] ?? 0)
  const stored = Number.parseInt(
    Buffer.from(block.subarray(148, 156)).toString('latin1').replaceAll('\0', ' ').trim(),
    8,
  )
  return stored === sum
}
