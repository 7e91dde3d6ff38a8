import { createWriteStream, rmSync } from 'node:fs'
import { link, open, rename, rm, truncate, type FileHandle } from 'node:fs/promises'
import { once } from 'node:events'
import { createGzip } from 'node:zlib'
import { pack, type Header as TarHeader } from 'tar-stream'
import type { EntryPath } from '../model/locator.js'

export type ArchiveKind = 'tgz' | 'zip'

/** A file on its way into an archive: exactly `size` bytes of content. Times are milliseconds since 1970. */
export interface ArchiveFile {
  readonly path: EntryPath
  readonly size: number
  readonly mtime: number
  readonly content: AsyncIterable<Uint8Array>
}

/**
 * An archive that is being written. It has its name only when it is published: until then it lies beside it under another.
 * Nobody's name or number gets in as an owner.
 */
export interface ArchiveWriter {
  addFile(file: ArchiveFile): Promise<void>
  addFolder(path: EntryPath, mtime: number): Promise<void>
  /** `target` from the link's own folder, or from the machine's root. */
  addLink(path: EntryPath, mtime: number, target: string): Promise<void>
  /** Ends the archive inside `last`, as a torn input did: what is missing must not look as if it had never been there. */
  breakOff(last: ArchiveFile | null): Promise<void>
  /** Writes the rest. The file can be read under the name given here, and nobody else knows it. */
  end(): Promise<{ readonly bytes: number; readonly unpublished: string }>
  /** Gives the archive its name; throws when something took the name meanwhile. */
  publish(): Promise<void>
  /** Leaves nothing behind. Without effect after `publish`. */
  discard(): Promise<void>
}

/** Creates `file` for its owner alone (0600), never over an existing one. */
export async function createArchive(file: string, kind: ArchiveKind): Promise<ArchiveWriter> {
  const unpublished = `${file}.part-${process.pid}`
  const handle = await open(unpublished, 'wx', 0o600)
  const remove = (): void => rmSync(unpublished, { force: true })
  process.once('exit', remove)
  const body = kind === 'tgz' ? tarBody(handle) : await zipBody(handle, unpublished)
  let published = false
  return {
    ...body,
    async end() {
      return { bytes: await body.end(), unpublished }
    },
    async publish() {
      await name(unpublished, file)
      published = true
      process.off('exit', remove)
    },
    async discard() {
      if (published) return
      await body.abort()
      remove()
      process.off('exit', remove)
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

interface Body extends Pick<ArchiveWriter, 'addFile' | 'addFolder' | 'addLink' | 'breakOff'> {
  /** Bytes of the archive. */
  end(): Promise<number>
  abort(): Promise<void>
}

type Header = Partial<TarHeader> & { readonly name: string }

const NOBODY = { uid: 0, gid: 0, uname: '', gname: '' }
const BLOCK = 512

/** Streams end to end: what the disk does not take, nobody reads ahead. */
function tarBody(handle: FileHandle): Body {
  const tar = pack()
  const out = createWriteStream('', { fd: handle, autoClose: true })
  // Each full chunk of output is a round trip to the thread pool.
  const gzip = createGzip({ level: 3, chunkSize: 256 * 1024 })
  const failure = failureOf(tar, gzip, out)
  let broken = false
  tar.pipe(gzip).pipe(out)
  const headerOf = ({ path, mtime }: Pick<ArchiveFile, 'path' | 'mtime'>): Header => ({
    ...NOBODY,
    name: path,
    mtime: new Date(mtime),
    mode: 0o600,
  })
  const bare = (header: Header): Promise<void> =>
    Promise.race([
      new Promise<void>((resolve, reject) => {
        tar.entry(header, (error) => (error ? reject(error) : resolve())).end(undefined)
      }),
      failure.happened,
    ])
  return {
    async addFile(file) {
      const entry = tar.entry({ ...headerOf(file), type: 'file', size: file.size })
      await Promise.race([pour(file.content, entry).then(() => ended(entry)), failure.happened])
    },
    addFolder: (path, mtime) => bare({ ...headerOf({ path, mtime }), mode: 0o700, type: 'directory' }),
    addLink: (path, mtime, target) => bare({ ...headerOf({ path, mtime }), type: 'symlink', linkname: target }),
    async breakOff(last) {
      const file = last ?? { path: 'the-input-breaks-off-here', mtime: 0, size: 0, content: nothing() }
      const entry = tar.entry({ ...headerOf(file), type: 'file', size: file.size + 2 * BLOCK })
      entry.on('error', () => undefined)
      await Promise.race([pour(file.content, entry), failure.happened])
      tar.push(null)
      broken = true
    },
    async end() {
      if (!broken) tar.finalize()
      if (!out.closed) await Promise.race([once(out, 'close'), failure.happened])
      return out.bytesWritten
    },
    async abort() {
      for (const stream of [tar, gzip, out]) stream.destroy()
      if (!out.closed) await once(out, 'close').catch(() => undefined)
    },
  }
}

const LINK = 0o120777

async function zipBody(handle: FileHandle, file: string): Promise<Body> {
  const { ZipFile } = await import('./zip-file.js')
  const { Readable } = await import('node:stream')
  const zip = new ZipFile()
  const out = createWriteStream('', { fd: handle, autoClose: true })
  const failure = failureOf(zip.outputStream, out)
  let broken = false
  zip.outputStream.pipe(out)
  const addFile = async ({ path, size, mtime, content }: ArchiveFile): Promise<void> => {
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
  }
  return {
    addFile,
    addFolder(path, mtime) {
      zip.addEmptyDirectory(path, { mtime: new Date(mtime), mode: 0o40700 })
      return Promise.resolve()
    },
    addLink(path, mtime, target) {
      zip.addBuffer(Buffer.from(target), path, { mtime: new Date(mtime), mode: LINK, compress: false })
      return Promise.resolve()
    },
    async breakOff(last) {
      if (last !== null) await addFile(last)
      broken = true
    },
    async end() {
      zip.end()
      if (!out.closed) await Promise.race([once(out, 'close'), failure.happened])
      if (!broken) return out.bytesWritten
      const bytes = await directoryOffset(file, out.bytesWritten)
      await truncate(file, bytes)
      return bytes
    },
    async abort() {
      out.destroy()
      if (!out.closed) await once(out, 'close').catch(() => undefined)
    },
  }
}

const END_OF_DIRECTORY = 22

/** Where the directory begins stands in the last record, which has no comment. */
async function directoryOffset(file: string, size: number): Promise<number> {
  const handle = await open(file)
  try {
    const { buffer } = await handle.read(Buffer.alloc(END_OF_DIRECTORY), 0, END_OF_DIRECTORY, size - END_OF_DIRECTORY)
    return Math.min(buffer.readUInt32LE(16), size - END_OF_DIRECTORY)
  } finally {
    await handle.close()
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
}

async function ended(entry: NodeJS.WritableStream): Promise<void> {
  const finished = once(entry, 'finish')
  entry.end()
  await finished
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
