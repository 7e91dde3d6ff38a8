import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { oracle } from './support/oracle.js'
import { expectAsBbolt, liveDump, whenRoot } from './support/programs.js'

afterAll(oracle.remove)

const when = whenRoot('Docker', 'dockerd', 'docker')

when(
  'the databases of a running Docker, which keeps its locks, and the same at rest',
  async () => {
    const data = join(oracle.folder, 'docker')
    mkdirSync(data)
    const socket = `unix://${join(data, 'socket')}`
    // Whatever would touch the machine outside this folder.
    const server = spawn(
      'dockerd',
      [
        ...['--data-root', join(data, 'root'), '--exec-root', join(data, 'exec'), '--pidfile', join(data, 'pid')],
        ...['--host', socket, '--storage-driver', 'vfs'],
        ...['--bridge=none', '--iptables=false', '--ip6tables=false', '--ip-forward=false', '--ip-masq=false'],
      ],
      { stdio: 'ignore' },
    )
    const ended = new Promise((resolve) => server.once('exit', resolve))
    const docker = (...words: string[]): number | null =>
      spawnSync('docker', ['--host', socket, ...words], { stdio: 'ignore' }).status
    const files = ['volumes/metadata.db', 'network/files/local-kv.db', 'buildkit/cache.db'].map((file) =>
      join(data, 'root', file),
    )
    const [volumes = '', networks = '', cache = ''] = files
    try {
      for (let tries = 0; docker('version') !== 0; tries++) {
        if (tries === 80 || server.exitCode !== null) throw new Error('dockerd does not answer')
        await new Promise((resolve) => setTimeout(resolve, 250))
      }
      for (let n = 0; n < 20; n++) expect(docker('volume', 'create', '--label', `number=${n}`, `volume-${n}`)).toBe(0)
      expect(docker('volume', 'rm', 'volume-7')).toBe(0)
      const live = await liveDump(volumes)
      expect(live).toContain(Buffer.from('volume-19').toString('hex'))
      expect(live).not.toContain(Buffer.from('"volume-7"').toString('hex'))
      expect(await liveDump(networks)).not.toBe('')
      await liveDump(cache)
    } finally {
      server.kill()
      await ended
    }
    for (const file of files) await expectAsBbolt(file)
  },
  60_000,
)
