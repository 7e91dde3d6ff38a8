import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { oracle, whenGo } from './support/oracle.js'
import { expectAsBbolt, liveDump } from './support/programs.js'

afterAll(oracle.remove)

const there = ['etcd', 'etcdctl'].every(
  (program) => spawnSync(program, ['--version']).status === 0 || spawnSync(program, ['version']).status === 0,
)
if (!there) console.warn('etcd is not installed: its database is not read.')

const when = there ? whenGo : test.skip

when('the database of a running etcd, which keeps its lock, and the same at rest', async () => {
  const data = join(oracle.folder, 'etcd')
  // Any two ports that are seldom taken; tests run in several processes.
  const client = 21_000 + 2 * (process.pid % 10_000)
  const peer = client + 1
  const url = `http://127.0.0.1:${client}`
  const server = spawn(
    'etcd',
    [
      '--data-dir',
      data,
      '--listen-client-urls',
      url,
      '--advertise-client-urls',
      url,
      '--listen-peer-urls',
      `http://127.0.0.1:${peer}`,
    ],
    { stdio: 'ignore' },
  )
  const ended = new Promise((resolve) => server.once('exit', resolve))
  const put = (key: string, value: string): void => {
    execFileSync('etcdctl', ['--endpoints', url, 'put', key, value], {
      stdio: 'ignore',
      env: { ...process.env, ETCDCTL_API: '3' },
    })
  }
  const file = join(data, 'member', 'snap', 'db')
  try {
    for (let tries = 0; ; tries++) {
      try {
        put('first', 'value')
        break
      } catch (error) {
        if (tries === 40) throw error
        await new Promise((resolve) => setTimeout(resolve, 250))
      }
    }
    for (let n = 0; n < 30; n++) put(`key-${n}`, `value ${n} `.repeat(n))
    // etcd commits ten times a second.
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect(await liveDump(file)).toContain(Buffer.from('value 29 '.repeat(29)).toString('hex'))
  } finally {
    server.kill()
    await ended
  }
  expect(existsSync(file)).toBe(true)
  await expectAsBbolt(file)
})
