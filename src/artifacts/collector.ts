import { parseCollectorResults } from '../parsers/collector-results.js'
import { parseManifest } from '../parsers/manifest.js'
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
  { command: amaOut.command, marksHost: false },
)

export const collectorResults = artifact(
  'collectorResults',
  'the record of the guest agent’s log collector, results.txt',
  { loose: ['results.txt'] },
  { how: 'bytes', parse: parseCollectorResults },
  { command: 'unzip -p logs.zip results.txt > results.txt', marksHost: false },
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
  { command: 'unzip -p logs.zip results.txt > results.txt', marksHost: false },
)

export const manifest = artifact(
  'manifest',
  'the manifest of ct-diag’s own bundle',
  { collector: ['manifest.json'] },
  { how: 'bytes', parse: parseManifest },
  {
    command: 'sudo ct-diag bundle',
    marksHost: false,
    lists: ({ entries }) =>
      entries
        .filter(({ nameOnly }) => nameOnly)
        .map(({ path, kind, size, mtime }) => ({ path, kind, size, mtime: mtime === null ? null : Date.parse(mtime) })),
  },
)
