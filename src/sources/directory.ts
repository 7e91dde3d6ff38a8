import fastGlob from 'fast-glob'
import { lstat, readlink } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { LIMIT, type EntryKind } from '../model/artifact.js'
import { LimitReached, LIMITS, type Limits } from '../model/limits.js'
import type { Source, SourceEntry, SourceProblem, SourceTotals } from '../model/source.js'
import { budgetOf } from './budget.js'
import { contentOf, resolveBelow } from './files.js'
import { entryGate, linkTarget } from './gate.js'
import { telling, unreadableFolder } from './listing.js'
import { withNested, type Pass } from './nested.js'

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
    async *entries({ heads } = { heads: false }): AsyncGenerator<SourceEntry> {
      try {
        for await (const entry of withNested(filesIn(root, pass), { ...pass, heads }, 0)) {
          if (entry.head === undefined) entries += 1
          if (entry.head === undefined && entry.kind === 'file') bytes += entry.size
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
    const real = kind === 'link' ? await resolveBelow(root, path, 'refused') : path
    const seen = real === undefined ? undefined : await lstat(join(root, real)).catch(() => undefined)
    const readable = kind === 'file' || (kind === 'link' && seen?.isFile() === true)
    const leads = target === undefined ? undefined : linkTarget(admitted, { target, hard: false })
    yield {
      path: admitted,
      kind: readable ? 'file' : kind,
      size: readable ? (seen?.size ?? 0) : 0,
      mtime: seen?.mtimeMs ?? null,
      content: () => contentOf(join(root, real ?? path)),
      ...(leads === undefined ? {} : { link: { ...leads, within: '' } }),
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
