import { createHash } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Wanted } from '../../src/commands/choose.js'
import { pack } from '../../src/commands/pack.js'
import type { SourceEntry } from '../../src/model/source.js'
import { createRedactor } from '../../src/redaction/index.js'
import { createArchive } from '../../src/sinks/archive.js'
import { memorySource } from '../../src/sources/memory.js'
import { scratch } from '../support/archives.js'
import { AMA_LOG, TAKEN } from '../support/host.js'
import { KEY } from '../support/redaction.js'

const folder = scratch()
const INFO = `${AMA_LOG}/mdsd.info`

/** `there`: what is still to be found. */
async function packed(
  entry: SourceEntry,
  wanted: Partial<Wanted> = {},
  there: readonly SourceEntry[] = [entry],
): Promise<ReturnType<typeof pack>> {
  const archive = await createArchive(join(folder, 'pack.tgz'), 'tgz')
  const packing = pack(archive, {
    source: {
      ...memorySource('host', new Map()),
      entries: async function* () {
        yield* await Promise.resolve(there)
      },
    },
    wanted: [{ entry, nameOnly: false, take: entry.size, rank: 2, log: true, series: '', ...wanted }],
    missing: [],
    top: 'top',
    name: 'pack.tgz',
    startedAt: TAKEN,
    redactor: createRedactor({ key: KEY, secretsOnly: true }),
    signal: new AbortController().signal,
  })
  for await (const { path } of packing.source.entries()) expect(path).toBe(`top/${INFO}`)
  await archive.discard()
  return packing
}

const entryOf = (more: Partial<SourceEntry>): SourceEntry => ({
  path: INFO,
  kind: 'file',
  size: 12,
  mtime: TAKEN,
  async *content(): AsyncGenerator<Uint8Array> {
    yield await Promise.reject<Uint8Array>(new Error('the whole file'))
  },
  ...more,
})

test('a file that becomes something else while it is packed costs itself, not the bundle', async () => {
  const { missing, everyPlace } = (await packed(entryOf({}))).contents()
  expect(missing).toEqual([{ origin: `/${INFO}`, reason: `/${INFO} cannot be read: the whole file.` }])
  expect(everyPlace).toBe(false)
})

test('what is gone when it would be packed is told, since it was there', async () => {
  const { missing, everyPlace } = (await packed(entryOf({}), {}, [])).contents()
  expect(missing).toEqual([{ origin: `/${INFO}`, reason: 'it was gone before it could be packed' }])
  expect(everyPlace).toBe(false)
})

test('of a log that is too long only its end is read', async () => {
  const text = Buffer.from('one\ntwo\nsix\n')
  const entry = entryOf({
    async *from(offset) {
      yield await Promise.resolve(text.subarray(offset))
    },
  })
  const { entries } = (await packed(entry, { take: 6 })).contents()
  expect(entries).toMatchObject([{ sha256: createHash('sha256').update('six\n').digest('hex'), truncated: true }])
})

test('a program that ends in the middle leaves no part of the archive', async () => {
  const before = process.listeners('exit')
  const archive = await createArchive(join(folder, 'ended.tgz'), 'tgz')
  const parts = (): string[] => readdirSync(folder).filter((name) => name.startsWith('ended.tgz'))
  expect(parts()).toHaveLength(1)
  for (const end of process.listeners('exit')) if (!before.includes(end)) end(130)
  expect(parts()).toEqual([])
  await archive.discard()
  expect(process.listeners('exit')).toEqual(before)
})
