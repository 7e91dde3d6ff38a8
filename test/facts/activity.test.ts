import type { ActivityLaneReport } from '../../src/model/report.js'
import { analyzeHost } from '../support/analyze.js'
import {
  AGENT_LOG,
  agentLog,
  AMA_LOG,
  CT_LOG,
  healthyHost,
  HostTree,
  mdsdErr,
  mdsdInfo,
  MINUTE,
  odsFailure,
  START,
  TAKEN,
} from '../support/host.js'
import { agentStopped, forbidden } from '../support/samples.js'

async function lanes(host: HostTree): Promise<Map<string, ActivityLaneReport>> {
  const { activity } = await analyzeHost(host)
  return new Map(activity?.lanes.map((lane) => [lane.name, lane]))
}

async function lane(host: HostTree, name: string): Promise<ActivityLaneReport> {
  const found = (await lanes(host)).get(name)
  if (found === undefined) throw new Error(`no lane ${name}`)
  return found
}

const total = (values: readonly (number | null)[] | null | undefined): number =>
  values?.reduce((a: number, b) => a + (b ?? 0), 0) ?? 0

test('a healthy host: what each log tells, in the order of the data path', async () => {
  const all = await lanes(healthyHost())
  expect([...all.values()].map(({ hop, name, source }) => `${hop} ${name} (${source})`)).toEqual([
    'dcr Rule loaded (mdsd.info)',
    'ama Heartbeats (mdsd.info)',
    'ama Starts (mdsd.info)',
    'collection Runs, software (cta_linux_agent.log)',
    'collection Runs, services (cta_linux_agent.log)',
    'cache Rows waiting, CONFIG_CHANGE_BLOB_V2 (mdsd.info)',
    'cache Rows waiting, CONFIG_DATA_BLOB_V2 (mdsd.info)',
    'upload Uploads (mdsd.qos)',
  ])
  expect(total(all.get('Heartbeats')?.values)).toBe(130)
  expect(total(all.get('Runs, software')?.values)).toBe(26)
  expect(total(all.get('Uploads')?.values)).toBe(8)
  expect(total(all.get('Uploads')?.failed)).toBe(0)
  expect(Math.max(...(all.get('Rows waiting, CONFIG_DATA_BLOB_V2')?.values ?? []).map(Number))).toBe(613)
  // Statistics of uploads come every 15 minutes; all others say something of each 5.
  for (const name of ['Heartbeats', 'Runs, services']) expect(all.get(name)?.values).not.toContain(0)
})

test('a host without logs has no activity', async () => {
  const { activity } = await analyzeHost(healthyHost().without(/\.log$|mdsd\./))
  expect(activity).toBeNull()
})

test('a log that ceases shows zeros; one whose end was not collected shows that nobody knows', async () => {
  const ceased = await lane(agentStopped(), 'Runs, services')
  expect(ceased.values.at(-1)).toBe(0)
  expect(ceased.last).toBe('2026-01-10T07:56:01Z')
  const rotated = agentStopped().without(/cta_linux_agent\.log/)
  const name = `${CT_LOG}/cta_linux_agent-2026-01-10T08-00-00.000.log`
  const torn = await lane(rotated.with(name, agentLog({ until: START + 60 * MINUTE })), 'Runs, services')
  expect(torn.values.at(-1)).toBeNull()
})

test('a worker without any run has a lane of zeros beside the one that runs', async () => {
  const { values } = await lane(healthyHost().with(AGENT_LOG, agentLog({ workers: ['services'] })), 'Runs, software')
  expect(total(values)).toBe(0)
  expect(values).toContain(0)
})

test('failed uploads come from the statistics and from the error log, each in its lane', async () => {
  const all = await lanes(forbidden())
  expect(total(all.get('Failed uploads')?.failed)).toBe(3)
  expect(total(all.get('Uploads')?.failed)).toBe(8)
  expect(total(all.get('Uploads')?.values)).toBe(0)
  expect(all.get('Uploads')?.last).toBeNull()
})

test('failures of other streams, and rows of the Windows sink, are not shown', async () => {
  const host = healthyHost()
    .with(`${AMA_LOG}/mdsd.err`, mdsdErr([[TAKEN - MINUTE, odsFailure('403', 'LINUX_SYSLOGS_BLOB')]]))
    .edit(`${AMA_LOG}/mdsd.info`, (text) => text.replaceAll(/(CTDataSource)-Linux(:CONFIG_CHANGE)/g, '$1-Windows$2'))
  const names = [...(await lanes(host)).keys()]
  expect(names).toContain('Rows waiting, CONFIG_DATA_BLOB_V2')
  expect(names).not.toContain('Rows waiting, CONFIG_CHANGE_BLOB_V2')
  expect(names).not.toContain('Failed uploads')
})

test('restarts, starts of an agent in a loop, failed tokens and fetches have lanes of their own', async () => {
  const time = new Date(TAKEN - MINUTE).toISOString()
  const host = healthyHost()
    .with(
      `${AMA_LOG}/mdsd.err`,
      mdsdErr([
        [TAKEN - 2 * MINUTE, 'Failed to get MSI token from IMDS'],
        [TAKEN - MINUTE, 'Could not obtain configuration from https://example.com after 3 tries, ErrorCode:-1'],
      ]),
    )
    .with(`${CT_LOG}/cta_linux_watcher.log`, `time="${time}" level=warning msg="made-up: worker is not running"\n`)
    .edit(AGENT_LOG, (text) => `${text}time="${time}" level=error msg="made-up: failed"\n`)
  const all = await lanes(host)
  for (const name of ['Failed tokens', 'Failed fetches', 'Worker restarts', 'Errors'])
    expect([name, total(all.get(name)?.failed)]).toEqual([name, 1])
})

test('what memory forgot of a long log is not shown as silence', async () => {
  const from = TAKEN - 4000 * MINUTE
  const { values } = await lane(healthyHost().with(`${AMA_LOG}/mdsd.info`, mdsdInfo({ from })), 'Heartbeats')
  expect(values).not.toContain(0)
  expect(values).toContain(null)
})

test('the same logs in another order, or split by rotation, give the same activity', async () => {
  const host = healthyHost()
  const turned = new HostTree(new Map([...host.entries].toReversed()))
  expect((await analyzeHost(turned)).activity).toEqual((await analyzeHost(host)).activity)
  const split = host
    .with(`${AMA_LOG}/mdsd.info.1`, mdsdInfo({ until: START + 60 * MINUTE }))
    .with(`${AMA_LOG}/mdsd.info`, mdsdInfo({ from: START + 60 * MINUTE, start: false }))
  expect((await lane(split, 'Heartbeats')).values).toEqual((await lane(host, 'Heartbeats')).values)
})
