import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Report } from '../../src/model/report.js'
import { scratch, tgzOf } from '../support/archives.js'
import { runCli, type CliRun } from '../support/cli.js'
import { readCsv, readJunit, readMarkdown, readSarif } from '../support/formats.js'
import { demo } from '../support/samples.js'
import { expectValid } from '../support/schema.js'

const folder = scratch()

beforeAll(async () => writeFileSync(join(folder, 'x.tgz'), await tgzOf(demo().entries)))

const run = (...args: string[]): Promise<CliRun> => runCli(['analyze', 'x.tgz', ...args], { LANG: 'C.UTF-8' }, folder)

function file(text: string): string {
  writeFileSync(join(folder, 'accepted.yml'), text)
  return 'accepted.yml'
}

const ACCEPTED = `
suppressions:
  - rule: CT1003
    reason: "Both rules are wanted | <b>ticket</b> 4711"
    expires: 2026-01-10
  - rule: data-socket-not-connected
    subject: Change*
    reason: Known
  - rule: CT50*
    reason: Being repaired
`

const FLAGS = ['--suppress', 'CT1003', '--suppress', 'CT3002=changetracking-*', '--suppress', 'CT50*']

test('flags and a file do the same; the last day counts whole', async () => {
  for (const args of [FLAGS, ['--suppressions', file(ACCEPTED)]]) {
    const found = await run(...args, '--json')
    expect([found.code, found.stderr]).toEqual([0, ''])
    const report = JSON.parse(found.stdout) as Report
    expectValid(report)
    expect(report.hosts[0]?.findings.every(({ suppressed }) => suppressed !== undefined)).toBe(true)
  }
  const late = await run(
    '--suppressions',
    file(ACCEPTED),
    '--json',
    '--as-of',
    '2026-01-11T00:00:00Z',
    '--only',
    'CT1003',
  )
  expect(late.code).toBe(3)
  expect(late.stderr).toMatch(/^ct-diag: The suppression CT1003 no longer holds since 2026-01-11T00:00:00Z/)
})

test('the terminal counts them in a line, and lists them when asked', async () => {
  const short = await run(...FLAGS)
  expect(short.stdout).toMatch(/^Suppressed: 5 /m)
  expect(short.stdout).not.toContain('no reason given')
  const long = await run('--suppressions', file(ACCEPTED), '--verbose')
  expect(long.stdout.match(/CT5001 {2}A worker has stopped collecting/g)).toHaveLength(2)
  expect(long.stdout).toContain('Both rules are wanted | <b>ticket</b> 4711')
})

test('every format marks them', async () => {
  const args = ['--suppressions', file(ACCEPTED), '--suppress', 'CT9999', '--format']
  expect((await run(...args, 'sarif')).code).toBe(2)
  args.splice(2, 2)
  const { results = [] } = readSarif((await run(...args, 'sarif')).stdout)
  expect(results.map(({ suppressions }) => suppressions?.length)).toEqual([1, 1, 1, 1, 1])
  expect(results[0]?.suppressions?.[0]?.justification).toBe('Both rules are wanted | <b>ticket</b> 4711')
  const some = readSarif((await run('--suppress', 'CT1003', '--format', 'sarif', '--verbose')).stdout)
  expect(some.results?.[0]?.suppressions).toHaveLength(1)
  expect(some.results?.slice(1).every(({ suppressions }) => suppressions?.length === 0)).toBe(true)
  expect(readJunit((await run(...args, 'junit')).stdout).attributes).toMatchObject({ failures: '0' })
  expect(readCsv((await run(...args, 'csv')).stdout).every(({ suppressed }) => suppressed !== '')).toBe(true)
  const { texts } = readMarkdown((await run(...args, 'markdown')).stdout)
  expect(texts).toContain('Suppressed: 5')
  expect(texts.join('\n')).toContain('Both rules are wanted | <b>ticket</b> 4711')
})

test.each([
  ['an unknown rule', ['--suppress', 'CT1O03'], 'CT1003'],
  ['no rule', ['--suppress', '=x'], 'expected a rule'],
  ['a missing file', ['--suppressions', 'no-such.yml'], '--suppressions no-such.yml does not exist.\n'],
  ['no YAML', ['--suppressions', '{'], 'neither YAML nor JSON'],
  [
    'a key twice',
    ['--suppressions', 'suppressions: []\nsuppressions: []'],
    'Map keys must be unique at line 2, column 1.\n',
  ],
  ['an odd tag', ['--suppressions', 'suppressions: [!!js/function x]'], 'entry 1: expected rule'],
  ['no list', ['--suppressions', 'rules: []'], 'expected a list'],
  ['a mistyped key', ['--suppressions', 'suppressions: [{rule: CT1003, reasn: x}]'], 'Did you mean reason?'],
  ['no reason', ['--suppressions', 'suppressions: [{rule: CT1003}]'], 'expected a reason'],
  ['an odd day', ['--suppressions', 'suppressions: [{rule: CT1003, reason: x, expires: soon}]'], 'expected a day'],
  ['a number', ['--suppressions', 'suppressions: [{rule: CT1003, reason: 5}]'], 'no text'],
  ['an unknown rule in it', ['--suppressions', 'suppressions: [{rule: CT9, reason: x}]'], 'entry 1: CT9 is no rule'],
])('%s is told before anything is read', async (_, [flag = '', word = ''], told) => {
  const known = flag === '--suppressions' && word !== 'no-such.yml' ? file(word) : word
  const { code, stderr } = await run(flag, known)
  expect(code).toBe(2)
  expect(stderr).toContain(told)
  expect(stderr.trim().split('\n')).toHaveLength(1)
})
