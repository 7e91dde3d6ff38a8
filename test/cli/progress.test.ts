import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
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

/** Half of the input comes at once, the rest through a pipe with a name. */
const SLOW = '(head -c 3000 b.tgz; cat rest)'

/** All that a terminal gets, standard error included. The rest of the input comes when `sign` is there, else after two seconds. */
function onTerminal(words: string, sign?: string): Promise<string> {
  rmSync(join(folder, 'rest'), { force: true })
  execFileSync('mkfifo', [join(folder, 'rest')])
  let sent = false
  const rest = (): void => {
    if (!sent) void writeFile(join(folder, 'rest'), readFileSync(join(folder, 'b.tgz')).subarray(3000))
    sent = true
  }
  if (sign === undefined) setTimeout(rest, 2000)
  const line = `${SLOW} | ${process.execPath} ${program} analyze - ${words}`
  const child = spawn('script', ['-qec', line, '/dev/null'], {
    cwd: folder,
    env: { PATH: process.env['PATH'], LANG: 'C.UTF-8', TERM: 'xterm' },
  })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    text += part
    if (sign !== undefined && text.includes(sign)) rest()
  })
  child.stdin.end()
  return new Promise((resolve) => child.on('close', () => resolve(text)))
}

;(SCRIPT ? test : test.skip)('a person sees it on the terminal, and it is gone before the report', async () => {
  const text = await onTerminal('--no-color', 'Reading standard input … ')
  const at = text.lastIndexOf(ERASE)
  expect(text.slice(0, at)).toContain('Reading standard input … ')
  expect(text.slice(at + ERASE.length)).toMatch(/^ct-diag \d/)
  expect(text.slice(at)).not.toContain('Reading')
})
;(SCRIPT ? test : test.skip)('a program’s format has none, and nothing of it is in a pipe', async () => {
  expect(await onTerminal('--json')).toMatch(/^\{/)
  expect(await onTerminal('| cat')).not.toContain('Reading')
  const bytes = spawnSync('head', ['-c', '3000', join(folder, 'b.tgz')]).stdout
  const { stdout, stderr } = await runCli(['analyze', '-'], { LANG: 'C.UTF-8', TERM: 'xterm' }, folder, (stdin) => {
    stdin.write(bytes)
    setTimeout(() => stdin.end(), 2000)
  })
  expect(`${stdout}${stderr}`).not.toMatch(/Reading standard|\r/)
})
