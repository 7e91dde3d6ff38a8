import fastGlob from 'fast-glob'
import { createReadStream } from 'node:fs'
import { realpath, stat } from 'node:fs/promises'
import { join, sep } from 'node:path'
import type { EntryKind } from '../model/artifact.js'
import type { Source, SourceEntry, SourceProblem, SourceTotals } from '../model/source.js'

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
      })
      listing.sort((a, b) => (a.path < b.path ? -1 : 1))
      for (const item of listing) {
        entries += 1
        const file = join(root, item.path)
        const entry = await describe(file, realRoot, item.dirent, item.stats)
        if (entry.kind === 'file') bytes += entry.size
        yield {
          ...entry,
          path: item.path,
          content: () => createReadStream(file, { highWaterMark: READ_CHUNK }),
        }
      }
    },
  }
}

interface KindOf {
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
