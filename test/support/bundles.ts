import { gzipSync } from 'node:zlib'
import type { MemoryEntry } from '../../src/sources/memory.js'
import { rawTarOf } from './archives.js'
import {
  AMA,
  AMA_LOG,
  CT,
  CT_LOG,
  DCR_A,
  EVENTS,
  EXT,
  fixture,
  HostTree,
  MACHINE,
  MINUTE,
  namei,
  processes,
  TAKEN,
  unitStates,
  WORKSPACE,
} from './host.js'

const CONFIG = 'etc/opt/microsoft/azuremonitoragent'
const ARC = MACHINE.replace('Microsoft.Compute/virtualMachines', 'Microsoft.HybridCompute/machines')

type Files = readonly (readonly [path: string, content: string | Uint8Array])[]

function treeOf(files: Files, mtime = TAKEN): HostTree {
  return new HostTree(new Map(files.map(([path, content]): [string, MemoryEntry] => [path, { content, mtime }])))
}

/** What of a host lies below a folder, under another one. */
function moved(host: HostTree, from: string, to: string): HostTree {
  const entries = [...host.entries].filter(([path]) => path.startsWith(from))
  return new HostTree(new Map(entries.map(([path, entry]) => [`${to}${path.slice(from.length)}`, entry])))
}

function only(host: HostTree, pattern: RegExp): HostTree {
  return new HostTree(new Map([...host.entries].filter(([path]) => pattern.test(path))))
}

/** waagent.log of a quiet machine. */
export function waagentLog(): string {
  const line = (minutes: number, text: string): string =>
    `${new Date(TAKEN - minutes * MINUTE).toISOString().replace('Z', '000Z')} INFO ${text}\n`
  return [
    line(120, 'Daemon Daemon Azure Linux Agent Version: 2.9.1.1'),
    line(119, `ExtHandler ExtHandler ProcessExtensionsGoalState started [incarnation_1 channel: WireServer]`),
    line(118, `ExtHandler [${CT}-2.35.0.0] Target handler state: enabled [incarnation_1]`),
    line(2, 'ExtHandler ExtHandler [HEARTBEAT] Agent WALinuxAgent-2.9.1.1 is running as the goal state agent'),
  ].join('')
}

/** syslog as a collector takes it: local time, no year, no zone. */
export const SYSLOG =
  'Jan 10 08:00:01 vm-01 systemd[1]: Started cxp.service - Azure change tracking Parent Daemon.\nJan 10 09:59:01 vm-01 CRON[1]: (root) CMD (true)\n'

const dashes = '-'.repeat(80)

/** amalinux.out with every section, in its order. */
export function overview({ arc = false, colon = ':' } = {}): string {
  const command = (line: string, output: string): string => `Output of command: ${line}\n${'='.repeat(40)}\n${output}\n`
  const sinks = ['CONFIG_CHANGE_BLOB', 'CONFIG_CHANGE_BLOB_V2', 'CONFIG_DATA_BLOB_V2']
  const du = [
    ...['Windows', 'Linux'].flatMap((os) =>
      sinks.map((stream) => `9.6M\t/${EVENTS}/${DCR_A}${colon}CTDataSource-${os}${colon}${stream}`),
    ),
    `620M\t/${EVENTS}/syslog.info`,
    `678M\t/${EVENTS}`,
  ].join('\n')
  return [
    'Log Collection Start Time: 2026-01-10T10.00.00.123456',
    'Linux OS detected: debian\nLinux OS version detected: 12',
    'Package manager detected: dpkg',
    'Hostname: vm-01\nRelease Version: 6.1.0-18-cloud-amd64\nLinux UName: Linux vm-01\nMachine Type: x86_64',
    'Python Version: 3.11.2',
    'Contents of /etc/os-release:\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\nVERSION_ID="12"',
    `VM Metadata from IMDS:\nazEnvironment: AzurePublicCloud\nresourceId: ${arc ? ARC : MACHINE}\nlocation: westeurope`,
    'AMA Install Status: installed\nAMA Version: 1.35.8',
    `Workspace ID: {'${WORKSPACE}'}\nWorkspace region: {'westeurope'}`,
    "AgentSettinsgs file found: {'kind': 'AgentSettings'}",
    command('dpkg -s azuremonitoragent', 'Package: azuremonitoragent\nStatus: install ok installed\nVersion: 1.35.8'),
    command(
      'ps -ef | grep mdsd | grep -v grep',
      'syslog 2056 1 0 07:49 ? 00:00:02 /opt/microsoft/azuremonitoragent/bin/mdsd',
    ),
    `MDSD Environment Variables Collection\nCollected on: 2026-01-10T10:00:00\nPID: 2056\nPATH=/usr/binLANG=CMDSD_OPTIONS=-A`,
    command(
      'systemctl status rsyslog --no-pager',
      '● rsyslog.service - System Logging Service\n     Active: active (running)',
    ),
    command(
      'ps aux --sort=-%cpu | head -10',
      'USER PID %CPU %MEM VSZ RSS TTY STAT START TIME COMMAND\nroot 1 0.0 0.1 1 1 ? Ss 07:49 0:01 /sbin/init',
    ),
    command(`du -h -d 1  /${EVENTS}`, du),
    command(`du -h -d 1 --apparent-size /${EVENTS}`, du),
    command('du -h -d 1  /var', '1.2G\t/var/log\n2.0G\t/var'),
    command(
      'ls -al /etc/opt/microsoft/azuremonitoragent',
      'total 8\ndrwxr-xr-x 3 syslog syslog 4096 Jan 10 08:00 config-cache',
    ),
    command('namei -om /etc/opt/microsoft/azuremonitoragent/config-cache', namei()),
  ].join(`\n${dashes}\n`)
}

/** The Azure Monitor Agent's troubleshooter of a host, with its top folder. */
export function amalogs(host: HostTree, { arc = false, colon = ':' } = {}): HostTree {
  const environ =
    'MDSD Environment Variables Collection\nCollected on: 2026-01-10T10:00:00\nPID: 2056\nPATH=/usr/binLANG=C'
  const metrics = gzipSync(rawTarOf([{ name: 'MdmDataCollectionOutput/metrics.json', content: '[]'.padEnd(200) }]))
  return moved(host, AMA_LOG, 'mdsd/logs')
    .and(moved(host, 'etc/default/azuremonitoragent', 'mdsd/azuremonitoragent'))
    .and(moved(host, CONFIG, 'DCR'))
    .and(
      treeOf([
        ['mdsd/taskstate.json', '{}'],
        ['mdsd/mdsd_environ.txt', environ],
        ['mdsd/logs/amaca.log', '2026-01-10T09:59:00.0000000Z: amacoreagent is well\n'.repeat(5)],
        ['amacoreagent/amacoreagent_environ.txt', environ],
        ['DCR/config-cache/metricCounters.json', '[]'],
        ['DCR/config-cache/configchunks.marker', ''],
        ['1.35.8-status/0.status', '[]'],
        ['1.35.8-config/HandlerState', 'Enabled'],
        ['system_logs', SYSLOG],
        ['rsyslog/rsyslog.conf', '# rsyslog\n'],
        ['rsyslog/journalctl_output.log', SYSLOG],
        ['metrics/MdmDataCollectionOutput_20260110.tar.gz', metrics],
        ['amalinux.out', overview({ arc, colon })],
        ...(arc
          ? ([
              ['GC_Extension/gc_ext.log', '[2026-01-10 09:00:00.000] [PID 1] [TID 1] [EXT] [INFO] [0] made-up: ok\n'],
              ['1.35.8-extension_logs/stdout', 'made-up\n'],
              ['Arc/localconfig.json', '{"proxy.url":"","proxy.bypass":[]}'],
            ] as Files)
          : ([
              ['waagent/waagent.log', waagentLog()],
              [`${AMA}/extension.log`, '2026/01/10 09:00:00 made-up: enabled\n'],
            ] as Files)),
      ]),
    )
    .under(`amalogs-${arc ? 'azurearc' : 'azurevm'}-2026-01-10T10.00.00.123456`)
}

/** The record that the guest agent's collector keeps of its run. `more` comes before the archive's end. */
export function results(more = ''): string {
  const stamp = '2026-01-10T10:00:00Z INFO'
  return `${stamp} Starting log collection at 2026-01-10T10:00:00Z
${stamp} Using log collection mode normal
${stamp} Output of command [ls -alF /var/lib/waagent]:
total 48
drwx------ 14 root root  4096 Jan 10 08:00 ./
drwxr-xr-x 40 root root  4096 Jan 10 08:00 ../
drwxr-xr-x  5 root root  4096 Jan 10 08:00 ${CT}-2.35.0.0/
-rw-------  1 root root 12345 Jan 10 08:00 ${CT}__2.35.0.0.zip
drwxr-xr-x  5 root root  4096 Jan 10 08:00 ${AMA}-1.35.8/
-rw-------  1 root root   123 Jan 10 08:00 waagent_status.json

${stamp} Adding file /var/log/waagent.log, size 123 b
${more}${stamp} Uncompressed archive size is 123456 b
`
}

/** The guest agent's logs.zip of a host. */
export function guestLogs(host: HostTree, more = ''): HostTree {
  return only(
    host,
    new RegExp(`^${CT_LOG}/|^${EXT}/(?:status|config)/|^var/lib/waagent/|^etc/(?:os-release|hostname)$`),
  )
    .without(/application\.yml/)
    .and(
      treeOf([
        ['results.txt', results(more)],
        ['waagent_status.json', '{"__comment": "made-up"}'],
        ['var/log/waagent.log', waagentLog()],
        ['var/log/syslog', SYSLOG],
        ['var/lib/waagent/history/2026-01-10__08-00-00.zip', 'not a zip'],
        [`var/log/azure/${AMA}/extension.log`, '2026/01/10 09:00:00 made-up: enabled\n'],
      ]),
    )
}

/** What logs.zip makes of a large file: its end, at the top, under the name its path gives. */
export function cutCopy(tree: HostTree, path: string, underscores = '__'): HostTree {
  const entry = tree.entries.get(path)
  if (entry === undefined) throw new Error(`The bundle has no ${path}`)
  const whole = Buffer.from(entry.content)
  const name = `truncated${underscores}${path.replaceAll('/', '_')}`
  return new HostTree(new Map([...tree.entries].filter(([other]) => other !== path))).with(
    name,
    whole.subarray(Math.floor(whole.length / 3)),
    TAKEN,
  )
}

/** InspectIaaSDisk with the manifest that takes the Azure Monitor Agent's files, without those of Change Tracking. */
export function inspectedAma(host: HostTree): HostTree {
  return only(host, new RegExp(`^${CONFIG}|^${AMA_LOG}|^etc/default|^var/lib/waagent/${AMA}`)).and(
    treeOf([[`${EVENTS}/taskstate.json`, '{}']]),
  )
}

/** A sosreport of a host, with its top folder. */
export function sosreport(host: HostTree): HostTree {
  const list = fixture('systemd/list-unit-files.txt')
  return only(host, new RegExp(`^${CT_LOG}/|cxp\\.service$|^etc/(?:os-release|hostname)$|^proc/mounts$`))
    .and(
      treeOf([
        ['var/log/waagent.log', waagentLog()],
        ['var/log/syslog', SYSLOG],
        ['hostname', 'vm-01\n'],
        ['uname', 'Linux vm-01 6.1.0-18-cloud-amd64 #1 SMP x86_64 GNU/Linux\n'],
        ['date', 'Sat Jan 10 10:00:00 UTC 2026\n'],
        ['version.txt', 'sosreport: 4.5.1\n'],
        [
          'df',
          'Filesystem     1K-blocks    Used Available Use% Mounted on\n/dev/sda1       30298176 5242880  20480000  21% /\n',
        ],
        ['installed-debs', fixture('dpkg/dpkg-query.txt')],
        ['sos_logs/sos.log', '2026-01-10 10:00:00 INFO: made-up\n'],
        ['sos_reports/sos.txt', 'made-up\n'],
        ['sos_commands/azure/instance_metadata.json', JSON.stringify({ compute: { resourceId: MACHINE } })],
        ['sos_commands/logs/journalctl_--no-pager', SYSLOG],
        ['sos_commands/process/ps_auxwwwm', aux()],
        ['sos_commands/systemd/systemctl_list-unit-files', list],
        ['sos_commands/systemd/systemctl_show_service_--all', unitStates()],
        ['sos_commands/networking/ss_-peaonmi', sockets()],
      ]),
    )
    .under('sosreport-vm-01-2026-01-10-abcdefg')
}

/** `ss -peaonmi` of a healthy host. */
function sockets(): string {
  const name = (extension: string): string =>
    `@CAgentStream_CloudAgentInfo_${extension}_default_fluent.socket`.padEnd(108, '@')
  return [
    'Netid State  Recv-Q Send-Q Local Address:Port Peer Address:Port Process',
    `u_str LISTEN 0 128 ${name('config')} 34098 * 0 users:(("mdsd",pid=2056,fd=20))`,
    `u_str LISTEN 0 128 ${name('ChangeTracking-Linux')} 34100 * 0 users:(("mdsd",pid=2056,fd=21))`,
    `u_str ESTAB  0 0 ${name('ChangeTracking-Linux')} 34144 * 33175 users:(("mdsd",pid=2056,fd=22))`,
    '',
  ].join('\n')
}

/** `ps auxwwwm`: a line for each program, and one for each of its threads. */
function aux(): string {
  const commands = processes()
    .split('\n')
    .slice(1)
    .flatMap((row) => /^\S+ +(\d+) .*?\d\d:\d\d:\d\d (.+)$/.exec(row) ?? [])
  const rows: string[] = []
  for (let at = 0; at < commands.length; at += 3)
    rows.push(
      `root ${commands[at + 1] ?? ''}  0.0  0.1  12345  678 ?        -    07:49   0:02 ${commands[at + 2] ?? ''}`,
      'root     -  0.0    -      -    - -        Ssl  07:49   0:02 -',
    )
  return `USER PID %CPU %MEM VSZ RSS TTY STAT START TIME COMMAND\n${rows.join('\n')}\n`
}

/** Files that someone dragged together: only their own names are left. */
export function dragged(host: HostTree, pattern: RegExp, rename: (name: string) => string = (name) => name): HostTree {
  const entries = [...host.entries].filter(([path]) => pattern.test(path))
  return new HostTree(new Map(entries.map(([path, entry]) => [rename(path.split('/').at(-1) ?? ''), entry])))
}
