import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { Report } from '../../src/model/report.js'
import { plant, scratch, tgzOf } from '../support/archives.js'
import { runCli, type CliRun } from '../support/cli.js'
import { healthyHost, type HostTree, WORKSPACE } from '../support/host.js'
import { SAMPLES } from '../support/samples.js'

const folder = scratch()
const PASSWORD = 'c4nary-Pa55word'

const withSecret = (tree: HostTree): HostTree =>
  tree
    .with('etc/default/azuremonitoragent', `export ENABLE_MCS=true\nexport MDSD_PROXY_PASSWORD=${PASSWORD}\n`)
    .with(`var/log/${PASSWORD}.log`, `uses ${PASSWORD}\n`)

beforeAll(async () => {
  for (const name of ['healthy', 'two-dcrs', 'logs-only'] as const)
    writeFileSync(join(folder, `${name}.tgz`), await tgzOf(SAMPLES[name]().entries))
  writeFileSync(join(folder, 'secret.tgz'), await tgzOf(withSecret(healthyHost()).entries))
  plant(join(folder, 'tree'), withSecret(healthyHost()).entries)
})

const run = (...args: string[]): Promise<CliRun> => runCli(args, { LANG: 'C.UTF-8' }, folder)

test.each([
  ['secret.tgz', 0],
  ['two-dcrs.tgz', 3],
  ['logs-only.tgz', 4],
  ['tree', 0],
])('a copy of %s exits like it, and holds no secret', async (input, code) => {
  const out = `copy-of-${input.replace('.tgz', '')}.tgz`
  const made = await run('redact', input, '-o', out)
  expect([made.code, made.stderr]).toEqual([0, ''])
  expect(made.stdout).not.toContain(PASSWORD)
  expect(statSync(join(folder, out)).mode & 0o777).toBe(0o600)
  const tar = gunzipSync(readFileSync(join(folder, out))).toString('latin1')
  for (const value of [PASSWORD, WORKSPACE, 'vm-01']) expect(tar).not.toContain(value)
  const before = await run('analyze', input, '--json')
  const after = await run('analyze', out, '--json')
  expect([before.code, after.code]).toEqual([code, code])
  const rulesOf = ({ stdout }: CliRun): string[] =>
    (JSON.parse(stdout) as Report).hosts.flatMap(({ findings }) => findings.map(({ ruleId }) => ruleId)).toSorted()
  expect(rulesOf(after)).toEqual(rulesOf(before).filter((id) => id !== 'CT9008'))
  expect(after.stdout).not.toContain(PASSWORD)
})

test('the map is written only when asked for, for its owner alone, and never over a file', async () => {
  await run('redact', 'healthy.tgz', '-o', 'mapped.tgz', '--map', 'map.json')
  expect(statSync(join(folder, 'map.json')).mode & 0o777).toBe(0o600)
  const map = JSON.parse(readFileSync(join(folder, 'map.json'), 'utf8')) as Record<string, string>
  expect(map['vm-01']).toMatch(/^host-[0-9a-f]{10}$/)
  expect(gunzipSync(readFileSync(join(folder, 'mapped.tgz'))).toString('latin1')).toContain(map[WORKSPACE])
  const again = await run('redact', 'healthy.tgz', '-o', 'other.tgz', '--map', 'map.json')
  expect(again.code).toBe(2)
  expect(existsSync(join(folder, 'other.tgz'))).toBe(false)
})

test('two copies have nothing in common', async () => {
  await run('redact', 'healthy.tgz', '-o', 'first.tgz', '--map', 'first.json')
  await run('redact', 'healthy.tgz', '-o', 'second.tgz', '--map', 'second.json')
  const [first, second] = ['first.json', 'second.json'].map(
    (name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Record<string, string>,
  )
  expect(Object.keys(first ?? {})).toEqual(Object.keys(second ?? {}))
  expect(Object.values(first ?? {}).filter((value) => Object.values(second ?? {}).includes(value))).toEqual([])
})

test.each([
  ['an output that exists', ['healthy.tgz', '-o', 'secret.tgz'], 2],
  ['a folder that does not exist', ['healthy.tgz', '-o', 'no/such/out.tgz'], 2],
  ['an output of another kind', ['healthy.tgz', '-o', 'out.rar'], 2],
  ['no output', ['healthy.tgz'], 2],
  ['standard input', ['-', '-o', 'stdin.tgz'], 2],
  ['the copy and the map in one', ['healthy.tgz', '-o', 'one.tgz', '--map', 'one.tgz'], 2],
  ['a missing input', ['no-such.tgz', '-o', 'missing.tgz'], 5],
])('%s is refused in one sentence and leaves nothing', async (_, args, code) => {
  const before = readdirSync(folder)
  const result = await run('redact', ...args)
  expect(result.code).toBe(code)
  expect(result.stdout).toBe('')
  expect(result.stderr).toMatch(/^ct-diag: .*\.\n$/)
  expect(result.stderr.trim().split('\n')).toHaveLength(1)
  expect(readdirSync(folder)).toEqual(before)
})

test('Ctrl-C leaves nothing behind', async () => {
  const place = join(folder, 'stopped')
  mkdirSync(place)
  writeFileSync(join(place, 'big.log'), 'Jan 10 08:00:01 canary-vm-77 app[1]: a line of a long log\n'.repeat(2_000_000))
  const child = spawn(
    process.execPath,
    [
      join(__dirname, '..', '..', 'bin', 'run.js'),
      'redact',
      place,
      '-o',
      join(folder, 'stopped.tgz'),
      '--map',
      join(folder, 'stopped.json'),
    ],
    { stdio: 'ignore' },
  )
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  // The map is made before the reading begins.
  while (!existsSync(join(folder, 'stopped.json'))) await new Promise((resolve) => setTimeout(resolve, 20))
  child.kill('SIGINT')
  expect(await ended).toBe(130)
  expect(readdirSync(folder).filter((name) => name.startsWith('stopped.'))).toEqual([])
})
