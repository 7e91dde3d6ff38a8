import { createHash } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Report } from '../../src/model/report.js'
import { plant, scratch, tarOf, tgzOf, zipOf } from '../support/archives.js'
import { runCli, type CliRun } from '../support/cli.js'
import { CT_LOG, DB, healthyHost, HostTree } from '../support/host.js'
import { SAMPLES } from '../support/samples.js'
import { expectValid } from '../support/schema.js'

const folder = scratch()
const GOLDENS = join(__dirname, '..', 'goldens')

beforeAll(async () => {
  for (const [name, tree] of Object.entries(SAMPLES))
    writeFileSync(join(folder, `${name}.tgz`), await tgzOf(tree().entries))
  writeFileSync(join(folder, 'junk.tar'), await tarOf(new Map([['beach.jpg', { content: 'x' }]])))
  const long = healthyHost().edit(`${CT_LOG}/cta_linux_agent.log`, (text) => `${text}${'x'.repeat(70_000)}\n`)
  writeFileSync(join(folder, 'long-line.tgz'), await tgzOf(long.entries))
  writeFileSync(join(folder, 'b.7z'), Buffer.from([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c, 0, 4]))
  writeFileSync(join(folder, 'secret.zip'), zipOf(new Map([['x', { content: 'x', encrypted: true }]])))
  plant(join(folder, 'tree'), healthyHost().entries)
  writeFileSync(
    join(folder, 'two-hosts.tgz'),
    await tgzOf(
      healthyHost().under('node-1').and(SAMPLES['two-dcrs']().with('etc/hostname', 'vm-02\n').under('node-2')).entries,
    ),
  )
})

const run = (...args: string[]): Promise<CliRun> => runCli(['analyze', ...args], { LANG: 'C.UTF-8' }, folder)

function report({ stdout }: CliRun): Report {
  const parsed = JSON.parse(stdout) as Report
  expectValid(parsed)
  return parsed
}

describe('exit codes are the same in both formats', () => {
  test.each([
    ['a healthy host', ['healthy.tgz'], 0],
    ['a healthy folder', ['tree'], 0],
    ['two rules', ['two-dcrs.tgz'], 3],
    ['an agent that stopped', ['agent-stopped.tgz'], 3],
    ['refused uploads', ['forbidden.tgz'], 3],
    ['two rules, errors do not count', ['two-dcrs.tgz', '--fail-on', 'never'], 0],
    ['only a part of the evidence', ['logs-only.tgz'], 4],
    ['a healthy host with a line too long to read', ['long-line.tgz'], 4],
    ['the same, and the rule that says so is left out', ['long-line.tgz', '--skip', 'CT9007'], 4],
    ['the same, and its warning counts', ['long-line.tgz', '--fail-on', 'warning'], 3],
    ['nothing recognised', ['junk.tar'], 5],
    ['a missing file', ['no-such.tgz'], 5],
    ['an archive of another kind', ['b.7z'], 5],
    ['an encrypted archive', ['secret.zip'], 5],
    ['a limit nobody knows', ['healthy.tgz', '--limit', 'entrys=1'], 2],
    ['a limit of nothing', ['healthy.tgz', '--limit', 'entries=0'], 2],
    ['a limit that is not reached', ['healthy.tgz', '--limit', 'entries=5000', '--limit', 'inflated=1G'], 0],
    ['healthy and broken', ['healthy.tgz', 'two-dcrs.tgz'], 3],
    ['healthy and missing', ['healthy.tgz', 'no-such.tgz'], 5],
    ['only a rule that passes', ['two-dcrs.tgz', '--only', 'CT7*'], 0],
    ['all but the rule that fires', ['two-dcrs.tgz', '--skip', 'multiple-ct-dcrs'], 0],
    ['an unknown rule', ['healthy.tgz', '--only', 'CT9999'], 2],
    ['an unknown flag', ['healthy.tgz', '--jsn'], 2],
    ['an unknown format', ['healthy.tgz', '--format', 'yaml'], 2],
    ['an odd time', ['healthy.tgz', '--as-of', 'yesterday'], 2],
    ['an output that cannot be written', ['healthy.tgz', '--output', 'no/such/folder/x'], 2],
    ['no input', [], 2],
    ['judged a week later', ['healthy.tgz', '--as-of', '2026-01-17T10:00:00Z'], 3],
  ])('%s', async (_, args, code) => {
    const terminal = await run(...args)
    expect([terminal.code, terminal.stderr]).toEqual([
      code,
      code === 2 || args.includes('no-such.tgz') || args.includes('b.7z') || args.includes('secret.zip')
        ? expect.stringMatching(/^ct-diag: /)
        : '',
    ])
    const machine = await run(...args, '--json')
    expect(machine.code).toBe(code)
    report(machine)
  })
})

test.each([
  ['entries=3', 'more than 3 members'],
  ['inflated=20K', 'more than 20480 bytes'],
  ['depth=2', 'at most 2 levels'],
  ['line=50', 'longer than 50 bytes'],
  ['json=100', '100 bytes'],
  ['artifact=100', '100 bytes'],
  ['kept=5K', 'bytes'],
])('a limit that is reached makes CT9007: %s', async (word, told) => {
  const { hosts } = report(await run('healthy.tgz', '--json', '--limit', word))
  const found = hosts.flatMap(({ findings }) => findings).filter(({ ruleId }) => ruleId === 'CT9007')
  expect(found.length).toBeGreaterThan(0)
  expect(found.map(({ message }) => message).join('\n')).toContain(told)
})

function limitsTold({ hosts }: Report): string[] {
  return hosts.flatMap(({ findings }) =>
    findings.filter(({ ruleId }) => ruleId === 'CT9007').map(({ message }) => message),
  )
}

test('archives in archives are a limit of their own, and the rest is read', async () => {
  const inner = readFileSync(join(folder, 'two-dcrs.tgz'))
  const beside = [...healthyHost().entries].map(([path, { content }]) => [`vm/${path}`, { content }] as const)
  writeFileSync(join(folder, 'nested.zip'), zipOf(new Map([['case/vm.tgz', { content: inner }], ...beside])))
  const deep = report(await run('nested.zip', '--json'))
  expect(limitsTold(deep)).toEqual([])
  expect(deep.hosts).toHaveLength(2)
  const flat = await run('nested.zip', '--json', '--limit', 'nesting=1')
  expect(flat.code).toBe(4)
  expect(limitsTold(report(flat))).toEqual([expect.stringContaining('case/vm.tgz')])
  expect(report(flat).hosts).toHaveLength(1)
})

test('the time is a limit: what came before counts', async () => {
  const filler = { content: Buffer.alloc(4_000_000, 'x') }
  const bytes = await tarOf(new Map([...healthyHost().entries, ['filler-1', filler], ['filler-2', filler]]))
  const slow = await runCli(['analyze', '-', '--json', '--limit', 'time=1'], {}, folder, (stdin) => {
    // More than a pipe holds, so that the program is reading once this is gone.
    stdin.write(bytes.subarray(0, -4_000_000), () => setTimeout(() => stdin.end(bytes.subarray(-4_000_000)), 1500))
  })
  expect(slow.code).toBe(4)
  expect(limitsTold(report(slow))).toEqual([expect.stringContaining('read for 1 seconds')])
  expect(report(slow).hosts.map(({ host }) => host)).toEqual(['vm-01'])
})

test('evidence in an archive inside another names both', async () => {
  const inner = readFileSync(join(folder, 'two-dcrs.tgz'))
  writeFileSync(join(folder, 'outer.zip'), zipOf(new Map([['case/vm.tgz', { content: inner }]])))
  const [host] = report(await run('outer.zip', '--json')).hosts
  const found = host?.findings.find(({ ruleId }) => ruleId === 'CT1003')
  expect(found?.evidence.map(({ source }) => source)).toEqual([
    ['outer.zip', 'case/vm.tgz'],
    ['outer.zip', 'case/vm.tgz'],
  ])
  expect(found?.evidence[0]?.path).toMatch(/^etc\/opt\//)
  expect(host?.host).toBe('vm-01')
})

test('two rules are named with both files', async () => {
  const [host] = report(await run('two-dcrs.tgz', '--json')).hosts
  const found = host?.findings.find(({ ruleId }) => ruleId === 'CT1003')
  expect(found?.message).toContain('dcr-0000000000000000000000000000000a')
  expect(found?.message).toContain('dcr-0000000000000000000000000000000d')
  expect(found?.evidence.map(({ path }) => path?.split('/').at(-1))).toEqual([
    '1000000000000000001.json',
    '1000000000000000009.json',
  ])
  expect(host?.verdict).toMatchObject({ hop: 'dcr', status: 'broken' })
})

test('evidence carries the hash of the entry it was read from', async () => {
  const tree = SAMPLES['two-dcrs']()
  const [host] = report(await run('two-dcrs.tgz', '--json')).hosts
  const evidence = host?.findings.flatMap((found) => found.evidence) ?? []
  expect(evidence.length).toBeGreaterThan(0)
  for (const { path, sha256, source } of evidence) {
    const content = tree.entries.get(path ?? '')?.content ?? ''
    expect(sha256).toBe(createHash('sha256').update(content).digest('hex'))
    expect(source).toEqual(['two-dcrs.tgz'])
  }
})

test('nothing recognised says so first', async () => {
  const [host] = report(await run('junk.tar', '--json')).hosts
  expect(host?.verdict).toMatchObject({ hop: null, status: 'unknown' })
  expect(host?.findings.map(({ ruleId }) => ruleId)).toEqual(['CT9001'])
  expect(host?.verdict.sentence).toContain(host?.findings[0]?.title)
})

test('an agent that stopped: services and software by their line, files unknown', async () => {
  const [host] = report(await run('agent-stopped.tgz', '--json')).hosts
  const found = host?.findings.filter(({ ruleId }) => ruleId === 'CT5001')
  expect(found?.map(({ subject }) => subject)).toEqual(['services', 'software'])
  expect(
    found?.every(({ evidence }) => evidence[0]?.at.kind === 'line' && /in this run/.test(evidence[0].snippet ?? '')),
  ).toBe(true)
  const outcome = host?.outcomes.find(({ ruleId }) => ruleId === 'CT5001')
  expect(outcome?.subjects).toContainEqual({
    subject: 'files',
    status: 'unknown',
    reason: expect.any(String) as string,
  })
})

test('a healthy host has no hop broken and nothing above info', async () => {
  const [host] = report(await run('healthy.tgz', '--json')).hosts
  expect(host?.path.map(({ status }) => status)).toEqual(Array.from({ length: 7 }, () => 'ok'))
  expect(host?.findings.filter(({ severity }) => severity !== 'info')).toEqual([])
})

test('two hosts in one bundle make two reports', async () => {
  const { hosts } = report(await run('two-hosts.tgz', '--json'))
  expect(hosts.map(({ host, root, verdict }) => [host, root, verdict.status])).toEqual([
    ['vm-01', 'node-1', 'ok'],
    ['vm-02', 'node-2', 'broken'],
  ])
})

test('the same input gives the same bytes, but for the run', async () => {
  const strip = (text: string): string => text.replace(/"run": \{[\s\S]*?\}/, '')
  const first = await run('two-dcrs.tgz', '--json')
  const second = await run('two-dcrs.tgz', '--json')
  expect(strip(first.stdout)).toBe(strip(second.stdout))
})

test('standard input takes an archive', async () => {
  const bytes = readFileSync(join(folder, 'two-dcrs.tgz'))
  const found = await runCli(['analyze', '-', '--json'], {}, folder, bytes)
  expect(found.code).toBe(3)
  expect(report(found).hosts).toHaveLength(1)
})

test('standard input takes a lone artifact', async () => {
  const database = healthyHost().entries.get(DB)?.content ?? ''
  const found = await runCli(['analyze', '-', '--json'], {}, folder, Buffer.from(database))
  expect(report(found)).toMatchObject({
    inputs: [{ kind: 'file', layout: 'loose' }],
    hosts: [{ inventory: { files: { db: 25 } } }],
  })
})

test('reports go to the files that were named, and nothing else is written', async () => {
  const before = readdirSync(folder)
  const found = await run(
    'two-dcrs.tgz',
    '--output',
    join(folder, 'out.txt'),
    '--report',
    `json=${join(folder, 'out.json')}`,
  )
  expect(found).toMatchObject({ code: 3, stdout: '' })
  expect(readFileSync(join(folder, 'out.txt'), 'utf8')).toContain('CT1003')
  expectValid(JSON.parse(readFileSync(join(folder, 'out.json'), 'utf8')))
  expect(readdirSync(folder).toSorted()).toEqual([...before, 'out.json', 'out.txt'].toSorted())
})

test('nothing is written to HOME or the temporary folder, on errors neither', async () => {
  const home = join(folder, 'home')
  mkdirSync(home)
  for (const args of [['two-dcrs.tgz'], ['--nonsense'], ['no-such.tgz']]) {
    await runCli(['analyze', ...args], { HOME: home, TMPDIR: home, XDG_CACHE_HOME: home, XDG_DATA_HOME: home }, folder)
  }
  expect(readdirSync(home)).toEqual([])
})

describe('colour and marks follow the environment', () => {
  const escape = '\u001b['
  test.each<[string, NodeJS.ProcessEnv, string[], boolean]>([
    ['a pipe', {}, [], false],
    ['FORCE_COLOR', { FORCE_COLOR: '1' }, [], true],
    ['NO_COLOR wins', { FORCE_COLOR: '1', NO_COLOR: '1' }, [], false],
    ['--no-color wins', { FORCE_COLOR: '1' }, ['--no-color'], false],
  ])('%s', async (_, env, flags, colour) => {
    const { stdout } = await runCli(['analyze', 'two-dcrs.tgz', ...flags], { LANG: 'C.UTF-8', ...env }, folder)
    expect(stdout.includes(escape)).toBe(colour)
  })

  test('without Unicode every character of ours is ASCII, and no line is wider than 80', async () => {
    const { stdout } = await runCli(['analyze', 'two-dcrs.tgz'], { LANG: 'C' }, folder)
    expect(stdout).toMatch(/^[\n\x20-\x7e]*$/)
    const commands = /^ {2}(sudo|cat|systemctl|ls|ps) /
    expect(stdout.split('\n').filter((line) => line.length > 80 && !commands.test(line))).toEqual([])
  })
})

describe('what people see', () => {
  test.each(Object.keys(SAMPLES))('%s', async (name) => {
    const { stdout, code } = await run(`${name}.tgz`)
    const text = `$ ct-diag analyze ${name}.tgz\n\n${stdout}\n(exit code ${code})\n`
    const file = join(GOLDENS, `${name}.txt`)
    if (process.env['UPDATE_DOCS'] === '1') {
      mkdirSync(GOLDENS, { recursive: true })
      writeFileSync(file, text)
    }
    expect(text).toBe(existsSync(file) ? readFileSync(file, 'utf8') : '')
  })
})

test('a hostile name and a hostile line reach the terminal visibly only', async () => {
  const tree = new HostTree(new Map([...healthyHost().entries]))
    .with('etc/hostname', 'vm-01')
    .edit('etc/opt/microsoft/azuremonitoragent/config-cache/configchunks/1000000000000000001.json', (text) =>
      text.replaceAll('ct-dcr100000001', 'evil\\u001b[2J\\u202e'),
    )
    .and(SAMPLES['two-dcrs']().without(/1000000000000000001/))
  writeFileSync(join(folder, 'evil.tgz'), await tgzOf(tree.entries))
  const { stdout } = await runCli(['analyze', 'evil.tgz'], { LANG: 'C.UTF-8' }, folder)
  expect(stdout).toContain('\\u{1b}[2J')
  // eslint-disable-next-line no-control-regex -- that none is there is the point
  expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/)
})

const asRoot = process.getuid?.() === 0 ? test : test.skip
if (process.getuid?.() !== 0) console.warn('Not root: what another user may not read is not tested.')

asRoot('what may not be read is a problem and unknown, never a fault of the host', async () => {
  const root = join(folder, 'guarded')
  plant(root, healthyHost().entries)
  chmodSync(folder, 0o755)
  chmodSync(join(root, 'etc/opt/microsoft/azuremonitoragent/config-cache/configchunks'), 0o700)
  chmodSync(join(root, 'opt/microsoft/changetrackingdata/db/changetracking.db'), 0o600)
  const found = await runCli(['analyze', root, '--json'], {}, folder, undefined, 65534)
  expect(found.code).toBe(4)
  const { hosts, problems } = report(found)
  expect(hosts[0]?.findings).toEqual([])
  expect(problems.map(({ code }) => code).toSorted()).toEqual(['cut-off', 'folder-unreadable'])
})
