import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { HostReport, Report } from '../../src/model/report.js'
import { analyzeTree } from '../support/analyze.js'
import { scratch, tarOf } from '../support/archives.js'
import { runCli } from '../support/cli.js'
import {
  agentLog,
  AMA,
  AMA_LOG,
  CHUNKS,
  CT_LOG,
  DB,
  EXT,
  fixture,
  HostTree,
  list,
  mdsdErr,
  mdsdInfo,
  MINUTE,
  odsFailure,
  START,
  TAKEN,
} from '../support/host.js'
import { agentStopped, demo, forbidden, twoDcrs } from '../support/samples.js'

const folder = scratch()

/** Broken at every hop, with several files wherever several can be: order has the most to spoil here. */
function ruin(): HostTree {
  return twoDcrs()
    .with(`${CHUNKS}/0-torn.json`, '{"dataSources": [')
    .with(`${CHUNKS}/9-torn.json`, '')
    .with(
      `${AMA_LOG}/mdsd.err`,
      mdsdErr([
        [TAKEN - 9 * MINUTE, odsFailure('403', 'CONFIG_CHANGE_BLOB_V2')],
        [TAKEN - 8 * MINUTE, odsFailure('503', 'CONFIG_DATA_BLOB_V2')],
        [TAKEN - 7 * MINUTE, 'IO error: No space left on device'],
      ]),
    )
    .with(`${AMA_LOG}/mdsd.info`, mdsdInfo({ heartbeatsUntil: TAKEN - 60 * MINUTE, rows: (_, minute) => minute }))
    .with(`${AMA_LOG}/mdsd.info.1`, mdsdInfo({ from: START - 300 * MINUTE, until: START - MINUTE }))
    .with(`${AMA_LOG}/mdsd.info.2.gz`, gzipSync(mdsdInfo({ from: START - 600 * MINUTE, until: START - 301 * MINUTE })))
    .with(`${CT_LOG}/cta_linux_agent.log`, agentLog({ until: TAKEN - 90 * MINUTE, packages: 5 }))
    .with(
      `${CT_LOG}/cta_linux_agent-2026-01-10T07-00-00.000.log`,
      agentLog({ from: START - 300 * MINUTE, until: START }),
    )
    .with(`${EXT}/File.json`, list('File', 'keyed'), TAKEN)
    .with(`${EXT.replace('2.35.0.0', '2.9.0.0')}/config/HandlerState`, 'Enabled')
    .with(`var/lib/waagent/${AMA}-1.29.4/config/HandlerState`, 'Enabled')
    .with(DB, fixture('changetracking-db/zeroed-leaf.db.gz'))
    .with('systemctl-status.txt', '● cxp.service - x\n   Loaded: loaded\n   Active: failed (Result: exit-code)\n')
    .with('etc/default/azuremonitoragent', 'export MANAGED_IDENTITY=x\nexport MDSD_PROXY_PASSWORD=hunter2hunter2\n')
}

const broken: readonly (readonly [string, HostTree])[] = [
  ['two rules', twoDcrs()],
  ['a stopped agent', agentStopped()],
  ['refused uploads', forbidden()],
  ['the demo', demo()],
  ['a ruin', ruin()],
]

/** The same entries in another order, the same one for each seed. */
function shuffled(tree: HostTree, seed: number): HostTree {
  const entries = [...tree.entries]
  let state = seed
  for (let index = entries.length - 1; index > 0; index--) {
    state = (state * 1103515245 + 12345) % 2 ** 31
    const other = state % (index + 1)
    const [a, b] = [entries[index], entries[other]]
    if (a === undefined || b === undefined) continue
    entries[index] = b
    entries[other] = a
  }
  return new HostTree(new Map(entries))
}

/** All that is about hosts, and the problems in an order of their own: they come as the entries do. */
function comparable({ hosts, problems }: Report): { hosts: readonly HostReport[]; problems: readonly string[] } {
  return { hosts, problems: problems.map((problem) => JSON.stringify(problem)).toSorted() }
}

test.each(broken)('the order of the entries does not matter: %s', async (_, tree) => {
  const first = comparable(await analyzeTree(tree))
  expect(first.hosts[0]?.findings.length).toBeGreaterThan(0)
  for (let seed = 1; seed <= 8; seed++) expect(comparable(await analyzeTree(shuffled(tree, seed)))).toEqual(first)
})

test('the ruin fires at every hop, so that the comparison means something', async () => {
  const { hosts } = await analyzeTree(ruin())
  const groups = new Set(hosts[0]?.findings.map(({ hop }) => hop))
  for (const group of ['dcr', 'ama', 'agent', 'collection', 'upload', 'input']) expect(groups).toContain(group)
  expect(hosts[0]?.findings.length).toBeGreaterThan(15)
})

const PRELOAD = join(__dirname, '..', 'support', 'other-clock.cjs')
const places: readonly NodeJS.ProcessEnv[] = [
  { TZ: 'Pacific/Kiritimati', LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8', CT_DIAG_TEST_NOW: '1999-12-31T23:59:59Z' },
  { TZ: 'America/St_Johns', LANG: 'C', CT_DIAG_TEST_NOW: '2041-07-01T00:00:00Z' },
  { TZ: 'Asia/Kathmandu', LANG: 'th_TH.UTF-8', LC_ALL: 'th_TH.UTF-8', CT_DIAG_TEST_NOW: '2026-01-10T09:00:00Z' },
]

test.each(broken)('nor do order, time zone, language and clock of another machine: %s', async (name, tree) => {
  const reports = []
  for (const [index, env] of [{ TZ: 'UTC', LANG: 'C.UTF-8' }, ...places].entries()) {
    const own = join(folder, `${name}-${index}`)
    mkdirSync(own, { recursive: true })
    writeFileSync(join(own, 'host.tar'), await tarOf((index === 0 ? tree : shuffled(tree, 77 + index)).entries))
    const preload = 'CT_DIAG_TEST_NOW' in env ? { NODE_OPTIONS: `--require ${PRELOAD}` } : {}
    const { stdout, code } = await runCli(['analyze', 'host.tar', '--json'], { ...env, ...preload }, own)
    expect(code).toBe(3)
    const report = JSON.parse(stdout) as Report
    if ('CT_DIAG_TEST_NOW' in env)
      expect(Date.parse(report.run.startedAt)).toBe(Date.parse(env['CT_DIAG_TEST_NOW'] ?? ''))
    reports.push(comparable(report))
  }
  for (const report of reports.slice(1)) expect(report).toEqual(reports[0])
})
