import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs'
import type { ByteSource } from './byte-source.js'
import { findMetas } from './find-metas.js'
import { newest } from './meta.js'

/** A source that holds a file open. */
export interface FileSource extends ByteSource {
  readonly readInto: (start: number, target: Uint8Array) => number
  /** Closes the file, unless it was given as a descriptor: that stays with the caller. */
  close(): void
}

/**
 * A file on disk as a source: no lock, no copy, read where it is. Throws what `fs` throws when the file cannot be opened. The size
 * is that of this moment. The one place of this package that knows Node.
 */
export function fileSource(file: string | number): FileSource {
  const fd = typeof file === 'number' ? file : openSync(file, 'r')
  const readInto = (start: number, target: Uint8Array): number => {
    let came = 0
    while (came < target.length) {
      const more = readSync(fd, target, came, Math.min(target.length - came, 2 ** 30), start + came)
      if (more === 0) break
      came += more
    }
    return came
  }
  return {
    size: fstatSync(fd).size,
    read(start, end) {
      const buffer = new Uint8Array(Math.max(0, end - start))
      return buffer.subarray(0, readInto(start, buffer))
    },
    readInto,
    close() {
      if (typeof file !== 'number') closeSync(fd)
    },
  }
}

/** How sure it is that everything read belongs to one state of the file. */
export interface Consistency {
  /**
   * `consistent`: no transaction ended while the file was read, and a writer never touches pages of the newest state before its own
   * transaction ends. `unverified`: one did, each time it was tried; what was read may mix two states, as a plain copy may.
   */
  readonly state: 'consistent' | 'unverified'
  /** The path names another file by now, as after a compaction; what was read is the old one. */
  readonly replaced: boolean
  /** The file became shorter meanwhile. */
  readonly shrunk: boolean
}

export interface LiveSource extends FileSource {
  /** How many copies it took; 0 when the file is read in place. */
  readonly copies: number
  /** To be asked after the work, as a file that is read in place may change until then. */
  consistency(): Promise<Consistency>
}

export interface LiveOptions {
  /** Bytes: a larger file is read in place instead of copied into memory. 32 MiB unless told. */
  readonly copyMax?: number
  /** Milliseconds after which the last copy is taken as it is. 2000 unless told. */
  readonly patience?: number
}

const COPY_MAX = 32 * 2 ** 20
const PATIENCE = 2000
/** Milliseconds between tries; the last one repeats. */
const PAUSES = [0, 1, 2, 5, 10]
const READ = 2 ** 20

/**
 * A file that another process may be writing, without a lock and without a copy on disk. A small one is copied into memory between
 * two looks at its meta pages, and again as long as they differ; a large one is read in place and looked at when the work is done.
 */
export async function liveSource(path: string, options: LiveOptions = {}): Promise<LiveSource> {
  const { copyMax = COPY_MAX, patience = PATIENCE } = options
  const fd = openSync(path, 'r')
  const file = fileSource(fd)
  const close = (): void => closeSync(fd)
  const ended = (before: string, after: string): Consistency => ({
    state: before === after ? 'consistent' : 'unverified',
    replaced: isReplaced(path, fd),
    shrunk: fstatSync(fd).size < file.size,
  })
  try {
    if (file.size > copyMax) {
      const before = await stateOf(file)
      return { ...file, close, copies: 0, consistency: async () => ended(before, await stateOf(file)) }
    }
    const deadline = performance.now() + patience
    let copy = new Uint8Array(0)
    for (let copies = 1; ; copies++) {
      const before = await stateOf(file)
      copy = readWhole(file, fstatSync(fd).size, copy)
      const found = ended(before, await stateOf(file))
      if (found.state === 'consistent' || performance.now() > deadline) {
        return { ...inMemory(copy), close, copies, consistency: () => Promise.resolve(found) }
      }
      await pause(PAUSES[Math.min(copies, PAUSES.length) - 1] ?? 0)
    }
  } catch (error) {
    close()
    throw error
  }
}

/** What tells the newest state from any other; the same text for a file whose meta pages are both dead. */
async function stateOf(file: ByteSource): Promise<string> {
  const meta = newest(await findMetas(file))?.meta
  return meta === undefined ? '' : `${meta.txid} ${meta.root} ${meta.checksum}`
}

function inMemory(bytes: Uint8Array): Omit<FileSource, 'close'> {
  return {
    size: bytes.length,
    read: (start, end) => bytes.subarray(start, end),
    readInto(start, target) {
      const part = bytes.subarray(start, start + target.length)
      target.set(part)
      return part.length
    },
  }
}

function readWhole({ readInto }: FileSource, size: number, buffer: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const target = buffer.length === size ? buffer : new Uint8Array(size)
  let came = 0
  while (came < size) {
    const part = target.subarray(came, came + READ)
    const more = readInto(came, part)
    if (more === 0) break
    came += more
  }
  return came === size ? target : target.subarray(0, came)
}

function isReplaced(path: string, fd: number): boolean {
  try {
    const [now, ours] = [statSync(path), fstatSync(fd)]
    return now.ino !== ours.ino || now.dev !== ours.dev
  } catch {
    return true
  }
}

/** Not a timer below a millisecond, which Node would round up to one. */
async function pause(ms: number): Promise<void> {
  await new Promise<void>((resolve) => (ms === 0 ? setImmediate(resolve) : setTimeout(resolve, ms)))
}
