import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { oracle } from './support/oracle.js'
import { expectAsBbolt, liveDump, whenRoot } from './support/programs.js'

afterAll(oracle.remove)

const when = whenRoot('Podman', 'podman')

when(
  'the state of Podman: pods and volumes in buckets of their own',
  async () => {
    const data = join(oracle.folder, 'podman')
    mkdirSync(data)
    // Whatever would touch the machine outside this folder.
    const place = [
      ...['--root', join(data, 'root'), '--runroot', join(data, 'run'), '--tmpdir', join(data, 'tmp')],
      ...['--cgroup-manager', 'cgroupfs', '--storage-driver', 'vfs', '--events-backend', 'file'],
    ]
    const podman = (...words: string[]): unknown => execFileSync('podman', [...place, ...words], { stdio: 'ignore' })
    for (let n = 0; n < 6; n++) {
      podman('volume', 'create', '--label', `number=${n}`, `volume-${n}`)
      podman('pod', 'create', '--infra=false', '--name', `pod-${n}`)
    }
    podman('pod', 'rm', 'pod-3')
    const state = join(data, 'root', 'libpod', 'bolt_state.db')
    const found = await liveDump(state)
    expect(found).toContain(Buffer.from('volume-5').toString('hex'))
    expect(found).toContain(Buffer.from('pod-5').toString('hex'))
    await expectAsBbolt(state)
  },
  60_000,
)
