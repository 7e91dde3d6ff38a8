import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRedactor, redactArchive, type ArchiveOutcome, type Redactor } from '../../src/redaction/index.js'
import { memorySource, type MemoryEntry } from '../../src/sources/memory.js'
import { openSource } from '../../src/sources/open.js'

/** The same in every test, so that a failure can be seen again. */
export const KEY = Buffer.alloc(32, 'made-up')

export interface Redacted {
  readonly result: ArchiveOutcome
  /** The archive's members. Empty when there is none. */
  readonly entries: ReadonlyMap<string, MemoryEntry>
  readonly bytes: Buffer
  readonly redactor: Redactor
}

/** A tree as `redact` would pass it on, read back from the archive it wrote. */
export async function redacted(
  entries: ReadonlyMap<string, MemoryEntry>,
  { secretsOnly = false, name = 'sample.tgz' }: { secretsOnly?: boolean; name?: string } = {},
): Promise<Redacted> {
  const folder = mkdtempSync(join(tmpdir(), 'ct-diag-redact-'))
  try {
    const file = join(folder, 'out.tgz')
    const redactor = createRedactor({ key: KEY, secretsOnly })
    const result = await redactArchive({
      open: () => Promise.resolve(memorySource(name, entries)),
      file,
      kind: 'tgz',
      redactor,
      tool: { name: 'ct-diag', version: '0.0.0' },
      now: Date.parse('2026-01-10T12:00:00Z'),
      signal: new AbortController().signal,
    })
    if (!existsSync(file)) return { result, entries: new Map(), bytes: Buffer.alloc(0), redactor }
    const found = new Map<string, MemoryEntry>()
    for await (const entry of (await openSource(file)).entries()) {
      const { path, kind, mtime, link } = entry
      const parts: Uint8Array[] = []
      for await (const part of entry.content()) parts.push(part)
      found.set(path, {
        kind,
        content: Buffer.concat(parts),
        ...(mtime === null ? {} : { mtime }),
        ...(link === undefined
          ? {}
          : { link: { target: link.absolute ? `/${link.path}` : link.path, hard: !link.absolute } }),
      })
    }
    return { result, entries: found, bytes: readFileSync(file), redactor }
  } finally {
    rmSync(folder, { recursive: true })
  }
}
