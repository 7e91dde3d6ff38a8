import { readFileSync } from 'node:fs'
import { openBolt, type Damage } from '../src/index.js'
import { fileSource } from '../src/node-file.js'
import { dump, opened, sha256 } from './support/files.js'
import { oracle, whenGo } from './support/oracle.js'

afterAll(oracle.remove)

const sizes = [512, 1024, 2048, 4096, 8192, 16384, 32768, 65536, 131072].map((size) => `pagesize-${size}`)

whenGo.each([...sizes, 'no-freelist', 'many-free', 'overflow'])(
  '%s dumps equal to real bbolt',
  async (name) => {
    const { file } = oracle.make(name)
    const truth = sha256([oracle.run('dump', file)])
    const { db, damage } = await opened(new Uint8Array(readFileSync(file)))
    const found = await dump(db)
    expect([...damage, ...found.damage]).toEqual([])
    expect(sha256(found.lines)).toBe(truth)

    const source = fileSource(file)
    const fromDisk = await openBolt(source)
    expect(fromDisk.ok && sha256((await dump(fromDisk.db)).lines)).toBe(truth)
    source.close()

    const freelist = await db.freelist()
    expect(freelist.persisted).toBe(name !== 'no-freelist')
    expect(freelist.damage).toEqual([])
    if (name === 'many-free') expect(freelist.ids.length).toBeGreaterThan(0xffff)

    // Both find nothing wrong.
    expect(oracle.run('check', file)).toBe('0 errors\n')
    const wrong: Damage[] = []
    expect((await db.check({ damage: (item) => wrong.push(item) })).damage).toBe(0)
    expect(wrong).toEqual([])
  },
  60_000,
)

whenGo.each([512, 4096, 65536])('page size %i is found although the first meta page is dead', async (size) => {
  const { file } = oracle.make(`pagesize-${size}`)
  const bytes = new Uint8Array(readFileSync(file))
  bytes.fill(0, 0, 80)
  const { db, damage } = await opened(bytes)
  expect(db.pageSize).toBe(size)
  expect(damage.map(({ code }) => code)).toEqual(['meta-invalid'])
})
