import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openBolt } from '../src/index.js'
import { fileSource } from '../src/node-file.js'
import { dump, FIXTURES, opened, sha256 } from './support/files.js'

const folder = mkdtempSync(join(tmpdir(), 'bbolt-reader-'))
const generator = join(folder, 'gen')
const env = { ...process.env, GO111MODULE: 'off', GOPATH: '/usr/share/gocode', GOCACHE: join(folder, 'cache') }
const hasGo =
  existsSync('/usr/share/gocode/src/go.etcd.io/bbolt') &&
  spawnSync('go', ['build', '-o', generator, join(FIXTURES, 'gen', 'main.go')], { env }).status === 0

afterAll(() => rmSync(folder, { recursive: true, force: true }))

const when = hasGo ? test : test.skip
if (!hasGo)
  console.warn('Go or its bbolt library is not installed: databases written by real bbolt at test time are skipped.')

const sizes = [512, 1024, 2048, 4096, 8192, 16384, 32768, 65536, 131072].map((size) => `pagesize-${size}`)

when.each([...sizes, 'no-freelist', 'many-free', 'overflow'])(
  '%s dumps equal to real bbolt',
  async (name) => {
    const file = join(folder, `${name}.db`)
    execFileSync(generator, ['make', name, file])
    const oracle = execFileSync(generator, ['dump', file], { maxBuffer: 2 ** 28 }).toString()
    const { db, damage } = await opened(new Uint8Array(readFileSync(file)))
    const found = await dump(db)
    expect([...damage, ...found.damage]).toEqual([])
    expect(sha256(found.lines)).toBe(sha256([oracle]))

    const source = fileSource(file)
    const fromDisk = await openBolt(source)
    expect(fromDisk.ok && sha256((await dump(fromDisk.db)).lines)).toBe(sha256([oracle]))
    source.close()

    const freelist = await db.freelist()
    expect(freelist.persisted).toBe(name !== 'no-freelist')
    expect(freelist.damage).toEqual([])
    if (name === 'many-free') expect(freelist.ids.length).toBeGreaterThan(0xffff)
  },
  60_000,
)

when.each([512, 4096, 65536])('page size %i is found although the first meta page is dead', async (size) => {
  const file = join(folder, `dead-${size}.db`)
  execFileSync(generator, ['make', `pagesize-${size}`, file])
  const bytes = new Uint8Array(readFileSync(file))
  bytes.fill(0, 0, 80)
  const { db, damage } = await opened(bytes)
  expect(db.pageSize).toBe(size)
  expect(damage.map(({ code }) => code)).toEqual(['meta-invalid'])
})
