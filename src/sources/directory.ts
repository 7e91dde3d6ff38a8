import fastGlob from 'fast-glob'
import { createReadStream, readdir } from 'node:fs'
import { readlink, realpath, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import type { EntryKind } from '../model/artifact.js'
import type { Source, SourceEntry, SourceProblem, SourceTotals } from '../model/source.js'
import { entryGate } from './gate.js'

const READ_CHUNK = 1024 * 1024

/** A folder and everything below it. Links are followed only to files inside it. */
export function directorySource(name: string, root: string): Source {
  const problems: SourceProblem[] = []
  let bytes = 0
  let entries = 0
  return {
    name,
    kind: 'folder',
    problems,
    totals: (): SourceTotals => ({ bytes, entries, sha256: null }),
    async *entries(): AsyncGenerator<SourceEntry> {
      const realRoot = await realpath(root)
      const listing = await fastGlob.glob('**', {
        cwd: root,
        dot: true,
        onlyFiles: false,
        followSymbolicLinks: false,
        suppressErrors: true,
        stats: true,
        fs: { readdir: telling((folder, error) => problems.push(unreadableFolder(relative(root, folder), error))) },
      })
      const gate = entryGate((problem) => problems.push(problem))
      listing.sort((a, b) => (a.path < b.path ? -1 : 1))
      for (const item of listing) {
        entries += 1
        const file = join(root, item.path)
        // A disk's own /dev is full of devices.
        const device = isDevice(item.dirent) && !/^dev\//.test(item.path)
        const target = item.dirent.isSymbolicLink() ? await readlink(file).catch(() => undefined) : undefined
        const link = target === undefined ? {} : { link: { target, hard: false } }
        if (gate.admit({ name: item.path, device, ...link }) === undefined) continue
        const entry = await describe(file, realRoot, item.dirent, item.stats)
        if (entry.kind === 'file') bytes += entry.size
        const inside =
          entry.kind !== 'link' || target === undefined
            ? undefined
            : gate.linkInside(item.path, { target, hard: false })
        yield {
          ...entry,
          path: item.path,
          ...(inside === undefined ? {} : { link: inside }),
          content: () => createReadStream(file, { highWaterMark: READ_CHUNK }),
        }
      }
      gate.close()
    },
  }
}

/** fast-glob passes over what it cannot read; a folder that was passed over must be told. */
function telling(tell: (folder: string, error: Error) => void): typeof readdir {
  const wrapped = (folder: string, ...rest: unknown[]): void => {
    const done = rest.pop() as (error: Error | null, found: unknown) => void
    const answer = (error: Error | null, found: unknown): void => {
      if (error !== null) tell(folder, error)
      done(error, found)
    }
    Reflect.apply(readdir, undefined, [folder, ...rest, answer])
  }
  // fast-glob only calls it, with or without options; the promise version below the function is not used.
  return wrapped as typeof readdir
}

function unreadableFolder(path: string, error: Error): SourceProblem {
  return {
    code: 'folder-unreadable',
    message: `The folder cannot be read: ${error.message}. What lies in it is unknown.`,
    path,
  }
}

function isDevice(dirent: KindOf): boolean {
  return dirent.isBlockDevice() || dirent.isCharacterDevice() || dirent.isFIFO()
}

interface KindOf {
  isBlockDevice(): boolean
  isCharacterDevice(): boolean
  isFIFO(): boolean
  isFile(): boolean
  isDirectory(): boolean
  isSymbolicLink(): boolean
}

async function describe(
  file: string,
  realRoot: string,
  dirent: KindOf,
  stats: { size: number; mtimeMs: number } | undefined,
): Promise<{ kind: EntryKind; size: number; mtime: number | null }> {
  if (dirent.isSymbolicLink()) {
    const target = await realpath(file).catch(() => undefined)
    if (target === undefined || !(target + sep).startsWith(realRoot + sep))
      return { kind: 'link', size: 0, mtime: null }
    const seen = await stat(target)
    return { kind: seen.isFile() ? 'file' : 'link', size: seen.size, mtime: seen.mtimeMs }
  }
  const kind = dirent.isFile() ? 'file' : dirent.isDirectory() ? 'directory' : 'other'
  return { kind, size: kind === 'file' ? (stats?.size ?? 0) : 0, mtime: stats === undefined ? null : stats.mtimeMs }
}
