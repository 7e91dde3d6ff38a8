import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

const ROOT = join(__dirname, '..', '..')

// The program itself, in a process of its own: its memory is what counts.
test.each(['inflates to 1 GiB', 'one line, 100 MB', 'JSON of ten million', '300 000 members'])(
  'gets an answer in bounded memory: %s',
  (what) => {
    const { status, stdout } = spawnSync(process.execPath, ['scripts/bombs.mjs', what], { cwd: ROOT, encoding: 'utf8' })
    expect([stdout, status]).toEqual([expect.stringMatching(/^.+: exit [0345], [\d.]+ s, \d+ MiB\n$/), 0])
  },
  300_000,
)
