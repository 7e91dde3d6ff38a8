import fastGlob from 'fast-glob'
import { constants } from 'node:fs'
import { access, lstat } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { LIMIT, type EntryKind } from '../model/artifact.js'
import { LimitReached, type Budget } from '../model/limits.js'
import type { EntryPath } from '../model/locator.js'
import { FILE_CLOSED, type Source, type SourceEntry, type SourceProblem } from '../model/source.js'
import { contentOf, resolveBelow } from './files.js'
import { telling, unreadableFolder } from './listing.js'
import { noAccess } from './no-access.js'

/** What is known of the machine beside its files: the output of a program, by the name it goes by. */
export interface HostOutput {
  readonly path: EntryPath
  readonly content: Uint8Array
  readonly mtime: number | null
}

export interface HostOptions {
  /** Where the machine's tree begins: `/`, a mounted disk, a container's root. */
  readonly root: string
  /** Globs below the root. Nothing else is looked at. */
  readonly places: readonly string[]
  readonly outputs: readonly HostOutput[]
  /** Reads a file in another way, for one that is written while it is read; undefined for the plain way. */
  readonly reader: (path: EntryPath, file: string) => AsyncIterable<Uint8Array> | undefined
  /** Where it runs out, the machine is not read on. */
  readonly budget?: Budget
}

/**
 * A machine's own tree, only where evidence can lie, and what programs said. Links resolve as they would on the machine: below
 * the root. Devices, FIFOs and sockets are listed and never opened.
 */
export function hostSource({ root, places, outputs, reader, budget }: HostOptions): Source {
  const problems: SourceProblem[] = []
  let bytes = 0
  let entries = 0
  return {
    name: root,
    kind: 'host',
    problems,
    ...(budget === undefined ? {} : { budget }),
    totals: () => ({ bytes, entries, sha256: null }),
    async *entries(): AsyncGenerator<SourceEntry> {
      // Every pass tells its own problems.
      problems.length = 0
      bytes = 0
      entries = 0
      for (const found of await listed(root, places, (problem) => problems.push(problem))) {
        const seen = await describe(root, found)
        if (seen === undefined) continue
        try {
          budget?.entry()
        } catch (error) {
          if (!(error instanceof LimitReached)) throw error
          problems.push({ code: LIMIT, message: `${root}: ${error.message}.`, path: null })
          break
        }
        entries += 1
        const { path } = found
        const { file, ...stat } = seen
        if (stat.kind === 'file') bytes += stat.size
        yield {
          path,
          ...stat,
          content: () => telltale(reader(path, file) ?? contentOf(file), path, problems),
          from: (offset) => telltale(contentOf(file, offset), path, problems),
        }
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

/**
 * Every path that a place names. The folder before a place's first wildcard is looked for as the machine would find it: on a
 * mounted disk `/var/log` may be a link to `/data/log`, which is not this machine's.
 */
async function listed(
  root: string,
  places: readonly string[],
  problem: (problem: SourceProblem) => void,
): Promise<Found[]> {
  const told = new Set<string>()
  const tell = (folder: string, error: NodeJS.ErrnoException): void => {
    const path = relative(root, folder)
    // What is not there is no secret.
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR' || told.has(path)) return
    told.add(path)
    problem(unreadableFolder(path, error))
  }
  const found = new Map<EntryPath, Found>()
  for (const [base, globs] of byBase(places)) {
    const real = await resolveBelow(root, base, 'stays')
    if (real === undefined) problem(unreadableFolder(base, new Error('too many links lead there')))
    if (real === undefined || !(await isOpen(root, real, tell))) continue
    const names = await fastGlob.glob([...globs], {
      cwd: join(root, real),
      dot: true,
      onlyFiles: false,
      followSymbolicLinks: false,
      suppressErrors: true,
      fs: { readdir: telling(tell) },
    })
    for (const name of names) found.set(within(base, name), { path: within(base, name), below: within(real, name) })
  }
  return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1))
}

interface Found {
  readonly path: EntryPath
  /** The same place, by way of real folders. */
  readonly below: string
}

/** Places by the folder before their first wildcard, or around their last name. */
function byBase(places: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const bases = new Map<string, string[]>()
  for (const place of places) {
    const parts = place.split('/')
    const wild = parts.findIndex((part) => part.includes('*'))
    const length = wild < 0 ? parts.length - 1 : wild
    const base = parts.slice(0, length).join('/')
    bases.set(base, [...(bases.get(base) ?? []), parts.slice(length).join('/')])
  }
  return bases
}

/** A folder on the way that may not be entered hides what is below it, and nobody else would say so. */
async function isOpen(
  root: string,
  path: string,
  tell: (folder: string, error: NodeJS.ErrnoException) => void,
): Promise<boolean> {
  let folder = root
  for (const part of path === '' ? [] : path.split('/')) {
    folder = join(folder, part)
    try {
      await access(folder, constants.X_OK)
    } catch (error) {
      tell(folder, error as NodeJS.ErrnoException)
      return false
    }
  }
  return true
}

function within(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`
}

interface Seen {
  readonly file: string
  readonly kind: EntryKind
  readonly size: number
  readonly mtime: number | null
}

/** A link that leads nowhere, or out of the tree, is known by its name only. */
async function describe(root: string, { below }: Found): Promise<Seen | undefined> {
  const own = await lstat(join(root, below)).catch(() => undefined)
  if (own === undefined) return undefined
  // The way there has no links: to resolve it for each of thousands of files would take most of the time.
  const real = own.isSymbolicLink() ? await resolveBelow(root, below, 'stays') : below
  const file = join(root, real ?? below)
  const stats = own.isSymbolicLink() && real !== undefined ? await lstat(file).catch(() => undefined) : own
  if (stats === undefined || stats.isSymbolicLink()) return { file, kind: 'link', size: 0, mtime: own.mtimeMs }
  const kind = stats.isFile() ? 'file' : stats.isDirectory() ? 'directory' : 'other'
  return { file, kind, size: kind === 'file' ? stats.size : 0, mtime: stats.mtimeMs }
}

/** A file that cannot be read is told when somebody reads it: of thousands only the name counts. */
async function* telltale(
  content: AsyncIterable<Uint8Array>,
  path: EntryPath,
  problems: SourceProblem[],
): AsyncGenerator<Uint8Array> {
  try {
    yield* content
  } catch (error) {
    const cause = (error as NodeJS.ErrnoException).code === undefined ? (error as Error).cause : error
    if (cause !== undefined && !problems.some((told) => told.path === path))
      problems.push({ code: FILE_CLOSED, message: noAccess('The file', cause), path })
    throw error
  }
}
