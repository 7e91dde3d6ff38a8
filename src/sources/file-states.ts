import { createHash } from 'node:crypto'
import type { Stats } from 'node:fs'
import { lstat, opendir } from 'node:fs/promises'
import { join } from 'node:path'
import type { FileState } from '../model/file-state.js'
import { contentOf, resolveBelow } from './files.js'

/** Files to look up, and folders to look for more of them in. All paths are absolute. */
export interface AskedFiles {
  /** Looked up and hashed. */
  readonly paths: readonly string[]
  readonly folders: readonly AskedFolder[]
}

export interface AskedFolder {
  /** Without a last slash. */
  readonly path: string
  /** Folders below it count as well. */
  readonly deep: boolean
  readonly wants: (path: string) => boolean
}

export interface FoundFiles {
  /** Those asked for by path in the order asked, then the others by path. */
  readonly files: readonly FileState[]
  /** Every folder was looked through. */
  readonly whole: boolean
}

const MB = 1_000_000
const FILES_MAX = 5000
const DEPTH_MAX = 32
/** Milliseconds of looking through folders. */
const WALK_MAX = 2000
const HASHED_MAX = 5 * MB
const HASHED_IN_ALL = 200 * MB
/** What lies here is no file, and looking at it may do something. */
const NO_FILES = /^(?:proc|sys|dev)(?:\/|$)/

/**
 * What a machine has at paths that others name. Links lead where they would on the machine, never out of the root; below a
 * folder none is followed, and no other file system is entered, which may be far away. Everything is bounded, and ends at
 * once when the user interrupts.
 */
export async function fileStates(
  root: string,
  asked: AskedFiles,
  signal: AbortSignal,
  walkMax = WALK_MAX,
): Promise<FoundFiles> {
  const paths = [...new Set(asked.paths)].slice(0, FILES_MAX)
  const known = new Set(paths)
  const end = AbortSignal.any([signal, AbortSignal.timeout(walkMax)])
  const walk = { found: new Set<string>(), room: FILES_MAX - paths.length, end, whole: true }
  for (const folder of asked.folders) await lookThrough(root, folder, known, walk)

  const files: FileState[] = []
  let left = HASHED_IN_ALL
  for (const path of paths) {
    if (signal.aborted) break
    const { state, hashed } = await look(root, path, Math.min(left, HASHED_MAX), signal)
    left -= hashed
    files.push(state)
  }
  for (const path of [...walk.found].sort()) {
    if (signal.aborted) break
    files.push((await look(root, path, -1, signal)).state)
  }
  return { files, whole: walk.whole && !signal.aborted }
}

interface Walk {
  readonly found: Set<string>
  readonly room: number
  readonly end: AbortSignal
  whole: boolean
}

async function lookThrough(
  root: string,
  { path, deep, wants }: AskedFolder,
  known: ReadonlySet<string>,
  walk: Walk,
): Promise<void> {
  const top = await resolveBelow(root, path, 'stays')
  const device = top === undefined ? undefined : await deviceOf(join(root, top))
  if (top === undefined || device === undefined) walk.whole = false
  if (top === undefined || device == null) return
  const ahead = [{ name: path, real: top, depth: 0 }]
  for (let folder = ahead.pop(); folder !== undefined; folder = ahead.pop()) {
    if (NO_FILES.test(folder.real)) continue
    try {
      if ((await deviceOf(join(root, folder.real))) !== device) {
        walk.whole = false
        continue
      }
      for await (const entry of await opendir(join(root, folder.real))) {
        if (walk.end.aborted || walk.found.size >= walk.room) {
          walk.whole = false
          return
        }
        const name = `${folder.name}/${entry.name}`
        if (entry.isFile() && !known.has(name) && wants(name)) walk.found.add(name)
        if (!entry.isDirectory() || !deep) continue
        if (folder.depth === DEPTH_MAX) walk.whole = false
        else ahead.push({ name, real: join(folder.real, entry.name), depth: folder.depth + 1 })
      }
    } catch (error) {
      if (!isNothing(codeOf(error))) walk.whole = false
    }
  }
}

/** Null where there is no folder; undefined where that may not be known. */
async function deviceOf(folder: string): Promise<number | null | undefined> {
  try {
    const stats = await lstat(folder)
    return stats.isDirectory() ? stats.dev : null
  } catch (error) {
    return isNothing(codeOf(error)) ? null : undefined
  }
}

/** `hashable`: bytes that may be hashed; below 0 not even an empty file is. */
async function look(
  root: string,
  path: string,
  hashable: number,
  signal: AbortSignal,
): Promise<{ state: FileState; hashed: number }> {
  const slash = path.lastIndexOf('/')
  const above = await resolveBelow(root, path.slice(0, slash), 'stays')
  const real = await resolveBelow(root, path, 'stays')
  const link = above === undefined || join(above, path.slice(slash + 1)) !== real
  const bare = { path, link, size: null, mode: null, mtime: null, ctime: null, sha256: null }
  if (real === undefined || NO_FILES.test(real)) return { state: { ...bare, state: 'other' }, hashed: 0 }
  const file = join(root, real)
  let stats: Stats
  try {
    stats = await lstat(file)
  } catch (error) {
    const state = !isNothing(codeOf(error)) ? 'unreadable' : link ? 'other' : 'missing'
    return { state: { ...bare, state }, hashed: 0 }
  }
  if (!stats.isFile()) return { state: { ...bare, state: 'other' }, hashed: 0 }
  if (link || stats.size > hashable) return { state: { ...bare, ...shown(stats), state: 'file' }, hashed: 0 }
  try {
    const sha256 = await hashOf(file, hashable, signal)
    // It may have been written meanwhile: then its time says so.
    return { state: { ...bare, ...shown(await lstat(file)), state: 'file', sha256 }, hashed: stats.size }
  } catch {
    return { state: { ...bare, ...shown(stats), state: 'unreadable' }, hashed: 0 }
  }
}

/** Null for a file that turns out to be longer, or when the user interrupts. */
async function hashOf(file: string, longest: number, signal: AbortSignal): Promise<string | null> {
  const hash = createHash('sha256')
  let size = 0
  for await (const chunk of contentOf(file)) {
    size += chunk.length
    if (signal.aborted || size > longest) return null
    hash.update(chunk)
  }
  return hash.digest('hex')
}

function shown({ size, mode, mtimeMs, ctimeMs }: Stats): Pick<FileState, 'size' | 'mode' | 'mtime' | 'ctime'> {
  return { size, mode: mode & 0o7777, mtime: Math.floor(mtimeMs), ctime: Math.floor(ctimeMs) }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unknown'
}

function isNothing(code: string): boolean {
  return code === 'ENOENT' || code === 'ENOTDIR'
}
