import fastGlob from 'fast-glob'
import { constants, createReadStream } from 'node:fs'
import { access, lstat, open, readlink } from 'node:fs/promises'
import { join, relative } from 'node:path'
import type { EntryKind } from '../model/artifact.js'
import type { EntryPath } from '../model/locator.js'
import type { Source, SourceEntry, SourceProblem } from '../model/source.js'
import { telling, unreadableFolder } from './listing.js'

const READ_CHUNK = 1024 * 1024
const LINKS_MAX = 8

/** What is known of the machine beside its files: the output of a program, by the name it goes by. */
export interface HostOutput {
  readonly path: EntryPath
  readonly content: Uint8Array
  readonly mtime: number
}

export interface HostOptions {
  /** Where the machine's tree begins: `/`, a mounted disk, a container's root. */
  readonly root: string
  /** Globs below the root. Nothing else is looked at. */
  readonly places: readonly string[]
  readonly outputs: readonly HostOutput[]
  /** Reads a file in another way, for one that is written while it is read; undefined for the plain way. */
  readonly reader: (path: EntryPath, file: string) => AsyncIterable<Uint8Array> | undefined
}

/**
 * A machine's own tree, only where evidence can lie, and what programs said. Links resolve as they would on the machine: below
 * the root. Devices, FIFOs and sockets are listed and never opened.
 */
export function hostSource({ root, places, outputs, reader }: HostOptions): Source {
  const problems: SourceProblem[] = []
  let bytes = 0
  let entries = 0
  return {
    name: root,
    kind: 'host',
    problems,
    totals: () => ({ bytes, entries, sha256: null }),
    async *entries(): AsyncGenerator<SourceEntry> {
      for (const path of await listed(root, places, (problem) => problems.push(problem))) {
        const seen = await describe(root, path)
        if (seen === undefined) continue
        entries += 1
        const { file, denied, ...stat } = seen
        if (denied !== undefined)
          problems.push({ code: 'folder-unreadable', message: `${path} cannot be read: ${denied}.`, path })
        if (stat.kind === 'file') bytes += stat.size
        yield { path, ...stat, content: () => reader(path, file) ?? plain(file) }
      }
      for (const { path, content, mtime } of outputs) {
        entries += 1
        bytes += content.length
        yield {
          path,
          kind: 'file',
          size: content.length,
          mtime,
          async *content() {
            if (content.length > 0) yield await Promise.resolve(content)
          },
        }
      }
    },
  }
}

async function listed(
  root: string,
  places: readonly string[],
  problem: (problem: SourceProblem) => void,
): Promise<EntryPath[]> {
  const told = new Set<string>()
  const tell = (folder: string, error: NodeJS.ErrnoException): void => {
    const path = relative(root, folder)
    // What is not there is no secret.
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR' || told.has(path)) return
    told.add(path)
    problem(unreadableFolder(path, error))
  }
  for (const place of places) await tryBase(root, place, tell)
  const found = await fastGlob.glob([...places], {
    cwd: root,
    dot: true,
    onlyFiles: false,
    followSymbolicLinks: false,
    suppressErrors: true,
    fs: { readdir: telling(tell) },
  })
  return [...new Set(found)].sort()
}

/** A folder on the way that may not be entered hides what is below it, and nobody else would say so. */
async function tryBase(
  root: string,
  place: string,
  tell: (folder: string, error: NodeJS.ErrnoException) => void,
): Promise<void> {
  const fixed = place.split('/')
  const wild = fixed.findIndex((part) => part.includes('*'))
  const folders = wild < 0 ? fixed.slice(0, -1) : fixed.slice(0, wild)
  let folder = root
  for (const part of folders) {
    folder = join(folder, part)
    try {
      await access(folder, constants.X_OK)
    } catch (error) {
      tell(folder, error as NodeJS.ErrnoException)
      return
    }
  }
}

interface Seen {
  readonly file: string
  readonly kind: EntryKind
  readonly size: number
  readonly mtime: number | null
  /** Why it may not be read. */
  readonly denied?: string
}

async function describe(root: string, path: EntryPath): Promise<Seen | undefined> {
  const file = await resolveBelow(root, path)
  const stats = file === undefined ? undefined : await lstat(file).catch(() => undefined)
  if (file === undefined || stats === undefined) {
    const own = await lstat(join(root, path)).catch(() => undefined)
    return own === undefined ? undefined : { file: join(root, path), kind: 'link', size: 0, mtime: own.mtimeMs }
  }
  const kind = stats.isFile() ? 'file' : stats.isDirectory() ? 'directory' : 'other'
  const denied = kind === 'file' ? await whyDenied(file) : undefined
  return {
    file,
    kind,
    size: kind === 'file' ? stats.size : 0,
    mtime: stats.mtimeMs,
    ...(denied === undefined ? {} : { denied }),
  }
}

async function whyDenied(file: string): Promise<string | undefined> {
  try {
    await (await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)).close()
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

/** Follows links as a process with this root would: an absolute one begins at the root, and `..` does not leave it. */
export async function resolveBelow(root: string, path: string): Promise<string | undefined> {
  const done: string[] = []
  const left = path.split('/').filter((part) => part !== '')
  for (let links = 0; left.length > 0;) {
    const part = left.shift() ?? ''
    if (part === '.') continue
    if (part === '..') {
      done.pop()
      continue
    }
    const target = await readlink(join(root, ...done, part)).catch(() => undefined)
    if (target === undefined) {
      done.push(part)
      continue
    }
    if (++links > LINKS_MAX) return undefined
    if (target.startsWith('/')) done.length = 0
    left.unshift(...target.split('/').filter((piece) => piece !== ''))
  }
  return join(root, ...done)
}

function plain(file: string): AsyncIterable<Uint8Array> {
  return createReadStream(file, {
    highWaterMark: READ_CHUNK,
    flags: constants.O_RDONLY | constants.O_NOFOLLOW,
  } as unknown as Parameters<typeof createReadStream>[1]) as AsyncIterable<Uint8Array>
}
