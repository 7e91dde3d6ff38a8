import { spawn } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { HostReport, Report } from '../../src/model/report.js'
import { plant, scratch, tarOf, tgzOf } from '../support/archives.js'
import { runCli, type CliRun } from '../support/cli.js'
import { CT_LOG, healthyHost, HostTree } from '../support/host.js'
import { SAMPLES } from '../support/samples.js'
import { expectValid, expectValidLine } from '../support/schema.js'

const folder = scratch()
const run = (args: readonly string[], env: NodeJS.ProcessEnv = {}, input?: Uint8Array): Promise<CliRun> =>
  runCli(['analyze', ...args], { LANG: 'C.UTF-8', ...env }, folder, input)

/** Every kind of sample, two hosts in one, one host twice, and inputs that nobody can read. */
const MIXED = [
  ...Object.keys(SAMPLES).map((name) => `${name}.tgz`),
  'tree',
  'two-hosts.tgz',
  'later/healthy.tgz',
  'no-such.tgz',
  'b.7z',
  'empty.zip',
]

beforeAll(async () => {
  for (const [name, tree] of Object.entries(SAMPLES))
    writeFileSync(join(folder, `${name}.tgz`), await tgzOf(tree().entries))
  mkdirSync(join(folder, 'later'))
  copyFileSync(join(folder, 'healthy.tgz'), join(folder, 'later/healthy.tgz'))
  writeFileSync(join(folder, 'junk.tar'), await tarOf(new Map([['beach.jpg', { content: 'x' }]])))
  writeFileSync(join(folder, 'b.7z'), Buffer.from([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c, 0, 4]))
  writeFileSync(join(folder, 'empty.zip'), '')
  plant(join(folder, 'tree'), healthyHost().entries)
  const two = healthyHost().under('node-1').and(SAMPLES['two-dcrs']().with('etc/hostname', 'vm-02\n').under('node-2'))
  writeFileSync(join(folder, 'two-hosts.tgz'), await tgzOf(two.entries))
  const items = Array.from({ length: 200_000 }, (_, i) => ({ FileSystemPath: `/etc/f${i}.conf`, Size: i }))
  const list = { content: JSON.stringify(items) }
  writeFileSync(join(folder, 'huge.tgz'), await tgzOf(new Map([[`${CT_LOG}/File.json`, list]])))
})

function report({ stdout }: CliRun): Report {
  const parsed = JSON.parse(stdout) as Report
  expectValid(parsed)
  return parsed
}

interface Line extends HostReport {
  readonly bundle: { readonly name: string } | null
  readonly problems: readonly { readonly code: string }[]
  readonly interrupted: boolean
}

function lines({ stdout }: Pick<CliRun, 'stdout'>): Line[] {
  const parsed = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line)
  parsed.forEach(expectValidLine)
  return parsed
}

const withoutRun = (text: string): string => text.replace(/"run": \{[\s\S]*?\}/, '')

test('the same inputs give the same bytes, however many are read at a time', async () => {
  const [first, ...others] = await Promise.all(['1', '2', '5'].map((jobs) => run([...MIXED, '--json', '--jobs', jobs])))
  expect(first?.code).toBe(3)
  expect(report(first as CliRun).inputs.map(({ name }) => name)).toEqual(MIXED.slice(0, -3))
  for (const other of others) expect(withoutRun(other.stdout)).toBe(withoutRun(first?.stdout ?? ''))
})

test('one bad input does not stop the rest, and every input is in the report', async () => {
  const { hosts, problems } = report(await run([...MIXED, '--json']))
  expect(problems.map(({ code, source }) => [code, ...source])).toEqual([
    ['input-missing', 'no-such.tgz'],
    ['format-unsupported', 'b.7z'],
    ['input-empty', 'empty.zip'],
  ])
  expect(new Set(hosts.map(({ input }) => input))).toEqual(new Set(MIXED.slice(0, -3)))
  expect(hosts.filter(({ input }) => input === 'two-hosts.tgz').map(({ root }) => root)).toEqual(['node-1', 'node-2'])
})

test('one host at two times is listed twice, with its input and its time', async () => {
  const old = healthyHost().edit('etc/hostname', () => 'vm-09\n')
  writeFileSync(join(folder, 'vm-09.tgz'), await tgzOf(old.entries))
  writeFileSync(join(folder, 'amalogs-azurevm-2026-01-10T10.30.00.000000.tgz'), await tgzOf(old.entries))
  const inputs = ['vm-09.tgz', 'amalogs-azurevm-2026-01-10T10.30.00.000000.tgz']
  const { hosts } = report(await run([...inputs, '--json']))
  expect(hosts.map(({ host, input, asOf }) => [host, input, asOf.time])).toEqual([
    ['vm-09', inputs[0], '2026-01-10T10:00:00Z'],
    ['vm-09#2', inputs[1], '2026-01-10T10:30:00Z'],
  ])
  const { stdout } = await run(inputs)
  const again = stdout.slice(stdout.indexOf('Hosts of the same name'))
  expect(again).toContain('vm-09, as of 2026-01-10T10:00:00Z, vm-09.tgz')
  expect(again).toContain('vm-09#2, as of 2026-01-10T10:30:00Z')
})

test.each([
  ['healthy and half', ['healthy.tgz', 'logs-only.tgz'], 4],
  ['half and refused', ['logs-only.tgz', 'no-such.tgz'], 5],
  ['nothing recognised and half', ['junk.tar', 'logs-only.tgz'], 5],
  ['refused and broken', ['no-such.tgz', 'two-dcrs.tgz'], 3],
  ['healthy twice', ['healthy.tgz', 'tree'], 0],
  ['a limit that is reached', ['healthy.tgz', 'tree', '--limit', 'line=50'], 4],
])('of several inputs the worst counts: %s', async (_, args, code) => {
  const runs = await Promise.all([run(args), run([...args, '--json']), run([...args, '--format', 'ndjson'])])
  expect(runs.map((one) => one.code)).toEqual([code, code, code])
})

test('a limit counts for each input alone', async () => {
  const copies = ['a.tgz', 'b.tgz', 'c.tgz']
  for (const name of copies) copyFileSync(join(folder, 'healthy.tgz'), join(folder, name))
  const alone = report(await run(['healthy.tgz', '--json'])).inputs[0]?.entries ?? 0
  expect((await run([...copies, '--jobs', '1', '--limit', `entries=${alone}`])).code).toBe(0)
  expect((await run([...copies, '--jobs', '1', '--limit', `entries=${alone - 1}`])).code).toBe(4)
})

test('an input that takes all memory costs itself only', async () => {
  const found = await run(['healthy.tgz', 'huge.tgz', 'two-dcrs.tgz', '--json', '--jobs', '1', '--fail-on', 'never'], {
    NODE_OPTIONS: '--max-old-space-size=60',
  })
  expect(found.code).toBe(5)
  const { hosts, problems } = report(found)
  expect(hosts.map(({ input }) => input).toSorted()).toEqual(['healthy.tgz', 'two-dcrs.tgz'])
  expect(problems.map(({ code, source }) => [code, ...source])).toEqual([['out-of-memory', 'huge.tgz']])
})

test('standard input is one of several', async () => {
  const bytes = readFileSync(join(folder, 'two-dcrs.tgz'))
  const found = await run(['healthy.tgz', '-', '--json'], {}, bytes)
  expect(found.code).toBe(3)
  expect(report(found).inputs.map(({ name }) => name)).toEqual(['healthy.tgz', '-'])
})

describe('ndjson', () => {
  test('every host is one line, with its input; what has no host is a line too', async () => {
    const found = await run([...MIXED, '--format', 'ndjson'])
    expect(found.code).toBe(3)
    const told = lines(found)
    const whole = report(await run([...MIXED, '--json']))
    const hosts = told.filter(({ host }) => host !== null)
    expect(hosts).toHaveLength(whole.hosts.length)
    for (const { input, bundle } of hosts) expect(bundle?.name).toBe(input)
    const key = ({ input, root }: HostReport): string => `${input} ${root}`
    const byKey = new Map(hosts.map((line) => [key(line), line]))
    for (const host of whole.hosts) {
      const { host: name, ...same } = host
      // Each line stands for itself, so that names are not numbered across inputs.
      expect(byKey.get(key(host))).toMatchObject({ ...same, host: name.replace(/#\d+$/, '') })
    }
    const others = told.filter(({ host }) => host === null)
    expect(others.map(({ input, problems }) => [input, ...problems.map(({ code }) => code)]).toSorted()).toEqual([
      ['b.7z', 'format-unsupported'],
      ['empty.zip', 'input-empty'],
      ['no-such.tgz', 'input-missing'],
    ])
  })

  test('problems of an input stand on its first line only', async () => {
    const cut = readFileSync(join(folder, 'two-hosts.tgz'))
    writeFileSync(join(folder, 'cut.tgz'), cut.subarray(0, cut.length - 20))
    const [first, second, ...none] = lines(await run(['cut.tgz', '--format', 'ndjson']))
    expect(none).toEqual([])
    expect(first?.problems.length).toBeGreaterThan(0)
    expect(second?.problems).toEqual([])
    // What breaks off may have lost a rule.
    expect([first?.identity.dcrs, second?.identity.dcrs]).toEqual([null, null])
  })

  test('it goes to a file while another format goes to the terminal', async () => {
    const { stdout } = await run(['healthy.tgz', 'tree', '--report', 'ndjson=out.ndjson'])
    expect(stdout).toContain('Hosts and findings')
    expect(lines({ stdout: readFileSync(join(folder, 'out.ndjson'), 'utf8') })).toHaveLength(2)
  })

  test.each([[['--nonsense']], [['healthy.tgz', '--only', 'CT9999']]])('a mistake is a line: %j', async (args) => {
    for (const format of [['--format', 'ndjson'], ['--format=ndjson']]) {
      const found = await run([...args, ...format])
      expect(found.code).toBe(2)
      expect(lines(found).map(({ problems }) => problems.map(({ code }) => code))).toEqual([['usage']])
    }
  })

  test('lines come while other inputs are still being read', async () => {
    const child = spawn(
      process.execPath,
      [join(__dirname, '../../bin/run.js'), 'analyze', 'healthy.tgz', '-', '--format', 'ndjson'],
      { cwd: folder },
    )
    const first = await new Promise<string>((resolve) => child.stdout.setEncoding('utf8').once('data', resolve))
    expect(lines({ stdout: first.split('\n', 1)[0] ?? '' })[0]?.input).toBe('healthy.tgz')
    const rest = new Promise<string>((resolve) => {
      let text = ''
      child.stdout.on('data', (more: string) => (text += more))
      child.on('close', () => resolve(text))
    })
    child.stdin.end(readFileSync(join(folder, 'healthy.tgz')))
    expect((await rest).trimEnd().split('\n').at(-1)).toContain('"input":"-"')
  })
})

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s: what is known by then is a valid document, and what was not read is named', async (signal, code) => {
  // Standard input that never ends keeps the program busy, after all others are done.
  const args = [
    join(__dirname, '../../bin/run.js'),
    'analyze',
    'two-dcrs.tgz',
    '-',
    '--json',
    '--report',
    'ndjson=seen.ndjson',
  ]
  writeFileSync(join(folder, 'seen.ndjson'), '')
  const child = spawn(process.execPath, args, { cwd: folder, env: { PATH: process.env['PATH'] } })
  let stdout = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  while (readFileSync(join(folder, 'seen.ndjson'), 'utf8') === '')
    await new Promise((resolve) => setTimeout(resolve, 20))
  child.kill(signal)
  expect(await ended).toBe(code)
  const parsed = report({ stdout, code, stderr: '' })
  expect(parsed.run.interrupted).toBe(true)
  expect(parsed.inputs.map(({ name }) => name)).toContain('two-dcrs.tgz')
  expect(parsed.problems).toContainEqual(expect.objectContaining({ code: 'input-unread', source: ['-'] }))
})

test('a thousand small bundles in one call', async () => {
  const many = join(folder, 'many')
  mkdirSync(many)
  const names = Array.from({ length: 1000 }, (_, i) => `vm-${String(i).padStart(4, '0')}`)
  for (const name of names) {
    const tree = new HostTree(new Map([['etc/hostname', { content: `${name}\n` }]]))
    writeFileSync(join(many, `${name}.tar`), await tarOf(tree.entries))
  }
  const found = await runCli(['analyze', ...names.map((name) => `${name}.tar`), '--json'], {}, many)
  expect(found.code).toBe(4)
  const { hosts, inputs } = report(found)
  expect(hosts.map(({ host }) => host)).toEqual(names)
  expect(inputs).toHaveLength(1000)
}, 180_000)
