import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Report } from '../../src/model/report.js'
import { plant } from '../support/archives.js'
import { runCli } from '../support/cli.js'
import { AMA_LOG, CHUNKS, ctChunk, DCR_B, EVENTS, healthyHost } from '../support/host.js'
import { expectValid } from '../support/schema.js'

const folder = mkdtempSync(join(tmpdir(), 'ct-diag-inspect-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
chmodSync(folder, 0o755)

let count = 0
/** A machine's tree on disk, as a mounted disk has it: no outputs of programs lie in it. */
function disk(
  change: (host: ReturnType<typeof healthyHost>) => ReturnType<typeof healthyHost> = (host) => host,
): string {
  const root = join(folder, `disk-${++count}`)
  plant(root, change(healthyHost()).entries)
  return root
}

async function inspect(
  root: string,
  ...args: string[]
): Promise<{ code: number | null; report: Report; stderr: string }> {
  const { code, stdout, stderr } = await runCli(['inspect', '--root', root, '--json', ...args])
  const report = JSON.parse(stdout) as Report
  expectValid(report)
  return { code, report, stderr }
}

const errors = ({ hosts }: Report): string[] =>
  (hosts[0]?.findings ?? []).filter(({ severity }) => severity === 'error').map(({ ruleId }) => ruleId)

test('a healthy disk has no error, and is judged by its own clock', async () => {
  const { report } = await inspect(disk())
  expect(errors(report)).toEqual([])
  expect(report.hosts[0]?.asOf).toEqual({ time: '2026-01-10T10:00:00Z', source: 'log' })
  expect(report.inputs[0]).toMatchObject({ kind: 'host', layout: 'host', sha256: null })
  expect(report.hosts[0]?.host).toBe('vm-01')
})

test.each(['entries=5', 'json=50'])('--limit %s stops it: what is left is unknown, and says why', async (limit) => {
  const { code, report } = await inspect(disk(), '--limit', limit)
  expect(code).toBe(4)
  expect(report.problems.map((one) => one.code)).toContain('limit-reached')
})

test('a broken disk is told with its file', async () => {
  const root = disk((host) =>
    host.with(`${CHUNKS}/1000000000000000007.json`, JSON.stringify(ctChunk({ dcr: DCR_B })), 1_768_000_000_000),
  )
  const { code, report } = await inspect(root)
  expect(code).toBe(3)
  expect(report.hosts[0]?.verdict).toMatchObject({ hop: 'dcr', status: 'broken' })
  expect(report.hosts[0]?.findings[0]?.evidence.map(({ path }) => path)).toContain(`${CHUNKS}/1000000000000000007.json`)
})

test('a machine without Change Tracking gets the hop and the remedy', async () => {
  const root = join(folder, 'bare')
  mkdirSync(join(root, 'etc'), { recursive: true })
  mkdirSync(join(root, 'var/lib/waagent/Some.Other.Extension-1.0'), { recursive: true })
  writeFileSync(join(root, 'etc/hostname'), 'bare-01\n')
  const { code, report } = await inspect(root)
  expect(code).toBe(3)
  expect(report.hosts[0]?.verdict).toMatchObject({ hop: 'ama', status: 'broken' })
  expect(errors(report)).toEqual(['CT2001', 'CT4001'])
  expect(report.hosts[0]?.findings[0]?.remedy[0]).toContain('AzureMonitorLinuxAgent')
})

test('links resolve as on the machine, and never leave the tree', async () => {
  const root = disk()
  rmSync(join(root, 'etc/os-release'))
  mkdirSync(join(root, 'usr/lib'), { recursive: true })
  writeFileSync(join(root, 'usr/lib/os-release'), 'PRETTY_NAME="Inside 1"\n')
  symlinkSync('/usr/lib/os-release', join(root, 'etc/os-release'))
  // Out of the tree: what lies there belongs to the machine that runs this test.
  const secret = join(folder, 'outside.txt')
  writeFileSync(secret, 'a secret of the other machine')
  rmSync(join(root, 'etc/hostname'))
  symlinkSync(`../../../../../../../../../..${secret}`, join(root, 'etc/hostname'))
  const { report } = await inspect(root)
  expect(report.hosts[0]?.identity.os).toBe('Inside 1')
  expect(JSON.stringify(report)).not.toContain('a secret')
})

test('a folder that is a link is the one of that machine, not of this', async () => {
  const root = disk()
  mkdirSync(join(root, 'data'))
  renameSync(join(root, 'var/log'), join(root, 'data/log'))
  symlinkSync('/data/log', join(root, 'var/log'))
  renameSync(join(root, 'var/opt'), join(root, 'data/opt'))
  symlinkSync('../data/opt', join(root, 'var/opt'))
  const { report } = await inspect(root)
  const plain = await inspect(disk())
  expect(report.hosts[0]?.outcomes).toEqual(plain.report.hosts[0]?.outcomes)
  expect(report.hosts[0]?.path).toEqual(plain.report.hosts[0]?.path)

  // The same path on the machine that runs this holds something else.
  const foreign = join(folder, 'foreign')
  mkdirSync(join(foreign, 'Microsoft.Azure.Monitor.AzureMonitorLinuxAgent-9.9.9'), { recursive: true })
  const bare = join(folder, 'bare-link')
  mkdirSync(join(bare, 'var/lib'), { recursive: true })
  symlinkSync(foreign, join(bare, 'var/lib/waagent'))
  const { report: other } = await inspect(bare)
  expect(JSON.stringify(other)).not.toContain('9.9.9')
})

test('links in a circle prove nothing', async () => {
  const root = join(folder, 'circle')
  mkdirSync(join(root, 'var/lib'), { recursive: true })
  mkdirSync(join(root, 'etc'), { recursive: true })
  writeFileSync(join(root, 'etc/hostname'), 'circle\n')
  symlinkSync('waagent', join(root, 'var/lib/waagent'))
  const { report } = await inspect(root)
  expect(errors(report)).toEqual([])
})

const asRoot = process.getuid?.() === 0 ? test : test.skip

asRoot('without root: what is closed makes nothing broken, and is said with the hops it would tell of', async () => {
  const root = disk()
  chmodSync(join(root, 'var/lib/waagent'), 0o700)
  const { code, stdout, stderr } = await runCli(['inspect', '--root', root, '--json'], {}, folder, undefined, 65534)
  expect([3, 4]).toContain(code)
  const report = JSON.parse(stdout) as Report
  expect(errors(report)).toEqual([])
  expect(stderr).toMatch(/could not read \/var\/lib\/waagent\. As root it can say more of .*agent/)
})

asRoot('a log that may not be read is told once, without the words of the system', async () => {
  const root = disk()
  const log = 'var/opt/microsoft/azuremonitoragent/log/mdsd.info'
  chmodSync(join(root, log), 0)
  for (const command of ['inspect', 'analyze']) {
    const args = command === 'inspect' ? ['--root', root] : [root]
    const { stdout } = await runCli([command, ...args, '--json'], {}, folder, undefined, 65534)
    const { problems, hosts } = JSON.parse(stdout) as Report
    const told = problems.filter(({ path }) => path === log)
    expect(told).toHaveLength(1)
    expect(told[0]?.message).not.toMatch(/EACCES|\.\.$|mdsd/)
    expect(hosts[0]?.path[1]?.status).toBe('unknown')
  }
})

asRoot('without root: a closed file is told when its content counts, and not when its name does', async () => {
  const root = disk()
  const rows = join(EVENTS, readdirSync(join(root, EVENTS)).find((name) => name.startsWith('dcr-')) ?? '', 'CURRENT')
  for (const path of [rows, `${AMA_LOG}/mdsd.err`]) chmodSync(join(root, path), 0o600)
  const { stderr } = await runCli(['inspect', '--root', root], {}, folder, undefined, 65534)
  expect(stderr).toMatch(/could not read \/var\/opt\/microsoft\/azuremonitoragent\/log\/mdsd\.err\./)
})

test('this machine: programs are asked, nothing is written, and no shell and no PATH is used', async () => {
  const trap = join(folder, 'trap')
  mkdirSync(trap)
  for (const program of ['systemctl', 'dpkg-query', 'rpm', 'df', 'uname', 'journalctl'])
    writeFileSync(join(trap, program), `#!/bin/sh\ntouch ${join(folder, 'sprung')}\n`, { mode: 0o755 })
  const home = join(folder, 'home')
  mkdirSync(home)
  const { code, stdout } = await runCli(
    ['inspect', '--json'],
    { PATH: `${trap}:${process.env['PATH'] ?? ''}`, HOME: home },
    home,
  )
  expect([0, 3, 4]).toContain(code)
  const report = JSON.parse(stdout) as Report
  expectValid(report)
  expect(report.hosts[0]?.asOf.source).toBe('clock')
  expect(() => statSync(join(folder, 'sprung'))).toThrow('ENOENT')
  expect(execFileSync('find', [home, '-type', 'f']).toString()).toBe('')
  const quiet = await runCli(['inspect', '--json', '--no-commands'])
  expect(JSON.stringify(JSON.parse(quiet.stdout))).not.toContain('ct-diag/df.txt')
})

test.each([
  [['inspect', '--root', '/no/such/folder'], '--root /no/such/folder does not exist.\n'],
  [['inspect', '--root', '/etc/hostname'], 'is no folder'],
])('%s is a mistake', async (args, message) => {
  const { code, stderr, stdout } = await runCli(args)
  expect([code, stdout]).toEqual([2, ''])
  expect(stderr).toContain(message)
})
