import { join } from 'node:path'
import type { Report } from '../../src/model/report.js'
import { rules } from '../../src/rules/index.js'
import { rulePage } from '../../src/renderers/rule-page.js'
import { interruptedCli, runCli } from '../support/cli.js'
import { expectValid } from '../support/schema.js'

test('--help names the commands, --version the version', async () => {
  const help = await runCli(['--help'])
  expect(help.code).toBe(0)
  for (const command of ['analyze', 'explain', 'redact', 'rules']) expect(help.stdout).toContain(command)
  const version = await runCli(['--version'])
  expect([version.code, version.stdout]).toEqual([0, expect.stringMatching(/^ct-diag\/\d+\.\d+\.\d+ /)])
})

test('without a command the help is shown', async () => {
  const { stdout, code } = await runCli([])
  expect(code).toBe(0)
  expect(stdout).toContain('analyze')
})

test('every command has help of its own', async () => {
  for (const command of ['analyze', 'explain', 'redact', 'rules']) {
    const { stdout, code } = await runCli([command, '--help'])
    expect(code).toBe(0)
    expect(stdout).toContain('USAGE')
  }
})

test('a flag that can be repeated leaves the input that follows alone', async () => {
  const flags = ['--only', 'CT1*,CT2*', '--skip', 'CT1003', '--suppress', 'CT2001', '--limit', 'entries=5000']
  for (const args of [
    [...flags, 'examples/vm-01.tgz'],
    ['examples/vm-01.tgz', ...flags],
  ]) {
    const { code, stdout } = await runCli(['analyze', '--json', ...args], {}, join(__dirname, '..', '..'))
    expect(code).toBe(0)
    expect((JSON.parse(stdout) as Report).inputs.map(({ name }) => name)).toEqual(['examples/vm-01.tgz'])
  }
})

test('rules lists the catalogue, as a table and as JSON', async () => {
  const table = await runCli(['rules'], { LANG: 'C.UTF-8' })
  for (const { id, name } of rules) {
    expect(table.stdout).toContain(id)
    expect(table.stdout).toContain(name)
  }
  expect(table.stdout.split('\n').filter((line) => [...line].length > 80)).toEqual([])
  const plain = await runCli(['rules'], { LANG: 'C' })
  expect(plain.stdout.replaceAll(/[’“”–…]/g, '')).toMatch(/^[\n\x20-\x7e]*$/)
  const list = JSON.parse((await runCli(['rules', '--json'])).stdout) as { id: string }[]
  expect(list.map(({ id }) => id)).toEqual(rules.map(({ id }) => id))
})

test('where a table has no room, rules are blocks', async () => {
  const { stdout } = await runCli(['rules', '--width', '40'], { LANG: 'C.UTF-8' })
  expect(stdout).toContain('CT1002  error  dcr\n  no-ct-dcr\n  No data collection rule on this\n  machine')
  expect(stdout.split('\n').filter((line) => [...line].length > 40)).toEqual([])
})

test('explain prints the page of a rule, by id or name', async () => {
  for (const rule of rules) {
    if (rule.group !== 'upload') continue
    expect((await runCli(['explain', rule.id.toLowerCase()], { LANG: 'C.UTF-8' })).stdout).toBe(rulePage(rule))
    expect((await runCli(['explain', rule.name], { LANG: 'C.UTF-8' })).stdout).toBe(rulePage(rule))
  }
})

test.each([
  [['analyse', 'x'], 'analyze'],
  [['explain', 'CT10003'], 'CT1003'],
  [['explain', 'multiple-ct-dcr'], 'multiple-ct-dcrs'],
  [['analyze', 'x', '--fail-om', 'error'], '--fail-on'],
  [['analyze', 'x', '--format', 'jsno'], 'json'],
  [['completion', 'bahs'], 'bash'],
  [['help', 'analyse'], 'analyze'],
  [['help', 'db', 'chek'], 'db check'],
  [['--verion'], '--version'],
])('%j suggests %s', async (args, word) => {
  const { code, stderr, stdout } = await runCli(args)
  expect(code).toBe(2)
  expect(stdout).toBe('')
  expect(stderr).toContain(`Did you mean ${word}?`)
  expect(stderr.trim().split('\n')).toHaveLength(1)
})

test.each([
  [['diff'], 'BEFORE and AFTER are missing. See ct-diag diff --help.'],
  [['diff', '--only', 'CT1003', 'a'], 'AFTER is missing. See ct-diag diff --help.'],
  [['diff', 'a', 'b', 'c'], 'Unexpected argument: c. See ct-diag diff --help.'],
  [['rules', 'x'], 'Unexpected argument: x. See ct-diag rules --help.'],
  [['redact', 'x'], '--output is missing. See ct-diag redact --help.'],
  [['analyze', 'x', '-o'], '--output expects a value. See ct-diag analyze --help.'],
  [['bundle', '--archive'], '--archive: expected one of tgz, zip. See ct-diag bundle --help.'],
  [['bundle', '--archive', 'rar'], '--archive rar: expected one of tgz, zip. See ct-diag bundle --help.'],
  [['analyze', 'x', '--jobs', '0'], '--jobs 0: expected a whole number from 1. See ct-diag analyze --help.'],
  [['analyze', 'x', '--jobs', 'two'], '--jobs two: expected a whole number. See ct-diag analyze --help.'],
  [['analyze', 'x', '-o', 'a', '-o', 'b'], '--output is given twice. See ct-diag analyze --help.'],
  [
    ['db', 'dump', 'x', '--salvage', '--previous'],
    '--previous and --salvage exclude each other. See ct-diag db dump --help.',
  ],
])('%j is told in one sentence', async (args, sentence) => {
  expect(await runCli(args)).toEqual({ code: 2, stdout: '', stderr: `ct-diag: ${sentence}\n` })
})

test.each([
  ['nosuch does not exist.', ['analyze', 'nosuch']],
  ['nosuch does not exist.', ['diff', 'nosuch', 'examples/vm-01.tgz']],
  ['standard input is empty: expected an archive or an artifact.', ['analyze', '-']],
])('%s is told once, on standard error', async (sentence, args) => {
  const { code, stdout, stderr } = await runCli(args, {}, join(__dirname, '..', '..'))
  expect({ code, stdout, stderr }).toEqual({ code: 5, stdout: '', stderr: `ct-diag: ${sentence}\n` })
})

test('an interrupted run still prints one valid document, marked so', async () => {
  const { code, stdout } = await interruptedCli(['analyze', '-', '--json'])
  expect(code).toBe(130)
  const report = JSON.parse(stdout) as Report
  expectValid(report)
  expect(report.run.interrupted).toBe(true)
})

test.each<[string[], string]>([
  [['analyze', 'x', '--json=3'], '--json takes no value.'],
  [['analyze', 'x', '--no-color=1'], '--no-color takes no value.'],
  [['db', 'info', '--json=x.db'], '--json takes no value.'],
  [['analyze', '-', '-'], 'Standard input can be one input, not several.'],
  [['analyze', 'x', '--only', ''], 'An empty word is no rule.'],
])('%j is a mistake', async (args, message) => {
  const { code, stderr } = await runCli(args)
  expect([code, stderr]).toEqual([2, `ct-diag: ${message}\n`])
})

test('an input without a name, and one that looks like a flag with a value', async () => {
  const empty = await runCli(['analyze', ''])
  expect([empty.code, empty.stderr]).toEqual([5, 'ct-diag: The name of a file is empty.\n'])
  const odd = await runCli(['analyze', '--', '--json=3'])
  expect([odd.code, odd.stderr]).toEqual([5, 'ct-diag: --json=3 does not exist.\n'])
})

test('a rule’s page where the terminal shows no UTF-8', async () => {
  const { stdout } = await runCli(['explain', 'CT1003'], { LANG: 'C' })
  expect(stdout).toMatch(/^[\n\x20-\x7e]*$/)
  expect(stdout).toContain("machine's association")
})
