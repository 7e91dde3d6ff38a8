import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { plant, tgzOf } from '../support/archives.js'
import { interruptedCli, runCli } from '../support/cli.js'
import {
  AGENT_LOG,
  CHUNKS,
  CHUNK_FILE,
  COLLECTED,
  DCR_B,
  MINUTE,
  START,
  TAKEN,
  agentLog,
  ctChunk,
  healthyHost,
  type HostTree,
} from '../support/host.js'

const folder = mkdtempSync(join(tmpdir(), 'ct-diag-verify-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const broken = healthyHost()
  .with(`${CHUNKS}/1000000000000000007.json`, JSON.stringify(ctChunk({ dcr: DCR_B })), 1_768_000_000_000)
  .with(AGENT_LOG, agentLog({ from: START - 300 * MINUTE, until: TAKEN - 125 * MINUTE }))
  .stamped(COLLECTED, TAKEN - 125 * MINUTE)

async function bundle(name: string, host: HostTree): Promise<string> {
  const file = join(folder, name)
  writeFileSync(file, await tgzOf(host.entries))
  return file
}

const report = join(folder, 'report.json')
beforeAll(async () => {
  const { stdout } = await runCli(['analyze', await bundle('before.tgz', broken), '--json'])
  writeFileSync(report, stdout)
})

interface Answer {
  readonly ruleId: string
  readonly status: string
  readonly difference: string | null
}

async function verify(host: HostTree, name: string): Promise<{ code: number | null; answers: Answer[] }> {
  const { code, stdout } = await runCli(['verify', report, await bundle(name, host), '--json'])
  return { code, answers: (JSON.parse(stdout) as { findings: Answer[] }).findings }
}

test('the same input, also below another folder: all confirmed', async () => {
  const same = await verify(broken, 'same.tgz')
  expect(same.answers.length).toBeGreaterThan(1)
  expect([same.code, new Set(same.answers.map(({ status }) => status))]).toEqual([0, new Set(['confirmed'])])
  const moved = await verify(broken.under('elsewhere'), 'moved.tgz')
  expect([moved.code, new Set(moved.answers.map(({ status }) => status))]).toEqual([0, new Set(['confirmed'])])
})

test('a cause that was removed is gone', async () => {
  const { code, answers } = await verify(broken.without(/1000000000000000007/), 'mended.tgz')
  expect(code).toBe(3)
  expect(answers.find(({ ruleId }) => ruleId === 'CT1003')).toMatchObject({ status: 'gone' })
  expect(answers.find(({ ruleId }) => ruleId === 'CT5001')).toMatchObject({ status: 'confirmed' })
})

test('one byte of a cited file that changed is told', async () => {
  const { code, answers } = await verify(
    broken.edit(CHUNK_FILE, (text) => `${text}\n`),
    'touched.tgz',
  )
  expect(code).toBe(3)
  const answer = answers.find(({ ruleId }) => ruleId === 'CT1003')
  expect(answer).toMatchObject({ status: 'changed' })
  expect(answer?.difference).toContain('other bytes')
})

test('a machine is read again as it was read, not as a folder', async () => {
  const root = join(folder, 'disk')
  plant(root, broken.entries)
  const inspected = join(folder, 'inspected.json')
  await runCli(['inspect', '--root', root, '--output', inspected, '--json'])
  // In a folder it would count.
  plant(root, new Map([['home/copies/cta_linux_agent.log', { content: agentLog({}) }]]))
  const { code, stdout } = await runCli(['verify', inspected, root, '--json'])
  const { findings } = JSON.parse(stdout) as { findings: Answer[] }
  expect(findings.length).toBeGreaterThan(1)
  expect([code, new Set(findings.map(({ status }) => status))]).toEqual([0, new Set(['confirmed'])])
})

test('an interruption says of nothing that it is gone', async () => {
  const { code, stdout } = await interruptedCli(['verify', report, '-', '--json'])
  expect([code, JSON.parse(stdout)]).toEqual([130, { findings: [], problem: expect.any(String) as string }])
})

test('for people', async () => {
  const { code, stdout } = await runCli(['verify', report, join(folder, 'before.tgz')])
  expect(code).toBe(0)
  expect(stdout).toMatch(/^confirmed CT1003/m)
  expect(stdout).toMatch(/(\d+) of \1 findings confirmed\.\n$/)
})

test.each([
  ['no report', 'before.tgz', 'is no JSON'],
  ['another JSON', 'other.json', 'is no report'],
  ['nothing', 'missing.json', 'missing.json does not exist.\n'],
])('%s: exit 5', async (_, name, message) => {
  writeFileSync(join(folder, 'other.json'), '{"hosts":1}')
  const { code, stderr } = await runCli(['verify', join(folder, name), join(folder, 'before.tgz')])
  expect(code).toBe(5)
  expect(stderr).toContain(message)
})
