import { hopReport, verdict } from '../../src/engine/data-path.js'
import type { HopView } from '../../src/model/catalogue.js'
import { HOPS, type Hop } from '../../src/model/hop.js'
import type { FindingReport, HopReport, HopStatus } from '../../src/model/report.js'
import type { RuleId, Severity } from '../../src/model/rule.js'
import { analyzeHost } from '../support/analyze.js'
import {
  AGENT_LOG,
  agentLog,
  AMA_LOG,
  COLLECTED,
  cxpService,
  fixture,
  healthyHost,
  inLocalTime,
  HostTree,
  mdsdErr,
  mdsdInfo,
  MINUTE,
  odsFailure,
  processes,
  procNetUnix,
  TAKEN,
  unitStates,
} from '../support/host.js'

const seen: HopView = { seen: true, lastSeen: null, sentence: 'It is there.' }
const unseen: HopView = { seen: false, lastSeen: null, sentence: 'It is not in the input.', ask: [] }

function found(hop: Hop, severity: Severity, ruleId: RuleId, causedBy: RuleId | null = null): FindingReport {
  return {
    ...{ ruleId, name: ruleId, title: `Title of ${ruleId}`, hop, severity, confidence: 'certain', subject: 's' },
    ...{ message: `Message of ${ruleId}.`, data: {}, remedy: ['x'], causes: [], causedBy },
    ...{ fingerprint: ruleId, evidence: [] },
  }
}

describe('the status of a hop', () => {
  test.each<[string, HopView, Severity[], Parameters<typeof hopReport>[3], HopStatus]>([
    ['an error', seen, ['warning', 'error'], ['fail', 'fail'], 'broken'],
    ['a warning', seen, ['info', 'warning'], ['fail', 'fail'], 'degraded'],
    ['an information', seen, ['info'], ['fail', 'pass'], 'ok'],
    ['nothing found', seen, [], ['pass', 'unknown', 'not-applicable'], 'ok'],
    ['its key artifact is missing', unseen, [], ['pass'], 'unknown'],
    ['an error without its key artifact', unseen, ['error'], ['fail', 'unknown'], 'broken'],
    ['only unknowns', seen, [], ['unknown', 'unknown'], 'unknown'],
    ['unknown and crashed', seen, [], ['unknown', 'error'], 'unknown'],
    ['nothing applies', seen, [], ['not-applicable', 'unknown'], 'ok'],
    ['none of its rules was asked', seen, [], [], 'ok'],
  ])('%s', (_, view, severities, answers, status) => {
    const order: Severity[] = ['error', 'warning', 'info']
    const own = severities
      .toSorted((a, b) => order.indexOf(a) - order.indexOf(b))
      .map((severity, index) => found('ama', severity, `CT${2001 + index}`))
    expect(hopReport('ama', view, [...own, found('dcr', 'error', 'CT1001')], answers).status).toBe(status)
  })

  test('a symptom does not speak for the hop while its worst has another finding', () => {
    const own = [found('ama', 'error', 'CT2001', 'CT1001'), found('ama', 'error', 'CT2002')]
    expect(hopReport('ama', seen, own, ['fail']).sentence).toBe('Title of CT2002.')
  })
})

describe('the verdict', () => {
  const path = (over: Partial<Record<Hop, HopStatus>>): HopReport[] =>
    HOPS.map((hop) => ({ hop, status: over[hop] ?? 'ok', lastSeen: null, sentence: `About ${hop}.`, ruleIds: [] }))

  test('is the first broken hop, whatever is degraded or unknown before it', () => {
    const findings = [found('agent', 'error', 'CT4001'), found('upload', 'error', 'CT7001')]
    const told = verdict(path({ dcr: 'unknown', ama: 'degraded', agent: 'broken', upload: 'broken' }), findings)
    expect(told).toMatchObject({ hop: 'agent', status: 'broken' })
    expect(told.sentence).toContain('Message of CT4001.')
  })

  test('else the first degraded one', () => {
    const findings = [found('cache', 'warning', 'CT6004')]
    expect(verdict(path({ cache: 'degraded', upload: 'unknown' }), findings)).toMatchObject({
      hop: 'cache',
      status: 'degraded',
    })
  })

  test('a defect does not say that data flows where a hop was not seen', () => {
    const findings = [found('cache', 'warning', 'CT6004')]
    const [seen, unseen] = [
      verdict(path({ cache: 'degraded' }), findings),
      verdict(path({ cache: 'degraded', ama: 'unknown' }), findings),
    ]
    expect(seen.sentence).not.toBe(unseen.sentence)
    expect(unseen.sentence).not.toMatch(/flows/)
  })

  test('names what the finding that stops the data is a symptom of, to the end of the chain', () => {
    const findings = [
      found('sockets', 'error', 'CT3002', 'CT4014'),
      found('agent', 'error', 'CT4012'),
      found('agent', 'error', 'CT4014', 'CT4012'),
    ]
    const told = verdict(path({ sockets: 'broken', agent: 'broken' }), findings)
    expect(told).toMatchObject({ hop: 'sockets', status: 'broken' })
    expect(told.sentence).toMatch(/: Message of CT3002\. The likely cause: Message of CT4012\.$/)
  })

  test('a cause that does not stand any more is not named, and a circle ends', () => {
    const symptom = found('sockets', 'error', 'CT3002', 'CT4014')
    const sentence = (...findings: FindingReport[]): string => verdict(path({ sockets: 'broken' }), findings).sentence
    expect(sentence(symptom)).toMatch(/: Message of CT3002\.$/)
    expect(sentence(symptom, found('agent', 'error', 'CT4014', 'CT3002'))).toMatch(/Message of CT4014\.$/)
  })

  test('unknown is never healthy, and names what cannot be judged', () => {
    const told = verdict(path({ sockets: 'unknown', upload: 'unknown' }), [])
    expect(told).toMatchObject({ hop: null, status: 'unknown' })
    for (const hop of ['sockets', 'upload']) expect(told.sentence).toContain(hop)
    expect(verdict(path({}), [])).toMatchObject({ hop: null, status: 'ok' })
  })
})

describe('what was collected and shows nothing of a hop', () => {
  const only = (files: Readonly<Record<string, string>>): HostTree =>
    new HostTree(new Map(Object.entries(files).map(([name, content]) => [name, { content }])))
  const statusOf = async (host: HostTree, hop: Hop): Promise<HopStatus | undefined> =>
    (await analyzeHost(host)).path.find((one) => one.hop === hop)?.status

  test('a process list is no health of an agent that it does not show', async () => {
    const listed = (commands?: readonly string[]): HostTree =>
      only({ 'etc/hostname': 'vm-01\n', 'ps-ef.txt': processes(commands) })
    expect(await statusOf(listed(), 'agent')).toBe('ok')
    expect(await statusOf(listed(['/usr/sbin/sshd -D', 'grep changetracking']), 'agent')).toBe('unknown')
  })

  test('runs that are not recent are no health while nothing tells how often they should come', async () => {
    const from = TAKEN - 400 * MINUTE
    const stopped = (until: number): HostTree =>
      healthyHost().with(AGENT_LOG, agentLog({ from, until })).stamped(COLLECTED, until)
    const agentOnly = (until: number): HostTree => stopped(until).without(/configchunks/)
    expect(await statusOf(agentOnly(TAKEN - 10 * MINUTE), 'collection')).toBe('ok')
    expect(await statusOf(agentOnly(TAKEN - 120 * MINUTE), 'collection')).toBe('unknown')
    expect(await statusOf(stopped(TAKEN - 120 * MINUTE), 'collection')).toBe('broken')
  })

  test('runs at local times are no health, unless a list is recent', async () => {
    const local = healthyHost().edit(AGENT_LOG, (text) => inLocalTime(text, 120))
    expect(await statusOf(local, 'collection')).toBe('ok')
    expect(await statusOf(local.without(COLLECTED), 'collection')).toBe('unknown')
    const utc = healthyHost().edit(AGENT_LOG, (text) => inLocalTime(text, 0))
    expect(await statusOf(utc.without(COLLECTED), 'collection')).toBe('ok')
  })

  test('a list of connections is no health of a socket that it does not show', async () => {
    const host = healthyHost().without(/net\/unix/)
    const connection = 'u_str ESTAB 0 0 /run/systemd/journal/stdout 21034 * 21033\n'
    expect(await statusOf(host.with('ss-x.txt', connection), 'sockets')).toBe('unknown')
  })
})

describe('where one fault leaves several traces, one of them is the root', () => {
  const host = healthyHost()
  const MDSD = '/opt/microsoft/azuremonitoragent/bin/mdsd -A'
  const stopped = host.with('ps-ef.txt', processes([MDSD])).with('proc/net/unix', procNetUnix({ data: 'listening' }))
  const rootsOf = async (tree: HostTree): Promise<string[]> =>
    (await analyzeHost(tree)).findings.filter(({ causedBy }) => causedBy === null).map(({ ruleId }) => ruleId)

  test.each(['Error resolving address', '403', '503', 'Request canceled by user.'])(
    'heartbeats take the way of uploads that fail: %s',
    async (reason) => {
      const failed = [20, 10, 2].map(
        (ago) => [TAKEN - ago * MINUTE, odsFailure(reason, 'CONFIG_DATA_BLOB_V2')] as const,
      )
      const tree = host
        .with(`${AMA_LOG}/mdsd.info`, mdsdInfo({ heartbeatsUntil: TAKEN - 21 * MINUTE, rows: (_, minute) => minute }))
        .with(`${AMA_LOG}/mdsd.err`, mdsdErr(failed))
      expect(await rootsOf(tree)).toEqual([expect.stringMatching(/^CT700[1-4]$/)])
    },
  )

  test('a service that was left with an old folder fails', async () => {
    const tree = stopped
      .with('usr/lib/systemd/system/cxp.service', cxpService('2.30.0.0'))
      .with('systemctl-show.txt', unitStates({ cxp: { active: 'failed', sub: 'failed' } }))
    expect(await rootsOf(tree)).toEqual(['CT4013'])
  })

  test('without the extension there is no service', async () => {
    const packages = fixture('dpkg/status').toString()
    const tree = stopped
      .without(/ChangeTracking-Linux-2|log\/azure|cxp\.service|changetrackingdata/)
      .with('var/lib/dpkg/status', packages.replace(/Package: change-tracking-retail\n.*?\n\n/s, ''))
      .with('systemctl-show.txt', unitStates({ cxp: { active: 'inactive', sub: 'dead', load: 'not-found' } }))
    expect(await rootsOf(tree)).toEqual(['CT4001'])
  })
})
