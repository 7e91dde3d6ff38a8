import { spawn, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { scratch, tgzOf } from '../support/archives.js'
import { runCli } from '../support/cli.js'
import { demo } from '../support/samples.js'

const folder = scratch()
const program = join(__dirname, '..', '..', 'bin', 'run.js')
const SCRIPT = spawnSync('script', ['--version']).status === 0
if (!SCRIPT) console.warn('No script(1) of util-linux here: progress is not looked at on a terminal.')

beforeAll(async () => {
  writeFileSync(join(folder, 'b.tgz'), await tgzOf(demo().entries))
})

const ERASE = '\r\u001b[K'

/** All that a terminal gets, standard error included. Half of the input comes at once, the rest after so many seconds. */
function onTerminal(words: string, seconds: number): Promise<string> {
  const line = `(head -c 20000 b.tgz; sleep ${seconds}; tail -c +20001 b.tgz) | ${process.execPath} ${program} analyze - ${words}`
  const child = spawn('script', ['-qec', line, '/dev/null'], {
    cwd: folder,
    env: { PATH: process.env['PATH'], LANG: 'C.UTF-8', TERM: 'xterm' },
  })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part))
  child.stdin.end()
  return new Promise((resolve) => child.on('close', () => resolve(text)))
}

;(SCRIPT ? test : test.skip)('a person sees it on the terminal, and it is gone before the report', async () => {
  // A busy machine takes some of that to begin.
  const text = await onTerminal('--no-color', 8)
  const at = text.lastIndexOf(ERASE)
  expect(text.slice(0, at)).toContain('Reading standard input … ')
  expect(text.slice(at + ERASE.length)).toMatch(/^ct-diag \d/)
  expect(text.slice(at)).not.toContain('Reading')
})
;(SCRIPT ? test : test.skip)('a program’s format has none, and nothing of it is in a pipe', async () => {
  expect(await onTerminal('--json', 2)).toMatch(/^\{/)
  expect(await onTerminal('| cat', 2)).not.toContain('Reading')
  const bytes = spawnSync('head', ['-c', '20000', join(folder, 'b.tgz')]).stdout
  const { stdout, stderr } = await runCli(['analyze', '-'], { LANG: 'C.UTF-8', TERM: 'xterm' }, folder, (stdin) => {
    stdin.write(bytes)
    setTimeout(() => stdin.end(), 2000)
  })
  expect(`${stdout}${stderr}`).not.toMatch(/Reading standard|\r/)
})
