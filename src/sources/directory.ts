import fastGlob from 'fast-glob'
import { constants } from 'node:fs'
import { lstat, open, readlink } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { LIMIT, type EntryKind } from '../model/artifact.js'
import { LimitReached, LIMITS, type Limits } from '../model/limits.js'
import type { Source, SourceEntry, SourceProblem, SourceTotals } from '../model/source.js'
import { budgetOf } from './budget.js'
import { entryGate } from './gate.js'
import { telling, unreadableFolder } from './listing.js'
import { withNested, type Pass } from './nested.js'

const READ_CHUNK = 1024 * 1024
/** Links that are followed, one after the other, before the way is given up. */
const HOPS_MAX = 8

/**
 * A folder and everything below it. Links are followed as after a chroot into it: an absolute one counts from the folder, and
 * one that leads out of it, in a circle or over more than eight others is listed and not read.
 */
export function directorySource(name: string, root: string, limits: Limits = LIMITS): Source {
  const problems: SourceProblem[] = []
  const problem = (one: SourceProblem): void => void problems.push(one)
  const pass: Pass = { budget: budgetOf(limits), problem, archives: new Set() }
  let bytes = 0
  let entries = 0
  return {
    name,
    kind: 'folder',
    problems,
    archives: pass.archives,
    budget: pass.budget,
    totals: (): SourceTotals => ({ bytes, entries, sha256: null }),
    async *entries(): AsyncGenerator<SourceEntry> {
      try {
        for await (const entry of withNested(filesIn(root, pass), pass, 0)) {
          entries += 1
          if (entry.kind === 'file') bytes += entry.size
          yield entry
        }
      } catch (error) {
        if (!(error instanceof LimitReached)) throw error
        problem({ code: LIMIT, message: `${name}: ${error.message}.`, path: null })
      }
    },
  }
}

async function* filesIn(root: string, { problem, budget }: Pass): AsyncGenerator<SourceEntry> {
  const gate = entryGate(problem)
  for (const { path, kind, special } of await list(root, problem, budget.limits.entries)) {
    const file = join(root, path)
    const target = kind === 'link' ? await readlink(file).catch(() => undefined) : undefined
    const link = target === undefined ? {} : { link: { target, hard: false } }
    // A disk's own /dev is full of devices.
    const device = special && !/^dev\//.test(path)
    const admitted = gate.admit({ name: path, device, ...link })
    if (admitted === undefined) continue
    const real = kind === 'link' ? await resolve(root, path) : path
    const seen = real === undefined ? undefined : await lstat(join(root, real)).catch(() => undefined)
    const readable = kind === 'file' || (kind === 'link' && seen?.isFile() === true)
    yield {
      path: admitted,
      kind: readable ? 'file' : kind,
      size: readable ? (seen?.size ?? 0) : 0,
      mtime: seen?.mtimeMs ?? null,
      content: () => contentOf(join(root, real ?? path)),
    }
  }
  gate.close()
}

interface Listed {
  readonly path: string
  readonly kind: EntryKind
  /** A device, a FIFO or a socket. */
  readonly special: boolean
}

/** By path. At most one more than `max`, so that the count can tell that there are more. */
async function list(root: string, problem: (problem: SourceProblem) => void, max: number): Promise<Listed[]> {
  const found: Listed[] = []
  const stream = fastGlob.stream('**', {
    cwd: root,
    dot: true,
    onlyFiles: false,
    followSymbolicLinks: false,
    suppressErrors: true,
    objectMode: true,
    fs: { readdir: telling((folder, error) => problem(unreadableFolder(relative(root, folder), error))) },
  })
  for await (const item of stream) {
    const { path, dirent } = item as unknown as { path: string; dirent: KindOf }
    found.push({ path, kind: kindOf(dirent), special: isSpecial(dirent) })
    if (found.length > max) break
  }
  return found.sort((a, b) => (a.path < b.path ? -1 : 1))
}

interface KindOf {
  isBlockDevice(): boolean
  isCharacterDevice(): boolean
  isFIFO(): boolean
  isSocket(): boolean
  isFile(): boolean
  isDirectory(): boolean
  isSymbolicLink(): boolean
}

function isSpecial(dirent: KindOf): boolean {
  return dirent.isBlockDevice() || dirent.isCharacterDevice() || dirent.isFIFO() || dirent.isSocket()
}

function kindOf(dirent: KindOf): EntryKind {
  if (dirent.isSymbolicLink()) return 'link'
  return dirent.isFile() ? 'file' : dirent.isDirectory() ? 'directory' : 'other'
}

/** The path below `root` that is no link in any of its parts; undefined when it leads out, nowhere, or too far. */
async function resolve(root: string, path: string): Promise<string | undefined> {
  const ahead = path.split('/')
  const way: string[] = []
  for (let hops = 0; ahead.length > 0;) {
    const part = ahead.shift() ?? ''
    if (part === '' || part === '.') continue
    if (part === '..') {
      if (way.pop() === undefined) return undefined
      continue
    }
    const target = await readlink(join(root, ...way, part)).catch(() => undefined)
    if (target === undefined) {
      way.push(part)
      continue
    }
    if (++hops > HOPS_MAX) return undefined
    if (target.startsWith('/')) way.length = 0
    ahead.unshift(...target.split('/'))
  }
  return way.join('/')
}

/**
 * Opened without following a link and without waiting for a FIFO's other end: the folder may change between the listing and
 * now, and whoever changes it must not choose what is read.
 */
async function* contentOf(file: string): AsyncGenerator<Uint8Array> {
  const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  try {
    if (!(await handle.stat()).isFile()) throw new Error(`${file} is no longer an ordinary file`)
    yield* handle.createReadStream({ highWaterMark: READ_CHUNK, autoClose: false }) as AsyncIterable<Uint8Array>
  } finally {
    await handle.close()
  }
}
