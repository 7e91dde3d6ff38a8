import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Explanation } from '../../src/model/explanation.js'
import { rulePage } from '../../src/renderers/rule-page.js'
import { rules } from '../../src/rules/index.js'
import { scratch, tarOf, tgzOf } from '../support/archives.js'
import { runCli, type CliRun } from '../support/cli.js'
import { healthyHost } from '../support/host.js'
import { demo, SAMPLES } from '../support/samples.js'

const folder = scratch()

beforeAll(async () => {
  for (const [name, tree] of Object.entries({ ...SAMPLES, demo }))
    writeFileSync(join(folder, `${name}.tgz`), await tgzOf(tree().entries))
  writeFileSync(join(folder, 'junk.tar'), await tarOf(new Map([['beach.jpg', { content: 'x' }]])))
  const two = healthyHost().under('node-1').and(SAMPLES['two-dcrs']().under('node-2'))
  writeFileSync(join(folder, 'two-hosts.tgz'), await tgzOf(two.entries))
})

const run = (...args: string[]): Promise<CliRun> => runCli(['explain', ...args], { LANG: 'C.UTF-8' }, folder)

async function explain(...args: string[]): Promise<Explanation> {
  return JSON.parse((await run(...args, '--json')).stdout) as Explanation
}

test.each([
  ['a page', ['CT1003'], 0],
  ['a rule that fired', ['CT1003', 'two-dcrs.tgz'], 0],
  ['a rule that passed', ['multiple-ct-dcrs', 'healthy.tgz'], 0],
  ['a rule that cannot tell', ['CT3001', 'logs-only.tgz'], 0],
  ['nothing recognised', ['CT3001', 'junk.tar'], 5],
  ['a missing input', ['CT3001', 'no-such.tgz'], 5],
  ['an unknown rule, before the input is looked at', ['CT3000', 'no-such.tgz'], 2],
  ['an odd time', ['CT3001', 'healthy.tgz', '--as-of', 'soon'], 2],
])('exit code: %s', async (_, args, code) => {
  const said: unknown = code === 2 || args.includes('no-such.tgz') ? expect.stringMatching(/^ct-diag: .*\n$/) : ''
  const terminal = await run(...args)
  expect([terminal.code, terminal.stderr]).toEqual([code, said])
  const machine = await run(...args, '--json')
  expect(machine.code).toBe(code)
  expect(JSON.parse(machine.stdout)).toMatchObject({ schemaVersion: 1 })
})

test('a page has everything a person needs to decide and to act', async () => {
  const { rule, input, hosts } = await explain('CT3001')
  expect([input, hosts]).toEqual([null, []])
  const known = rules.find(({ id }) => id === 'CT3001')
  if (known === undefined) throw new Error('CT3001 is gone')
  expect(rule).toMatchObject({ id: 'CT3001', name: known.name, docs: known.docs, causes: known.causes })
  expect(rule.collect.find(({ artifact }) => artifact === 'unixSockets')).toMatchObject({
    path: '/proc/net/unix',
    required: true,
  })
  const { stdout } = await run('CT3001')
  expect(stdout).toBe(rulePage(known))
  for (const part of [known.docs.what, known.docs.why, known.docs.how, known.docs.limits, known.docs.proof])
    expect(stdout).toContain(part)
})

test('a rule that fired shows its findings, where its needs were found and the values it read', async () => {
  const { hosts, input } = await explain('CT1003', 'two-dcrs.tgz')
  expect(input?.name).toBe('two-dcrs.tgz')
  const [host] = hosts
  expect(host?.outcome.status).toBe('fail')
  expect(host?.findings.map(({ ruleId }) => ruleId)).toEqual(['CT1003'])
  const [cache] = host?.needs ?? []
  expect(cache).toMatchObject({ name: 'cache', kind: 'fact', required: true, met: true })
  expect(cache?.artifacts.flatMap(({ found }) => found.map(({ path }) => path.split('/').at(-1)))).toEqual([
    '1000000000000000001.json',
    '1000000000000000002.json',
    '1000000000000000009.json',
  ])
  expect(cache?.read).toContainEqual({ at: 'ctDcrs.length', count: 1, values: [2] })
  expect(cache?.read.find(({ at }) => at === 'ctDcrs[].id')?.values).toHaveLength(2)
  const { stdout } = await run('CT1003', 'two-dcrs.tgz')
  for (const part of ['FAIL', '1000000000000000009.json', 'ctDcrs[].id', 'cache']) expect(stdout).toContain(part)
  expect(stdout.split('\n').filter((line) => [...line].length > 80)).toEqual([])
})

test('a rule that passed shows what it looked at', async () => {
  const [host] = (await explain('CT7001', 'healthy.tgz')).hosts
  expect(host?.outcome.status).toBe('pass')
  expect(host?.findings).toEqual([])
  expect(host?.needs.flatMap(({ read }) => read).length).toBeGreaterThan(0)
})

test('a rule that was not asked names what is missing, read nothing and says what to send', async () => {
  const [host] = (await explain('CT3001', 'logs-only.tgz')).hosts
  expect(host?.outcome.status).toBe('unknown')
  const missing = host?.needs.filter(({ required, met }) => required && !met).map(({ name }) => name)
  expect(missing).toEqual(['cache', 'lists'])
  expect(host?.needs.flatMap(({ read }) => read)).toEqual([])
  expect(host?.needs.flatMap(({ artifacts }) => artifacts.flatMap(({ found }) => found))).toEqual([])
  expect(host?.ask.map(({ artifact, unlocks }) => [artifact, unlocks])).toEqual([
    ['configChunk', ['CT3001']],
    ['unixSockets', ['CT3001']],
  ])
})

test('the answer is the one that analyze gives, with the cause that fired beside it', async () => {
  const { stdout } = await runCli(['analyze', 'demo.tgz', '--json'], {}, folder)
  const [analyzed] = (
    JSON.parse(stdout) as { hosts: { outcomes: { ruleId: string }[]; findings: { ruleId: string }[] }[] }
  ).hosts
  for (const id of ['CT5001', 'CT1003', 'CT8001', 'CT6001']) {
    const [host] = (await explain(id, 'demo.tgz')).hosts
    expect(host?.outcome).toEqual(analyzed?.outcomes.find(({ ruleId }) => ruleId === id))
    expect(host?.findings).toEqual(analyzed?.findings.filter(({ ruleId }) => ruleId === id))
  }
})

test('every host of a bundle gets its answer', async () => {
  const { hosts } = await explain('CT1003', 'two-hosts.tgz')
  expect(hosts.map(({ host, root, outcome }) => [host, root, outcome.status])).toEqual([
    ['vm-01', 'node-1', 'pass'],
    ['vm-01#2', 'node-2', 'fail'],
  ])
})

test('a value that holds a secret is not shown, and control characters become visible', async () => {
  const key = 'QUJD'.repeat(21) + 'RA=='
  const tree = healthyHost().edit('etc/default/azuremonitoragent', (text) =>
    text.replace('client_id#', `client_id\u001b[2J AccountKey=${key};#`),
  )
  writeFileSync(join(folder, 'secret.tgz'), await tgzOf(tree.entries))
  const machine = await run('CT2010', 'secret.tgz', '--json')
  const read = (JSON.parse(machine.stdout) as Explanation).hosts[0]?.needs.flatMap((need) => need.read) ?? []
  expect(read.flatMap(({ values }) => values)).toContain('(a secret, not shown)')
  expect(read.flatMap(({ values }) => values).filter((value) => String(value).includes(key))).toEqual([])
  const { stdout } = await run('CT2010', 'secret.tgz')
  // eslint-disable-next-line no-control-regex -- that none is there is the point
  expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/)
})

test('standard input is an input', async () => {
  const bytes = await tgzOf(SAMPLES['two-dcrs']().entries)
  const { stdout, code } = await runCli(['explain', 'CT1003', '-', '--json'], {}, folder, bytes)
  expect(code).toBe(0)
  expect((JSON.parse(stdout) as Explanation).hosts[0]?.outcome.status).toBe('fail')
})
