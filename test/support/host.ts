import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { MemoryEntry } from '../../src/sources/memory.js'

/** When every sample bundle was taken. */
export const TAKEN = Date.parse('2026-01-10T10:00:00Z')
export const CT = 'Microsoft.Azure.ChangeTrackingAndInventory.ChangeTracking-Linux'
export const AMA = 'Microsoft.Azure.Monitor.AzureMonitorLinuxAgent'
export const CHUNKS = 'etc/opt/microsoft/azuremonitoragent/config-cache/configchunks'
export const MCSCONFIG = 'etc/opt/microsoft/azuremonitoragent/config-cache/mcsconfig.lkg.json'
export const AMA_LOG = 'var/opt/microsoft/azuremonitoragent/log'
export const EVENTS = 'var/opt/microsoft/azuremonitoragent/events'
export const CT_LOG = `var/log/azure/${CT}`
export const EXT = `var/lib/waagent/${CT}-2.35.0.0`
export const DB = 'opt/microsoft/changetrackingdata/db/changetracking.db'

export const DCR_A = 'dcr-0000000000000000000000000000000a'
export const DCR_B = 'dcr-0000000000000000000000000000000b'
export const DCR_D = 'dcr-0000000000000000000000000000000d'
export const WORKSPACE = '00000000-0000-4000-8000-000000000002'
const SUBSCRIPTION = '/subscriptions/00000000-0000-4000-8000-000000000001'
export const MACHINE = `${SUBSCRIPTION}/resourceGroups/RG-01/providers/Microsoft.Compute/virtualMachines/vm-01`

export const FIXTURES = join(__dirname, '..', 'fixtures')

export function fixture(path: string): Buffer {
  const bytes = readFileSync(join(FIXTURES, path))
  return path.endsWith('.gz') ? gunzipSync(bytes) : bytes
}

type Content = string | Uint8Array

/** A host's files, never changed in place: every step gives another tree. */
export class HostTree {
  constructor(readonly entries: ReadonlyMap<string, MemoryEntry>) {}

  with(path: string, content: Content, mtime?: number): HostTree {
    const kept = mtime ?? this.entries.get(path)?.mtime
    return new HostTree(new Map(this.entries).set(path, kept === undefined ? { content } : { content, mtime: kept }))
  }

  folder(path: string): HostTree {
    return new HostTree(new Map(this.entries).set(path, { content: '', kind: 'directory', mtime: TAKEN }))
  }

  edit(path: string, change: (text: string) => string): HostTree {
    const entry = this.entries.get(path)
    if (entry === undefined) throw new Error(`The sample host has no ${path}`)
    const text = typeof entry.content === 'string' ? entry.content : Buffer.from(entry.content).toString()
    const changed = change(text)
    if (changed === text) throw new Error(`Nothing changed in ${path}`)
    return this.with(path, changed)
  }

  /** Without every entry whose path matches. Removing nothing is a mistake in the test. */
  without(pattern: RegExp): HostTree {
    const kept = [...this.entries].filter(([path]) => !pattern.test(path))
    if (kept.length === this.entries.size)
      throw new Error(`The sample host has nothing that matches ${String(pattern)}`)
    return new HostTree(new Map(kept))
  }

  stamped(pattern: RegExp, mtime: number): HostTree {
    return new HostTree(
      new Map([...this.entries].map(([path, entry]) => [path, pattern.test(path) ? { ...entry, mtime } : entry])),
    )
  }

  under(prefix: string): HostTree {
    return new HostTree(new Map([...this.entries].map(([path, entry]) => [`${prefix}/${path}`, entry])))
  }

  and(other: HostTree): HostTree {
    return new HostTree(new Map([...this.entries, ...other.entries]))
  }
}

export interface ChunkOptions {
  readonly dcr?: string
  readonly name?: string
  readonly workspace?: string
}

/** A Change Tracking chunk as the public article prints it, with both systems' parts. A plain object: change it freely. */
export function ctChunk({ dcr = DCR_A, name = 'ct-dcr100000001', workspace = WORKSPACE }: ChunkOptions = {}): Chunk {
  const channel = `ods-${workspace}`
  const streams = (os: string): ChunkStream[] =>
    ['CONFIG_CHANGE_BLOB', 'CONFIG_CHANGE_BLOB_V2', 'CONFIG_DATA_BLOB_V2'].map((stream) => ({
      stream,
      solution: 'ChangeTracking',
      extensionOutputStream: `${dcr}:CTDataSource-${os}:${stream}`,
    }))
  const source = (os: string): ChunkSource => ({
    configuration: { extensionName: `ChangeTracking-${os}` },
    id: `CTDataSource-${os}`,
    kind: 'extension',
    streams: streams(os),
    sendToChannels: [channel],
  })
  const entry = (os: string, extensionSettings: Record<string, unknown>): ChunkEntry => ({
    id: `${dcr}:CTDataSource-${os}`,
    originIds: [`${SUBSCRIPTION}/resourceGroups/rg-01/providers/Microsoft.Insights/dataCollectionRules/${name}`],
    extensionSettings,
    outputStreams: Object.fromEntries(streams(os).map((s) => [s.stream, s.extensionOutputStream])),
  })
  return {
    dataSources: [source('Windows'), source('Linux')],
    channels: [
      {
        endpoint: `https://${workspace}.ods.opinsights.azure.com`,
        tokenEndpointUri: `https://global.handler.control.monitor.azure.com${MACHINE}/agentConfigurations/${dcr}/channels/${channel}/issueIngestionToken?operatingLocation=westeurope&platform=linux&includeMeConfig=true&api-version=2022-06-02`,
        id: channel,
        protocol: 'ods',
      },
    ],
    extensionConfigurations: {
      'ChangeTracking-Windows': [entry('Windows', { enableFiles: true, enableRegistry: true })],
      'ChangeTracking-Linux': [
        entry('Linux', {
          enableFiles: true,
          enableSoftware: true,
          enableRegistry: false,
          enableServices: true,
          enableInventory: true,
          fileSettings: {
            fileCollectionFrequency: 900,
            fileInfo: [
              {
                name: 'ChangeTrackingLinuxPath_default',
                enabled: true,
                destinationPath: '/etc/.*.conf',
                useSudo: true,
                recurse: true,
                maxContentsReturnable: 5000000,
                pathType: 'File',
                type: 'File',
                links: 'Follow',
                maxOutputSize: 500000,
                groupTag: 'Recommended',
              },
            ],
          },
          softwareSettings: { softwareCollectionFrequency: 300 },
          inventorySettings: { inventoryCollectionFrequency: 36000 },
          servicesSettings: { serviceCollectionFrequency: 300 },
        }),
      ],
    },
  }
}

interface ChunkStream {
  stream: string
  solution: string
  extensionOutputStream: string
}
interface ChunkSource {
  configuration: { extensionName: string }
  id: string
  kind: string
  streams: ChunkStream[]
  sendToChannels: string[]
}
interface ChunkEntry {
  id: string
  originIds: string[]
  extensionSettings: Record<string, unknown>
  outputStreams: Record<string, string>
}
export interface Chunk {
  dataSources: ChunkSource[]
  channels: { endpoint: string; tokenEndpointUri: string; id: string; protocol: string }[]
  extensionConfigurations: Record<string, ChunkEntry[]>
}

/** The settings of the Linux part. */
export function linuxSettings(chunk: Chunk): Record<string, unknown> {
  const settings = chunk.extensionConfigurations['ChangeTracking-Linux']?.[0]?.extensionSettings
  if (settings === undefined) throw new Error('The chunk has no Linux part')
  return settings
}

/** The text of a chunk with the settings of its Linux part changed. */
export function chunkWith(change: (settings: Record<string, unknown>) => void, options: ChunkOptions = {}): string {
  const chunk = ctChunk(options)
  change(linuxSettings(chunk))
  return JSON.stringify(chunk)
}

/** A host with its chunk changed. */
export function withChunk(host: HostTree, change: (chunk: Chunk) => void): HostTree {
  const chunk = ctChunk()
  change(chunk)
  return host.with(CHUNK_FILE, JSON.stringify(chunk))
}

export const CHUNK_FILE = `${CHUNKS}/1000000000000000001.json`
/** Of a second rule. */
export const SECOND_CHUNK = `${CHUNKS}/1000000000000000009.json`
export const SETTINGS_CHUNK = '{"kind":"AgentSettings","settings":[{"name":"MaxDiskQuotaInMB","value":"10240"}]}'
export const SYSLOG_CHUNK = JSON.stringify({
  dataSources: [
    {
      configuration: { facilityNames: ['auth'], logLevels: ['Error'] },
      id: 'syslogDataSource',
      kind: 'syslog',
      streams: [{ stream: 'LINUX_SYSLOGS_BLOB', solution: 'LogManagement' }],
      sendToChannels: [`ods-${WORKSPACE}`],
    },
  ],
  channels: [{ id: `ods-${WORKSPACE}`, protocol: 'ods', endpoint: `https://${WORKSPACE}.ods.opinsights.azure.com` }],
})

/** mcsconfig.lkg.json: the rules the agent was given, with the file of each. */
export function mcsConfig(rules: readonly (readonly [dcr: string, file: string])[] = ASSIGNED): string {
  const configurations = rules.map(([configurationId, contentFileName]) => ({
    configurationId,
    eTag: `${configurationId}/%2200000000%22`,
    tokenBasedChannels: [],
    contentFileName,
  }))
  return JSON.stringify({ configurations })
}

export const ASSIGNED: readonly (readonly [dcr: string, file: string])[] = [
  [DCR_A, '1000000000000000001.json'],
  [DCR_B, '1000000000000000002.json'],
]

/** Output of df, megabytes available by mount point. */
export function df(free: Readonly<Record<string, number>> = { '/': 20_000 }): string {
  const rows = Object.entries(free).map(([mountPoint, mb], index) => {
    const available = String(mb * 1024).padStart(9)
    return `/dev/sd${String.fromCharCode(97 + index)}1       30298176  5242880 ${available}      18% ${mountPoint}`
  })
  return `Filesystem     1024-blocks     Used Available Capacity Mounted on\n${rows.join('\n')}\n`
}

function time(at: number, decimals = ''): string {
  return new Date(at).toISOString().replace('.000Z', `${decimals}Z`)
}

export const MINUTE = 60_000
export const START = TAKEN - 130 * MINUTE
/** When the extension was installed. */
export const INSTALLED = START - 5 * MINUTE

export interface AmaLogOptions {
  readonly dcrs?: readonly string[]
  readonly from?: number
  readonly until?: number
  /** Last heartbeat; null for a log without any. */
  readonly heartbeatsUntil?: number | null
  readonly rows?: (stream: string, minute: number) => number | null
  readonly extra?: readonly (readonly [at: number, message: string])[]
  readonly start?: boolean
}

/** mdsd.info of a healthy agent: start, load, then a heartbeat and the sinks' counts every minute. */
export function mdsdInfo(options: AmaLogOptions = {}): string {
  const { dcrs = [DCR_A], from = START, until = TAKEN, start = true } = options
  const heartbeats = options.heartbeatsUntil === undefined ? until : options.heartbeatsUntil
  const rows =
    options.rows ?? ((stream, minute) => (stream === 'CONFIG_DATA_BLOB_V2' ? ([0, 613, 613, 0][minute % 4] ?? 0) : 0))
  const lines: (readonly [number, string])[] = [...(options.extra ?? [])]
  if (start) {
    lines.push(
      [from, '[DAEMON] START mdsd daemon ver(1.35.8) pid(2056) uid(104) gid (111)'],
      [from, 'Detected cloud region "westeurope" via IMDS'],
      [from, `[/__w/1/s/FetchIMDSMetadata.cpp:140,FetchMetadataFromIMDS]Setting resource id from IMDS: ${MACHINE}`],
      [from, 'Parsing Mcs document /etc/opt/microsoft/azuremonitoragent/config-cache/mcsconfig.lkg.json'],
      ...dcrs.flatMap((dcr): (readonly [number, string])[] => [
        [from, `Loaded Azure Monitor configuration ${dcr}`],
        [from, `Local config content parsed. Loaded data sources for configuration id: ${dcr}`],
        [
          from + 1000,
          `[/__w/1/s/RefreshConfigurations.cpp:580,ReconcileConfigurationsTable]Configuration [${dcr}] added`,
        ],
      ]),
      [
        from + 1000,
        '[/__w/1/s/RefreshMSIToken.cpp:94,RefreshMsiTokenThreadProc]Next refresh of MSI token for MCS in 85592 seconds',
      ],
    )
  }
  for (let at = from + MINUTE; at <= until; at += MINUTE) {
    const minute = Math.round((at - from) / MINUTE)
    if (heartbeats !== null && at <= heartbeats) lines.push([at, `Heartbeating for ODSUploader https://${WORKSPACE}`])
    else lines.push([at, 'Event ingestion rate limiting (EPS) is set to 20000 events per second.'])
    for (const dcr of dcrs) {
      for (const stream of ['CONFIG_DATA_BLOB_V2', 'CONFIG_CHANGE_BLOB_V2']) {
        const count = rows(stream, minute)
        if (count === null) continue
        const sink = `${dcr}:CTDataSource-Linux:${stream}`
        lines.push([
          at,
          `void LocalSink::Flush(MdsTime) (.../mdsd/LocalSink.cc +1198) LocalSink ${sink} now has (actual count) ${count} rows`,
        ])
      }
    }
  }
  return lines
    .toSorted(([a], [b]) => a - b)
    .map(([at, message]) => `${time(at, '.7630300')}: ${message}\n`)
    .join('')
}

export function mdsdErr(lines: readonly (readonly [at: number, message: string])[] = []): string {
  const all: (readonly [number, string])[] = [
    [START, '[DAEMON] Parent process 2055 exit. child process id=2056'],
    ...lines,
  ]
  return all.map(([at, message]) => `${time(at, '.2592520')}: ${message}\n`).join('')
}

export function odsFailure(reason: string, stream: string): string {
  return `Failed to upload to ODS: ${reason}, Datatype: ${stream}, RequestId: 00000000-0000-4000-8000-0000000000f1`
}

/** mdsd.qos: a block every 15 minutes. `success` false: uploads of the Change Tracking streams fail. */
export function mdsdQos({ until = TAKEN, success = true }: { until?: number; success?: boolean } = {}): string {
  const blocks: string[] = []
  for (let at = START + 15 * MINUTE; at <= until; at += 15 * MINUTE) {
    blocks.push(
      `#Time: ${time(at, '.5432920')}`,
      '#Fields: Operation,Object,TotalCount,SuccessCount,Retries,AverageDuration,AverageSize,AverageDelay,TotalSize,TotalRowsRead,TotalRowsSent',
      'MaRunTaskLocal,daemon.info,15,15,0,60000,46.2,0,693,77,77',
      `MaRunTaskLocal,${DCR_A}:CTDataSource-Linux:CONFIG_DATA_BLOB_V2,15,15,0,60000,812.5,0,12187,613,613`,
      `MaODSRequest,https://${WORKSPACE}_LogManagement_LINUX_SYSLOGS_BLOB,1,1,0,302000,370,0,370,2,2`,
      `MaODSRequest,https://${WORKSPACE}_ChangeTracking_CONFIG_DATA_BLOB_V2,1,${success ? 1 : 0},0,455067,12187,0,12187,613,${success ? 613 : 0}`,
    )
  }
  return `${blocks.join('\n')}\n`
}

export interface AgentLogOptions {
  readonly from?: number
  readonly until?: number
  readonly packages?: number
  readonly services?: number
  readonly workers?: readonly ('software' | 'services')[]
  readonly extra?: readonly string[]
}

/** cta_linux_agent.log of a healthy agent: both workers every five minutes. */
export function agentLog(options: AgentLogOptions = {}): string {
  const {
    from = START,
    until = TAKEN - MINUTE,
    packages = 40,
    services = 12,
    workers = ['software', 'services'],
  } = options
  const lines = [`time="${time(from)}" level=info msg="made-up: agent started" version=2.35.0.0`]
  for (let at = from + MINUTE; at <= until; at += 5 * MINUTE) {
    if (workers.includes('software'))
      lines.push(`time="${time(at)}" level=info msg="Number of Package received in this run: ${packages}"`)
    if (workers.includes('services'))
      lines.push(`time="${time(at + 1000)}" level=info msg="Number of services recieved in this run: ${services}"`)
  }
  return `${[...lines, ...(options.extra ?? [])].join('\n')}\n`
}

/** A log whose times are local ones, so many minutes ahead of UTC, and name no zone. */
export function inLocalTime(log: string, ahead: number): string {
  return log.replace(/(?<=time=")[^"]+(?=")/g, (stamp) =>
    new Date(Date.parse(stamp) + ahead * MINUTE).toISOString().slice(0, 19).replace('T', ' '),
  )
}

export interface SocketOptions {
  readonly data?: 'connected' | 'listening' | 'missing'
  readonly config?: boolean
}

/** /proc/net/unix with a few sockets of other programs. */
export function procNetUnix({ data = 'connected', config = true }: SocketOptions = {}): string {
  const name = (extension: string): string =>
    `@CAgentStream_CloudAgentInfo_${extension}_default_fluent.socket`.padEnd(108, '@')
  const lines = [
    'Num       RefCount Protocol Flags    Type St Inode Path',
    '00000000a1b2c3d4: 00000003 00000000 00000000 0001 03 21034 /run/systemd/journal/stdout',
    '00000000c2b2c3d4: 00000002 00000000 00010000 0001 01 11002 /run/dbus/system_bus_socket',
  ]
  if (config) lines.push(`0000000063d0a4c8: 00000002 00000000 00010000 0001 01 34098 ${name('config')}`)
  if (data !== 'missing')
    lines.push(`0000000063d0a4c9: 00000002 00000000 00010000 0001 01 34100 ${name('ChangeTracking-Linux')}`)
  if (data === 'connected')
    lines.push(
      `000000001bb06f39: 00000003 00000000 00000000 0001 03 34144 ${name('ChangeTracking-Linux')}`,
      '0000000000c7d2b0: 00000003 00000000 00000000 0001 03 33175',
    )
  return `${lines.join('\n')}\n`
}

/** /etc/default/azuremonitoragent as the extension writes it. */
export function amaDefaults(): string {
  return `export MDSD_CONFIG_DIR=/etc/opt/microsoft/azuremonitoragent
export MDSD_LOG_DIR=/var/opt/microsoft/azuremonitoragent/log
export MDSD_ROLE_PREFIX=/run/azuremonitoragent/default
export MDSD_SPOOL_DIRECTORY=/var/opt/microsoft/azuremonitoragent
export MDSD_OPTIONS="-A -R -c /etc/opt/microsoft/azuremonitoragent/mdsd.xml -d -r $MDSD_ROLE_PREFIX -S $MDSD_SPOOL_DIRECTORY/eh -L $MDSD_SPOOL_DIRECTORY/events"
export ENABLE_MCS=true
export MANAGED_IDENTITY=client_id#00000000-0000-4000-8000-0000000000aa
`
}

export interface UnitOptions {
  readonly active?: string
  readonly sub?: string
  readonly file?: string
  readonly load?: string
}

/** `systemctl show` of both agents' services. */
export function unitStates({ ama = {}, cxp = {} }: { ama?: UnitOptions; cxp?: UnitOptions } = {}): string {
  const block = (
    unit: string,
    { active = 'active', sub = 'running', file = 'enabled', load = 'loaded' }: UnitOptions,
  ) =>
    `Id=${unit}\nNames=${unit}\nLoadState=${load}\nActiveState=${active}\nSubState=${sub}\nUnitFileState=${file}\nResult=success\nNRestarts=0\nFragmentPath=/lib/systemd/system/${unit}\n`
  return `${block('azuremonitoragent.service', ama)}\n${block('cxp.service', cxp)}`
}

/** `namei -om` of the agent's folders; `microsoft` is the mode of /etc/opt/microsoft. */
export function namei({ microsoft = 'drwxr-xr-x' } = {}): string {
  return `f: /etc/opt/microsoft/azuremonitoragent/config-cache/configchunks
 drwxr-xr-x root   root   /
 drwxr-xr-x root   root   etc
 drwxr-xr-x root   root   opt
 ${microsoft} root   root   microsoft
 drwxr-xr-x syslog syslog azuremonitoragent
 drwxr-xr-x syslog syslog config-cache
 drwxr-x--- syslog syslog configchunks
f: /var/opt/microsoft/azuremonitoragent/events
 drwxr-xr-x root   root   /
 drwxr-xr-x root   root   var
 drwxr-xr-x root   root   opt
 drwxr-xr-x root   root   microsoft
 drwxr-xr-x syslog syslog azuremonitoragent
 drwx------ syslog syslog events
`
}

export interface AmaOutOptions {
  readonly hostname?: string
  readonly machine?: string
  /** ARM id; null where the metadata service did not answer. */
  readonly resourceId?: string | null
  readonly install?: string
  readonly more?: string
}

/** The lines of amalinux.out that ct-diag reads, in their order. */
export function amaOut(options: AmaOutOptions = {}): string {
  const { hostname = 'vm-01', machine = 'x86_64', resourceId = MACHINE, more = '' } = options
  const { install = 'AMA Install Status: installed\nAMA Version: 1.35.8' } = options
  const sections = [
    'Log Collection Start Time: 2026-01-10T10.00.00.000000',
    `Hostname: ${hostname}\nMachine Type: ${machine}`,
    `VM Metadata from IMDS:\n${resourceId === null ? '' : `resourceId: ${resourceId}`}`,
    install,
    more,
  ]
  return sections.join(`\n${'-'.repeat(80)}\n`)
}

export const DAEMON = `/usr/sbin/changetracking/changetracking /opt/microsoft/changetracking/change_tracking_agent_linux_amd64 /${EXT}`
export const WORKER = `/opt/microsoft/changetracking/change_tracking_agent_linux_amd64 /${EXT}`

const MDSD = '/opt/microsoft/azuremonitoragent/bin/mdsd -A'

/** `ps -ef` of a whole machine, with these programs besides systemd. */
export function processes(commands: readonly string[] = [MDSD, DAEMON, WORKER]): string {
  const rows = ['/usr/lib/systemd/systemd --switched-root --system', '/usr/lib/systemd/systemd-journald', ...commands]
  const row = (command: string, index: number): string =>
    `root      ${String(index === 0 ? 1 : 9900 + index).padStart(5)}     1  0 07:49 ?        00:00:02 ${command}`
  return `UID          PID    PPID  C STIME TTY          TIME CMD\n${rows.map(row).join('\n')}\n`
}

/** The same of a healthy machine with further programs. */
export function ps(...more: readonly string[]): string {
  return processes([MDSD, DAEMON, WORKER, ...more])
}

/** application.yml in block style, as published; the default level is presumed. */
export function applicationYml(): string {
  const log = (name: string): string =>
    `  log:\n    filedir: /${CT_LOG}\n    filemaxsize: 100\n    filename: cta_linux_${name}.log\n    level: INFO\n`
  return `application:
  datapullfrequency: 300
  debugport: 2121
  dSocketPath: '@CAgentStream_CloudAgentInfo_MaExtensionDiagnostics_default_fluent.socket'
  enabledebuglogs: false
  env: prod
  iSocketPath: '@CAgentStream_CloudAgentInfo_config_default_fluent.socket'
${log('agent')}  oSocketPath: '@CAgentStream_CloudAgentInfo_ChangeTracking-Linux_default_fluent.socket'
handler:
${log('handler')}watcher:
${log('watcher')}`
}

/** A line of the guest agent in CommandExecution.log or waagent.log. */
export function guestLine(at: number, message: string, level = 'INFO'): string {
  return `${time(at, '.000000')} ${level} ExtHandler [${CT}-2.35.0.0] ${message}\n`
}

/** CommandExecution.log of one command that went well: its start, and what it printed. */
export function commandDone(at: number, action: string, output = ''): string {
  const title = `${action.charAt(0).toUpperCase()}${action.slice(1)}`
  return (
    guestLine(at, `${title} extension${action === 'enable' ? ':' : ''} [cta_linux_handler ${action}]`) +
    guestLine(at + 8000, `Command: cta_linux_handler ${action}\n[stdout]\n${output}\n[stderr]\n`)
  )
}

export function cxpService(version = '2.35.0.0'): string {
  return fixture('systemd/cxp.service').toString().replaceAll('2.35.0.0', version)
}

/** Shapes of File.json, Packages.json and Services.json that no public source settles. */
export const INVENTORY_SHAPES: readonly string[] = ['array', 'keyed', 'count', 'dataitems', 'ndjson', 'json-strings']

export function list(name: 'File' | 'Packages' | 'Services', shape = 'array'): Buffer {
  return fixture(`inventory/${shape}/${name}.json`)
}

export function sinkFiles(dcr = DCR_A, os = 'Linux'): [string, MemoryEntry][] {
  return ['CONFIG_CHANGE_BLOB', 'CONFIG_CHANGE_BLOB_V2', 'CONFIG_DATA_BLOB_V2'].flatMap(
    (stream): [string, MemoryEntry][] => {
      const folder = `${EVENTS}/${dcr}:CTDataSource-${os}:${stream}`
      return [
        [`${folder}/CURRENT`, { content: 'MANIFEST-000004\n', mtime: START }],
        [`${folder}/000010.log`, { content: '', mtime: TAKEN - MINUTE }],
      ]
    },
  )
}

/** The agent's log and its lists, and all in which it keeps what it collected. */
export const AGENT_LOG = `${CT_LOG}/cta_linux_agent.log`
export const FILE_JSON = `${CT_LOG}/File.json`
export const PACKAGES_JSON = `${CT_LOG}/Packages.json`
export const SERVICES_JSON = `${CT_LOG}/Services.json`
export const COLLECTED = /File\.json|Packages\.json|Services\.json|changetracking\.db/

/** A host on which every hop works, as a person would pack it from `/`. */
export function healthyHost({ shape = 'array' }: { shape?: string } = {}): HostTree {
  const files: [string, Content, number][] = [
    [CHUNK_FILE, JSON.stringify(ctChunk()), START - 86_400_000],
    [`${CHUNKS}/1000000000000000002.json`, SETTINGS_CHUNK, START - 86_400_000],
    [MCSCONFIG, mcsConfig(), START - 86_400_000],
    [`${AMA_LOG}/mdsd.info`, mdsdInfo(), TAKEN],
    [`${AMA_LOG}/mdsd.err`, mdsdErr(), START],
    [`${AMA_LOG}/mdsd.warn`, '', START],
    [`${AMA_LOG}/mdsd.qos`, mdsdQos(), TAKEN],
    ['proc/net/unix', procNetUnix(), TAKEN],
    [`${EXT}/application.yml`, applicationYml(), START],
    [`${EXT}/config/HandlerState`, 'Enabled', START],
    [
      `${EXT}/config/HandlerStatus`,
      `{"name":"${CT}","version":"2.35.0.0","status":"Ready","code":0,"message":"Plugin enabled","supports_multi_config":false,"extension_status":null}`,
      START,
    ],
    [
      `${EXT}/status/0.status`,
      `[{"version":1.0,"timestampUTC":"2026-01-10T08:00:20Z","status":{"name":"${CT}","operation":"Enable","status":"success","code":0,"formattedMessage":{"lang":"en-US","message":"synthetic"},"substatus":[]}}]`,
      START,
    ],
    [`var/lib/waagent/${AMA}-1.35.8/config/HandlerState`, 'Enabled', START],
    ['var/lib/waagent/waagent_status.json', '{}', TAKEN],
    ['usr/lib/systemd/system/cxp.service', cxpService(), START],
    [`${CT_LOG}/cta_linux_agent.log`, agentLog(), TAKEN - MINUTE],
    [`${CT_LOG}/File.json`, list('File', shape), TAKEN - 10 * MINUTE],
    [`${CT_LOG}/Packages.json`, list('Packages', shape), TAKEN - 2 * MINUTE],
    [`${CT_LOG}/Services.json`, list('Services', shape), TAKEN - 2 * MINUTE],
    [DB, fixture('changetracking-db/one-bucket.db.gz'), TAKEN - 2 * MINUTE],
    ['etc/default/azuremonitoragent', amaDefaults(), START],
    ['systemctl-show.txt', unitStates(), TAKEN],
    ['namei-ama.txt', namei(), TAKEN],
    ['ps-ef.txt', processes(), TAKEN],
    ['proc/mounts', '/dev/sda1 / ext4 rw,relatime,discard 0 0\n/dev/sdb1 /var/tmp ext4 rw,noexec 0 0\n', TAKEN],
    [
      `${CT_LOG}/CommandExecution.log`,
      commandDone(INSTALLED, 'install') + commandDone(INSTALLED + MINUTE, 'enable'),
      START,
    ],
    [
      `${CT_LOG}/cta_linux_watcher.log`,
      `time="${time(START)}" level=info msg="made-up: watching" pid=9937\ntime="${time(TAKEN - 5 * MINUTE)}" level=info msg="made-up: process is running" pid=9937\n`,
      TAKEN - 5 * MINUTE,
    ],
    ['etc/os-release', 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\nVERSION_ID="12"\n', START],
    ['etc/hostname', 'vm-01\n', START],
    ['var/lib/dpkg/status', fixture('dpkg/status'), START],
    ['df.txt', df(), TAKEN],
    ['host-services.txt', fixture('systemd/list-unit-files.txt'), TAKEN],
  ]
  const entries = files.map(([path, content, mtime]): [string, MemoryEntry] => [path, { content, mtime }])
  const syslog = `${EVENTS}/syslog.info/CURRENT`
  return new HostTree(new Map([...entries, ...sinkFiles(), [syslog, { content: 'MANIFEST-000001\n', mtime: TAKEN }]]))
}
