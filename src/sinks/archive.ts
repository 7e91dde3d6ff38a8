import { createWriteStream } from 'node:fs'
import { link, open, rename, rm, type FileHandle } from 'node:fs/promises'
import { once } from 'node:events'
import { createGzip } from 'node:zlib'
import { pack } from 'tar-stream'
import type { EntryPath } from '../model/locator.js'

export type ArchiveKind = 'tgz' | 'zip'

/** An archive that is being written. It has its name only when it is whole: until then it lies beside it under another. */
export interface ArchiveWriter {
  /** Exactly `size` bytes of content. Times are milliseconds since 1970. */
  add(path: EntryPath, size: number, mtime: number, content: AsyncIterable<Uint8Array>): Promise<void>
  /** Gives the archive its name; throws when something took the name meanwhile. */
  finish(): Promise<{ readonly bytes: number }>
  /** Leaves nothing behind. */
  discard(): Promise<void>
}

/** Creates `file` for its owner alone (0600), never over an existing one. */
export async function createArchive(file: string, kind: ArchiveKind): Promise<ArchiveWriter> {
  const unfinished = `${file}.part-${process.pid}`
  const handle = await open(unfinished, 'wx', 0o600)
  const body = kind === 'tgz' ? tarBody(handle) : await zipBody(handle)
  return {
    add: body.add,
    async finish() {
      const bytes = await body.end()
      await name(unfinished, file)
      return { bytes }
    },
    async discard() {
      await body.abort()
      await rm(unfinished, { force: true })
    },
  }
}

/** A hard link refuses to replace what is there, where a mere renaming would. */
async function name(from: string, to: string): Promise<void> {
  try {
    await link(from, to)
    await rm(from)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw error
    // A file system without hard links.
    await rename(from, to)
  }
}

interface Body {
  add: ArchiveWriter['add']
  /** Bytes of the archive. */
  end(): Promise<number>
  abort(): Promise<void>
}

/** Streams end to end: what the disk does not take, nobody reads ahead. */
function tarBody(handle: FileHandle): Body {
  const tar = pack()
  const out = createWriteStream('', { fd: handle, autoClose: true })
  const gzip = createGzip({ level: 6 })
  const failure = failureOf(tar, gzip, out)
  tar.pipe(gzip).pipe(out)
  return {
    async add(path, size, mtime, content) {
      const entry = tar.entry({ name: path, size, mtime: new Date(mtime), mode: 0o600, type: 'file' })
      await Promise.race([pour(content, entry), failure.happened])
    },
    async end() {
      tar.finalize()
      await Promise.race([once(out, 'close'), failure.happened])
      return out.bytesWritten
    },
    async abort() {
      for (const stream of [tar, gzip, out]) stream.destroy()
      if (!out.closed) await once(out, 'close').catch(() => undefined)
    },
  }
}

async function zipBody(handle: FileHandle): Promise<Body> {
  const { ZipFile } = await import('yazl')
  const { Readable } = await import('node:stream')
  const zip = new ZipFile()
  const out = createWriteStream('', { fd: handle, autoClose: true })
  const failure = failureOf(zip.outputStream, out)
  zip.outputStream.pipe(out)
  return {
    async add(path, size, mtime, content) {
      const read = new Promise<void>((resolve, reject) => {
        async function* told(): AsyncGenerator<Uint8Array> {
          yield* content
          resolve()
        }
        const stream = Readable.from(told())
        stream.once('error', reject)
        zip.addReadStream(stream, path, { mtime: new Date(mtime), mode: 0o100600, size })
      })
      await Promise.race([read, failure.happened])
    },
    async end() {
      zip.end()
      await Promise.race([once(out, 'close'), failure.happened])
      return out.bytesWritten
    },
    async abort() {
      out.destroy()
      if (!out.closed) await once(out, 'close').catch(() => undefined)
    },
  }
}

/** Rejects with the first error of any of the streams: a full disk shows at the last one. */
function failureOf(...streams: readonly { once(event: 'error', listener: (error: Error) => void): unknown }[]): {
  readonly happened: Promise<never>
} {
  const happened = new Promise<never>((_, reject) => {
    for (const stream of streams) stream.once('error', reject)
  })
  // Whoever waits hears of it; nobody may be waiting.
  happened.catch(() => undefined)
  return { happened }
}

async function pour(content: AsyncIterable<Uint8Array>, entry: NodeJS.WritableStream): Promise<void> {
  for await (const chunk of content) if (!entry.write(chunk)) await once(entry, 'drain')
  const ended = once(entry, 'finish')
  entry.end()
  await ended
}
