import { cohortsOf } from '../../src/engine/cohorts.js'
import type { SeparationReport } from '../../src/model/report.js'
import { expectValid } from '../support/schema.js'
import { fleetOf, fleetReport, type Member } from '../support/fleet.js'

const times = (count: number, make: (index: number) => Member): Member[] =>
  Array.from({ length: count }, (_, i) => make(i))
const OLD = { ctVersion: '2.20.0.0' }

async function separations(members: readonly Member[]): Promise<readonly SeparationReport[]> {
  const hosts = await fleetOf(members)
  const cohorts = cohortsOf(hosts)
  if (cohorts === undefined) throw new Error('Too few hosts')
  expectValid({ ...(await fleetReport(hosts)), cohorts })
  return cohorts.separations
}

const brief = (found: readonly SeparationReport[]): unknown[] =>
  found.map(({ ruleId, fact, value, having, others, unknown }) => [
    `${ruleId} ${fact} ${value}`,
    `${having.found}/${having.hosts} ${others.found}/${others.hosts} ?${unknown}`,
  ])

test('below ten machines nothing is said', async () => {
  expect(cohortsOf(await fleetOf(times(9, () => ({ findings: ['CT5001'] }))))).toBeUndefined()
  expect(cohortsOf(await fleetOf(times(10, () => ({}))))).toEqual({
    hosts: 10,
    sets: [{ ruleIds: [], hosts: 10 }],
    separations: [],
  })
})

test('sets of findings are counted, the most frequent first; what is only worth knowing makes no set', async () => {
  const hosts = await fleetOf([
    ...times(3, () => ({ findings: ['CT5001', 'CT1003', ['CT4021', 'info']] })),
    ...times(2, () => ({ findings: [['CT1023', 'info']] })),
    ...times(4, () => ({ findings: [['CT1008', 'warning']] })),
    ...times(3, () => ({ findings: ['CT1003', 'CT5001', 'CT5001'] })),
  ])
  expect(cohortsOf(hosts)?.sets).toEqual([
    { ruleIds: ['CT1003', 'CT5001'], hosts: 6 },
    { ruleIds: ['CT1008'], hosts: 4 },
    { ruleIds: [], hosts: 2 },
  ])
})

describe('what separates hosts with a finding from those without', () => {
  test('a version', async () => {
    const found = await separations([
      ...times(8, () => ({ findings: ['CT5001'], identity: OLD })),
      ...times(12, () => ({})),
      { findings: ['CT5001'] },
    ])
    expect(brief(found)).toEqual([['CT5001 ctVersion 2.20.0.0', '8/8 1/13 ?0']])
    expect(found[0]).toMatchObject({ tests: 1 })
    expect(found[0]?.pValue).toBeLessThan(0.001)
  })

  test.each([
    ['region', { region: 'northeurope' }],
    ['dcr', { dcrs: ['dcr-0000000000000000000000000000000a', 'dcr-0000000000000000000000000000000e'] }],
    ['workspace', { workspaces: ['00000000-0000-4000-8000-000000000009'] }],
    ['arch', { arch: 'aarch64' }],
    ['environment', { environment: 'arc' as const }],
    ['amaVersion', { amaVersion: '1.2.3' }],
    ['release', { distributionVersion: '11' }],
  ])('%s', async (fact, identity) => {
    const found = await separations([...times(8, () => ({ findings: ['CT7002'], identity })), ...times(8, () => ({}))])
    expect(found.map((one) => [one.fact, one.having, one.others])).toEqual([
      [fact, { hosts: 8, found: 8 }, { hosts: 8, found: 0 }],
    ])
  })

  test('facts that part the hosts alike are both told: nobody can tell which it is', async () => {
    const found = await separations([
      ...times(8, () => ({ findings: ['CT5001'], identity: { ...OLD, region: 'northeurope' } })),
      ...times(8, () => ({})),
    ])
    expect(found.map(({ fact, tests }) => [fact, tests])).toEqual([
      ['ctVersion', 1],
      ['region', 1],
    ])
  })

  test('of many such facts three, and of one fact one value', async () => {
    const identity = { ...OLD, region: 'northeurope', arch: 'aarch64', amaVersion: '1.2.3', dcrs: ['dcr-x', 'dcr-y'] }
    const found = await separations([...times(8, () => ({ findings: ['CT5001'], identity })), ...times(8, () => ({}))])
    expect(found.map(({ fact }) => fact)).toEqual(['amaVersion', 'arch', 'ctVersion'])
    const { dcrs } = identity
    const rules = await separations([
      ...times(8, () => ({ findings: ['CT5001'], identity: { dcrs } })),
      ...times(8, () => ({})),
    ])
    expect(rules.map(({ fact, value }) => [fact, value])).toEqual([['dcr', 'dcr-x']])
  })

  test('a value and its opposite are one test, also where some are not known', async () => {
    const found = await separations([
      ...times(8, () => ({ findings: ['CT5001'], identity: OLD })),
      ...times(8, () => ({})),
      ...times(3, () => ({ identity: { ctVersion: null } })),
    ])
    expect(found).toMatchObject([{ tests: 1, unknown: 3, others: { hosts: 8 } }])
  })

  test('of two facts the better one', async () => {
    const found = await separations([
      ...times(10, (i) => ({
        findings: ['CT5001'],
        identity: { ...OLD, ...(i < 9 ? { region: 'northeurope' } : {}) },
      })),
      ...times(10, () => ({})),
    ])
    expect(found.map(({ fact }) => fact)).toEqual(['ctVersion'])
  })

  test('a value that goes with having no finding, where no single value goes with it', async () => {
    const found = await separations([
      ...times(12, (i) => ({ findings: ['CT5001'], identity: { ctVersion: `2.${i}.0.0` } })),
      ...times(12, () => ({})),
    ])
    expect(brief(found)).toEqual([['CT5001 ctVersion 2.35.0.0', '0/12 12/12 ?0']])
  })
})

describe('near misses: nothing is told', () => {
  test.each<[string, Member[]]>([
    [
      'a fact that is the same on all',
      [...times(10, () => ({ findings: ['CT5001'], identity: OLD })), ...times(10, () => ({ identity: OLD }))],
    ],
    ['a finding that all have', times(20, (i) => ({ findings: ['CT5001'], identity: i % 2 === 0 ? OLD : {} }))],
    ['a finding that nobody has', times(20, (i) => ({ identity: i % 2 === 0 ? OLD : {} }))],
    [
      'a fact that half of them share on both sides',
      times(40, (i) => ({ findings: i < 20 ? ['CT5001'] : [], identity: i % 2 === 0 ? OLD : {} })),
    ],
    [
      'a fact that is known only of hosts with the finding',
      [
        ...times(10, () => ({ findings: ['CT5001'] as const, identity: OLD })),
        ...times(10, () => ({ identity: { ctVersion: null } })),
      ],
    ],
    [
      'rules of which nobody knows',
      [
        ...times(10, () => ({ findings: ['CT7002'] as const, identity: { dcrs: ['dcr-x'] } })),
        ...times(10, () => ({ identity: { dcrs: null } })),
      ],
    ],
    [
      'hosts on which the rule could not answer',
      [
        ...times(10, () => ({ findings: ['CT5001'] as const, identity: OLD })),
        ...times(10, () => ({ outcomes: { CT5001: 'unknown' as const } })),
      ],
    ],
    [
      'hosts to which the rule does not apply',
      [
        ...times(10, () => ({ findings: ['CT5001'] as const, identity: OLD })),
        ...times(10, () => ({ outcomes: { CT5001: 'not-applicable' as const } })),
      ],
    ],
    [
      'two hosts, however clear',
      [...times(2, () => ({ findings: ['CT5001'] as const, identity: OLD })), ...times(200, () => ({}))],
    ],
    [
      'a sure difference that is too small to help',
      times(800, (i) => ({ findings: i % 10 < (i < 400 ? 5 : 2) ? ['CT5001'] : [], identity: i < 400 ? OLD : {} })),
    ],
    [
      'a name that every host has for itself',
      times(20, (i) => ({ findings: i < 10 ? ['CT5001'] : [], identity: { region: `region-${i}` } })),
    ],
    [
      'one machine, looked at again and again',
      [
        ...times(10, () => ({
          findings: ['CT5001'] as const,
          identity: { ...OLD, resourceId: '/subscriptions/x/ONE' },
        })),
        ...times(10, () => ({})),
      ],
    ],
  ])('%s', async (_, members) => {
    expect(brief(await separations(members))).toEqual([])
  })

  test('three hosts of three are told only where few things were tried', async () => {
    const three = times(3, () => ({ findings: ['CT5001'] as const, identity: OLD }))
    expect(await separations([...three, ...times(14, () => ({}))])).toHaveLength(1)
    // Seven times as much is tried, and one of it had to look like something.
    const busy = times(14, (i) => ({ identity: { region: `r${i % 3}`, arch: `a${i % 2}`, amaVersion: `1.${i % 4}` } }))
    const tried = await separations([
      ...three.map((one, i) => ({ ...one, identity: { ...OLD, arch: `a${i % 2}` } })),
      ...busy,
    ])
    expect(tried).toEqual([])
  })

  test('noise: of many fleets in which chance deals findings and facts, hardly one is told anything', async () => {
    let seed = 7
    const random = (below: number): number => {
      seed = (seed * 1103515245 + 12345) % 2 ** 31
      return (seed >> 8) % below
    }
    const rules = ['CT1003', 'CT2004', 'CT3002', 'CT5001', 'CT7002'] as const
    let told = 0
    for (let fleet = 0; fleet < 100; fleet++) {
      const hosts = await fleetOf(
        times(40, () => ({
          findings: rules.filter(() => random(3) === 0),
          identity: {
            ctVersion: `2.${random(4)}`,
            amaVersion: `1.${random(4)}`,
            region: `r${random(3)}`,
            distribution: `d${random(3)}`,
            dcrs: [`dcr-${random(5)}`],
            workspaces: [`w${random(2)}`],
          },
        })),
      )
      if (cohortsOf(hosts)?.separations.length !== 0) told += 1
    }
    expect(told).toBeLessThanOrEqual(2)
  })
})

test('the order of the hosts changes nothing', async () => {
  const hosts = await fleetOf([
    ...times(8, () => ({ findings: ['CT5001', 'CT7002'], identity: { ...OLD, region: 'northeurope' } })),
    ...times(9, (i) => ({ findings: i === 0 ? ['CT1003'] : [] })),
  ])
  expect(cohortsOf(hosts.toReversed())).toEqual(cohortsOf(hosts))
})

test('of a machine that was looked at twice the last look counts', async () => {
  const again = { resourceId: '/SUBSCRIPTIONS/x/VM-0000' }
  const members = [
    { findings: ['CT5001'] as const, asOf: '2026-01-10T10:00:00Z' },
    ...times(9, () => ({})),
    { asOf: '2026-01-11T10:00:00Z', identity: again },
  ]
  expect(cohortsOf(await fleetOf(members))).toMatchObject({ hosts: 10, sets: [{ ruleIds: [], hosts: 10 }] })
})
