import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Result } from 'sarif'
import { scratch, tgzOf } from '../support/archives.js'
import { runCli } from '../support/cli.js'
import { readSarif } from '../support/formats.js'
import { agentStopped, demo, forbidden, logsOnly } from '../support/samples.js'

const folder = scratch()
const FORMATS = ['json', 'sarif'] as const

async function make(name: string, tree: ReturnType<typeof demo>): Promise<void> {
  writeFileSync(join(folder, `${name}.tgz`), await tgzOf(tree.entries))
}

beforeAll(async () => {
  await make('demo', demo())
  await make('stopped', agentStopped())
  await make('forbidden', forbidden())
  await make('logs', logsOnly())
  for (const format of FORMATS) {
    const { stdout } = await runCli(['analyze', 'demo.tgz', '--format', format], {}, folder)
    writeFileSync(join(folder, `demo.${format}`), stdout)
  }
  writeFileSync(
    join(folder, 'x.json'),
    '{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"other"}},"results":[]}]}',
  )
  writeFileSync(
    join(folder, 'odd.json'),
    '{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"ct-diag"}},"results":[null]}]}',
  )
})

async function against(baseline: string, input: string): Promise<Map<string, Result[]>> {
  const args = ['analyze', input, '--format', 'sarif', '--baseline', baseline]
  const { results = [] } = readSarif((await runCli(args, {}, folder)).stdout)
  const states = new Map<string, Result[]>()
  for (const result of results) {
    const state = result.baselineState ?? 'none'
    states.set(state, [...(states.get(state) ?? []), result])
  }
  return states
}

const ids = (results: readonly Result[] | undefined): string[] => [
  ...new Set(results?.map(({ ruleId }) => ruleId ?? '')),
]

describe.each(FORMATS)('against an earlier report in %s', (format) => {
  const baseline = `demo.${format}`

  test('the same is unchanged', async () => {
    const states = await against(baseline, 'demo.tgz')
    expect([...states.keys()]).toEqual(['unchanged'])
    expect(states.get('unchanged')).toHaveLength(5)
  })

  test('what the rules looked for again and did not find is absent, what they found is new', async () => {
    const states = await against(baseline, 'forbidden.tgz')
    expect(ids(states.get('new'))).toEqual(['CT7002', 'CT7005'])
    expect(ids(states.get('absent')).toSorted()).toEqual(['CT1003', 'CT3002', 'CT5001', 'CT5002'])
    for (const { locations, level } of states.get('absent') ?? [])
      expect([locations?.[0]?.physicalLocation?.artifactLocation?.uri, level]).toEqual([
        expect.stringMatching(/./),
        'error',
      ])
  })

  test('what can no longer be told is open, never absent', async () => {
    const states = await against(baseline, 'logs.tgz')
    const open = states.get('unchanged')?.filter(({ kind }) => kind === 'open')
    expect(ids(open)).toEqual(expect.arrayContaining(['CT1003', 'CT3002']))
    expect(ids(states.get('absent'))).not.toEqual(expect.arrayContaining(['CT1003']))
  })
})

test('a finding that says something else is updated', async () => {
  const args = [
    'analyze',
    'stopped.tgz',
    '--format',
    'sarif',
    '--as-of',
    '2026-01-11T10:00:00Z',
    '--baseline',
    'demo.json',
  ]
  const { results = [] } = readSarif((await runCli(args, {}, folder)).stdout)
  expect(results.find(({ ruleId }) => ruleId === 'CT5002')?.baselineState).toBe('updated')
})

test.each(['no-such.json', 'demo.tgz', 'x.json', 'odd.json'])(
  '%s is no baseline, and that is told first',
  async (file) => {
    const { code, stderr, stdout } = await runCli(['analyze', 'demo.tgz', '--baseline', file], {}, folder)
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(/^ct-diag: --baseline [^\n]+\n$/)
  },
)
