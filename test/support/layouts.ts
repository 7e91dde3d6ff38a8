import { AMA, CT } from './host.js'

/** What a collector's bundle holds, as paths in it: one for each kind of file. `folders` are there as names only. */
export interface Layout {
  readonly id: string
  readonly title: string
  readonly paths: readonly string[]
}

const EXT = `var/lib/waagent/${CT}-2.35.0.0`
const CT_LOG = `var/log/azure/${CT}`
const CACHE = 'etc/opt/microsoft/azuremonitoragent/config-cache'
const AMA_EXT = `var/lib/waagent/${AMA}-1.35.8`
const AMA_LOG = 'var/opt/microsoft/azuremonitoragent/log'
const MDSD = ['mdsd.info', 'mdsd.err', 'mdsd.warn', 'mdsd.qos']

/** What the agent leaves in its log folder on an Azure VM. */
const AGENT_LOGS = [
  'cta_linux_agent.log',
  'cta_linux_handler.log',
  'cta_linux_watcher.log',
  'CommandExecution.log',
  'File.json',
  'Packages.json',
  'Services.json',
].map((name) => `${CT_LOG}/${name}`)

/** What the guest agent reports of one extension. */
function handler(folder: string): string[] {
  return ['status/0.status', 'config/0.settings', 'config/HandlerState', 'config/HandlerStatus'].map(
    (name) => `${folder}/${name}`,
  )
}

const DATABASE = 'opt/microsoft/changetrackingdata/db/changetracking.db'

const TROUBLESHOOTER = [
  ...MDSD.map((name) => `mdsd/logs/${name}`),
  'mdsd/azuremonitoragent',
  'mdsd/taskstate.json',
  'DCR/config-cache/configchunks/1.json',
  'DCR/config-cache/mcsconfig.lkg.json',
  '1.35.8-status/0.status',
  '1.35.8-config/HandlerState',
  'waagent/waagent.log',
  'system_logs',
  'amalinux.out',
].map((path) => `amalogs-azurevm-2026-01-10T10.11.12.123456/${path}`)

const GUEST_AGENT = [
  'results.txt',
  'waagent_status.json',
  'var/log/waagent.log',
  'var/log/syslog',
  'etc/os-release',
  'etc/hostname',
  ...AGENT_LOGS,
  ...handler(EXT),
  ...handler(AMA_EXT),
]

const CONFIG_CACHE = [`${CACHE}/configchunks/1.json`, `${CACHE}/mcsconfig.lkg.json`]

/** Public collectors, and what people send. From the collectors' own sources and manifests. */
export const LAYOUTS: readonly Layout[] = [
  { id: 'ama', title: 'the Azure Monitor Agent’s troubleshooter, `amalogs-….tgz`', paths: TROUBLESHOOTER },
  { id: 'guest', title: 'the guest agent’s log collector, `logs.zip`', paths: GUEST_AGENT },
  {
    id: 'disk: diagnostic',
    title: 'InspectIaaSDisk with the manifest `diagnostic`',
    paths: [...GUEST_AGENT, 'var/log/messages'],
  },
  {
    id: 'disk: AMA',
    title: 'InspectIaaSDisk with the manifest `azuremonitoragent`',
    paths: [
      'results.txt',
      ...CONFIG_CACHE,
      ...MDSD.map((name) => `${AMA_LOG}/${name}`),
      'etc/default/azuremonitoragent',
      // It takes taskstate.json from the event cache as well, which shows nothing of the sinks beside it.
      ...handler(AMA_EXT),
    ],
  },
  {
    id: 'sos',
    title: 'a sosreport of a machine whose `azure` plugin ran',
    paths: [
      ...AGENT_LOGS,
      'var/log/waagent.log',
      'var/log/syslog',
      'usr/lib/systemd/system/cxp.service',
      'etc/systemd/system/multi-user.target.wants/cxp.service',
      'etc/os-release',
      'etc/hostname',
      'proc/mounts',
      'df',
      'uname',
      'installed-debs',
      'sos_commands/azure/instance_metadata.json',
      'sos_commands/filesys/df_-al_-x_autofs',
      'sos_commands/kernel/uname_-a',
      'sos_commands/logs/journalctl_--no-pager',
      'sos_commands/networking/ss_-peaonmi',
      'sos_commands/networking/netstat_-W_-neopa',
      'sos_commands/process/ps_auxwwwm',
      ...['list-units', 'list-unit-files', 'status_--all', 'show_service_--all'].map(
        (command) => `sos_commands/systemd/systemctl_${command}`,
      ),
    ].map((path) => `sosreport-vm-01-2026-01-10-abcdefg/${path}`),
  },
  {
    id: 'practice',
    title: 'what support asks for today: the agent’s log folder, the database and the troubleshooter’s archive',
    paths: [...AGENT_LOGS, DATABASE, ...TROUBLESHOOTER],
  },
  { id: 'logs', title: 'the agent’s log folder alone', paths: AGENT_LOGS },
  { id: 'db', title: 'the database alone, `changetracking.db`', paths: ['changetracking.db'] },
]
