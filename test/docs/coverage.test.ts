import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { markers } from '../../src/artifacts/collector.js'
import { artifacts } from '../../src/artifacts/index.js'
import { rules } from '../../src/rules/index.js'
import { analyzeHost } from '../support/analyze.js'
import { artifactsAt, coveragePage, diskPaths, pastedPaths, reach, type Column } from '../support/coverage.js'
import { HostTree, healthyHost } from '../support/host.js'
import { LAYOUTS, type Layout } from '../support/layouts.js'

const page = join(__dirname, '..', '..', 'docs', 'coverage.md')

function layout(id: string): Layout {
  const found = LAYOUTS.find((one) => one.id === id)
  if (found === undefined) throw new Error(`There is no layout ${id}`)
  return found
}

const columns: readonly Column[] = [
  {
    id: 'asked',
    title: 'every command of the ask list pasted',
    held: artifactsAt(pastedPaths(artifacts, layout('ama')), artifacts),
  },
  {
    id: 'disk',
    title: 'a copy of the whole disk, or the disk mounted elsewhere',
    held: artifactsAt(diskPaths(artifacts), artifacts),
  },
  ...LAYOUTS.map(({ id, title, paths }) => ({ id, title, held: artifactsAt(paths, artifacts) })),
]

const held = (id: string): ReadonlySet<string> => columns.find((column) => column.id === id)?.held ?? new Set()

test('the page is current', () => {
  const text = coveragePage(rules, columns)
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(page, text)
  expect(existsSync(page) ? readFileSync(page, 'utf8') : '').toBe(text)
})

test('every artifact is supplied by its own command, where it would be recognised', () => {
  // What a collector made cannot be made again on the machine, and folders of Windows are not asked of Linux.
  const collectors = new Set([
    'windowsAgents',
    'collectorResults',
    'cutCopy',
    'hostFiles',
    'manifest',
    'redactionRecord',
    ...markers.map(({ id }) => id),
  ])
  const missing = artifacts.filter(
    (artifact) =>
      !collectors.has(artifact.id) && !artifactsAt(pastedPaths([artifact], layout('ama')), artifacts).has(artifact.id),
  )
  expect(missing.map(({ id }) => id)).toEqual([])
})

test('what is public knowledge of the collectors holds', () => {
  // The Azure Monitor Agent's own collector takes nothing of the Change Tracking extension.
  for (const id of ['ctAgentLog', 'ctDb', 'fileJson', 'ctHandlerState', 'unixSockets'])
    expect(held('ama')).not.toContain(id)
  for (const id of ['configChunk', 'mdsdInfo', 'mdsdQos', 'amaOut']) expect(held('ama')).toContain(id)
  for (const id of ['ctAgentLog', 'fileJson', 'ctHandlerState', 'waagentLog']) expect(held('guest')).toContain(id)
  for (const id of ['configChunk', 'ctDb', 'mdsdInfo']) expect(held('guest')).not.toContain(id)
  for (const id of ['unixSockets', 'unitState', 'processList', 'ctAgentLog']) expect(held('sos')).toContain(id)
  for (const id of ['ctDb', 'configChunk', 'mdsdInfo', 'ctExtensionDir']) expect(held('sos')).not.toContain(id)
  expect([...held('db')]).toEqual(['ctDb'])
  expect(held('disk')).not.toContain('unixSockets')
  expect(held('disk')).toContain('ctDb')
})

/** The healthy host, cut down to what a layout holds at the machine's own paths. */
function only(pattern: RegExp): HostTree {
  return new HostTree(new Map([...healthyHost().entries].filter(([path]) => pattern.test(path))))
}

test.each([
  ['logs', only(/^var\/log\/azure\//)],
  [
    'db',
    new HostTree(new Map([...only(/changetracking\.db$/).entries].map(([, entry]) => ['changetracking.db', entry]))),
  ],
])('an empty cell is a rule that cannot answer: %s', async (id, tree) => {
  const { outcomes } = await analyzeHost(tree)
  const blank = rules.filter((rule) => reach(rule, held(id)) === 'none').map((rule) => rule.id)
  expect(blank.length).toBeGreaterThan(20)
  const told = outcomes.filter(({ ruleId, status }) => blank.includes(ruleId) && status !== 'unknown')
  expect(told.map(({ ruleId, status }) => `${ruleId} ${status}`)).toEqual([])
})
