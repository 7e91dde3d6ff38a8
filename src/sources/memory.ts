import type { EntryKind } from '../model/artifact.js'
import { entryGate, linkTarget, type Member } from './gate.js'
import type { Source, SourceEntry, SourceProblem } from '../model/source.js'

export interface MemoryEntry {
  readonly kind?: EntryKind
  readonly content: Uint8Array | string
  readonly mtime?: number
  readonly link?: Member['link']
}

/** Entries given as a map from path to content: for tests, and for programs that hold a bundle already. */
export function memorySource(name: string, entries: ReadonlyMap<string, MemoryEntry>): Source {
  const problems: SourceProblem[] = []
  const encoder = new TextEncoder()
  let bytes = 0
  return {
    name,
    kind: 'memory',
    problems,
    totals: () => ({ bytes, entries: entries.size, sha256: null }),
    async *entries(): AsyncGenerator<SourceEntry> {
      const gate = entryGate((problem) => problems.push(problem))
      for (const [name, entry] of entries) {
        const link = entry.link === undefined ? {} : { link: entry.link }
        const path = gate.admit({ name, device: entry.kind === 'other', ...link })
        if (path === undefined) continue
        const content = typeof entry.content === 'string' ? encoder.encode(entry.content) : entry.content
        bytes += content.length
        const target = entry.link === undefined ? undefined : linkTarget(path, entry.link)
        yield {
          path,
          kind: entry.kind ?? 'file',
          size: content.length,
          mtime: entry.mtime ?? null,
          async *content() {
            if (content.length > 0) yield content
          },
          ...(target === undefined ? {} : { link: { ...target, within: '' } }),
        }
      }
      gate.close()
    },
  }
}
