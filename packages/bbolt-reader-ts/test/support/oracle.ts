import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FIXTURES } from './files.js'

const folder = mkdtempSync(join(tmpdir(), 'bbolt-reader-'))
const program = join(folder, 'gen')
const env = { ...process.env, GO111MODULE: 'off', GOPATH: '/usr/share/gocode', GOCACHE: join(folder, 'cache') }
const hasGo =
  existsSync('/usr/share/gocode/src/go.etcd.io/bbolt') &&
  spawnSync('go', ['build', '-o', program, join(FIXTURES, 'gen', 'main.go')], { env }).status === 0

if (!hasGo)
  console.warn('Go or its bbolt library is not installed: databases written by real bbolt at test time are skipped.')

/** Real bbolt, where Go and its library are installed; tests that need it skip without. */
export const whenGo = hasGo ? test : test.skip

export const oracle = {
  folder,
  program,
  /** What the generator prints. */
  run: (...args: readonly string[]): string => execFileSync(program, args, { maxBuffer: 2 ** 28 }).toString(),
  /** Writes a database and gives its path; what else is printed comes with it. */
  make(name: string): { file: string; printed: string } {
    const file = join(folder, `${name}.db`)
    rmSync(file, { force: true })
    return { file, printed: oracle.run('make', name, file) }
  },
  remove: (): void => rmSync(folder, { recursive: true, force: true }),
}
