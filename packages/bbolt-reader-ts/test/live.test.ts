import { spawn } from 'node:child_process'
import { appendFileSync, copyFileSync, readFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bytesSource, openBolt, type BoltFile } from '../src/index.js'
import { liveSource } from '../src/node-file.js'
import { load } from './support/files.js'
import { oracle, whenGo } from './support/oracle.js'

afterAll(oracle.remove)

const at = (name: string): string => join(oracle.folder, name)

async function keysOf(source: Parameters<typeof openBolt>[0]): Promise<number> {
  const result = await openBolt(source)
  return result.ok ? (await result.db.walk({})).keys : -1
}

test.each([
  ['a copy', 2 ** 30, 1],
  ['in place', 0, 0],
])('a file at rest, %s', async (_, copyMax, copies) => {
  writeFileSync(at('rest.db'), load('flat.db'))
  const source = await liveSource(at('rest.db'), { copyMax })
  expect(source.copies).toBe(copies)
  expect(await keysOf(source)).toBe(5000)
  expect(await source.consistency()).toEqual({ state: 'consistent', replaced: false, shrunk: false })
  source.close()
})

test('a file that is replaced, as by a compaction, is said', async () => {
  writeFileSync(at('old.db'), load('flat.db'))
  copyFileSync(at('old.db'), at('new.db'))
  const source = await liveSource(at('old.db'), { copyMax: 0 })
  renameSync(at('new.db'), at('old.db'))
  expect(await keysOf(source)).toBe(5000)
  expect(await source.consistency()).toEqual({ state: 'consistent', replaced: true, shrunk: false })
  source.close()
})

test('a file that shrinks is said', async () => {
  writeFileSync(at('shrinks.db'), load('flat.db'))
  const source = await liveSource(at('shrinks.db'), { copyMax: 0 })
  truncateSync(at('shrinks.db'), 20_000)
  expect(await keysOf(source)).toBeLessThan(5000)
  expect(await source.consistency()).toMatchObject({ shrunk: true })
  source.close()
})

test('a transaction that ends during the work is said', async () => {
  writeFileSync(at('changes.db'), load('flat.db'))
  const source = await liveSource(at('changes.db'), { copyMax: 0 })
  const other = load('changetracking-sim.db')
  appendFileSync(at('changes.db'), other.subarray(load('flat.db').length))
  writeFileSync(at('changes.db'), other, { flag: 'r+' })
  expect(await source.consistency()).toMatchObject({ state: 'unverified' })
  source.close()
})

test.each([0, 10, 4096])('a file of %i bytes is no error here', async (size) => {
  writeFileSync(at('short.db'), new Uint8Array(size))
  const source = await liveSource(at('short.db'))
  expect(source.size).toBe(size)
  expect(await source.consistency()).toMatchObject({ state: 'consistent' })
  source.close()
})

test('a file that is not there throws what fs throws', async () => {
  await expect(liveSource(at('missing.db'))).rejects.toThrow('ENOENT')
})

/** The writer's counters always add up. */
async function addsUp(db: BoltFile): Promise<boolean> {
  let sum = 0n
  let total = -1n
  let damage = 0
  await db.walk({
    record: ({ bucket: [name], value }) => {
      const number = new DataView(value.buffer, value.byteOffset).getBigUint64(0)
      if (Buffer.from(name ?? []).toString() === 'tot') total = number
      else sum += number
    },
    damage: () => (damage += 1),
  })
  return damage === 0 && sum === total
}

whenGo.each([
  ['as fast as it can', '0'],
  ['every 3 ms', '3'],
])('while real bbolt commits %s, every consistent copy adds up, and torn plain copies are found', async (_, pause) => {
  const file = at(`busy-${pause}.db`)
  const writer = spawn(oracle.program, ['write', file, '60', pause])
  try {
    for (let wait = 0; wait < 200 && (await opens(file)) < 1000; wait++)
      await new Promise((resolve) => setTimeout(resolve, 25))
    let consistent = 0
    let torn = 0
    for (let round = 0; round < 40; round++) {
      const source = await liveSource(file)
      const result = await openBolt(source)
      source.close()
      const { state } = await source.consistency()
      if (result.ok && state === 'consistent') {
        consistent += 1
        expect(await addsUp(result.db)).toBe(true)
      }
      const plain = await openBolt(bytesSource(new Uint8Array(readFileSync(file))))
      if (!plain.ok || (await addsUp(plain.db))) continue
      torn += 1
      expect((await plain.db.check({ damage: () => undefined })).damage).toBeGreaterThan(0)
    }
    expect(consistent).toBeGreaterThan(0)
    if (pause === '0') expect(torn).toBeGreaterThan(0)
  } finally {
    writer.kill()
  }
})

async function opens(file: string): Promise<number> {
  try {
    return await keysOf(bytesSource(new Uint8Array(readFileSync(file))))
  } catch {
    return 0
  }
}
