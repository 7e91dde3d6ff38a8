import { LIMITS, type ReadingLimits } from '../model/limits.js'
import { failed, parsed, type Parsed } from '../model/parsed.js'
import {
  arrayOf,
  boolOf,
  child,
  isObject,
  members,
  numberOf,
  parseJsonValue,
  rootOf,
  sameName,
  stringOf,
  stringsOf,
  unfold,
  type JsonNode,
  type JsonObject,
  type JsonValue,
  type Segments,
} from './json.js'

/** One data collection rule as AMA caches it. Every part knows its place in the file, `segments`. */
export interface ConfigChunk {
  readonly kind: 'ct' | 'agent-settings' | 'other'
  /** Distinct immutable ids, lower case, the most telling place first. */
  readonly dcrIds: readonly { readonly id: string; readonly segments: Segments }[]
  readonly dataSources: readonly ChunkDataSource[]
  readonly channels: readonly ChunkChannel[]
  readonly extensions: readonly ChunkExtension[]
  /** Null unless the chunk is of the agent-settings kind. Values are text even where they are numbers. */
  readonly agentSettings:
    readonly { readonly name: string; readonly value: string; readonly segments: Segments }[] | null
}

export interface ChunkDataSource {
  readonly id: string | null
  readonly kind: string | null
  readonly extensionName: string | null
  readonly streams: readonly {
    readonly stream: string
    readonly solution: string | null
    /** `extensionOutputStream`: the local sink the stream ends in. */
    readonly output: string | null
    readonly segments: Segments
  }[]
  /** Ids of the channels it sends to. */
  readonly channels: readonly string[]
  readonly segments: Segments
}

export interface ChunkChannel {
  readonly id: string | null
  readonly protocol: string | null
  readonly endpoint: string | null
  readonly tokenEndpointUri: string | null
  /** Lower case. */
  readonly workspaceId: string | null
  /** The machine's own ARM id as the token address spells it: compare ignoring case. */
  readonly machineId: string | null
  /** `operatingLocation`: the rule's region, which may differ from the machine's. */
  readonly region: string | null
  readonly dcrId: string | null
  readonly segments: Segments
}

/** One entry below `extensionConfigurations.<name>`; a name without any entry still gives one, with nothing in it. */
export interface ChunkExtension {
  /** As spelt, e.g. `ChangeTracking-Linux`. */
  readonly name: string
  readonly id: string | null
  readonly dcrId: string | null
  /** ARM ids of the rule: the only place with its human name. */
  readonly originIds: readonly string[]
  /** Null when there are no settings to read, or the extension is not Change Tracking. */
  readonly settings: CtSettings | null
  readonly rawSettings: JsonObject
  readonly outputStreams: ReadonlyMap<string, string>
  readonly segments: Segments
}

/** `value` is null when `raw` says neither true nor false, also not as text. */
export interface CtFlag {
  readonly value: boolean | null
  readonly raw: JsonValue
  readonly segments: Segments
}

/** Seconds. `value` is null when `raw` is no number, also not as text. */
export interface CtFrequency {
  readonly value: number | null
  readonly raw: JsonValue
  readonly segments: Segments
}

export interface CtFileInfo {
  readonly name: string | null
  readonly path: string | null
  readonly enabled: boolean | null
  readonly recurse: boolean | null
  readonly uploadContent: boolean | null
  readonly links: string | null
  readonly pathType: string | null
  readonly type: string | null
  readonly segments: Segments
}

export interface UnknownKey {
  readonly key: string
  /** The keys that are known in its place. */
  readonly known: readonly string[]
  readonly segments: Segments
}

/** Every known setting of Change Tracking; null = absent. Keys match ignoring case, `segments` keep the spelling. */
export interface CtSettings {
  readonly enableFiles: CtFlag | null
  readonly enableSoftware: CtFlag | null
  readonly enableServices: CtFlag | null
  readonly enableInventory: CtFlag | null
  readonly enableRegistry: CtFlag | null
  readonly enableUpload: CtFlag | null
  readonly frequencies: Readonly<
    Record<'files' | 'software' | 'services' | 'inventory' | 'registry', CtFrequency | null>
  >
  readonly fileInfo: readonly CtFileInfo[] | null
  readonly uploadSetting: {
    readonly storageAccountResourceId: string | null
    readonly blobEndpoint: string | null
    readonly managedIdentity: string | null
    readonly segments: Segments
  } | null
  readonly fileSettings: { readonly segments: Segments } | null
  readonly servicesSettings: { readonly segments: Segments } | null
  /** The misspelling that public templates have shipped. Its frequency is not in `frequencies`. */
  readonly serviceSettings: { readonly frequency: CtFrequency | null; readonly segments: Segments } | null
  /** Keys that no known setting has, at any level. `serviceSettings` is not among them. */
  readonly unknownKeys: readonly UnknownKey[]
  /** Keys of known settings in another case than the documented one: read all the same here. */
  readonly otherCase: readonly { readonly key: string; readonly known: string; readonly segments: Segments }[]
}

/** What the settings may hold: a leaf, or an object or list of objects with keys of their own. */
interface Known {
  readonly [key: string]: Known | null
}

const SERVICE_KEYS: Known = { serviceCollectionFrequency: null }
const KNOWN: Known = {
  enableFiles: null,
  enableSoftware: null,
  enableServices: null,
  enableInventory: null,
  enableRegistry: null,
  enableUpload: null,
  fileSettings: {
    fileCollectionFrequency: null,
    fileInfo: {
      name: null,
      enabled: null,
      destinationPath: null,
      path: null,
      useSudo: null,
      recurse: null,
      maxContentsReturnable: null,
      pathType: null,
      type: null,
      links: null,
      maxOutputSize: null,
      groupTag: null,
      uploadContent: null,
      checksum: null,
      description: null,
    },
    uploadSetting: { storageAccountResourceId: null, blobEndpoint: null, managedIdentity: null },
  },
  softwareSettings: { softwareCollectionFrequency: null },
  servicesSettings: SERVICE_KEYS,
  serviceSettings: SERVICE_KEYS,
  inventorySettings: { inventoryCollectionFrequency: null },
  registrySettings: { registryCollectionFrequency: null, registryInfo: null },
}

/**
 * Reads one file of AMA's config cache, in short
 *
 *     { "dataSources": [{ "kind": "extension", "id": "CTDataSource-Linux", "configuration": { "extensionName": "ChangeTracking-Linux" },
 *         "streams": [{ "stream": "CONFIG_DATA_BLOB_V2", "solution": "ChangeTracking", "extensionOutputStream": "dcr-…0a:CTDataSource-Linux:CONFIG_DATA_BLOB_V2" }],
 *         "sendToChannels": ["ods-…002"] }],
 *       "channels": [{ "id": "ods-…002", "protocol": "ods", "endpoint": "https://…002.ods.opinsights.azure.com", "tokenEndpointUri": "https://…/agentConfigurations/dcr-…0a/…" }],
 *       "extensionConfigurations": { "ChangeTracking-Linux": [{ "id": "dcr-…0a:CTDataSource-Linux", "originIds": ["/subscriptions/…"],
 *         "extensionSettings": { "enableFiles": true, "fileSettings": { "fileCollectionFrequency": 900, "fileInfo": [] } },
 *         "outputStreams": { "CONFIG_DATA_BLOB_V2": "dcr-…0a:CTDataSource-Linux:CONFIG_DATA_BLOB_V2" } }] } }
 *
 * or `{ "kind": "AgentSettings", "settings": [{ "name": "MaxDiskQuotaInMB", "value": "10240" }] }`. The form the service sends,
 * `{content: …}` or `{configurations: [{content: …}]}`, reads the same. Other kinds of rules are read, never refused.
 */
export function parseConfigChunk(bytes: Uint8Array, limits: ReadingLimits = LIMITS): Parsed<ConfigChunk> {
  const json = parseJsonValue(bytes, 'The configuration chunk', limits)
  if (!json.ok) return json
  // A list is whole JSON of a kind nobody knows: such files are skipped, never refused.
  if (Array.isArray(json.value)) {
    const message = 'The configuration chunk should be a JSON object, but is an array; it was not looked into.'
    const nothing = { dcrIds: [], dataSources: [], channels: [], extensions: [], agentSettings: null }
    return parsed({ ...nothing, kind: 'other' }, [...json.problems, { code: 'chunk-not-an-object', message }])
  }
  if (!isObject(json.value)) {
    const found = JSON.stringify(json.value).slice(0, 40)
    return failed('chunk-not-an-object', `The configuration chunk should be a JSON object, but is ${found}.`)
  }

  const parts = unwrap(rootOf(json.value)).map(readPart)
  const chunk = {
    dcrIds: distinctIds(parts.flatMap((part) => part.dcrIds)),
    dataSources: parts.flatMap((part) => part.dataSources),
    channels: parts.flatMap((part) => part.channels),
    extensions: parts.flatMap((part) => part.extensions),
  }
  const settings = parts.flatMap((part) => part.agentSettings ?? [])
  const isCt = hasCt(chunk, 'Linux') || hasCt(chunk, 'Windows')
  const isSettings = !isCt && parts.some((part) => part.agentSettings !== null)
  const kind = isCt ? 'ct' : isSettings ? 'agent-settings' : 'other'
  return parsed({ ...chunk, kind, agentSettings: isSettings ? settings : null }, json.problems)
}

/** The Change Tracking entries of `extensionConfigurations` for one system. */
export function ctExtensions(
  chunk: Pick<ConfigChunk, 'extensions'>,
  os: 'Linux' | 'Windows',
): readonly ChunkExtension[] {
  return chunk.extensions.filter(({ name }) => sameName(name, `ChangeTracking-${os}`))
}

/** The data sources that feed Change Tracking on one system. */
export function ctDataSources(
  chunk: Pick<ConfigChunk, 'dataSources'>,
  os: 'Linux' | 'Windows',
): readonly ChunkDataSource[] {
  return chunk.dataSources.filter(
    ({ kind, extensionName }) =>
      sameName(kind ?? '', 'extension') && sameName(extensionName ?? '', `ChangeTracking-${os}`),
  )
}

/** Whether the rule switches Change Tracking on for one system: by its settings or by a data source. */
export function hasCt(chunk: Pick<ConfigChunk, 'extensions' | 'dataSources'>, os: 'Linux' | 'Windows'): boolean {
  return ctExtensions(chunk, os).length > 0 || ctDataSources(chunk, os).length > 0
}

/** The human name of a rule, from its ARM id `…/dataCollectionRules/<name>`. */
export function dcrName(originId: string): string | null {
  return /\/dataCollectionRules\/([^/]+)\/?$/i.exec(originId)?.[1] ?? null
}

/** The chunk itself, or each chunk inside the form that the service sends. */
function unwrap(root: JsonNode): JsonNode[] {
  const wrapped = [root, ...arrayOf(child(root, 'configurations'))]
    .map((node) => unfold(child(node, 'content')))
    .filter((content) => isObject(content.value))
  return wrapped.length > 0 ? wrapped : [root]
}

type Part = Omit<ConfigChunk, 'kind'>

function readPart(root: JsonNode): Part {
  const sources = arrayOf(child(root, 'dataSources'))
  const dataSources = sources.map(readDataSource)
  const channelNodes = arrayOf(child(root, 'channels'))
  const channels = channelNodes.map(readChannel)
  const entries = extensionEntries(child(root, 'extensionConfigurations'))

  const streamIds = sources.map((source) =>
    arrayOf(child(source, 'streams')).flatMap((stream) => idsIn(child(stream, 'extensionOutputStream'))),
  )
  const outputIds = entries.map(([, entry]) =>
    members(child(entry, 'outputStreams')).flatMap(([, output]) => idsIn(output)),
  )
  const channelIds = channelNodes.flatMap((channel) => [
    ...idsIn(child(channel, 'tokenEndpointUri')),
    ...idsIn(child(channel, 'endpointUriTemplate')),
  ])
  const idOfExtension = new Map<string, string>()
  for (const [index, { extensionName }] of dataSources.entries()) {
    const name = extensionName?.toLowerCase() ?? ''
    const id = streamIds[index]?.[0]?.id
    if (id !== undefined && !idOfExtension.has(name)) idOfExtension.set(name, id)
  }

  // Both here and in dcrIds below: the order in which an id is most surely the rule's own.
  const extensions = entries.map(([name, entry], index): ChunkExtension => {
    const settings = unfold(child(entry, 'extensionSettings'))
    const dcrId =
      idsIn(child(entry, 'id'))[0]?.id ??
      idOfExtension.get(name.toLowerCase()) ??
      outputIds[index]?.[0]?.id ??
      channelIds[0]?.id
    const outputs = members(child(entry, 'outputStreams')).flatMap(([stream, { value }]): [string, string][] =>
      typeof value === 'string' ? [[stream, value]] : [],
    )
    return {
      name,
      id: stringOf(child(entry, 'id')),
      dcrId: dcrId ?? null,
      originIds: stringsOf(child(entry, 'originIds')),
      settings: /^ChangeTracking-/i.test(name) && isObject(settings.value) ? readSettings(settings) : null,
      rawSettings: isObject(settings.value) ? settings.value : {},
      outputStreams: new Map(outputs),
      segments: entry.segments,
    }
  })
  const entryIds = entries.flatMap(([, entry]) => idsIn(child(entry, 'id')))
  const dcrIds = [...entryIds, ...streamIds.flat(), ...outputIds.flat(), ...channelIds]
  return { dcrIds, dataSources, channels, extensions, agentSettings: readAgentSettings(root) }
}

/** An extension's configuration is an array, but a single object and an empty value occur to people who write JSON. */
function extensionEntries(configurations: JsonNode): [name: string, entry: JsonNode][] {
  return members(configurations).flatMap(([name, node]) => {
    const value = unfold(node)
    const entries = arrayOf(value)
    return (entries.length > 0 ? entries : [value]).map((entry): [string, JsonNode] => [name, entry])
  })
}

function readDataSource(node: JsonNode): ChunkDataSource {
  return {
    id: stringOf(child(node, 'id')),
    kind: stringOf(child(node, 'kind')),
    extensionName: stringOf(child(child(node, 'configuration'), 'extensionName')),
    streams: arrayOf(child(node, 'streams')).flatMap((entry) => {
      const stream = stringOf(child(entry, 'stream'))
      if (stream === null) return []
      const solution = stringOf(child(entry, 'solution'))
      return [{ stream, solution, output: stringOf(child(entry, 'extensionOutputStream')), segments: entry.segments }]
    }),
    channels: stringsOf(child(node, 'sendToChannels')),
    segments: node.segments,
  }
}

function readChannel(node: JsonNode): ChunkChannel {
  const id = stringOf(child(node, 'id'))
  const endpoint = stringOf(child(node, 'endpoint'))
  const tokenEndpointUri = stringOf(child(node, 'tokenEndpointUri'))
  const workspace = /^https?:\/\/([^./]+)\.ods\./i.exec(endpoint ?? '') ?? /^ods-([0-9a-f-]{36})$/i.exec(id ?? '')
  const token = tokenEndpointUri ?? ''
  return {
    id,
    protocol: stringOf(child(node, 'protocol')),
    endpoint,
    tokenEndpointUri,
    workspaceId: workspace?.[1]?.toLowerCase() ?? null,
    machineId: /^https?:\/\/[^/?#]+(\/[^?#]+?)\/agentConfigurations\//i.exec(token)?.[1] ?? null,
    region: /[?&]operatingLocation=([^&#]+)/i.exec(token)?.[1] ?? null,
    dcrId: [...idsIn(child(node, 'tokenEndpointUri')), ...idsIn(child(node, 'endpointUriTemplate'))][0]?.id ?? null,
    segments: node.segments,
  }
}

function readSettings(node: JsonNode): CtSettings {
  const files = child(node, 'fileSettings')
  const fileInfo = unfold(child(files, 'fileInfo'))
  const upload = child(files, 'uploadSetting')
  const services = child(node, 'servicesSettings')
  const misspelt = child(node, 'serviceSettings')
  const registry = child(node, 'registrySettings')
  const strays = strayKeys(node, KNOWN)
  return {
    enableFiles: flag(child(node, 'enableFiles')),
    enableSoftware: flag(child(node, 'enableSoftware')),
    enableServices: flag(child(node, 'enableServices')),
    enableInventory: flag(child(node, 'enableInventory')),
    enableRegistry: flag(child(node, 'enableRegistry')),
    enableUpload: flag(child(node, 'enableUpload')),
    frequencies: {
      files: frequency(child(files, 'fileCollectionFrequency')),
      software: frequency(child(child(node, 'softwareSettings'), 'softwareCollectionFrequency')),
      services: frequency(child(services, 'serviceCollectionFrequency')),
      inventory: frequency(child(child(node, 'inventorySettings'), 'inventoryCollectionFrequency')),
      registry: frequency(child(registry, 'registryCollectionFrequency')),
    },
    fileInfo: isPresent(fileInfo) ? arrayOf(fileInfo).map(readFileInfo) : null,
    uploadSetting: isObject(upload.value)
      ? {
          storageAccountResourceId: stringOf(child(upload, 'storageAccountResourceId')),
          blobEndpoint: stringOf(child(upload, 'blobEndpoint')),
          managedIdentity: stringOf(child(upload, 'managedIdentity')),
          segments: upload.segments,
        }
      : null,
    fileSettings: isPresent(files) ? { segments: files.segments } : null,
    servicesSettings: isPresent(services) ? { segments: services.segments } : null,
    serviceSettings: isPresent(misspelt)
      ? { frequency: frequency(child(misspelt, 'serviceCollectionFrequency')), segments: misspelt.segments }
      : null,
    unknownKeys: strays.flatMap(({ key, known, segments }) =>
      typeof known === 'string' ? [] : [{ key, known, segments }],
    ),
    otherCase: strays.flatMap(({ key, known, segments }) =>
      typeof known === 'string' ? [{ key, known, segments }] : [],
    ),
  }
}

function readFileInfo(node: JsonNode): CtFileInfo {
  return {
    name: stringOf(child(node, 'name')),
    path: stringOf(child(node, 'destinationPath')) ?? stringOf(child(node, 'path')),
    enabled: boolOf(child(node, 'enabled')),
    recurse: boolOf(child(node, 'recurse')),
    uploadContent: boolOf(child(node, 'uploadContent')),
    links: stringOf(child(node, 'links')),
    pathType: stringOf(child(node, 'pathType')),
    type: stringOf(child(node, 'type')),
    segments: node.segments,
  }
}

/** `known`: the name it has in another case, else the names that are known in its place. */
interface StrayKey {
  readonly key: string
  readonly known: string | readonly string[]
  readonly segments: Segments
}

function strayKeys(node: JsonNode, known: Known): StrayKey[] {
  const names = Object.keys(known)
  return members(node).flatMap(([key, member]) => {
    const name = names.find((candidate) => sameName(candidate, key))
    if (name === undefined) return [{ key, known: names, segments: member.segments }]
    const inner = known[name]
    return [
      ...(name === key ? [] : [{ key, known: name, segments: member.segments }]),
      ...(inner ? arrayOf(unfold(member)).flatMap((element) => strayKeys(element, inner)) : []),
    ]
  })
}

function readAgentSettings(root: JsonNode): Part['agentSettings'] {
  const alias = child(root, 'agentSettings')
  if (!sameName(stringOf(child(root, 'kind')) ?? '', 'AgentSettings') && !isPresent(alias)) return null
  const settings = child(root, 'settings')
  return arrayOf(unfold(isPresent(settings) ? settings : alias)).flatMap((entry) => {
    const name = stringOf(child(entry, 'name'))
    const value = stringOf(child(entry, 'value'))
    return name === null || value === null ? [] : [{ name, value, segments: entry.segments }]
  })
}

function flag(node: JsonNode): CtFlag | null {
  return node.value === undefined ? null : { value: boolOf(node), raw: node.value, segments: node.segments }
}

function frequency(node: JsonNode): CtFrequency | null {
  return node.value === undefined ? null : { value: numberOf(node), raw: node.value, segments: node.segments }
}

function isPresent({ value }: JsonNode): boolean {
  return value !== undefined && value !== null
}

function idsIn(node: JsonNode): ConfigChunk['dcrIds'] {
  const id = typeof node.value === 'string' ? /\bdcr-[0-9a-f]{32}(?![0-9a-f])/i.exec(node.value)?.[0] : undefined
  return id === undefined ? [] : [{ id: id.toLowerCase(), segments: node.segments }]
}

function distinctIds(ids: ConfigChunk['dcrIds']): ConfigChunk['dcrIds'] {
  const first = new Map<string, ConfigChunk['dcrIds'][number]>()
  for (const found of ids) if (!first.has(found.id)) first.set(found.id, found)
  return [...first.values()]
}
