import { CT_EXTENSION, OMS_EXTENSION } from '../knowledge/names.js'
import { baseName } from '../model/locator.js'
import { parseAgentLog } from '../parsers/agent-log.js'
import { parseApplicationYml } from '../parsers/application-yml.js'
import { parseCommandLog } from '../parsers/command-log.js'
import { parseExtensionStatus } from '../parsers/extension-status.js'
import { parseHandlerEnvironment } from '../parsers/handler-environment.js'
import { parseHandlerState } from '../parsers/handler-state.js'
import { parseHandlerStatus } from '../parsers/handler-status.js'
import { parseJournal } from '../parsers/journal.js'
import { parseProcessList } from '../parsers/process-list.js'
import { parseSystemdUnit } from '../parsers/systemd-unit.js'
import { parseWaagentLog } from '../parsers/waagent-log.js'
import { parseWatcherLog } from '../parsers/watcher-log.js'
import { artifact, pack, packNames } from './artifact.js'
import { isAgentLog, isApplicationYml, isCommandLog, isProcessList, isWaagentLog } from './content.js'
import { versionIn } from './versioned-folder.js'

const FOLDER = `var/lib/waagent/${CT_EXTENSION}-*`
const LOGS = `var/log/azure/${CT_EXTENSION}`
const PACK_FOLDER = pack('ct-extension', '--exclude="*.settings"', `/${FOLDER}`)
const PACK_LOGS = pack('ct-logs', `/${LOGS}`)

/** Old guest agents put one more folder, the version, in between. */
function logPlaces(name: string): { host: string[]; loose: string[] } {
  return { host: [`${LOGS}/${name}`, `${LOGS}/*/${name}`], loose: [name] }
}

/** Collectors cut a large log to its end, under a name of their own. */
function cutPlaces(name: string): string[] {
  return [`truncated_*${name}`, `sos_strings/azure/*${name}.tailed`]
}

/** Names only; the value is the version. */
export const ctExtensionFolder = artifact(
  'ctExtensionDir',
  'the Change Tracking extension’s folder',
  { host: [FOLDER] },
  {
    how: 'name',
    parse: (relative, stat) => (stat.kind === 'directory' ? versionIn(relative, CT_EXTENSION) : undefined),
  },
  { command: PACK_FOLDER },
)

/** Names only: which packages the extension brought. The value is the package's file name. */
export const ctPackageFiles = artifact(
  'ctPackageFiles',
  'the packages in the Change Tracking extension’s folder',
  { host: [`${FOLDER}/*.deb`, `${FOLDER}/*.rpm`] },
  { how: 'name', parse: (relative) => baseName(relative) },
  { command: PACK_FOLDER },
)

export const ctHandlerState = artifact(
  'ctHandlerState',
  'the guest agent’s state of the Change Tracking extension, HandlerState',
  { host: [`${FOLDER}/config/HandlerState`] },
  { how: 'bytes', parse: parseHandlerState },
  { command: PACK_FOLDER },
)

export const ctHandlerStatus = artifact(
  'ctHandlerStatus',
  'the guest agent’s report on the Change Tracking extension, HandlerStatus',
  { host: [`${FOLDER}/config/HandlerStatus`] },
  { how: 'bytes', parse: parseHandlerStatus },
  { command: PACK_FOLDER },
)

export const ctStatus = artifact(
  'ctStatus',
  'the Change Tracking extension’s own status file',
  { host: [`${FOLDER}/status/*.status`] },
  { how: 'bytes', parse: parseExtensionStatus },
  { command: PACK_FOLDER },
)

export const handlerEnvironment = artifact(
  'handlerEnvironment',
  'the Change Tracking extension’s HandlerEnvironment.json',
  { host: [`${FOLDER}/HandlerEnvironment.json`] },
  { how: 'bytes', parse: parseHandlerEnvironment },
  { command: PACK_FOLDER },
)

export const applicationYml = artifact(
  'applicationYml',
  'the Change Tracking agent’s application.yml',
  { host: [`${FOLDER}/application.yml`] },
  { how: 'bytes', parse: parseApplicationYml },
  { command: PACK_FOLDER, sniff: isApplicationYml },
)

export const cxpUnit = artifact(
  'cxpUnit',
  'the service unit cxp.service',
  {
    host: ['etc/systemd/system/cxp.service', 'usr/lib/systemd/system/cxp.service', 'lib/systemd/system/cxp.service'],
    loose: ['cxp.service'],
  },
  { how: 'bytes', parse: parseSystemdUnit },
  { command: 'systemctl cat cxp.service > cxp.service' },
)

export const processList = artifact(
  'processList',
  'the list of processes',
  { collector: ['sos_commands/process/ps_auxwwwm'], loose: ['ps.txt', 'ps_-ef*', 'ps_aux*', 'ps-ef*'] },
  { how: 'bytes', parse: parseProcessList },
  { command: 'ps -ef > ps-ef.txt', marksHost: false, sniff: isProcessList },
)

export const journal = artifact(
  'journal',
  'the journal or syslog, for what systemd says of cxp.service',
  {
    host: ['var/log/syslog*', 'var/log/messages*'],
    collector: ['sos_commands/logs/journalctl_--no-pager*', 'system_logs'],
    loose: ['journal*.txt', 'journalctl*', 'syslog', 'messages'],
  },
  { how: 'stream', parse: parseJournal },
  {
    command: 'sudo journalctl -u cxp --no-pager -o short-iso > journal.txt',
    live: [
      {
        program: 'journalctl',
        args: ['-u', 'cxp', '--no-pager', '-o', 'short-iso', '-n', '5000'],
        output: 'journal.txt',
      },
    ],
    marksHost: false,
  },
)

export const ctCommandLog = artifact(
  'ctCommandLog',
  'the guest agent’s CommandExecution.log of the Change Tracking extension',
  {
    host: [`${LOGS}/CommandExecution.log*`, `${LOGS}/*/CommandExecution.log*`],
    // Every extension has a log of this name.
    collector: cutPlaces('ChangeTracking-Linux*CommandExecution.log'),
  },
  { how: 'stream', parse: parseCommandLog },
  { command: PACK_LOGS, sniff: isCommandLog },
)

export const ctAgentLog = artifact(
  'ctAgentLog',
  'the Change Tracking agent’s log',
  { ...logPlaces('cta_linux_agent*.log*'), collector: cutPlaces('cta_linux_agent*.log*') },
  { how: 'stream', parse: parseAgentLog },
  { command: PACK_LOGS, sniff: isAgentLog },
)

export const ctHandlerLog = artifact(
  'ctHandlerLog',
  'the Change Tracking handler’s log',
  { ...logPlaces('cta_linux_handler*.log*'), collector: cutPlaces('cta_linux_handler*.log*') },
  { how: 'stream', parse: parseAgentLog },
  { command: PACK_LOGS },
)

export const ctWatcherLog = artifact(
  'ctWatcherLog',
  'the Change Tracking watcher’s log',
  { ...logPlaces('cta_linux_watcher*.log*'), collector: cutPlaces('cta_linux_watcher*.log*') },
  { how: 'stream', parse: parseWatcherLog },
  { command: PACK_LOGS },
)

export const waagentLog = artifact(
  'waagentLog',
  'the guest agent’s log waagent.log',
  {
    host: ['var/log/waagent.log*'],
    collector: ['waagent/waagent.log*', 'truncated_*var_log_waagent.log'],
    loose: ['waagent.log*'],
  },
  { how: 'stream', parse: parseWaagentLog },
  { command: pack('waagent-log', '/var/log/waagent.log*'), marksHost: false, sniff: isWaagentLog },
)

/** Names that show whether a place was collected in which the extension would have been seen. The value is the place. */
export const extensionWitness = artifact(
  'extensionWitness',
  'the folders in which the Change Tracking extension would be seen',
  {
    host: [
      'var/lib/waagent/*',
      'var/log/azure/*',
      'etc/systemd/system/*.service',
      'etc/systemd/system/multi-user.target.wants/*',
      'usr/lib/systemd/system/*.service',
      'lib/systemd/system/*.service',
    ],
  },
  { how: 'name', parse: (relative) => relative.slice(0, relative.lastIndexOf('/')) },
  { command: packNames('ct-folders', 1, '/var/lib/waagent', '/var/log/azure'), marksHost: false },
)

/** Names only: the folders of the retired OMS agent. The value is what kind of trace it is. */
export const omsFolders = artifact(
  'omsDirs',
  'the folders of the retired OMS agent',
  {
    host: ['opt/microsoft/omsagent', 'var/opt/microsoft/omsagent', `var/lib/waagent/${OMS_EXTENSION}-*`],
  },
  {
    how: 'name',
    parse: (relative, { kind }) => {
      if (kind !== 'directory') return undefined
      if (relative.startsWith('opt/')) return 'program' as const
      return relative.startsWith('var/opt/') ? ('data' as const) : ('extension' as const)
    },
  },
  {
    command: packNames('oms-folders', 1, '/opt/microsoft', '/var/opt/microsoft', '/var/lib/waagent'),
    marksHost: false,
  },
)

export const omsHandlerState = artifact(
  'omsHandlerState',
  'the guest agent’s state of the retired OMS extension, HandlerState',
  { host: [`var/lib/waagent/${OMS_EXTENSION}-*/config/HandlerState`] },
  { how: 'bytes', parse: parseHandlerState },
  { command: pack('oms-state', `/var/lib/waagent/${OMS_EXTENSION}-*/config/HandlerState`), marksHost: false },
)
