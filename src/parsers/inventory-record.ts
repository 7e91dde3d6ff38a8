import type { JsonObject, JsonValue } from './json.js'

/** Which list a record was found in; null where the place says nothing. */
export type InventoryHint = 'files' | 'software' | 'services' | null

/** One item the agent keeps, in its database or its lists. */
export type InventoryRecord = FileRecord | PackageRecord | ServiceRecord

interface Common {
  /** As written: `StartTracking`, `Added`, … */
  readonly changeType: string | null
  /** Keys of the record that no known shape has. Their values are not kept. */
  readonly unknownKeys: number
}

/** A tracked file. Its content is never kept. */
export interface FileRecord extends Common {
  readonly kind: 'file'
  /** Absolute. */
  readonly path: string
  /** 64 hex digits, SHA-256; known to be wrong for large files. */
  readonly checksum: string | null
  /** An unsigned 64-bit number, as its digits. */
  readonly metaChecksum: string | null
  /** Bytes. */
  readonly size: number | null
  readonly owner: string | null
  readonly group: string | null
  /** As written: the decimal of the permission bits (`420` for 0644), or text. */
  readonly mode: string | null
  /** As written, without a zone: `2026-01-05 23:03:54`. */
  readonly dateModified: string | null
  /** As written: `2026-01-08T21:42:41Z`. */
  readonly dateCreated: string | null
  /** Where the content was uploaded to, without the query, which may hold a signature. */
  readonly contentLink: string | null
  /** The record has a place for the link, filled or not. */
  readonly linksContent: boolean
  /** The record holds text of the file. */
  readonly hasContents: boolean
  /** The record belongs to a full inventory, not to a change. */
  readonly snapshot: boolean | null
}

export interface PackageRecord extends Common {
  readonly kind: 'package'
  readonly name: string
  /** As written; `0:1.2-3` where rpm knows no epoch. */
  readonly version: string | null
  readonly architecture: string | null
  readonly publisher: string | null
  /** In the unit of the package manager: KiB for dpkg, bytes for rpm. */
  readonly size: number | null
  /** As written; dpkg keeps no such time and gives `Unknown`. */
  readonly installedAt: string | null
  /** As written: `installed`, `install ok installed`, … */
  readonly status: string | null
}

export interface ServiceRecord extends Common {
  readonly kind: 'service'
  /** Without `.service`. */
  readonly name: string
  readonly display: string | null
  /** As written: `Running` or systemd's own `running`. */
  readonly state: string | null
  /** As written: `Enabled` or systemd's own `enabled`. */
  readonly startup: string | null
  readonly runlevels: string | null
  readonly controller: string | null
  readonly path: string | null
}

/** Spellings of each field, all in lower case, the likeliest first. */
const FILE = {
  path: ['filesystempath', 'collectionname', 'destinationpath', 'path'],
  checksum: ['filecontentchecksum', 'checksum'],
  metaChecksum: ['filemetadatachecksum'],
  size: ['size', 'filesize'],
  owner: ['owner'],
  group: ['group'],
  mode: ['mode'],
  dateModified: ['datemodified', 'modifieddate'],
  dateCreated: ['datecreated', 'createddate'],
  contentLink: ['filecontentbloblink'],
  contents: ['contents'],
  changeType: ['changetype', 'configchangetype', 'changecategory'],
  snapshot: ['isinventorysnapshot'],
  other: ['itemtype', 'type', 'name'],
} as const
const PACKAGE = {
  name: ['name', 'softwarename', 'collectionname', 'package', 'packagename'],
  version: ['currentversion', 'version'],
  architecture: ['architecture', 'arch'],
  publisher: ['publisher', 'maintainer', 'packager', 'vendor'],
  size: ['size', 'installedsize', 'installed-size'],
  installedAt: ['installtime', 'installedon', 'installationtime', 'timestamp'],
  status: ['status'],
  changeType: ['changetype', 'changecategory'],
  other: ['description', 'softwaredescription', 'summary', 'softwaretype', 'itemtype', 'type', 'configchangetype'],
} as const
const SERVICE = {
  name: ['svcname', 'name', 'collectionname', 'names', 'servicename'],
  display: ['svcdisplayname', 'displayname', 'svcdescription', 'description'],
  state: ['svcstate', 'state', 'substate'],
  startup: ['svcstartuptype', 'startuptype', 'unitfilestate', 'enabled'],
  runlevels: ['svcrunlevels', 'runlevels', 'wantedby'],
  controller: ['svccontroller', 'controller'],
  path: ['svcpath', 'path', 'fragmentpath'],
  changeType: ['changetype', 'changecategory'],
  other: ['itemtype', 'type', 'configchangetype'],
} as const
const COMMON = [
  'computer timestamp timegenerated inventorychecksum sourcesystem sourcecomputerid vmuuid tenantid',
  'managementgroupname lastsnapshotage location attributes acls hive registrykey configdatatype isinventorysnapshot',
].flatMap((line) => line.split(' '))

const KNOWN = {
  file: new Set([...Object.values(FILE).flat(), ...COMMON]),
  package: new Set([...Object.values(PACKAGE).flat(), ...COMMON]),
  service: new Set([...Object.values(SERVICE).flat(), ...COMMON]),
}

const ONLY_FILES = ['filesystempath', 'filecontentchecksum', 'filemetadatachecksum']
const ONLY_SERVICES = [
  ...Object.values(SERVICE)
    .flat()
    .filter((name) => name.startsWith('svc')),
  ...['substate', 'unitfilestate', 'fragmentpath', ...SERVICE.controller, ...SERVICE.runlevels],
]
const BESIDE_VERSION = [...PACKAGE.architecture, ...PACKAGE.publisher, 'softwarename']

/** Keys under which a list of records lies: an object that has one is a wrapper, whatever else it says. */
const LIST_KEY =
  /^(?:dataitems|collections?|items|records|entries|values?|packages?|software(?:list)?|files?|services?|daemons?|inventory|data|list|application|patch)$/i

type Kind = InventoryRecord['kind']
type Fields = ReadonlyMap<string, JsonValue>

const HINTED = { files: 'file', software: 'package', services: 'service' } as const

/**
 * Recognises a record by the fields that say something, whatever their case. No public sample settles the names, e.g.:
 *
 *     {"CollectionName":"/etc/host.conf","FileContentChecksum":"0f…","Size":9,"Mode":420,"FileMetaDatacheckSum":"11000000000000000001"}
 *     {"Name":"bash","CurrentVersion":"5.2.15-2+b8","Architecture":"amd64"}
 *     {"SvcName":"ssh","SvcState":"Running","SvcStartupType":"Enabled","SvcController":"systemd"}
 *
 * What only one kind has decides; else the record's own type, else the hint. Null for anything without a name or an absolute path,
 * and for a wrapper around records.
 */
export function recognise(value: JsonObject, hint: InventoryHint): InventoryRecord | null {
  const fields = fieldsOf(value)
  const decisive = decisiveKind(fields)
  const hinted = decisive === null ? (hintOf(value) ?? hint) : null
  const kind = decisive ?? (hinted === null ? null : HINTED[hinted])
  if (kind === null || isWrapper(value, kind, decisive !== null)) return null
  switch (kind) {
    case 'file':
      return fileRecord(fields, value)
    case 'package':
      return packageRecord(fields)
    case 'service':
      return serviceRecord(fields)
  }
}

/** What an object says of the kind of its content: `ConfigChangeType: Software.Packages`, `ItemType: File`. */
export function hintOf(value: JsonObject): InventoryHint {
  const fields = fieldsOf(value)
  for (const key of ['itemtype', 'configdatatype', 'configchangetype', 'type']) {
    const text = fields.get(key)
    if (typeof text !== 'string') continue
    if (/^files?$/i.test(text)) return 'files'
    if (/^(?:software|packages?|application|update|software\.packages)$/i.test(text)) return 'software'
    if (/^(?:daemons?|services?|linuxservices?)$/i.test(text)) return 'services'
  }
  return null
}

export function isListKey(key: string): boolean {
  return LIST_KEY.test(key)
}

/** Members that say something: the agent may well write every field of every kind, most of them empty. */
function fieldsOf(value: JsonObject): Fields {
  const fields = new Map<string, JsonValue>()
  for (const key of Object.keys(value)) {
    const member = value[key]
    if (member === undefined || member === null || member === '' || (Array.isArray(member) && member.length === 0))
      continue
    const name = key.toLowerCase()
    if (!fields.has(name)) fields.set(name, member)
  }
  return fields
}

function decisiveKind(fields: Fields): Kind | null {
  const has = (name: string): boolean => fields.has(name)
  if (ONLY_FILES.some(has)) return 'file'
  if (ONLY_SERVICES.some(has)) return 'service'
  return PACKAGE.version.some(has) && BESIDE_VERSION.some(has) ? 'package' : null
}

function isWrapper(value: JsonObject, kind: Kind, decisive: boolean): boolean {
  return Object.keys(value).some((key) => {
    const member = value[key]
    if (typeof member !== 'object' || member === null || !holdsObjects(member)) return false
    return decisive ? isListKey(key) : isListKey(key) || !KNOWN[kind].has(key.toLowerCase())
  })
}

function holdsObjects(value: JsonObject | readonly JsonValue[]): boolean {
  return Object.values(value).some((member) => typeof member === 'object' && member !== null)
}

function fileRecord(fields: Fields, value: JsonObject): FileRecord | null {
  const path = FILE.path
    .map((name) => fields.get(name))
    .find((text) => typeof text === 'string' && text.startsWith('/'))
  if (typeof path !== 'string') return null
  const contents = fields.get('contents')
  const link = text(fields, FILE.contentLink)
  return {
    kind: 'file',
    path,
    checksum: text(fields, FILE.checksum),
    metaChecksum: text(fields, FILE.metaChecksum),
    size: amount(fields, FILE.size),
    owner: text(fields, FILE.owner),
    group: text(fields, FILE.group),
    mode: text(fields, FILE.mode),
    dateModified: text(fields, FILE.dateModified),
    dateCreated: text(fields, FILE.dateCreated),
    contentLink: link === null ? null : link.replace(/[?#].*$/s, ''),
    linksContent: Object.keys(value).some((key) => key.toLowerCase() === FILE.contentLink[0]),
    hasContents: contents !== undefined && (typeof contents !== 'string' || contents.trim() !== ''),
    changeType: text(fields, FILE.changeType),
    snapshot: flag(fields, FILE.snapshot),
    unknownKeys: unknownKeys(fields, 'file'),
  }
}

function packageRecord(fields: Fields): PackageRecord | null {
  const name = text(fields, PACKAGE.name)
  if (name === null) return null
  return {
    kind: 'package',
    name,
    version: text(fields, PACKAGE.version),
    architecture: text(fields, PACKAGE.architecture),
    publisher: text(fields, PACKAGE.publisher),
    size: amount(fields, PACKAGE.size),
    installedAt: text(fields, PACKAGE.installedAt),
    status: text(fields, PACKAGE.status),
    changeType: text(fields, PACKAGE.changeType),
    unknownKeys: unknownKeys(fields, 'package'),
  }
}

function serviceRecord(fields: Fields): ServiceRecord | null {
  // `Names` holds the aliases too, separated by blanks; the unit's own name comes first.
  const [name = ''] = (text(fields, SERVICE.name) ?? '').split(/\s/)
  if (name === '') return null
  return {
    kind: 'service',
    name: name.replace(/\.service$/, ''),
    display: text(fields, SERVICE.display),
    state: text(fields, SERVICE.state),
    startup: text(fields, SERVICE.startup),
    runlevels: text(fields, SERVICE.runlevels),
    controller: text(fields, SERVICE.controller),
    path: text(fields, SERVICE.path),
    changeType: text(fields, SERVICE.changeType),
    unknownKeys: unknownKeys(fields, 'service'),
  }
}

function unknownKeys(fields: Fields, kind: Kind): number {
  let count = 0
  for (const name of fields.keys()) if (!KNOWN[kind].has(name)) count += 1
  return count
}

/** The first of these fields that is text, a number, a boolean, or a list of texts. */
function text(fields: Fields, names: readonly string[]): string | null {
  for (const name of names) {
    const value = fields.get(name)
    if (Array.isArray(value)) {
      const words = value.filter((word) => typeof word === 'string')
      if (words.length > 0) return words.join(' ')
    }
    if (typeof value === 'string' && value.trim() !== '') return value.trim()
    if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  }
  return null
}

function amount(fields: Fields, names: readonly string[]): number | null {
  const digits = text(fields, names)
  if (digits === null || !/^\d+(?:\.\d+)?$/.test(digits)) return null
  return Number(digits)
}

function flag(fields: Fields, names: readonly string[]): boolean | null {
  const word = text(fields, names)?.toLowerCase()
  return word === 'true' ? true : word === 'false' ? false : null
}
