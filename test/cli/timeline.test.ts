import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TimelineEvent, TimelineHead } from '../../src/model/timeline.js'
import { scratch, tarOf, tgzOf } from '../support/archives.js'
import { interruptedCli, runCli, type CliRun } from '../support/cli.js'
import { AGENT_LOG, agentLog, AMA_LOG, healthyHost, mdsdErr, MINUTE, START, TAKEN } from '../support/host.js'

const folder = scratch()
const BINARY = join(__dirname, '..', '..', 'bin', 'run.js')
const HOSTILE = 'made-up: \u001b[2Jcleared \u202eback'

beforeAll(async () => {
  const stopped = healthyHost()
    .with(AGENT_LOG, agentLog({ until: TAKEN - 120 * MINUTE }))
    .with(`${AMA_LOG}/mdsd.err`, mdsdErr([[START + MINUTE, HOSTILE]]))
  writeFileSync(join(folder, 'stopped.tgz'), await tgzOf(stopped.entries))
  const two = stopped.under('node-1').and(healthyHost().with('etc/hostname', 'vm-02\n').under('node-2'))
  writeFileSync(join(folder, 'two.tgz'), await tgzOf(two.entries))
  writeFileSync(join(folder, 'junk.tar'), await tarOf(new Map([['beach.jpg', { content: 'x' }]])))
  const many = healthyHost().with(`${AMA_LOG}/mdsd.info`, 'x'.repeat(50).concat('\n').repeat(10)).entries
  const lines = Array.from({ length: 60_000 }, (_, i) => `${new Date(START + i * 100).toISOString()}: made-up ${i}\n`)
  const long = new Map(many).set(`${AMA_LOG}/mdsd.info`, { content: lines.join(''), mtime: TAKEN })
  writeFileSync(join(folder, 'long.tgz'), await tgzOf(long))
})

const run = (args: string[], env: NodeJS.ProcessEnv = { LANG: 'C.UTF-8' }): Promise<CliRun> =>
  runCli(['timeline', ...args], env, folder)

test.each([
  [['stopped.tgz'], 0],
  [['junk.tar'], 5],
  [['no-such.tgz'], 5],
  [['stopped.tgz', '--window', 'soon'], 2],
  [['stopped.tgz', '--only', 'uplod'], 2],
  [['stopped.tgz', '--as-of', 'x'], 2],
  [[], 2],
])('%j: exit code %d', async (args, code) => {
  expect((await run(args)).code).toBe(code)
})

test('a mistyped hop gets a suggestion', async () => {
  expect((await run(['stopped.tgz', '--only', 'uplod'])).stderr).toContain('Did you mean upload?')
})

test('as JSON a mistake is one line too', async () => {
  const { code, stdout } = await runCli(['timeline', 'x', '--json', '--windw', '3d'])
  expect([code, stdout.trim().split('\n').length]).toEqual([2, 1])
  expect(JSON.parse(stdout)).toMatchObject({ problems: [{ code: 'usage' }] })
})

test.each([80, 40, 200])('in %i columns: whole words of meaning, nothing that acts on a terminal', async (width) => {
  for (const input of ['stopped.tgz', 'two.tgz']) {
    const { stdout } = await run([input, '--width', String(width)])
    expect(stdout.split('\n').filter((line) => [...line].length > width)).toEqual([])
    const text = stdout.replaceAll(/\s+/g, '')
    for (const part of ['2026-01-10UTC', 'gap:noruns', 'restart:', 'error:made-up:', '\\u{1b}[2J', '\\u{202e}'])
      expect(text).toContain(part)
    expect(stdout).not.toMatch(/[^\n\P{Cc}]|\u202e/u)
  }
})

test('without Unicode nothing but ASCII, and no colour unless forced', async () => {
  const { stdout } = await run(['stopped.tgz'], { LANG: 'C' })
  expect(stdout).toMatch(/^[\n\x20-\x7e]*$/)
  expect(stdout).toContain('x 130 until')
  expect((await run(['stopped.tgz'], { LANG: 'C', FORCE_COLOR: '1' })).stdout).toContain('\u001b[')
})

test('as JSON: the head, then one event a line', async () => {
  const { stdout } = await run(['two.tgz', '--json', '--only', 'collection', '--window', '3h'])
  const [first = '', ...rest] = stdout.trimEnd().split('\n')
  const head = JSON.parse(first) as TimelineHead
  expect(head).toMatchObject({ schemaVersion: 1, windowSeconds: 10_800, only: ['collection'], interrupted: false })
  expect(head.hosts.map(({ host }) => host)).toEqual(['vm-01', 'vm-02'])
  const events = rest.map((line) => JSON.parse(line) as TimelineEvent)
  expect(events.length).toBeGreaterThan(4)
  expect(new Set(events.map(({ hop }) => hop))).toEqual(new Set(['collection']))
  const refused = await run(['no-such.tgz', '--json'])
  expect(JSON.parse(refused.stdout)).toMatchObject({ input: null, problems: [{ code: 'input-missing' }] })
})

test('the same input gives the same bytes', async () => {
  const once = await run(['two.tgz', '--json', '--window', 'all'])
  expect((await run(['two.tgz', '--json', '--window', 'all'])).stdout).toBe(once.stdout)
})

test('a reader that goes away ends it quietly', async () => {
  const child = spawn(process.execPath, [BINARY, 'timeline', join(folder, 'long.tgz'), '--all', '--json'])
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  child.stdout.once('data', () => child.stdout.destroy())
  const code = await new Promise((resolve) => child.on('close', resolve))
  expect([code, stderr]).toEqual([0, ''])
})

test('interrupted: the head says so', async () => {
  const { code, stdout } = await interruptedCli(['timeline', '-', '--json'])
  expect(code).toBe(130)
  expect((JSON.parse(stdout.split('\n')[0] ?? '') as TimelineHead).interrupted).toBe(true)
})
