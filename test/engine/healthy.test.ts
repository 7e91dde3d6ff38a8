import { gzipSync } from 'node:zlib'
import type { MemoryEntry } from '../../src/sources/memory.js'
import { analyzeHost } from '../support/analyze.js'
import { databaseOf } from '../support/database.js'
import {
  agentLog,
  AMA_LOG,
  CHUNK_FILE,
  commandDone,
  CT_LOG,
  ctChunk,
  DCR_A,
  DCR_B,
  DCR_D,
  DB,
  EVENTS,
  EXT,
  fixture,
  guestLine,
  healthyHost,
  HostTree,
  INSTALLED,
  INVENTORY_SHAPES,
  linuxSettings,
  list,
  MACHINE,
  MCSCONFIG,
  mdsdErr,
  mdsdInfo,
  MINUTE,
  odsFailure,
  SETTINGS_CHUNK,
  START,
  TAKEN,
  type Chunk,
} from '../support/host.js'

const host = healthyHost()
const agent = `${CT_LOG}/cta_linux_agent.log`
const info = `${AMA_LOG}/mdsd.info`
const ARC = MACHINE.replace('Microsoft.Compute/virtualMachines', 'Microsoft.HybridCompute/machines')

/** How an AppleDouble file begins. */
const LITTER: MemoryEntry = { content: Buffer.from('00051607000200004d6163204f53205820202020', 'hex'), mtime: TAKEN }

function everywhere(change: (path: string) => string): HostTree {
  return new HostTree(new Map([...host.entries].map(([path, entry]) => [change(path), entry])))
}

/** A host of rpm: the agent's list of packages and the host's own name the same ones. */
function rpmHost(osRelease: string): HostTree {
  const names = ['rpm', 'bash', 'azuremonitoragent', 'change-tracking-retail', 'kernel-default', 'gpg-pubkey']
  const all = [...names, ...Array.from({ length: 34 }, (_, index) => `library-${index}`)]
  const version = (name: string): string => (name.length % 2 === 0 ? '1:5.14.0-2.el9' : '0:1.2-3')
  const bare = (name: string): string => version(name).replace(/^0:/, '')
  return host
    .without(/dpkg/)
    .with('etc/os-release', osRelease)
    .with(
      'host-packages.txt',
      all.map((name) => `${name}\t${version(name).replace(/^0:/, '(none):')}\tx86_64\tinstalled\n`).join(''),
      TAKEN,
    )
    .with(
      `${CT_LOG}/Packages.json`,
      JSON.stringify(
        all
          .filter((name) => name !== 'gpg-pubkey')
          .map((name) => ({ Name: name, CurrentVersion: bare(name), Architecture: 'x86_64', Publisher: 'Example' })),
      ),
    )
    .with(agent, agentLog({ packages: 39 }))
    .with(DB, namedDatabase())
}

/** Tracked files under one bucket of another name, and nothing else. */
function namedDatabase(): Uint8Array {
  const records = JSON.parse(list('File').toString()) as { FileSystemPath: string }[]
  return databaseOf(
    records.map((record) => [Buffer.from(record.FileSystemPath).toString('base64'), JSON.stringify(record)]),
  )
}

const variants: [name: string, host: HostTree][] = [
  ['an Azure VM of dpkg', host],
  ['a Red Hat host', rpmHost('PRETTY_NAME="Red Hat Enterprise Linux 9.4 (Plow)"\nID="rhel"\nVERSION_ID="9.4"\n')],
  [
    'a SUSE host',
    rpmHost('PRETTY_NAME="SUSE Linux Enterprise Server 15 SP5"\nID="sles"\nID_LIKE="suse"\nVERSION_ID="15.5"\n')
      .without(/^etc\/default/)
      .with('var/log/messages', '2026-01-10T08:50:00.123456+01:00 vm-01 systemd[1]: Started Azure change tracking.\n'),
  ],
  ['a database with one bucket of another name', host.with(DB, namedDatabase())],
  [
    'an Arc-enabled server with its own agent, where the lists lie in the extension’s folder',
    new HostTree(
      new Map(
        [...host.entries].map(([path, entry]) => [
          /\/(?:File|Packages|Services)\.json$/.test(path) ? path.replace(CT_LOG, EXT) : path,
          entry,
        ]),
      ),
    )
      .without(/waagent_status/)
      .edit(CHUNK_FILE, (text) => text.replaceAll(MACHINE, ARC))
      .edit(info, (text) => text.replaceAll(MACHINE, ARC))
      .folder('var/opt/azcmagent')
      .with('etc/systemd/system/himdsd.service', '[Unit]\nDescription=Azure Connected Machine Agent Service\n'),
  ],
  [
    'an agent log half a day behind UTC',
    host.edit(agent, (text) =>
      text.replaceAll(/time="([^"]+)Z"/g, (_, time: string) => {
        const local = new Date(Date.parse(`${time}Z`) - 9.5 * 3600_000).toISOString()
        return `time="${local.slice(0, 19)}-09:30"`
      }),
    ),
  ],
  ...INVENTORY_SHAPES.map((shape): [string, HostTree] => [`inventory shape ${shape}`, healthyHost({ shape })]),
  ...['one-bucket', 'nested', 'map-values', 'inline'].map((db): [string, HostTree] => [
    `database layout ${db}`,
    host.with(DB, fixture(`changetracking-db/${db}.db.gz`)),
  ]),
  ['below a prefix', host.under('case-123/vm-01/root')],
  [
    'colons of the event cache became underscores',
    everywhere((path) => (path.startsWith(EVENTS) ? path.replaceAll(':', '_') : path)),
  ],
  ['every file stamped by the collector', host.stamped(/./, TAKEN)],
  ['every file stamped by the unpacker, much later', host.stamped(/./, TAKEN + 90 * 86_400_000)],
  ['no file has a time', new HostTree(new Map([...host.entries].map(([path, { content }]) => [path, { content }])))],
  [
    'an agent log in another time zone',
    host.edit(agent, (text) =>
      text
        .replaceAll(
          /time="(\d{4}-\d\d-\d\d)T(\d\d)/g,
          (_, day: string, hour: string) => `time="${day}T${String(Number(hour) + 2).padStart(2, '0')}`,
        )
        .replaceAll('Z" level', '+02:00" level'),
    ),
  ],
  [
    'an agent log in JSON',
    host.edit(agent, (text) =>
      text.replaceAll(/time="([^"]*)" level=(\w+) msg="([^"]*)".*/g, '{"level":"$2","msg":"$3","time":"$1"}'),
    ),
  ],
  [
    'rotated and gzipped logs',
    host
      .with(
        `${CT_LOG}/cta_linux_agent-2026-01-10T08-00-00.000.log.gz`,
        gzipSync(agentLog({ from: START - 600 * MINUTE, until: START - MINUTE })),
      )
      .with(`${info}.1`, mdsdInfo({ from: START - 600 * MINUTE, until: START - MINUTE }))
      .with(`${info}.2.gz`, gzipSync(mdsdInfo({ from: START - 1200 * MINUTE, until: START - 601 * MINUTE }))),
  ],
  [
    'Windows line ends',
    host.edit(agent, (text) => text.replaceAll('\n', '\r\n')).edit(info, (text) => text.replaceAll('\n', '\r\n')),
  ],
  [
    'an indented chunk under another name',
    host
      .without(/0000000001\.json/)
      .with(CHUNK_FILE.replace(/[^/]*$/, 'dcr_1a2b3c4d.json'), JSON.stringify(ctChunk(), null, '\t')),
  ],
  [
    'only the Linux part in the rule',
    host.with(
      CHUNK_FILE,
      JSON.stringify({
        ...ctChunk(),
        dataSources: ctChunk().dataSources.slice(1),
        extensionConfigurations: { 'ChangeTracking-Linux': ctChunk().extensionConfigurations['ChangeTracking-Linux'] },
      }),
    ),
  ],
  [
    'an Arc-enabled server',
    host.edit(CHUNK_FILE, (text) => text.replaceAll(MACHINE, ARC)).edit(info, (text) => text.replaceAll(MACHINE, ARC)),
  ],
  [
    'an older version of the extension left behind',
    host.with(`${EXT.replace('2.35.0.0', '2.9.0.0')}/config/HandlerState`, 'NotInstalled'),
  ],
  [
    'failed uploads an hour ago, none since',
    host.with(
      `${AMA_LOG}/mdsd.err`,
      mdsdErr([
        [TAKEN - 60 * MINUTE, odsFailure('403', 'CONFIG_DATA_BLOB_V2')],
        [TAKEN - 58 * MINUTE, odsFailure('Error resolving address', 'CONFIG_CHANGE_BLOB_V2')],
      ]),
    ),
  ],
  [
    'the list of rules as the service sends it',
    host.with(
      MCSCONFIG,
      JSON.stringify({
        configurations: [
          { configurationId: DCR_A, eTag: '1', op: 'added', content: ctChunk() },
          { configurationId: DCR_B, eTag: '2', op: 'added', content: JSON.parse(SETTINGS_CHUNK) as unknown },
          { configurationId: DCR_D, eTag: '3', op: 'removed' },
        ],
      }),
    ),
  ],
  ['no list of rules', host.without(/mcsconfig/)],
  [
    'file contents are uploaded, paths in both styles',
    host
      .edit(`${CT_LOG}/File.json`, (text) =>
        text.replaceAll(
          /"FileContentBlobLink":\s*""/g,
          '"FileContentBlobLink":"https://stexample01.blob.core.windows.net/changetrackingblob/x"',
        ),
      )
      .edit(CHUNK_FILE, (text) => {
        const chunk = JSON.parse(text) as Chunk
        const entry = {
          enabled: true,
          recurse: true,
          uploadContent: true,
          maxContentsReturnable: 0,
          checksum: 'Sha256',
        }
        linuxSettings(chunk)['enableUpload'] = true
        linuxSettings(chunk)['fileSettings'] = {
          fileCollectionFrequency: 900,
          fileInfo: [
            { ...entry, name: 'a', destinationPath: '/etc/.*.conf' },
            { ...entry, name: 'b', destinationPath: '/srv/app/log/*.log' },
            { ...entry, name: 'c', destinationPath: '/srv/*/x', enabled: false },
            { ...entry, name: 'c', destinationPath: '/etc/hosts' },
          ],
          uploadSetting: { blobEndpoint: 'https://stexample01.blob.core.windows.net/', managedIdentity: '' },
        }
        return JSON.stringify(chunk)
      }),
  ],
  [
    'sockets in the file system, listed by ss',
    host.without(/^proc\/net\/unix$/).with(
      'sos_commands/networking/ss_-peaonmi',
      ['config', 'ChangeTracking-Linux']
        .map((name) => `/run/azuremonitoragent/CAgentStream_CloudAgentInfo_${name}_default_fluent.socket`)
        .map((path, i) => `u_str LISTEN 0 128 ${path} 3410${i} * 0\nu_str ESTAB 0 0 ${path} 3414${i} * 3317${i}\n`)
        .join(''),
    ),
  ],
  [
    'a scale set, whose ids have two forms',
    host.edit(CHUNK_FILE, (text) =>
      text.replaceAll('virtualMachines/vm-01', 'virtualMachineScaleSets/ss-01/virtualMachines/3'),
    ),
  ],
  [
    'free space for people to read, little of it where it does not matter',
    host.with(
      'df.txt',
      'Filesystem      Size  Used Avail Use% Mounted on\n/dev/sda1        29G  5.0G   24G  18% /\n/dev/sda15      105M  104M  1.1M  99% /boot/efi\n',
    ),
  ],
  ['nothing changed for hours, the statistics are absent', host.without(/mdsd\.qos/)],
  [
    'restarted four times today, the control plane once slow',
    host
      .edit(
        `${AMA_LOG}/mdsd.err`,
        (text) =>
          `${text}${[1, 2, 3, 4].map((n) => `2026-01-10T0${n}:00:00.0000000Z: [DAEMON] Parent process ${n} exit. child process id=${n + 1}\n`).join('')}`,
      )
      .with(
        `${AMA_LOG}/mdsd.warn`,
        mdsdErr([[START + MINUTE, 'Could not obtain configuration from https://x.invalid ErrorCode:1310977']]),
      ),
  ],
  [
    'the disk was full last week',
    host.with(
      `${AMA_LOG}/mdsd.warn`,
      mdsdErr([
        [TAKEN - 7 * 86_400_000, '[GC] Disk usage exceeds disk quota'],
        [TAKEN - 7 * 86_400_000, 'IO error: No space left on device'],
      ]),
    ),
  ],
  ['no package list and no os-release', host.without(/dpkg|os-release/)],
  [
    'an installation that failed twice before it went well',
    host.edit(
      `${CT_LOG}/CommandExecution.log`,
      (text) =>
        commandDone(
          INSTALLED - 9 * MINUTE,
          'install',
          'dpkg: error: dpkg frontend lock was locked by another process',
        ) +
        guestLine(INSTALLED - 5 * MINUTE, `Non-zero exit code: 1, /${EXT}/cta_linux_handler install`, 'ERROR') +
        text,
    ),
  ],
  [
    'a restart of the service, for which its port was still taken, and the journal of it',
    host
      .edit(
        agent,
        (text) =>
          `${text.slice(0, text.indexOf('\n') + 1)}listen tcp :18080: bind: address already in use\n${text.slice(text.indexOf('\n') + 1)}`,
      )
      .with(
        'var/log/syslog',
        'Jan 10 07:49:59 vm-01 systemd[1]: Stopped Azure change tracking Parent Daemon.\nJan 10 07:50:00 vm-01 systemd[1]: Started Azure change tracking Parent Daemon.\n',
      ),
  ],
  [
    'an unpacked package and a kernel of x86_64',
    host.with(`${EXT}/change-tracking-retail_0.1.0-1_amd64.deb`, '').with('uname', 'x86_64\n'),
  ],
  [
    'packed again on a desktop, which adds files of its own',
    new HostTree(
      new Map(
        [...host.entries].flatMap(([path, entry]): [string, MemoryEntry][] => {
          const beside = (name: string): string => path.replace(/[^/]*$/, name)
          const name = path.split('/').at(-1) ?? ''
          const litter = [beside('.DS_Store'), beside(`._${name}`), `__MACOSX/case/${beside(`._${name}`)}`]
          const all = litter.map((one): [string, MemoryEntry] => [one.replace(/^(?!__)/, 'case/'), LITTER])
          return [[`case/${path}`, entry], ...all]
        }),
      ),
    ),
  ],
  ['the log was cut at its beginning', host.edit(agent, (text) => text.slice(1000))],
]

/** Two of the paths tracked there lie on no file: worth knowing, and no fault. */
const TOLD: Readonly<Record<string, readonly string[]>> = {
  'file contents are uploaded, paths in both styles': ['CT5019 info', 'CT5019 info'],
}

test.each(variants)('%s', async (name, tree) => {
  const report = await analyzeHost(tree)
  expect(report.findings.map(({ ruleId, severity }) => `${ruleId} ${severity}`)).toEqual(TOLD[name] ?? [])
  expect(report.path.map(({ hop, status }) => `${hop} ${status}`)).toEqual([
    'dcr ok',
    'ama ok',
    'sockets ok',
    'agent ok',
    'collection ok',
    'cache ok',
    'upload ok',
  ])
  // Nothing was seen to work after the bundle was taken.
  expect(report.path.filter(({ lastSeen }) => (lastSeen ?? '') > report.asOf.time)).toEqual([])
  expect(report.verdict.status).toBe('ok')
  expect(report.coverage.error).toBe(0)
})
