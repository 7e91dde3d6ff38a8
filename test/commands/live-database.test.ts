import { closeSync, mkdirSync, openSync, truncateSync, writeFileSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { build, leaf } from '../../packages/bbolt-reader-ts/test/support/build.js'
import { liveHost } from '../../src/commands/live-host.js'
import { scratch } from '../support/archives.js'
import { DB } from '../support/host.js'

const folder = scratch()
const never = new AbortController().signal
const pageSize = 4096
const state = (txid: bigint): Uint8Array => build({ pageSize, txid, pages: [leaf(2, [{ key: 'a', value: 'b' }])] })

/** So large that it is read where it is. */
function database(name: string): { root: string; file: string } {
  const root = join(folder, name)
  const file = join(root, DB)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, state(9n))
  truncateSync(file, 65 * 1024 * 1024)
  return { root, file }
}

async function read(root: string): Promise<number> {
  const { source } = await liveHost(root, false, never)
  for await (const entry of source.entries()) {
    if (entry.path !== DB) continue
    let bytes = 0
    for await (const chunk of entry.content()) bytes += chunk.length
    return bytes
  }
  throw new Error('No database')
}

/** Ends so many transactions, each as soon as it may. */
async function writing<T>(file: string, transactions: number, work: () => Promise<T>): Promise<T> {
  const fd = openSync(file, 'r+')
  let written = 0
  const timer = setInterval(() => {
    if (written < transactions) writeSync(fd, state(BigInt(10 + written++)), 0, 2 * pageSize, 0)
  }, 1)
  try {
    return await work()
  } finally {
    clearInterval(timer)
    closeSync(fd)
  }
}

test('a large database is never a mixture: what is written all the time is not read at all', async () => {
  const { root, file } = database('busy')
  await expect(writing(file, Infinity, () => read(root))).rejects.toThrow('it was written to')
})

test('a transaction that ends while it is read costs another try', async () => {
  const { root, file } = database('once')
  expect(await writing(file, 1, () => read(root))).toBe(65 * 1024 * 1024)
})
