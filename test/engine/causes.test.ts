import type { FindingReport, HostReport } from '../../src/model/report.js'
import { analyzeHost } from '../support/analyze.js'
import {
  AGENT_LOG,
  agentLog,
  AMA_LOG,
  CHUNK_FILE,
  chunkWith,
  COLLECTED,
  CT,
  DAEMON,
  EXT,
  FILE_JSON,
  healthyHost,
  type HostTree,
  mdsdErr,
  mdsdInfo,
  mdsdQos,
  MINUTE,
  odsFailure,
  PACKAGES_JSON,
  processes,
  procNetUnix,
  START,
  TAKEN,
  unitStates,
} from '../support/host.js'

/** Each host has one cause and what follows from it. */
const healthy = healthyHost()
const MDSD = '/opt/microsoft/azuremonitoragent/bin/mdsd -A'
const STOPPED = TAKEN - 120 * MINUTE

const said = (at: number, level: string, message: string): string =>
  `time="${new Date(at).toISOString().replace('.000', '')}" level=${level} msg=${JSON.stringify(message)}`

const every = (minutes: number, count: number): number[] =>
  Array.from({ length: count }, (_, index) => TAKEN - (count - index) * minutes * MINUTE)

/** The worker ended two hours ago, and each start since ended with this line. */
const crashing = (line: string): HostTree =>
  healthy
    .with(
      AGENT_LOG,
      agentLog({
        from: START - 300 * MINUTE,
        until: STOPPED,
        extra: every(6, 19).map((at) => said(at, 'fatal', line)),
      }),
    )
    .stamped(COLLECTED, STOPPED)
    .with('ps-ef.txt', processes([MDSD, DAEMON]))
    .with('proc/net/unix', procNetUnix({ data: 'listening' }))

const emptyRun = (line: string): HostTree =>
  healthy
    .with(AGENT_LOG, agentLog({ packages: 0, extra: [said(TAKEN - 5 * MINUTE, 'error', line)] }))
    .with(PACKAGES_JSON, '[]')

const failing = (lines: readonly (readonly [number, string])[]): HostTree =>
  healthy
    .with(`${AMA_LOG}/mdsd.info`, mdsdInfo({ heartbeatsUntil: TAKEN - 90 * MINUTE, rows: () => null }))
    .with(`${AMA_LOG}/mdsd.qos`, mdsdQos({ success: false }))
    .with(`${AMA_LOG}/mdsd.err`, mdsdErr(lines))

const START_LINE = '[DAEMON] START mdsd daemon ver(1.35.8) pid(2056) uid(104) gid (111)'
const NO_ANSWER =
  'Could not obtain configuration from https://global.handler.control.monitor.azure.com after first round of tries. ErrorCode:1310977'

const HOSTS: Readonly<Record<string, readonly [HostTree, string]>> = {
  'a port is taken': [crashing('listen tcp :18080: bind: address already in use'), 'CT4018'],
  'the database is locked': [crashing('open database: timeout'), 'CT4016'],
  'the package manager fails': [emptyRun('dpkg-query: error: database is locked'), 'CT4016'],
  'the extension was disabled': [
    healthy
      .with(AGENT_LOG, agentLog({ from: START - 300 * MINUTE, until: STOPPED }))
      .stamped(COLLECTED, STOPPED)
      .with(`${EXT}/config/HandlerState`, 'Installed')
      .with(
        `${EXT}/config/HandlerStatus`,
        JSON.stringify({ name: CT, version: '2.35.0.0', status: 'NotReady', code: 0, message: 'Plugin disabled' }),
      )
      .with('systemctl-show.txt', unitStates({ cxp: { active: 'inactive', sub: 'dead', file: 'disabled' } }))
      .with('ps-ef.txt', processes([MDSD]))
      .with('proc/net/unix', procNetUnix({ data: 'listening' })),
    'CT4006',
  ],
  'the Azure Monitor Agent crashes': [
    healthy
      .with(
        `${AMA_LOG}/mdsd.info`,
        mdsdInfo({ heartbeatsUntil: STOPPED, extra: every(5, 24).map((at) => [at, START_LINE]) }),
      )
      .with('proc/net/unix', procNetUnix({ data: 'listening' })),
    'CT2007',
  ],
  'its defaults are lost': [
    healthy
      .edit('etc/default/azuremonitoragent', (text) => text.replace('export ENABLE_MCS=true\n', ''))
      .with(`${AMA_LOG}/mdsd.info`, mdsdInfo({ heartbeatsUntil: STOPPED }))
      .with('proc/net/unix', procNetUnix({ data: 'missing', config: false })),
    'CT2009',
  ],
  'no name is resolved': [
    failing(
      every(15, 6).flatMap((at) => [
        [at, NO_ANSWER] as const,
        [at, odsFailure('Error resolving address', 'CONFIG_DATA_BLOB_V2')] as const,
      ]),
    ),
    'CT7003',
  ],
  'no pattern can match': [
    healthy
      .with(
        CHUNK_FILE,
        chunkWith((settings) => {
          const { fileInfo } = settings['fileSettings'] as { fileInfo: { destinationPath: string }[] }
          for (const entry of fileInfo) entry.destinationPath = '/etc/*/conf.d/*.conf'
        }),
      )
      .with(FILE_JSON, '[]'),
    'CT1016',
  ],
  'the rule’s file is lost': [healthy.without(/configchunks\/1000000000000000001/), 'CT1020'],
}

/** Findings that no other explains. */
const leading = ({ findings }: HostReport): FindingReport[] => findings.filter(({ causedBy }) => causedBy === null)

test.each(Object.entries(HOSTS))('%s: one cause explains all, and the verdict names it', async (_, [tree, cause]) => {
  const host = await analyzeHost(tree)
  const roots = leading(host)
  expect(roots.map(({ ruleId }) => ruleId)).toEqual([cause])
  expect(host.verdict.sentence).toContain(roots[0]?.message)
})

test('a setting of one worker does not explain that another stopped', async () => {
  const log = agentLog().split('\n')
  const misspelt = chunkWith((settings) => {
    settings['serviceSettings'] = settings['servicesSettings']
    delete settings['servicesSettings']
  })
  const host = await analyzeHost(
    healthy
      .with(CHUNK_FILE, misspelt)
      .with(AGENT_LOG, `${log.slice(0, 20).join('\n')}\n${said(TAKEN - MINUTE, 'info', 'made-up: still here')}\n`)
      .stamped(COLLECTED, START + 50 * MINUTE),
  )
  const late = host.findings.filter(({ ruleId }) => ruleId === 'CT5001')
  expect(late.map(({ subject, causedBy }) => [subject, causedBy])).toEqual([
    ['services', 'CT1010'],
    ['software', null],
  ])
})

test.each(['open /etc/shadow.conf: permission denied', 'systemctl: Failed to connect to bus'])(
  'an error about something else does not explain an empty list: %s',
  async (line) => {
    const host = await analyzeHost(emptyRun(line))
    expect(leading(host).map(({ ruleId }) => ruleId)).toEqual(['CT5003', 'CT4016'])
  },
)

test('a crash that a worker has outlived explains nothing', async () => {
  const host = await analyzeHost(
    healthy
      .with(AGENT_LOG, agentLog({ extra: [said(TAKEN - 60 * MINUTE, 'fatal', 'open database: timeout')] }))
      .with('ps-ef.txt', processes([MDSD, DAEMON])),
  )
  expect(leading(host).map(({ ruleId }) => ruleId)).toEqual(['CT4014', 'CT4016'])
})

test('nobody is said to be disconnected from an agent that is down', async () => {
  const host = await analyzeHost(
    healthy
      .with('systemctl-show.txt', unitStates({ ama: { active: 'failed', sub: 'failed' } }))
      .with('proc/net/unix', procNetUnix({ data: 'missing', config: false }))
      .with('ps-ef.txt', processes([DAEMON])),
  )
  expect(host.outcomes.find(({ ruleId }) => ruleId === 'CT3002')?.status).toBe('not-applicable')
})

test('an agent that never collected is not healthy', async () => {
  const host = await analyzeHost(
    healthy.without(COLLECTED).with(AGENT_LOG, `${said(TAKEN - MINUTE, 'info', 'made-up: waiting')}\n`),
  )
  expect(host.path.find(({ hop }) => hop === 'collection')?.status).toBe('unknown')
  expect(host.verdict.status).toBe('unknown')
})
