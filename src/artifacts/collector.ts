import type { Artifact } from '../model/artifact.js'
import { parseCollectorResults } from '../parsers/collector-results.js'
import { parseDateOutput } from '../parsers/date-output.js'
import { parseManifest } from '../parsers/manifest.js'
import { parseRedactionRecord } from '../parsers/redaction-record.js'
import { amaOut } from './ama.js'
import { artifact } from './artifact.js'

/** Of all that a collector takes, what this program reads. */
const OURS = /ChangeTracking|changetracking|cta_linux|azuremonitoragent|AzureMonitorLinuxAgent|mdsd|waagent\.log/

export function isOurs(path: string): boolean {
  return OURS.test(path)
}

/** Folders and files that only AMA's own collector makes. */
export const amaCollectorTree = artifact(
  'amaCollectorTree',
  'the tree that the Azure Monitor Agent’s own collector makes',
  { collector: ['amalinux.out', 'mdsd/logs', 'mdsd/azuremonitoragent', 'DCR/config-cache'] },
  { how: 'name', parse: () => true },
  { command: amaOut.command, marksHost: false, layout: 'ama-troubleshooter' },
)

/** Folders that sosreport makes beside the machine's own. */
export const sosTree = artifact(
  'sosTree',
  'the tree that a sosreport makes',
  { collector: ['sos_commands/*', 'sos_strings/*', 'sos_logs/*', 'sos_reports/*'] },
  { how: 'name', parse: () => true },
  { command: 'sudo sos report --batch', marksHost: false, layout: 'sosreport' },
)

export const sosDate = artifact(
  'sosDate',
  'the time at which a sosreport was made',
  {
    collector: ['sos_commands/date/date_--utc', 'sos_commands/date/date', 'sos_commands/systemd/timedatectl*'],
    loose: ['date.txt', 'date-utc*.txt', 'timedatectl*.txt'],
  },
  { how: 'bytes', parse: parseDateOutput },
  { command: 'date --utc > date-utc.txt', marksHost: false },
)

/** InspectIaaSDisk puts each file system of a disk below a folder of its own. */
export const inspectedDisk = artifact(
  'inspectedDisk',
  'the folder that InspectIaaSDisk makes of a file system',
  { collector: ['device_*'] },
  {
    how: 'name',
    parse: (relative, { kind }) => (kind === 'directory' && /^device_\d+$/.test(relative) ? true : undefined),
  },
  { command: 'unzip -Z1 disk.zip', marksHost: false, layout: 'inspect-iaas-disk' },
)

/** Logs of the Azure Connected Machine agent itself: its collector's tree is not public, their names are. */
export const arcLogs = artifact(
  'arcLogs',
  'the logs of the Azure Connected Machine agent',
  { loose: ['azcmagent.log', 'himds.log'] },
  { how: 'name', parse: () => true },
  { command: 'sudo azcmagent logs', marksHost: false, layout: 'azcmagent-logs' },
)

/** They say whose bundle it is, or when it was made, and nothing of the machine. */
export const markers: readonly Artifact<unknown>[] = [sosTree, sosDate, inspectedDisk, arcLogs]

export const collectorResults = artifact(
  'collectorResults',
  'the record of the guest agent’s log collector, results.txt',
  { loose: ['results.txt'] },
  { how: 'bytes', parse: parseCollectorResults },
  {
    command: 'unzip -p logs.zip results.txt > results.txt',
    marksHost: false,
    layout: 'guest-agent',
    lists: ({ listed }) => listed,
  },
)

/** Names that collectors give to what they cut. The value is the original's name, as far as it can be told. */
export const cutCopy = artifact(
  'cutCopy',
  'what a collector cut to its last part',
  { loose: ['truncated_*', '*.tailed'] },
  {
    how: 'name',
    parse: (relative, { kind }) =>
      kind === 'directory' || !OURS.test(relative)
        ? undefined
        : relative.replace(/^truncated__?/, '').replace(/\.tailed$/, ''),
  },
  { command: 'unzip -p logs.zip results.txt > results.txt', marksHost: false, cut: true },
)

/** A line for each of 50 000 files. */
const RECORD_MAX = 16 * 1024 * 1024

export const redactionRecord = artifact(
  'redactionRecord',
  'the record of what a redacted copy lacks',
  // A copy of a copy has both records.
  { collector: ['redaction.json', 'redaction.json (*)'] },
  { how: 'bytes', parse: parseRedactionRecord },
  { command: 'ct-diag redact INPUT -o OUT', marksHost: false, maxBytes: RECORD_MAX, leftOut: (list) => list },
)

export const manifest = artifact(
  'manifest',
  'the manifest of ct-diag’s own bundle',
  { collector: ['manifest.json'] },
  { how: 'bytes', parse: parseManifest },
  {
    command: 'sudo ct-diag bundle',
    marksHost: false,
    maxBytes: RECORD_MAX,
    layout: 'ct-diag',
    lists: ({ entries }) =>
      entries
        .filter(({ nameOnly }) => nameOnly)
        .map(({ path, kind, size, mtime }) => ({ path, kind, size, mtime: mtime === null ? null : Date.parse(mtime) })),
    leftOut: ({ missing }) =>
      missing
        // Programs that could not answer have no path.
        .filter(({ origin, newerTaken }) => origin.startsWith('/') && newerTaken !== true)
        .map(({ origin, reason, folder }) => ({
          path: origin.slice(1),
          reason: reason.replace(/\.$/, ''),
          ...(folder === true ? { folder } : {}),
        })),
  },
)
