import type { EntryPath } from '../model/locator.js'
import { CT_EXTENSION } from '../knowledge/names.js'
import { parseDatabase } from '../parsers/changetracking-ndjson.js'
import { parseHostFiles } from '../parsers/host-files.js'
import { parseInventory } from '../parsers/inventory-json.js'
import { artifact, pack } from './artifact.js'
import { isBolt, isFileList, isPackageList, isServiceList } from './content.js'

const LOGS = `var/log/azure/${CT_EXTENSION}`
/** On an Arc-enabled server the lists lie in the extension's folder. */
const FOLDER = `var/lib/waagent/${CT_EXTENSION}-*`
const DB = 'opt/microsoft/changetrackingdata/db/changetracking.db'

const PACK_DB = pack('ct-db', '/opt/microsoft/changetrackingdata')

function listPlaces(name: string): { host: string[]; loose: string[] } {
  return { host: [`${LOGS}/${name}`, `${FOLDER}/${name}`], loose: [name] }
}

export const ctDb = artifact(
  'ctDb',
  'the Change Tracking agent’s database',
  // Redaction rewrites it as text.
  { host: [DB, `${DB}.ndjson`], loose: ['changetracking*.db', 'changetracking*.db.ndjson'] },
  { how: 'random', parse: parseDatabase },
  { command: PACK_DB, maxBytes: 512 * 1024 * 1024, sniff: isBolt },
)

/** Where the database lies on the machine, also of a copy that was rewritten. */
export function databasePath(path: EntryPath): EntryPath {
  return path.replace(/\.ndjson$/, '')
}

export const fileJson = artifact(
  'fileJson',
  'the agent’s list of tracked files, File.json',
  listPlaces('File.json'),
  { how: 'bytes', parse: (bytes, limits) => parseInventory(bytes, 'files', limits) },
  { command: pack('ct-logs', `/${LOGS}`), sniff: isFileList },
)

export const packagesJson = artifact(
  'packagesJson',
  'the agent’s list of packages, Packages.json',
  listPlaces('Packages.json'),
  { how: 'bytes', parse: (bytes, limits) => parseInventory(bytes, 'software', limits) },
  { command: pack('ct-logs', `/${LOGS}`), sniff: isPackageList },
)

export const servicesJson = artifact(
  'servicesJson',
  'the agent’s list of services, Services.json',
  listPlaces('Services.json'),
  { how: 'bytes', parse: (bytes, limits) => parseInventory(bytes, 'services', limits) },
  { command: pack('ct-logs', `/${LOGS}`), sniff: isServiceList },
)

/** Only ct-diag itself notes it, on the machine. */
export const hostFiles = artifact(
  'hostFiles',
  'what the machine has of the tracked files',
  { loose: ['tracked-files.ndjson'] },
  { how: 'bytes', parse: parseHostFiles },
  { command: 'sudo ct-diag bundle', marksHost: false },
)

/** Where the database lies; seen without it, it is missing and not merely not collected. */
export const ctDbFolder = artifact(
  'ctDbFolder',
  'the folder of the Change Tracking agent’s database',
  {
    host: [
      'opt/microsoft/changetrackingdata',
      'opt/microsoft/changetrackingdata/*',
      `${DB.slice(0, DB.lastIndexOf('/'))}/*`,
    ],
  },
  { how: 'name', parse: (relative) => relative },
  { command: PACK_DB },
)
