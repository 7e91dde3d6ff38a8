import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { catalogue } from '../../src/commands/catalogue.js'
import { analyzeSource, assembleReport } from '../../src/engine/analyze.js'
import type { HostReport, Report } from '../../src/model/report.js'
import { openSource } from '../../src/sources/open.js'
import { OPTIONS } from '../support/analyze.js'
import { plant, scratch, tarOf, tgzOf, zipOf } from '../support/archives.js'
import {
  amalogs,
  cutCopy,
  dragged,
  guestLogs,
  inspectedAma,
  overview,
  results,
  sosreport,
  waagentLog,
} from '../support/bundles.js'
import {
  amaDefaults,
  AMA_LOG,
  applicationYml,
  CHUNK_FILE,
  commandDone,
  CT_LOG,
  DB,
  DCR_A,
  EVENTS,
  healthyHost,
  HostTree,
  INSTALLED,
  INVENTORY_SHAPES,
  list,
  MACHINE,
  MCSCONFIG,
  MINUTE,
  mdsdErr,
  mdsdInfo,
  procNetUnix,
  processes,
  SETTINGS_CHUNK,
  TAKEN,
  unitStates,
} from '../support/host.js'
import { expectValid } from '../support/schema.js'

const folder = scratch()
const host = healthyHost()
let count = 0

type Packing = 'tgz' | 'zip' | 'folder'

async function reportOf(tree: HostTree, packing: Packing = 'tgz', name = `input-${count++}`): Promise<Report> {
  const file = join(folder, name)
  if (packing === 'folder') plant(file, tree.entries)
  else if (packing === 'tgz') writeFileSync(file, gzipSync(await tarOf(tree.entries)))
  else writeFileSync(file, zipped(tree))
  return reportOn(file)
}

async function reportOn(file: string): Promise<Report> {
  const report = assembleReport([await analyzeSource(await openSource(file), catalogue, OPTIONS)], [], 0, OPTIONS)
  expectValid(report)
  return report
}

function zipped(tree: HostTree): Buffer {
  return zipOf(new Map([...tree.entries].map(([path, { content, mtime = 0 }]) => [path, { content, mtime }])))
}

function one({ hosts }: Report): HostReport {
  expect(hosts.map(({ root }) => root)).toHaveLength(1)
  const [only] = hosts
  if (only === undefined) throw new Error('No host')
  return only
}

const found = ({ findings }: HostReport): string[] => findings.map(({ ruleId, subject }) => `${ruleId} ${subject}`)
const asked = ({ ask }: HostReport): string[] => ask.map(({ artifact }) => artifact)
const known = ({ path }: HostReport): string[] => path.flatMap(({ hop, status }) => (status === 'ok' ? [hop] : []))

const arcHost = host
  .edit(CHUNK_FILE, (text) => text.replaceAll('Microsoft.Compute/virtualMachines', 'Microsoft.HybridCompute/machines'))
  .edit(`${AMA_LOG}/mdsd.info`, (text) =>
    text.replaceAll('Microsoft.Compute/virtualMachines', 'Microsoft.HybridCompute/machines'),
  )

interface Case {
  readonly name: string
  readonly tree: HostTree
  readonly layout: string
  readonly hops: readonly string[]
  /** What this layout never holds, which the report therefore asks for. */
  readonly asks: readonly string[]
  /** What it holds. */
  readonly holds: readonly string[]
  readonly findings?: readonly string[]
}

const OF_AMA = ['configChunk', 'mdsdInfo', 'mdsdErr', 'mdsdQos']
const OF_CT = ['ctAgentLog', 'fileJson', 'ctHandlerState', 'ctExtensionDir']
const guest = guestLogs(host)

const cases: Case[] = [
  {
    name: 'the Azure Monitor Agent’s troubleshooter',
    tree: amalogs(host),
    layout: 'ama-troubleshooter',
    hops: ['dcr', 'ama', 'cache', 'upload'],
    asks: [...OF_CT, 'ctDb', 'unixSockets', 'unitState'],
    holds: [...OF_AMA, 'amaDefaults', 'amaOut', 'osRelease', 'amaDirectoryModes'],
    findings: ['CT9002 input'],
  },
  {
    name: 'the same of an Arc-enabled server',
    tree: amalogs(arcHost, { arc: true }),
    layout: 'ama-troubleshooter',
    hops: ['dcr', 'ama', 'cache', 'upload'],
    asks: [...OF_CT, 'ctDb'],
    holds: OF_AMA,
    findings: ['CT9002 input'],
  },
  {
    name: 'the guest agent’s logs.zip',
    tree: guest,
    layout: 'guest-agent',
    hops: ['agent', 'collection'],
    asks: [...OF_AMA, 'ctDb', 'unixSockets', 'sinkFolders'],
    holds: [...OF_CT, 'osRelease', 'waagentLog'],
  },
  {
    name: 'InspectIaaSDisk with the diagnostic manifest',
    tree: guest.under('device_0'),
    layout: 'inspect-iaas-disk',
    hops: ['agent', 'collection'],
    asks: [...OF_AMA, 'ctDb'],
    holds: OF_CT,
  },
  {
    name: 'InspectIaaSDisk with the Azure Monitor Agent’s manifest',
    tree: inspectedAma(host).under('device_1'),
    layout: 'inspect-iaas-disk',
    hops: ['dcr', 'ama', 'upload'],
    asks: [...OF_CT, 'ctDb', 'sinkFolders'],
    holds: [...OF_AMA, 'amaDefaults', 'amaExtensionDir'],
  },
  {
    name: 'a sosreport',
    tree: sosreport(host),
    layout: 'sosreport',
    hops: ['sockets', 'agent', 'collection'],
    asks: [...OF_AMA, 'ctDb', 'ctExtensionDir', 'ctHandlerState'],
    holds: [
      'ctAgentLog',
      'fileJson',
      'unixSockets',
      'unitState',
      'processList',
      'osRelease',
      'packageList',
      'diskFree',
    ],
  },
  {
    name: 'a mounted disk',
    tree: host.without(/^proc\/|\.txt$/),
    layout: 'host',
    hops: ['dcr', 'ama', 'agent', 'collection', 'cache', 'upload'],
    asks: ['unixSockets', 'unitState'],
    holds: [...OF_AMA, ...OF_CT, 'ctDb', 'sinkFolders'],
  },
  {
    name: 'loose files, dragged together',
    tree: dragged(host, /mdsd|cta_linux|mcsconfig|\.db$|(?:File|Packages|Services)\.json|unix$|\.txt$/),
    layout: 'loose',
    hops: ['ama', 'sockets', 'agent', 'collection', 'upload'],
    asks: ['configChunk', 'ctExtensionDir'],
    holds: ['mdsdInfo', 'ctAgentLog', 'fileJson', 'ctDb'],
  },
]

describe.each(cases)('$name', ({ tree, layout, hops, asks, holds, findings = [] }) => {
  test.each<Packing>(['tgz', 'zip', 'folder'])('as a %s: its layout, its hops, and what is asked', async (packing) => {
    const colonless = new HostTree(
      new Map([...tree.entries].map(([path, entry]) => [path.replaceAll(':', '_'), entry])),
    )
    const report = await reportOf(packing === 'zip' ? colonless : tree, packing)
    const told = one(report)
    expect(report.inputs[0]?.layout).toBe(layout)
    expect(found(told)).toEqual(findings)
    expect(known(told)).toEqual(hops)
    expect(asked(told)).toEqual(expect.arrayContaining([...asks]))
    expect(asked(told).filter((id) => holds.includes(id))).toEqual([])
  })

  test.each(['case-4711/from the customer', 'VAR', 'a.b_c-%20'])('below %j it is the same', async (prefix) => {
    const [here, there] = [one(await reportOf(tree)), one(await reportOf(tree.under(prefix)))]
    const strip = ({ outcomes }: HostReport): unknown => outcomes.map(({ ruleId, status }) => [ruleId, status])
    expect(strip(there)).toEqual(strip(here))
  })

  test('any two thirds of it show no fault', async () => {
    for (let left = 0; left < 3; left++) {
      // Nobody leaves out a single rule of the cache.
      const kept = [...tree.entries].filter(([path], index) => index % 3 !== left || path.includes('/configchunks/'))
      const part = new HostTree(new Map(kept))
      const errors = (await reportOf(part)).hosts.flatMap((told) =>
        told.findings.filter(({ severity, ruleId }) => severity === 'error' && ruleId !== 'CT9001'),
      )
      expect(errors.map(({ ruleId, message }) => `${ruleId} ${message}`)).toEqual([])
    }
  })
})

describe('the Azure Monitor Agent’s troubleshooter, at close range', () => {
  test('its clock, its machine, its system', async () => {
    const told = one(await reportOf(amalogs(host)))
    expect(told.asOf).toEqual({ time: '2026-01-10T10:00:00Z', source: 'archive-name' })
    expect(told.identity).toMatchObject({
      environment: 'azure-vm',
      resourceId: MACHINE,
      os: 'Debian GNU/Linux 12 (bookworm)',
      arch: 'x86_64',
      amaVersion: '1.35.8',
      ctVersion: null,
    })
  })

  test('the system’s log that survived is the tail of a compressed one', async () => {
    const noise = gzipSync(Buffer.from(Array.from({ length: 9000 }, (_, index) => (index * index * 7919) >>> 5)))
    const top = 'amalogs-azurevm-2026-01-10T10.00.00.123456'
    expect(found(one(await reportOf(amalogs(host).with(`${top}/system_logs`, noise.subarray(1000)))))).toEqual([
      'CT9002 input',
    ])
  })

  test('without its overview, and without its top folder', async () => {
    const bare = new HostTree(
      new Map([...amalogs(host).entries].map(([path, entry]) => [path.slice(path.indexOf('/') + 1), entry])),
    ).without(/amalinux/)
    const report = await reportOf(bare)
    expect(report.inputs[0]?.layout).toBe('ama-troubleshooter')
    expect(found(one(report))).toEqual(['CT9002 input'])
  })

  test('its overview alone, under another name', async () => {
    const report = await reportOf(new HostTree(new Map([['copy of out.log', { content: overview() }]])), 'folder')
    expect(one(report).identity).toMatchObject({ resourceId: MACHINE, arch: 'x86_64' })
  })

  test('near miss: with anything of Change Tracking it is no longer the only one', async () => {
    const both = amalogs(host).and(new HostTree(new Map([['cta_linux_agent.log', { content: '' }]])))
    expect(found(one(await reportOf(both)))).not.toContain('CT9002 input')
  })
})

describe('the guest agent’s logs.zip, at close range', () => {
  const log = `${CT_LOG}/cta_linux_agent.log`

  test.each(['__', '_'])('a log that was cut is read under its new name: %j', async (underscores) => {
    const told = one(await reportOf(cutCopy(guest, log, underscores)))
    expect(found(told)).toEqual([`CT9003 truncated${underscores}${log.replaceAll('/', '_')}`])
    expect(known(told)).toEqual(['agent', 'collection'])
  })

  test('so is one that was rotated', async () => {
    const rotated = `${CT_LOG}/cta_linux_agent-2026-01-10T08-00-00.000.log`
    const told = one(await reportOf(cutCopy(guest.with(rotated, 'x\n'.repeat(100)), rotated)))
    expect(found(told)).toEqual([`CT9003 truncated__${rotated.replaceAll('/', '_')}`])
  })

  test('a list that was cut has no beginning, and is asked for', async () => {
    const told = one(await reportOf(cutCopy(guest, `${CT_LOG}/File.json`)))
    expect(found(told)).toEqual([expect.stringMatching(/^CT9003 truncated__.*File\.json$/)])
    expect(asked(told)).toContain('fileJson')
  })

  test('what the record says of files that are missing', async () => {
    const more = [
      `2026-01-10T10:00:01Z WARNING Discarding large binary file /${log}.1.gz, size 50000000 b`,
      '2026-01-10T10:00:01Z INFO Archive too big, done with adding files.',
      '',
    ].join('\n')
    expect(found(one(await reportOf(guestLogs(host, more))))).toEqual([`CT9003 /${log}.1.gz`, 'CT9003 results.txt'])
  })

  test('the listing in the record shows extensions of which nothing else is there', async () => {
    const bare = new HostTree(new Map([['results.txt', { content: results() }]]))
    expect(one(await reportOf(bare)).identity).toMatchObject({ amaVersion: '1.35.8', ctVersion: '2.35.0.0' })
    const twice = results().replace(/^(d.*Linux)-2\.35\.0\.0\/$/m, '$1-2.35.0.0/\n$1-2.33.1.0/')
    expect(found(one(await reportOf(guest.with('results.txt', twice))))).toContainEqual(
      expect.stringMatching(/^CT4002 /),
    )
  })

  test('near miss: another program’s results.txt is no mark', async () => {
    const other = guest.with('results.txt', 'passed: 10\nfailed: 0\n')
    expect((await reportOf(other)).inputs[0]?.layout).toBe('host')
  })
})

describe('a sosreport, at close range', () => {
  const top = 'sosreport-vm-01-2026-01-10-abcdefg'
  const log = `${top}/${CT_LOG}/cta_linux_agent.log`

  test('its clock is its date, where that is in UTC', async () => {
    const date = (text: string): HostTree => sosreport(host).with(`${top}/sos_commands/date/date`, text)
    expect(one(await reportOf(date('Sat Jan 10 10:01:00 UTC 2026\n'))).asOf).toEqual({
      time: '2026-01-10T10:01:00Z',
      source: 'archive-name',
    })
    expect(one(await reportOf(date('Sat Jan 10 21:01:00 CET 2026\n'))).asOf.source).toBe('log')
  })

  test('a large log lies among the strings, with a link in its place', async () => {
    const name = `${top}/sos_strings/azure/var.log.azure.${log.split('/').slice(-2).join('.')}.tailed`
    const entry = sosreport(host).entries.get(log)
    const tree = new HostTree(
      new Map([
        ...sosreport(host).without(/cta_linux_agent/).entries,
        [name, { ...entry, content: entry?.content ?? '' }],
        [
          log,
          { content: '', link: { target: `../../../../sos_strings/azure/${name.split('/').at(-1)}`, hard: false } },
        ],
      ]),
    )
    const told = one(await reportOf(tree))
    expect(found(told)).toEqual([expect.stringMatching(/^CT9003 .*\.tailed$/)])
    expect(known(told)).toContain('collection')
  })
})

test.each(['device_0', 'device_0/part_1'])(
  'below %s, subjects and the host’s root are the machine’s',
  async (prefix) => {
    const torn = guest.with(`${CT_LOG}/File.json`, '[{').under(prefix)
    const told = one(await reportOf(torn))
    expect(found(told)).toEqual([`CT5014 ${CT_LOG}/File.json`])
    expect(told.root).toBe(prefix)
    const both = await reportOf(torn.and(inspectedAma(host).under('device_1')))
    expect(found(one(both))).toEqual([`CT5014 ${CT_LOG}/File.json`])
  },
)

test.each<Packing>(['tgz', 'folder'])('a list that a sosreport cut is no fault of the machine: %s', async (packing) => {
  const top = 'sosreport-vm-01-2026-01-10-abcdefg'
  const list = `${top}/${CT_LOG}/File.json`
  const name = `var.log.azure.${list.split('/').slice(-2).join('.')}.tailed`
  const content = Buffer.from(sosreport(host).entries.get(list)?.content ?? '').subarray(100)
  const link = { target: `../../../../sos_strings/azure/${name}`, hard: false }
  const tree = new HostTree(
    new Map([
      ...sosreport(host).entries,
      [`${top}/sos_strings/azure/${name}`, { content, mtime: TAKEN }],
      [list, { content: '', link }],
    ]),
  )
  const told = one(await reportOf(tree, packing))
  expect(found(told)).toEqual([`CT9003 sos_strings/azure/${name}`])
  expect(asked(told)).toContain('fileJson')
})

describe('by content, whatever it is called', () => {
  const lone: [what: string, content: string | Uint8Array, artifact: string][] = [
    ['the database', host.entries.get(DB)?.content ?? '', 'ctDb'],
    ['a rule', host.entries.get(CHUNK_FILE)?.content ?? '', 'configChunk'],
    ['a rule, indented', indented(CHUNK_FILE), 'configChunk'],
    ['the agents’ settings', SETTINGS_CHUNK, 'configChunk'],
    ['the list of rules', host.entries.get(MCSCONFIG)?.content ?? '', 'mcsConfig'],
    ['the agent’s log', host.entries.get(`${CT_LOG}/cta_linux_agent.log`)?.content ?? '', 'ctAgentLog'],
    ['mdsd.info', mdsdInfo(), 'mdsdInfo'],
    ['mdsd.err', mdsdErr(), 'mdsdErr'],
    ['mdsd.qos', host.entries.get(`${AMA_LOG}/mdsd.qos`)?.content ?? '', 'mdsdQos'],
    ['CommandExecution.log', commandDone(INSTALLED, 'install'), 'ctCommandLog'],
    ['waagent.log', waagentLog(), 'waagentLog'],
    ['sockets', procNetUnix(), 'unixSockets'],
    ['processes', processes(), 'processList'],
    ['states of units', unitStates(), 'unitState'],
    ['application.yml', applicationYml(), 'applicationYml'],
    ...INVENTORY_SHAPES.flatMap((shape): [string, Buffer, string][] => [
      [`File.json, ${shape}`, list('File', shape), 'fileJson'],
      [`Packages.json, ${shape}`, list('Packages', shape), 'packagesJson'],
      [`Services.json, ${shape}`, list('Services', shape), 'servicesJson'],
    ]),
  ]

  async function readAs(content: string | Uint8Array, name: string): Promise<string[]> {
    const tree = new HostTree(new Map([[name, { content, mtime: TAKEN }]]))
    const gathered: string[] = []
    const artifacts = catalogue.artifacts.map((artifact) => ({ ...artifact }))
    for (const packing of ['folder', 'tgz'] as const) {
      const file = join(folder, `lone-${count++}`)
      if (packing === 'folder') plant(file, tree.entries)
      else writeFileSync(file, await tgzOf(tree.entries))
      const { gather } = await import('../../src/engine/gather.js')
      const { items } = await gather(await openSource(file), artifacts, catalogue.secrets, OPTIONS.signal)
      gathered.push(items.map(({ match, outcome }) => `${match.artifact.id}${outcome.ok ? '' : ' unread'}`).join(' '))
    }
    return gathered
  }

  test.each(lone)('%s', async (_, content, artifact) => {
    for (const name of ['download (3)', 'Kunde/Ticket 4711/x.bin', 'A.TXT'])
      expect(await readAs(content, name)).toEqual([artifact, artifact])
  })

  test.each([
    [
      'a log of another program of the same library',
      'time="2026-01-10T08:02:59Z" level=info msg="starting containerd"\n',
    ],
    ['a rule as the portal exports it', '{"properties":{"dataSources":{"extensions":[]},"destinations":{}}}'],
    ['a dump of the database', '{"bucket":["files"],"key":"L2V0Yw==","value":"{\\"FileSystemPath\\":\\"/etc\\"}"}\n'],
    ['columns of a query', '{"tables":[{"columns":[{"name":"SvcName","type":"string"}],"rows":[]}]}'],
    [
      'a list of packages as another program gathers it',
      '[{"name":"bash","version":"5.2","arch":"amd64","source":"apt"}]',
    ],
    ['a lock file of another program', '{"name":"x","version":"1.0.0","packages":{"a":{"version":"1.0.0"}}}'],
    ['a sentence', 'ActiveState=active and the log says FileSystemPath\n'],
    ['the defaults, which any program may have', amaDefaults()],
    ['nothing', ''],
  ])('near miss: %s', async (_, content) => {
    expect(await readAs(content, 'x')).toEqual(['', ''])
  })

  test('a lone file is told apart, and its layout is loose', async () => {
    const file = join(folder, 'attachment-1')
    writeFileSync(file, host.entries.get(DB)?.content ?? '')
    const report = await reportOn(file)
    expect(report.inputs[0]).toMatchObject({ kind: 'file', layout: 'loose', entries: 1 })
    expect(one(report).inventory.files.db).toBe(25)
  })

  test('what lies at its place makes older copies under other names count for nothing', async () => {
    const old = new HostTree(new Map([['old/copy of the db', { content: 'x' }]])).with(
      'old/copy of the log',
      mdsdInfo({ heartbeatsUntil: null }),
    )
    const report = await reportOf(host.under('vm').and(old))
    expect(one(report).findings).toEqual([])
  })
})

describe('several in one input', () => {
  const part = (pattern: RegExp): HostTree =>
    new HostTree(new Map([...host.entries].filter(([path]) => pattern.test(path))))

  async function inFolder(parts: Readonly<Record<string, HostTree>>): Promise<Report> {
    const packed = await Promise.all(
      Object.entries(parts).map(async ([name, tree]) => {
        const content = name.endsWith('.zip') ? zipped(tree) : await tgzOf(tree.entries)
        return [name, { content, mtime: TAKEN }] as const
      }),
    )
    return reportOf(new HostTree(new Map(packed)), 'folder')
  }

  test('what the commands of the ask list pack, one archive each', async () => {
    const told = one(
      await inFolder({
        'ct-logs.tgz': part(/^var\/log\/azure/),
        'ct-db.tgz': part(/^opt\//),
        'ct-config-cache.tgz': part(/config-cache/),
        'ct-ama-logs.tgz': part(new RegExp(`^${AMA_LOG}`)),
        'ct-sinks.tgz': part(new RegExp(`^${EVENTS}`)),
        'ct-extension.tgz': part(/^var\/lib\/waagent\/Microsoft\.Azure\.Change/),
        'os-release.tgz': part(/os-release/),
        'dpkg-status.tgz': part(/dpkg/),
      }),
    )
    expect(found(told)).toEqual([])
    expect(known(told)).toEqual(['dcr', 'ama', 'agent', 'collection', 'cache', 'upload'])
    expect(told.identity.os).toBe('Debian GNU/Linux 12 (bookworm)')
    expect(told.inventory.packages.host).not.toBeNull()
  })

  test('two collectors’ bundles of one machine', async () => {
    const report = await inFolder({ 'amalogs-azurevm-2026-01-10T10.00.00.tgz': amalogs(host), 'logs.zip': guest })
    expect(report.inputs[0]?.layout).toBe('guest-agent')
    const told = one(report)
    expect(found(told)).toEqual([])
    expect(known(told)).toEqual(['dcr', 'ama', 'agent', 'collection', 'cache', 'upload'])
  })

  test('what support asks for today', async () => {
    const told = one(await reportOf(part(/^var\/log\/azure|^opt\//).and(amalogs(host))))
    expect(found(told)).toEqual([])
    expect(known(told)).toEqual(['dcr', 'ama', 'collection', 'cache', 'upload'])
  })

  test.each([
    ['of two machines', guestLogs(host.with('etc/hostname', 'vm-02\n'))],
    ['of the same kind', amalogs(host)],
  ])('near miss: two bundles %s stay two', async (_, other) => {
    expect((await inFolder({ 'a.tgz': amalogs(host), 'b.tgz': other })).hosts).toHaveLength(2)
  })

  test('near miss: with two machines nobody knows whose a third part is', async () => {
    const second = amalogs(host.edit(`${AMA_LOG}/mdsd.info`, (text) => text.replaceAll('vm-01', 'vm-02')))
    const report = await inFolder({ 'a.tgz': amalogs(host), 'b.tgz': second, 'ct-db.tgz': part(/^opt\//) })
    expect(report.hosts).toHaveLength(3)
  })
})

describe('taken at different times', () => {
  const guestLater = later(guest, '11')
  const days = ({ hosts }: Report): unknown =>
    hosts.map(({ root, asOf }) => [root.split('/')[0], asOf.time.slice(0, 10)])
  const errors = ({ hosts }: Report): string[] =>
    hosts.flatMap(({ findings }) => findings.filter(({ severity }) => severity === 'error').map(({ ruleId }) => ruleId))

  test('the same collector, twice: each is judged by its own time', async () => {
    const report = await reportOf(amalogs(host).and(later(amalogs(host), '11')), 'folder')
    expect(days(report)).toEqual([
      ['amalogs-azurevm-2026-01-10T10.00.00.123456', '2026-01-10'],
      ['amalogs-azurevm-2026-01-11T10.00.00.123456', '2026-01-11'],
    ])
    expect(errors(report)).toEqual([])
  })

  test.each([
    ['the later one has the agent’s files', amalogs(host).and(guestLater.under('logs'))],
    ['the earlier one has them', later(amalogs(host), '11').and(guest.under('logs'))],
    ['one lies below the other', guestLater.and(amalogs(host))],
  ])('two collectors, a day apart, are two: %s', async (_, tree) => {
    const report = await reportOf(tree, 'folder')
    expect(report.hosts).toHaveLength(2)
    expect(errors(report)).toEqual([])
  })

  test('two collectors, one after the other, are one, judged by the first', async () => {
    const after = guest.edit('results.txt', (text) =>
      text.replace('collection at 2026-01-10T10:00', 'collection at 2026-01-10T10:14'),
    )
    const told = one(await reportOf(amalogs(host).and(after.under('logs')), 'folder'))
    expect(told.asOf.time).toBe('2026-01-10T10:00:00Z')
    expect(found(told)).toEqual([])
  })

  test('an old bundle in somebody’s home says nothing of the machine, and is told', async () => {
    const old = { content: await tgzOf(amalogs(host).entries), mtime: TAKEN }
    const home = 'home/somebody/amalogs-azurevm-2026-01-10T10.00.00.123456.tgz'
    const report = await reportOf(later(host, '20').and(new HostTree(new Map([[home, old]]))), 'folder')
    expect(one(report)).toMatchObject({ findings: [], asOf: { source: 'log', time: '2026-01-20T10:00:00Z' } })
    expect(report.problems.map(({ code }) => code)).toEqual(['copy-left-out'])
  })
})

describe('one below the other', () => {
  const part = (pattern: RegExp): HostTree =>
    new HostTree(new Map([...host.entries].filter(([path]) => pattern.test(path))))

  test('logs.zip unpacked, and beside it what the commands of the ask list packed', async () => {
    const asked = await Promise.all(
      Object.entries({ 'ct-db.tgz': /^opt\//, 'ct-config-cache.tgz': /config-cache/, 'dpkg-status.tgz': /dpkg/ }).map(
        async ([name, files]) => [name, { content: await tgzOf(part(files).entries), mtime: TAKEN }] as const,
      ),
    )
    const told = one(await reportOf(guest.and(new HostTree(new Map(asked))), 'folder'))
    expect(found(told)).toEqual([])
    expect(known(told)).toEqual(['dcr', 'agent', 'collection'])
    expect(told.inventory).toMatchObject({ files: { db: 25 }, packages: { host: expect.any(Number) as number } })
  })

  test('another machine’s folder below a machine’s is another host, with what lies in it', async () => {
    const other = guestLogs(host.with('etc/hostname', 'vm-02\n')).and(part(/^opt\//).under('db'))
    const { hosts } = await reportOf(guest.and(other.under('vm-02')), 'folder')
    expect(hosts.map(({ host: name, root, inventory }) => [name, root, inventory.files.db])).toEqual([
      ['vm-01', '', null],
      ['vm-02', 'vm-02', 25],
    ])
  })

  test('near miss: in a machine’s own folder it is a copy', async () => {
    const other = guestLogs(host.with('etc/hostname', 'vm-02\n'))
    expect(one(await reportOf(guest.and(other.under('var/backups/vm-02')), 'folder')).root).toBe('')
  })

  test('two collectors of one time that took some files both: those nearer the top count once', async () => {
    const told = one(await reportOf(part(/^var\/(?:log|opt)\//).and(amalogs(host).under('AMA')), 'folder'))
    expect(found(told)).toEqual([])
    expect(known(told)).toEqual(['dcr', 'ama', 'collection', 'cache', 'upload'])
  })
})

test.each(['_', '%3A'])('folders of the event cache whose colons became %j', async (colon) => {
  const tree = new HostTree(
    new Map(
      [...host.entries].map(([path, entry]) => [path.startsWith(EVENTS) ? path.replaceAll(':', colon) : path, entry]),
    ),
  )
  const told = one(await reportOf(tree, 'zip'))
  expect(found(told)).toEqual([])
  expect(told.path.find(({ hop }) => hop === 'cache')?.sentence).toMatch(/^3 /)
  const gone = tree.without(new RegExp(DCR_A + '.*Linux'))
  expect(found(one(await reportOf(gone, 'zip')))).toContainEqual(expect.stringMatching(/^CT6001 /))
})

test.each([
  ['ct-diag', 'ct-diag'],
  ['another', 'host'],
])('a manifest of %s makes the layout %s', async (name, layout) => {
  const manifest = { tool: { name, version: '0.1.0' }, takenAt: '2026-01-10T10:00:00.000Z', entries: [], missing: [] }
  const report = await reportOf(host.with('manifest.json', JSON.stringify(manifest)).under('ct-diag-vm-01'))
  expect(report.inputs[0]?.layout).toBe(layout)
  expect(found(one(report))).toEqual([])
})

test('the Azure Connected Machine agent’s own collector', async () => {
  const tree = dragged(arcHost, /cta_linux|mdsd/)
    .with('azcmagent.log', 'made-up\n')
    .with('himds.log', 'made-up\n')
    .under('azcmagent-logs-2601101000-VM-01')
  const report = await reportOf(tree, 'zip')
  expect(report.inputs[0]?.layout).toBe('azcmagent-logs')
  expect(found(one(report))).toEqual([])
  expect(known(one(report))).toEqual(['ama', 'collection', 'upload'])
})

/** The same of another day of the month. */
function later(tree: HostTree, day: string): HostTree {
  const moved = (text: string): string => text.replaceAll(/(2026[-/]01[-/]|Jan )10/g, `$1${day}`)
  const days = Number(day) - 10
  return new HostTree(
    new Map(
      [...tree.entries].map(([path, { content, mtime = TAKEN }]) => [
        moved(path),
        {
          content: path.endsWith('.db')
            ? content
            : Buffer.from(moved(Buffer.from(content).toString('latin1')), 'latin1'),
          mtime: (mtime ?? TAKEN) + days * 24 * 60 * MINUTE,
        },
      ]),
    ),
  )
}

function indented(path: string): string {
  return JSON.stringify(JSON.parse(String(host.entries.get(path)?.content)), null, '\t')
}
