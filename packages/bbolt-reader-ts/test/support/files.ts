import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { bytesSource, openBolt, type BoltFile, type ByteSource, type Damage } from '../../src/index.js'

export const FIXTURES = join(__dirname, '..', 'fixtures')

export interface ManifestLine {
  readonly file: string
  readonly page_size: number
  readonly txid: number
  readonly keys: number
  readonly buckets: number
  readonly max_depth: number
  readonly dump_sha256: string
  readonly tree_sha256: string
}

export const MANIFEST: readonly ManifestLine[] = readFileSync(join(FIXTURES, 'manifest.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as ManifestLine)

/** A copy of a fixture that may be changed. */
export function load(file: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(gunzipSync(readFileSync(join(FIXTURES, `${file}.gz`))))
}

export async function opened(source: ByteSource | Uint8Array): Promise<{ db: BoltFile; damage: readonly Damage[] }> {
  const result = await openBolt(source instanceof Uint8Array ? bytesSource(source) : source)
  if (!result.ok) throw new Error(result.damage[0].message)
  return result
}

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

/** The canonical dump, as lines. */
export async function dump(db: BoltFile): Promise<{ lines: string[]; tree: string[]; damage: Damage[] }> {
  const lines: string[] = []
  const tree: string[] = []
  const damage: Damage[] = []
  await db.walk({
    record: ({ bucket, key, value }) => lines.push(`${bucket.map(hex).join('/')} ${hex(key)} ${hex(value)}\n`),
    leave: ({ path, sequence }, { keys }) => tree.push(`${path.map(hex).join('/')} ${sequence} ${keys}\n`),
    damage: (item) => damage.push(item),
  })
  return { lines, tree, damage }
}

export function sha256(lines: readonly string[]): string {
  const hash = createHash('sha256')
  for (const line of lines) hash.update(line)
  return hash.digest('hex')
}

export function codes(damage: readonly Damage[]): string[] {
  return [...new Set(damage.map(({ code }) => code))].sort()
}
