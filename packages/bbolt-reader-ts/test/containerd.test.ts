import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { oracle } from './support/oracle.js'
import { expectAsBbolt, liveDump, whenRoot } from './support/programs.js'

afterAll(oracle.remove)

const when = whenRoot('containerd', 'containerd', 'ctr')

when('the databases of a running containerd, which keeps its locks, and the same at rest', async () => {
  const data = join(oracle.folder, 'containerd')
  mkdirSync(data)
  const config = join(data, 'config.toml')
  // Whatever would touch the machine outside this folder.
  writeFileSync(
    config,
    'version = 2\ndisabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.internal.v1.opt", "io.containerd.snapshotter.v1.overlayfs"]\n',
  )
  const socket = join(data, 'socket')
  const server = spawn(
    'containerd',
    ['--config', config, '--root', join(data, 'root'), '--state', join(data, 'state'), '--address', socket],
    { stdio: 'ignore' },
  )
  const ended = new Promise((resolve) => server.once('exit', resolve))
  const ctr = (words: string, input = ''): void => {
    execFileSync('ctr', ['--address', socket, '--namespace', 'first', ...words.split(' ')], {
      input,
      stdio: ['pipe', 'ignore', 'ignore'],
    })
  }
  const contents = join(data, 'root', 'io.containerd.metadata.v1.bolt', 'meta.db')
  const snapshots = join(data, 'root', 'io.containerd.snapshotter.v1.native', 'metadata.db')
  try {
    for (let tries = 0; ; tries++) {
      try {
        ctr('namespaces create first made=here')
        break
      } catch (error) {
        if (tries === 40) throw error
        await new Promise((resolve) => setTimeout(resolve, 250))
      }
    }
    // Buckets five deep, some of them inline, others with pages of their own.
    for (let n = 0; n < 20; n++) {
      ctr(`leases create --id lease-${n} number=${n}`)
      ctr(`content ingest blob-${n}`, `bytes of blob ${n}`)
    }
    ctr('snapshots --snapshotter native prepare base')
    ctr('snapshots --snapshotter native commit layer base')
    ctr('snapshots --snapshotter native prepare top layer')
    ctr('leases delete lease-7')
    expect(await liveDump(contents)).toContain(Buffer.from('lease-19').toString('hex'))
    expect(await liveDump(snapshots)).toContain(Buffer.from('/top').toString('hex'))
  } finally {
    server.kill()
    await ended
  }
  expect(existsSync(contents) && existsSync(snapshots)).toBe(true)
  await expectAsBbolt(contents)
  await expectAsBbolt(snapshots)
})
