import { diffFindings, isRegression, isTorn } from '../../src/engine/diff.js'
import type { FindingDiff } from '../../src/model/diff.js'
import type { FindingReport, HostReport, OutcomeReport } from '../../src/model/report.js'
import type { Severity } from '../../src/model/rule.js'
import { analyzeHost } from '../support/analyze.js'
import { diffOf, diffTrees, statesOf } from '../support/diff.js'
import { chunkWith, CHUNK_FILE, CT_LOG, DCR_A, DCR_D, healthyHost, type HostTree } from '../support/host.js'
import { agentStopped, forbidden, logsOnly, twoDcrs } from '../support/samples.js'

const LISTS = [`${CT_LOG}/File.json`, `${CT_LOG}/Packages.json`, `${CT_LOG}/Services.json`] as const

describe('what has become of a finding', () => {
  const seen = analyzeHost(forbidden())

  async function host(
    outcome: Partial<OutcomeReport> | null,
    findings: readonly FindingReport[] = [],
  ): Promise<HostReport> {
    const report = await seen
    const [own] = report.findings
    const outcomes =
      outcome === null ? [] : [{ ruleId: own?.ruleId ?? 'CT1', status: 'pass', reason: null, ...outcome } as const]
    return { ...report, findings, outcomes }
  }
  async function first(more: Partial<FindingReport> = {}): Promise<FindingReport> {
    const [found] = (await seen).findings
    if (found === undefined) throw new Error('The sample has no finding')
    return { ...found, subject: 'one', ...more }
  }
  const told = (diffs: readonly FindingDiff[]): unknown => diffs.map(({ status, note }) => [status, note !== null])

  test.each<[string, Partial<OutcomeReport> | null, string, boolean]>([
    ['the rule looked and found nothing', { status: 'pass' }, 'fixed', false],
    ['the rule fired for others only', { status: 'fail' }, 'fixed', false],
    ['the rule no longer applies', { status: 'not-applicable', reason: 'Off.' }, 'fixed', true],
    ['the rule cannot tell', { status: 'unknown', reason: 'No log.' }, 'unclear', true],
    ['the rule crashed', { status: 'error', reason: 'Oops.' }, 'unclear', true],
    ['the rule was not asked', null, 'unclear', true],
    [
      'the rule cannot tell of this subject',
      { status: 'fail', reason: 'x', subjects: [{ subject: 'one', status: 'unknown', reason: 'No log.' }] },
      'unclear',
      true,
    ],
    [
      'the rule cannot tell of another subject',
      { status: 'unknown', reason: 'x', subjects: [{ subject: 'two', status: 'unknown', reason: 'No log.' }] },
      'unclear',
      true,
    ],
    [
      'the rule fired for others, and cannot tell of yet another',
      { status: 'fail', reason: 'x', subjects: [{ subject: 'two', status: 'unknown', reason: 'No log.' }] },
      'fixed',
      false,
    ],
    ['the rule fired for others, with an open question about nobody', { status: 'fail', reason: 'x' }, 'unclear', true],
  ])('gone, and %s', async (_, outcome, status, note) => {
    const before = await host({ status: 'fail' }, [await first()])
    expect(told(diffFindings(before, await host(outcome)))).toEqual([[status, note]])
    // A log that keeps no answers knows of no doubt; the other side does.
    expect(told(diffFindings({ findings: before.findings }, await host(outcome)))).toEqual([[status, note]])
  })

  test.each<[string, Partial<OutcomeReport> | null, boolean]>([
    ['the rule had looked', { status: 'pass' }, false],
    ['the rule could not tell', { status: 'unknown', reason: 'No log.' }, true],
    ['the rule was not asked', null, true],
  ])('new, and %s', async (_, outcome, note) => {
    const after = await host({ status: 'fail' }, [await first()])
    expect(told(diffFindings(await host(outcome), after))).toEqual([['new', note]])
  })

  test.each<[Severity, Severity, string]>([
    ['warning', 'error', 'worse'],
    ['info', 'warning', 'worse'],
    ['error', 'warning', 'better'],
    ['error', 'error', 'unchanged'],
  ])('%s, then %s', async (was, is, status) => {
    const before = await host({ status: 'fail' }, [await first({ severity: was, message: 'x' })])
    const after = await host({ status: 'fail' }, [await first({ severity: is })])
    expect(diffFindings(before, after).map((one) => one.status)).toEqual([status])
  })

  test('what lies behind a tear is not known', async () => {
    const [clean, bad] = [await host({ status: 'pass' }), await host({ status: 'fail' }, [await first()])]
    expect(told(diffFindings(bad, clean, { before: false, after: true }))).toEqual([['unclear', true]])
    expect(told(diffFindings(bad, clean, { before: true, after: false }))).toEqual([['fixed', false]])
    expect(told(diffFindings(clean, bad, { before: true, after: false }))).toEqual([['new', true]])
  })

  test.each([
    ['tar-truncated', null, true],
    ['zip-damaged', 'case/vm.zip', true],
    ['gzip-truncated', null, true],
    ['limit-reached', null, true],
    // One log of many, of which the rules know that it is cut.
    ['gzip-truncated', 'var/log/x.1.gz', false],
    ['folder-unreadable', null, false],
  ])('%s of %s tears the input: %s', async (code, path, torn) => {
    const one = await host({ status: 'pass' })
    const problem = { code, message: '', source: [one.input], path, at: null }
    const run = { startedAt: '', durationMs: 0, command: '', interrupted: false }
    expect(isTorn({ run, problems: [problem] }, one)).toBe(torn)
    expect(isTorn({ run, problems: [{ ...problem, source: ['other.tgz'] }] }, one)).toBe(false)
    expect(isTorn({ run: { ...run, interrupted: true }, problems: [] }, one)).toBe(true)
  })

  test('a machine that one side does not hold', async () => {
    const one = await host({ status: 'fail' }, [await first()])
    expect(told(diffFindings(undefined, one))).toEqual([['new', true]])
    expect(told(diffFindings(one, undefined))).toEqual([['unclear', true]])
  })

  test('what somebody has decided to live with is no regression', async () => {
    const suppressed = { reason: null, expires: null, origin: 'x' }
    const before = await host({ status: 'pass' })
    const [counts] = diffFindings(before, await host({ status: 'fail' }, [await first()]))
    const [accepted] = diffFindings(before, await host({ status: 'fail' }, [await first({ suppressed })]))
    expect([counts, accepted].map((one) => one !== undefined && isRegression(one))).toEqual([true, false])
  })
})

test('the same twice is the same', async () => {
  for (const tree of [healthyHost(), twoDcrs(), logsOnly()]) {
    const diff = await diffTrees(tree, tree)
    expect(diff.verdict.status).toBe('same')
    expect(diff.findings.every(({ status }) => status === 'unchanged')).toBe(true)
    expect(diff.facts).toEqual([])
    for (const list of Object.values(diff.inventory))
      expect(list).toMatchObject({ added: [], removed: [], modified: [] })
  }
})

test.each<[string, HostTree, HostTree, string]>([
  ['a second rule came', healthyHost(), twoDcrs(), 'worse'],
  ['a second rule went', twoDcrs(), healthyHost(), 'better'],
  ['one fault for another', forbidden(), agentStopped(), 'worse'],
  ['most of the evidence is missing', twoDcrs(), logsOnly(), 'unclear'],
])('%s', async (_, before, after, status) => {
  expect((await diffTrees(before, after)).verdict.status).toBe(status)
})

test('settings of the rules: changed, and a rule that is new says it once', async () => {
  const changed = healthyHost().with(
    CHUNK_FILE,
    chunkWith((settings) => {
      settings['enableServices'] = false
      settings['softwareSettings'] = { softwareCollectionFrequency: 600 }
    }),
  )
  expect((await diffTrees(healthyHost(), changed)).facts).toEqual([
    { group: 'rules', name: `${DCR_A} enableServices`, before: 'true', after: 'false' },
    { group: 'rules', name: `${DCR_A} software frequency`, before: '300 s', after: '600 s' },
  ])
  expect((await diffTrees(healthyHost(), twoDcrs())).facts).toEqual([
    { group: 'rules', name: DCR_D, before: null, after: 'Microsoft-CT-DCR' },
  ])
})

test('services and versions', async () => {
  const stopped = healthyHost().edit('systemctl-show.txt', (text) =>
    text.replaceAll('ActiveState=active', 'ActiveState=failed'),
  )
  const { facts } = await diffTrees(healthyHost(), stopped)
  expect(facts.map(({ group, name }) => [group, name])).toContainEqual(['units', 'cxp.service'])
  const upgraded = new Map(
    [...healthyHost().entries].map(([path, entry]) => [path.replaceAll('2.35.0.0', '2.36.1.0'), entry]),
  )
  const newer = await diffTrees(healthyHost(), Object.assign(healthyHost(), { entries: upgraded }))
  expect(newer.facts).toContainEqual({
    group: 'machine',
    name: 'Change Tracking',
    before: '2.35.0.0',
    after: '2.36.1.0',
  })
})

test('what one side does not know is neither a change nor a loss', async () => {
  const diff = await diffTrees(healthyHost(), logsOnly())
  expect(diff.facts).toEqual([])
  expect(diff.notCompared).toEqual(['rules', 'units'])
  expect(diff.inventory.files).toMatchObject({ added: [], removed: [] })
  const without = await diffTrees(healthyHost(), healthyHost().without(/\.json$|changetracking\.db$/))
  expect(Object.values(without.inventory)).toEqual([null, null, null])
})

/** A host whose lists are changed, each as the JSON that it is. */
function listed(change: (lists: Record<string, unknown>[][]) => void): HostTree {
  const tree = healthyHost()
  const lists = LISTS.map((path) => JSON.parse(String(tree.entries.get(path)?.content)) as Record<string, unknown>[])
  change(lists)
  return LISTS.reduce((host, path, index) => host.with(path, JSON.stringify(lists[index])), tree)
}

test('files, packages and services: added, removed, modified', async () => {
  const after = listed(([files = [], packages = [], services = []]) => {
    const [gone] = files.splice(0, 1)
    Object.assign(files[0] ?? {}, { Size: 9999 })
    files.push({ ...gone, FileSystemPath: '/etc/__proto__', CollectionName: '/etc/__proto__' })
    Object.assign(packages[0] ?? {}, { CurrentVersion: '9.9' })
    packages.splice(1, 1)
    Object.assign(services[0] ?? {}, { SvcState: 'Failed' })
  })
  const { inventory } = await diffTrees(healthyHost(), after)
  expect(inventory.files).toMatchObject({
    added: ['/etc/__proto__'],
    removed: ['/etc/adduser.conf'],
    modified: [{ changes: [{ field: 'size', after: '9999' }] }],
  })
  expect(inventory.packages).toMatchObject({ added: [], modified: [{ changes: [{ field: 'version', after: '9.9' }] }] })
  expect(inventory.packages?.removed).toHaveLength(1)
  expect(inventory.services?.modified).toHaveLength(1)
})

test('a list that is cut does not tell what is gone, nor the one before what is new', async () => {
  const [path] = LISTS
  const cut = healthyHost().edit(path, (text) => text.slice(0, text.length / 2))
  const lost = (await diffTrees(healthyHost(), cut)).inventory.files
  expect([lost?.after.partial, lost?.removed, lost?.added]).toEqual([true, [], []])
  expect(lost?.after.count).toBeLessThan(lost?.before.count ?? 0)
  expect((await diffTrees(cut, healthyHost())).inventory.files?.added).toEqual([])
})

test('hosts belong together by name, a single one on each side whatever its name', async () => {
  const renamed = healthyHost().with('etc/hostname', 'vm-09\n')
  expect((await diffTrees(healthyHost(), renamed)).before?.host).toBe('vm-01')
  const two = await statesOf(healthyHost().under('a').and(renamed.under('b')))
  const { hosts } = diffOf(two, await statesOf(renamed))
  expect(hosts.map(({ host, before, after }) => [host, before !== null, after !== null])).toEqual([
    ['vm-01', true, false],
    ['vm-09', true, true],
  ])
})
