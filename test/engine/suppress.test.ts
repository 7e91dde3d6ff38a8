import { exitCode } from '../../src/commands/exit-code.js'
import { suppress } from '../../src/engine/suppress.js'
import type { HostReport, Report } from '../../src/model/report.js'
import type { RuleId } from '../../src/model/rule.js'
import type { Suppression } from '../../src/model/suppression.js'
import { analyzeTree } from '../support/analyze.js'
import { TAKEN } from '../support/host.js'
import { demo, SAMPLES } from '../support/samples.js'
import { expectValid } from '../support/schema.js'

const sample = analyzeTree(demo())

function by(rules: readonly RuleId[], more: Partial<Suppression> = {}): Suppression {
  return {
    words: rules.join(),
    origin: 'x.yml',
    rules: new Set(rules),
    covers: () => true,
    reason: 'why',
    expires: null,
    ...more,
  }
}

async function after(...suppressions: Suppression[]): Promise<{ report: Report; host: HostReport }> {
  const report = suppress(await sample, suppressions)
  expectValid(report)
  const [host] = report.hosts
  if (host === undefined) throw new Error('The sample has no host')
  return { report, host }
}

const ALL = ['CT1003', 'CT3002', 'CT5001', 'CT5002'] as const

test('nothing asked for, nothing changed', async () => {
  expect(suppress(await sample, [])).toBe(await sample)
  expect((await after(by(['CT7001']))).host).toEqual((await sample).hosts[0])
})

test('a finding is kept and marked, by rule and subject', async () => {
  const { host, report } = await after(by(['CT5001'], { covers: (subject) => subject === 'services' }))
  const marked = host.findings.filter(({ suppressed }) => suppressed !== undefined)
  expect(marked.map(({ ruleId, subject, suppressed }) => [ruleId, subject, suppressed])).toEqual([
    ['CT5001', 'services', { reason: 'why', expires: null, origin: 'x.yml' }],
  ])
  expect(host.findings).toHaveLength((await sample).hosts[0]?.findings.length ?? 0)
  expect(exitCode(report, 0, 'error')).toBe(3)
})

test('the verdict goes on to what is left; the hop stays broken, and says why it does not count', async () => {
  const { host } = await after(by(['CT1003']))
  expect(host.path[0]).toMatchObject({
    hop: 'dcr',
    status: 'broken',
    sentence: expect.stringMatching(/\(suppressed\)$/) as string,
  })
  expect(host.path[2]?.sentence).not.toContain('suppressed')
  expect(host.verdict).toMatchObject({ hop: 'sockets', status: 'broken' })
})

test('with nothing left the exit code is good, and the verdict still no lie', async () => {
  const { host, report } = await after(by([...ALL]))
  expect(exitCode(report, 0, 'info')).toBe(0)
  expect(host.verdict).toMatchObject({
    hop: 'dcr',
    status: 'broken',
    sentence: expect.stringMatching(/\(suppressed\)$/) as string,
  })
})

test.each([
  ['before it', TAKEN + 1, 0],
  ['at it', TAKEN, 3],
  ['after it', TAKEN - 1, 3],
])('an expiry time is judged by the host’s clock: %s', async (_, expires, code) => {
  const { report, host } = await after(by([...ALL], { expires }))
  expect(exitCode(report, 0, 'error')).toBe(code)
  expect(host.findings.some(({ suppressed }) => suppressed !== undefined)).toBe(code === 0)
  expect(report.problems.map(({ code: word }) => word)).toEqual(code === 0 ? [] : ['suppression-expired'])
})

test('one that matches nothing is told, unless its rule was not asked', async () => {
  const codes = async (one: Suppression): Promise<string[]> =>
    (await after(one)).report.problems.map(({ code }) => code)
  expect(await codes(by(['CT7001']))).toEqual(['suppression-unused'])
  expect(await codes(by(['CT1003'], { covers: () => false }))).toEqual(['suppression-unused'])
  expect(await codes(by(['CT1003', 'CT7001']))).toEqual([])
  expect(await codes(by(['CT9999']))).toEqual([])
})

test('an unknown hop is no better for it, and a refused input is refused', async () => {
  const logs = await analyzeTree(SAMPLES['logs-only']())
  const ids = logs.hosts.flatMap(({ findings }) => findings.map(({ ruleId }) => ruleId))
  const marked = suppress(logs, [by(ids)])
  expect(marked.hosts[0]?.verdict.status).toBe('unknown')
  expect(exitCode(marked, 0, 'error')).toBe(4)
  const nothing = await analyzeTree(SAMPLES.healthy().without(/./).with('x', 'y'))
  expect(nothing.hosts[0]?.findings.map(({ ruleId }) => ruleId)).toEqual(['CT9001'])
  expect(exitCode(suppress(nothing, [by(['CT9001'])]), 0, 'error')).toBe(5)
})
