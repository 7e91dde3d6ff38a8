import { createGzip } from 'node:zlib'
import { Readable } from 'node:stream'
import type { EntryKind } from '../model/artifact.js'
import type { EntryPath } from '../model/locator.js'
import { gunzip } from '../sources/inflate.js'
import { spool, wholeOf } from '../sources/spool.js'
import type { Tear } from '../sources/tear.js'
import { CannotClean } from './cannot-clean.js'
import { cleaner, type Cleaner } from './cleaner.js'
import { openGuard } from './containers.js'
import { databaseText, databaseTexts } from './database.js'
import { binaryKind, entryClass, isTar } from './entry-kind.js'
import { isPackageList, learner, learnFromName } from './clues.js'
import { knownValues, type KnownValues } from './known.js'
import { pseudonyms } from './pseudonyms.js'
import { lineGuard, pieces, type TextNotes } from './text.js'

/**
 * Cleans the entries of one input. Two passes: `learn` every entry first, then `redactEntry` every one. What is learnt in one
 * entry is replaced in all.
 */
export interface Redactor {
  readonly secretsOnly: boolean
  /** First pass: notes the identifiers and secrets that an entry proves. Reads the content to its end. */
  learn(path: EntryPath, kind: EntryKind, content: AsyncIterable<Uint8Array>): Promise<void>
  /**
   * Second pass: the entry under its new name. Its content is cleaned while it is read and may throw `CannotClean`: then the
   * entry must be left out, and nothing of it kept.
   */
  redactEntry(path: EntryPath, kind: EntryKind, content: AsyncIterable<Uint8Array>): Promise<RedactedEntry | LeftOut>
  /** A name, a link's target or a word of one's own, cleaned. Undefined when it cannot be a name afterwards. */
  redactName(name: string): string | undefined
  /** Text of one's own, such as a manifest. */
  redactText(text: string): string
  /** What a text still holds that it must not, by kind. */
  leaks(path: EntryPath, text: string): string[]
  /** Originals and their pseudonyms; empty unless `keepPairs` was asked for. */
  readonly pairs: ReadonlyMap<string, string>
}

export interface RedactedEntry {
  readonly path: EntryPath
  readonly content: AsyncIterable<Uint8Array>
  /** Bytes, where they are known before they are read; then they need not be kept. */
  readonly size: number | null
  /** Complete when the content has been read: what was done besides replacing, as sentences. */
  readonly notes: readonly string[]
}

export interface LeftOut {
  /** A sentence without a full stop. */
  readonly leftOut: string
}

export interface RedactorOptions {
  /** 32 random bytes. The same key gives the same pseudonyms; it must not be kept with what was redacted. */
  readonly key: Uint8Array
  /** Identifiers stay. */
  readonly secretsOnly: boolean
  /** Keeps the pairs for a map; it grows with the number of identifiers. */
  readonly keepPairs?: boolean
}

const HEAD = 8 * 1024
const GZIPS_MAX = 3
const DATABASE_MAX = 512 * 1024 * 1024

export function createRedactor({ key, secretsOnly, keepPairs = false }: RedactorOptions): Redactor {
  const stand = pseudonyms(key, keepPairs)
  const known: KnownValues = knownValues(stand, secretsOnly)
  const clean: Cleaner = cleaner(known, stand, secretsOnly)

  const learnText = learner(known, secretsOnly)

  async function learnContent(path: EntryPath, content: AsyncIterable<Uint8Array>, gzips: number): Promise<void> {
    const { head, all, close } = await peek(content)
    if (isGzip(head)) {
      if (gzips < GZIPS_MAX)
        await learnContent(
          withoutGz(path),
          gunzip(all, () => undefined),
          gzips + 1,
        )
    } else if (entryClass(path).is === 'database') {
      const { bytes } = await spool(all, DATABASE_MAX)
      try {
        for await (const text of databaseTexts(bytes)) learnText(text, path)
      } finally {
        await bytes.close()
      }
    } else if (binaryKind(head) === null && !isTar(head)) {
      for await (const piece of pieces(all, { cutLines: 0 })) learnText(piece.toString('latin1'), path)
    }
    await close()
  }

  function redactName(name: string): string | undefined {
    const bytes = Buffer.from(name, 'utf8').toString('latin1')
    const cleaned = Buffer.from(clean.clean(bytes, true), 'latin1').toString('utf8')
    const slashes = (text: string): number => text.split('/').length
    // eslint-disable-next-line no-control-regex -- a name must not get any
    if (slashes(cleaned) !== slashes(name) || /[\u0000-\u001f\u007f]/.test(cleaned)) return undefined
    return cleaned
  }

  async function* cleanText(
    path: EntryPath,
    content: AsyncIterable<Uint8Array>,
    notes: string[],
  ): AsyncGenerator<Uint8Array> {
    const guard = lineGuard()
    const begun = openGuard()
    const told: TextNotes = { cutLines: 0 }
    const addresses = !isPackageList(path)
    for await (const piece of pieces(content, told)) {
      if (binaryKind(piece.subarray(0, HEAD)) !== null) throw new CannotClean('Part of it is binary')
      const text = piece.toString('latin1')
      const { text: cleaned, open } = clean.cleanPart(guard.clean(begun.rest(text)), addresses)
      begun.open ??= open
      yield cleaned === text ? piece : Buffer.from(cleaned, 'latin1')
    }
    if (told.cutLines > 0) notes.push(`${told.cutLines} overlong line${told.cutLines === 1 ? ' was' : 's were'} cut`)
  }

  async function redactContent(
    path: EntryPath,
    content: AsyncIterable<Uint8Array>,
    gzips: number,
    notes: string[],
  ): Promise<AsyncIterable<Uint8Array> | LeftOut> {
    const { head, all, close } = await peek(content)
    const leave = async (why: string): Promise<LeftOut> => {
      await close()
      return { leftOut: why }
    }
    if (isGzip(head)) {
      if (gzips === GZIPS_MAX) return leave(`It is compressed more than ${GZIPS_MAX} times`)
      const tears: Tear[] = []
      const inner = await redactContent(
        withoutGz(path),
        gunzip(all, (tear) => tears.push(tear)),
        gzips + 1,
        notes,
      )
      return 'leftOut' in inner ? inner : deflated(inner, tears)
    }
    if (isTar(head)) return leave('It is an archive inside the input')
    const binary = binaryKind(head)
    return binary === null ? cleanText(path, all, notes) : leave(binary)
  }

  async function redactDatabase(
    newPath: EntryPath,
    content: AsyncIterable<Uint8Array>,
    notes: string[],
  ): Promise<RedactedEntry | LeftOut> {
    const { bytes, cut } = await spool(content, DATABASE_MAX)
    let closing = true
    try {
      if (cut) return { leftOut: `It is larger than ${DATABASE_MAX} bytes` }
      // Raw, its free pages come along, so nothing anywhere in the file may be a secret.
      const raw = bytes.size === 0 || (secretsOnly && (await isHarmless(bytes.read.bind(bytes), bytes.size, clean)))
      closing = false
      const text = raw ? wholeOf(bytes) : databaseText(bytes, (value) => clean.clean(value, true))
      if (!raw) notes.push('The database was rewritten as text: one line for each record')
      return { path: raw ? newPath : `${newPath}.ndjson`, content: closingAfter(text, bytes), size: null, notes }
    } finally {
      if (closing) await bytes.close()
    }
  }

  return {
    secretsOnly,
    pairs: stand.pairs,
    redactName,
    redactText: (text) =>
      Buffer.from(clean.clean(Buffer.from(text, 'utf8').toString('latin1'), true), 'latin1').toString('utf8'),
    leaks: (path, text) => clean.leaks(text, !isPackageList(path)),
    async learn(path, kind, content) {
      if (!secretsOnly) learnFromName(path, known)
      learnText(path, '')
      if (kind !== 'file' || entryClass(path).is === 'rows') return
      await learnContent(path, content, 0)
    },
    async redactEntry(path, kind, content) {
      const newPath = redactName(path)
      if (newPath === undefined) return { leftOut: 'Its name cannot be cleaned' }
      const notes: string[] = []
      const entry = (text: AsyncIterable<Uint8Array>, size: number | null = null): RedactedEntry => ({
        path: newPath,
        content: text,
        size,
        notes,
      })
      if (kind === 'directory' || kind === 'link') return entry(none(), 0)
      if (kind === 'other') return { leftOut: 'Devices are never opened' }
      const how = entryClass(path)
      switch (how.is) {
        case 'keys':
          return { leftOut: how.why }
        case 'sealed':
          notes.push(`Its content was removed: ${how.why}`)
          return entry(sealed(content, how.why))
        case 'rows':
          notes.push('Rows of the event cache were replaced by filler of the same size')
          return entry(filler(content))
        case 'database':
          return redactDatabase(newPath, content, notes)
        case 'content': {
          const text = await redactContent(path, content, 0, notes)
          return 'leftOut' in text ? text : entry(text)
        }
      }
    },
  }
}

async function* none(): AsyncGenerator<Uint8Array> {}

/** An empty file stays empty. */
async function* sealed(content: AsyncIterable<Uint8Array>, why: string): AsyncGenerator<Uint8Array> {
  let size = 0
  for await (const chunk of content) size += chunk.length
  if (size > 0) yield Buffer.from(`REDACTED: ${why}, ${size} bytes\n`)
}

/** As many bytes as came, of a kind that compresses well and yet not like a bomb. */
async function* filler(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of content) {
    const bytes = Buffer.alloc(chunk.length, '.')
    for (let at = 0; at < bytes.length; at += 1024) bytes.write(String(Math.imul(at, 2654435761) >>> 0), at)
    yield bytes
  }
}

async function isHarmless(
  read: (start: number, end: number) => Promise<Uint8Array> | Uint8Array,
  size: number,
  clean: Cleaner,
): Promise<boolean> {
  const step = 1024 * 1024
  const overlap = 64 * 1024
  for (let at = 0; at < size; at += step) {
    const text = Buffer.from(await read(at, Math.min(size, at + step + overlap))).toString('latin1')
    if (clean.leaks(text, false).length > 0) return false
  }
  return true
}

async function* closingAfter(
  content: AsyncIterable<Uint8Array>,
  bytes: { close(): Promise<void> },
): AsyncGenerator<Uint8Array> {
  try {
    yield* content
  } finally {
    await bytes.close()
  }
}

/** What was torn stays torn, so that nobody takes the rest for the whole. */
async function* deflated(content: AsyncIterable<Uint8Array>, tears: readonly Tear[]): AsyncGenerator<Uint8Array> {
  let held: Uint8Array | undefined
  const failure: { error: unknown } = { error: undefined }
  async function* watched(): AsyncGenerator<Uint8Array> {
    try {
      yield* content
    } catch (error) {
      failure.error = error
      throw error
    }
  }
  const source = Readable.from(watched(), { objectMode: false })
  const gzip = createGzip()
  source.on('error', (error) => gzip.destroy(error))
  for await (const chunk of source.pipe(gzip) as AsyncIterable<Uint8Array>) {
    if (held !== undefined) yield held
    held = chunk
  }
  if (held !== undefined)
    yield tears.some(({ tear }) => tear !== 'trailing-garbage') ? held.subarray(0, Math.max(0, held.length - 8)) : held
}

function isGzip(head: Uint8Array): boolean {
  return head[0] === 0x1f && head[1] === 0x8b
}

function withoutGz(path: EntryPath): EntryPath {
  return path.replace(/\.(?:gz|tgz)$/i, '')
}

interface Peeked {
  readonly head: Uint8Array
  readonly all: AsyncIterable<Uint8Array>
  /** Whoever does not read all says so: a file stays open until then. */
  readonly close: () => Promise<void>
}

async function peek(content: AsyncIterable<Uint8Array>): Promise<Peeked> {
  const iterator = content[Symbol.asyncIterator]()
  const held: Uint8Array[] = []
  let have = 0
  let ended = false
  let failure: { error: unknown } | undefined
  while (have < HEAD) {
    try {
      const next = await iterator.next()
      ended = next.done === true
      if (next.done === true) break
      held.push(next.value)
      have += next.value.length
    } catch (error) {
      failure = { error }
      break
    }
  }
  async function* all(): AsyncGenerator<Uint8Array> {
    try {
      yield* held
      if (failure !== undefined) throw failure.error
      if (ended) return
      for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value
    } finally {
      await close()
    }
  }
  const close = async (): Promise<void> => {
    await iterator.return?.()
  }
  return { head: Buffer.concat(held).subarray(0, HEAD), all: all(), close }
}
