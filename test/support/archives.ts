import { mkdtempSync, mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { pack, type Header } from 'tar-stream'
import type { MemoryEntry } from '../../src/sources/memory.js'

/** A tar of entries, in their order. */
export async function tarOf(entries: ReadonlyMap<string, MemoryEntry>): Promise<Buffer> {
  const tar = pack()
  for (const [name, { content, kind, mtime }] of entries) {
    const header: Partial<Header> & { name: string } = {
      name,
      mtime: new Date(mtime ?? 0),
      type: kind === 'directory' ? 'directory' : 'file',
    }
    if (kind === 'directory') tar.entry(header)
    else tar.entry(header, Buffer.from(content))
  }
  tar.finalize()
  const parts: Buffer[] = []
  for await (const part of tar) parts.push(part as Buffer)
  return Buffer.concat(parts)
}

export async function tgzOf(entries: ReadonlyMap<string, MemoryEntry>): Promise<Buffer> {
  return gzipSync(await tarOf(entries))
}

/** Writes entries below a folder. */
export function plant(root: string, entries: ReadonlyMap<string, MemoryEntry>): void {
  for (const [path, { content, kind, mtime }] of entries) {
    const file = join(root, path)
    mkdirSync(kind === 'directory' ? file : dirname(file), { recursive: true })
    if (kind === 'directory') continue
    writeFileSync(file, content)
    if (mtime !== undefined) utimesSync(file, new Date(mtime), new Date(mtime))
  }
}

export function link(root: string, path: string, target: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  symlinkSync(target, join(root, path))
}

/** A folder for one test file, gone when its tests have ended. */
export function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ct-diag-test-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
