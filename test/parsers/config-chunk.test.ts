import fc from 'fast-check'
import type { Parsed } from '../../src/model/parsed.js'
import {
  ctDataSources,
  ctExtensions,
  dcrName,
  hasCt,
  parseConfigChunk,
  type ConfigChunk,
  type CtSettings,
} from '../../src/parsers/config-chunk.js'

const A = 'dcr-0000000000000000000000000000000a'
const B = 'dcr-0000000000000000000000000000000b'
const WORKSPACE = '00000000-0000-4000-8000-000000000002'
const SUBSCRIPTION = '/subscriptions/00000000-0000-4000-8000-000000000001'
const MACHINE = `${SUBSCRIPTION}/resourceGroups/RG-01/providers/Microsoft.Compute/virtualMachines/vm-01`

/** Key order and nesting of a published chunk, its identities replaced; two of the 17 registry entries kept. */
const CT = String.raw`{
  "dataSources": [
    { "configuration": { "extensionName": "ChangeTracking-Windows" }, "id": "CTDataSource-Windows", "kind": "extension", "streams": [
        { "stream": "CONFIG_CHANGE_BLOB", "solution": "ChangeTracking", "extensionOutputStream": "dcr-0000000000000000000000000000000a:CTDataSource-Windows:CONFIG_CHANGE_BLOB" },
        { "stream": "CONFIG_CHANGE_BLOB_V2", "solution": "ChangeTracking", "extensionOutputStream": "dcr-0000000000000000000000000000000a:CTDataSource-Windows:CONFIG_CHANGE_BLOB_V2" },
        { "stream": "CONFIG_DATA_BLOB_V2", "solution": "ChangeTracking", "extensionOutputStream": "dcr-0000000000000000000000000000000a:CTDataSource-Windows:CONFIG_DATA_BLOB_V2" } ],
      "sendToChannels": ["ods-00000000-0000-4000-8000-000000000002"] },
    { "configuration": { "extensionName": "ChangeTracking-Linux" }, "id": "CTDataSource-Linux", "kind": "extension", "streams": [
        { "stream": "CONFIG_CHANGE_BLOB", "solution": "ChangeTracking", "extensionOutputStream": "dcr-0000000000000000000000000000000a:CTDataSource-Linux:CONFIG_CHANGE_BLOB" },
        { "stream": "CONFIG_CHANGE_BLOB_V2", "solution": "ChangeTracking", "extensionOutputStream": "dcr-0000000000000000000000000000000a:CTDataSource-Linux:CONFIG_CHANGE_BLOB_V2" },
        { "stream": "CONFIG_DATA_BLOB_V2", "solution": "ChangeTracking", "extensionOutputStream": "dcr-0000000000000000000000000000000a:CTDataSource-Linux:CONFIG_DATA_BLOB_V2" } ],
      "sendToChannels": ["ods-00000000-0000-4000-8000-000000000002"] } ],
  "channels": [
    { "endpoint": "https://00000000-0000-4000-8000-000000000002.ods.opinsights.azure.com",
      "tokenEndpointUri": "https://global.handler.control.monitor.azure.com/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/RG-01/providers/Microsoft.Compute/virtualMachines/vm-01/agentConfigurations/dcr-0000000000000000000000000000000a/channels/ods-00000000-0000-4000-8000-000000000002/issueIngestionToken?operatingLocation=westeurope&platform=linux&includeMeConfig=true&api-version=2022-06-02",
      "id": "ods-00000000-0000-4000-8000-000000000002", "protocol": "ods" } ],
  "extensionConfigurations": {
    "ChangeTracking-Windows": [
      { "id": "dcr-0000000000000000000000000000000a:CTDataSource-Windows", "originIds": ["/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-01/providers/Microsoft.Insights/dataCollectionRules/ct-dcr100000001"],
        "extensionSettings": {
          "enableFiles": true, "enableSoftware": true, "enableRegistry": true, "enableServices": true, "enableInventory": true,
          "registrySettings": { "registryCollectionFrequency": 3000, "registryInfo": [
            { "name": "Registry_1", "groupTag": "Recommended", "enabled": false, "recurse": true, "description": "", "keyName": "HKEY_LOCAL_MACHINE\\Software\\Microsoft\\Windows\\CurrentVersion\\Group Policy\\Scripts\\Startup", "valueName": "" },
            { "name": "Registry_2", "groupTag": "Recommended", "enabled": false, "recurse": true, "description": "", "keyName": "HKEY_LOCAL_MACHINE\\Software\\Microsoft\\Windows\\CurrentVersion\\Group Policy\\Scripts\\Shutdown", "valueName": "" } ] },
          "fileSettings": { "fileCollectionFrequency": 2700,
            "uploadSetting": { "storageAccountResourceId": "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/RG-01/providers/Microsoft.Storage/storageAccounts/stexample01",
              "blobEndpoint": "https://stexample01.blob.core.windows.net/", "managedIdentity": "" } },
          "softwareSettings": { "softwareCollectionFrequency": 1800 }, "inventorySettings": { "inventoryCollectionFrequency": 36000 }, "servicesSettings": { "serviceCollectionFrequency": 1800 }, "enableUpload": true },
        "outputStreams": { "CONFIG_CHANGE_BLOB": "dcr-0000000000000000000000000000000a:CTDataSource-Windows:CONFIG_CHANGE_BLOB", "CONFIG_CHANGE_BLOB_V2": "dcr-0000000000000000000000000000000a:CTDataSource-Windows:CONFIG_CHANGE_BLOB_V2", "CONFIG_DATA_BLOB_V2": "dcr-0000000000000000000000000000000a:CTDataSource-Windows:CONFIG_DATA_BLOB_V2" } } ],
    "ChangeTracking-Linux": [
      { "id": "dcr-0000000000000000000000000000000a:CTDataSource-Linux", "originIds": ["/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-01/providers/Microsoft.Insights/dataCollectionRules/ct-dcr100000001"],
        "extensionSettings": {
          "enableFiles": true, "enableSoftware": true, "enableRegistry": false, "enableServices": true, "enableInventory": true,
          "fileSettings": { "fileCollectionFrequency": 900, "fileInfo": [
              { "name": "ChangeTrackingLinuxPath_default", "enabled": true, "destinationPath": "/etc/.*.conf", "useSudo": true, "recurse": true, "maxContentsReturnable": 5000000, "pathType": "File", "type": "File", "links": "Follow", "maxOutputSize": 500000, "groupTag": "Recommended", "uploadContent": true },
              { "name": "AppLogs", "description": "", "destinationPath": "/srv/app/log/.*.log", "pathType": "File", "recurse": true, "links": "Follow", "uploadContent": true, "checksum": "Sha256", "maxOutputSize": 5000000, "groupTag": "Custom", "maxContentsReturnable": 0, "useSudo": true, "enabled": true } ],
            "uploadSetting": { "storageAccountResourceId": "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/RG-01/providers/Microsoft.Storage/storageAccounts/stexample01",
              "blobEndpoint": "https://stexample01.blob.core.windows.net/", "managedIdentity": "" } },
          "softwareSettings": { "softwareCollectionFrequency": 300 }, "inventorySettings": { "inventoryCollectionFrequency": 36000 }, "servicesSettings": { "serviceCollectionFrequency": 300 }, "enableUpload": true },
        "outputStreams": { "CONFIG_CHANGE_BLOB": "dcr-0000000000000000000000000000000a:CTDataSource-Linux:CONFIG_CHANGE_BLOB", "CONFIG_CHANGE_BLOB_V2": "dcr-0000000000000000000000000000000a:CTDataSource-Linux:CONFIG_CHANGE_BLOB_V2", "CONFIG_DATA_BLOB_V2": "dcr-0000000000000000000000000000000a:CTDataSource-Linux:CONFIG_DATA_BLOB_V2" } } ] } }`
/** The published form of an agent-settings rule. */
const AGENT_SETTINGS =
  '{ "kind": "AgentSettings", "settings": [ { "name": "MaxDiskQuotaInMB", "value": "10240" }, { "name": "UseTimeReceivedForForwardedEvents", "value": "1" } ] }'
/** Put together from the fields of the published chunk and a known kind and stream. */
const SYSLOG = `{ "dataSources": [ { "configuration": { "facilityNames": ["auth"] }, "id": "syslogDataSource", "kind": "syslog", "streams": [ { "stream": "LINUX_SYSLOGS_BLOB", "solution": "LogManagement" } ], "sendToChannels": ["ods-${WORKSPACE}"] } ], "channels": [ { "id": "ods-${WORKSPACE}", "protocol": "ods" } ] }`

const parse = (json: unknown): Parsed<ConfigChunk> =>
  parseConfigChunk(Buffer.from(typeof json === 'string' ? json : JSON.stringify(json)))
const chunk = (json: unknown): ConfigChunk => {
  const result = parse(json)
  if (!result.ok) throw new Error('no chunk')
  return result.value
}
const settings = (extensionSettings: unknown, name = 'ChangeTracking-Linux'): CtSettings => {
  const found = chunk({ extensionConfigurations: { [name]: [{ extensionSettings }] } }).extensions[0]?.settings
  if (found == null) throw new Error('no settings')
  return found
}
/** The JSON value that segments lead to. */
const at = (json: unknown, segments: readonly (string | number)[]): unknown =>
  segments.reduce((value, step) => (value as Record<string | number, unknown>)[step], json)

describe('parseConfigChunk', () => {
  it('reads the chunk of Change Tracking', () => {
    const ct = chunk(CT)
    expect(ct.kind).toBe('ct')
    expect(ct.agentSettings).toBeNull()
    expect(ct.dcrIds).toEqual([{ id: A, segments: ['extensionConfigurations', 'ChangeTracking-Windows', 0, 'id'] }])
    expect(ct.channels).toEqual([
      {
        id: `ods-${WORKSPACE}`,
        protocol: 'ods',
        endpoint: `https://${WORKSPACE}.ods.opinsights.azure.com`,
        tokenEndpointUri: expect.stringContaining('issueIngestionToken') as string,
        workspaceId: WORKSPACE,
        machineId: MACHINE,
        region: 'westeurope',
        dcrId: A,
        segments: ['channels', 0],
      },
    ])
    expect(ct.dataSources.map(({ id, kind, extensionName, channels }) => [id, kind, extensionName, channels])).toEqual([
      ['CTDataSource-Windows', 'extension', 'ChangeTracking-Windows', [`ods-${WORKSPACE}`]],
      ['CTDataSource-Linux', 'extension', 'ChangeTracking-Linux', [`ods-${WORKSPACE}`]],
    ])
    expect(ctDataSources(ct, 'Linux')[0]?.streams[2]).toEqual({
      stream: 'CONFIG_DATA_BLOB_V2',
      solution: 'ChangeTracking',
      output: `${A}:CTDataSource-Linux:CONFIG_DATA_BLOB_V2`,
      segments: ['dataSources', 1, 'streams', 2],
    })
    expect(hasCt(ct, 'Linux') && hasCt(ct, 'Windows')).toBe(true)
    expect(parse(CT).problems).toEqual([])
  })

  it('reads its Linux settings', () => {
    const [linux] = ctExtensions(chunk(CT), 'Linux')
    const base = ['extensionConfigurations', 'ChangeTracking-Linux', 0]
    expect(linux).toMatchObject({ id: `${A}:CTDataSource-Linux`, dcrId: A, segments: base })
    expect(linux?.originIds.map(dcrName)).toEqual(['ct-dcr100000001'])
    expect(linux?.outputStreams.get('CONFIG_DATA_BLOB_V2')).toBe(`${A}:CTDataSource-Linux:CONFIG_DATA_BLOB_V2`)
    const read = linux?.settings
    expect(read?.enableFiles).toEqual({
      value: true,
      raw: true,
      segments: [...base, 'extensionSettings', 'enableFiles'],
    })
    expect(read?.enableRegistry?.value).toBe(false)
    expect(Object.entries(read?.frequencies ?? {}).map(([name, f]) => [name, f?.value])).toEqual([
      ['files', 900],
      ['software', 300],
      ['services', 300],
      ['inventory', 36000],
      ['registry', undefined],
    ])
    expect(read?.fileInfo).toHaveLength(2)
    expect(read?.fileInfo?.[0]).toEqual({
      name: 'ChangeTrackingLinuxPath_default',
      path: '/etc/.*.conf',
      enabled: true,
      recurse: true,
      uploadContent: true,
      links: 'Follow',
      pathType: 'File',
      type: 'File',
      segments: [...base, 'extensionSettings', 'fileSettings', 'fileInfo', 0],
    })
    expect(read?.uploadSetting).toMatchObject({
      blobEndpoint: 'https://stexample01.blob.core.windows.net/',
      managedIdentity: '',
    })
    expect(read?.serviceSettings).toBeNull()
    expect(read?.unknownKeys).toEqual([])
    expect(read?.otherCase).toEqual([])
    expect(linux?.rawSettings).toMatchObject({ enableUpload: true })
  })

  it('knows the Windows settings as well', () => {
    const [windows] = ctExtensions(chunk(CT), 'Windows')
    expect(windows?.settings).toMatchObject({
      unknownKeys: [],
      frequencies: { registry: { value: 3000 } },
      fileInfo: null,
    })
  })

  it('gives places that exist', () => {
    const json: unknown = JSON.parse(CT)
    const ct = chunk(CT)
    const linux = ctExtensions(ct, 'Linux')[0]
    const places = [
      ...ct.dcrIds,
      ...ct.channels,
      ...ct.dataSources.flatMap((source) => [source, ...source.streams]),
      ...ct.extensions,
      ...(linux?.settings?.fileInfo ?? []),
    ]
    expect(places).toHaveLength(14)
    for (const { segments } of places) expect(at(json, segments)).toBeDefined()
    const flag = linux?.settings?.enableServices
    expect(at(json, flag?.segments ?? [])).toBe(flag?.raw)
  })

  it('reads an indented chunk and one behind a byte order mark alike', () => {
    const json: unknown = JSON.parse(CT)
    expect(chunk(JSON.stringify(json, null, '\t'))).toEqual(chunk(CT))
    expect(chunk(`\u{feff}${CT}`)).toEqual(chunk(CT))
  })

  it('reads agent settings', () => {
    const read = chunk(AGENT_SETTINGS)
    expect(read).toMatchObject({ kind: 'agent-settings', extensions: [], channels: [] })
    expect(read.agentSettings).toEqual([
      { name: 'MaxDiskQuotaInMB', value: '10240', segments: ['settings', 0] },
      { name: 'UseTimeReceivedForForwardedEvents', value: '1', segments: ['settings', 1] },
    ])
  })

  it('reads agent settings as text in text, as numbers, under their alias and in any case', () => {
    const list = [{ name: 'MaxDiskQuotaInMB', value: 5000 }]
    const values = (json: unknown): unknown =>
      chunk(json).agentSettings?.map(({ value, segments }) => [value, segments])
    expect(values({ kind: 'agentsettings', settings: JSON.stringify(list) })).toEqual([['5000', ['settings']]])
    expect(values({ kind: 'AgentSettings', agentSettings: list })).toEqual([['5000', ['agentSettings', 0]]])
    expect(values({ agentSettings: list })).toEqual([['5000', ['agentSettings', 0]]])
    expect(values({ kind: 'AgentSettings', settings: 'no list' })).toEqual([])
  })

  it('reads other rules as other', () => {
    const other = chunk(SYSLOG)
    expect(other).toMatchObject({ kind: 'other', dcrIds: [], agentSettings: null })
    expect(other.dataSources[0]).toMatchObject({ kind: 'syslog', extensionName: null })
    expect(other.channels[0]).toMatchObject({ workspaceId: WORKSPACE, machineId: null, region: null, dcrId: null })
    expect(chunk('{}').kind).toBe('other')
    expect(chunk({ kind: 'Settings', settings: [] }).agentSettings).toBeNull()
  })

  it.each([
    [
      'a data source alone',
      { dataSources: [{ kind: 'extension', configuration: { extensionName: 'ChangeTracking-Linux' } }] },
    ],
    [
      'another case',
      { dataSources: [{ kind: 'Extension', configuration: { extensionname: 'changetracking-linux' } }] },
    ],
    ['settings alone', { extensionConfigurations: { 'ChangeTracking-Linux': [{}] } }],
    ['an empty list', { extensionConfigurations: { 'ChangeTracking-Linux': [] } }],
    ['nothing at the key', { extensionConfigurations: { 'changetracking-linux': null } }],
    ['a single object', { extensionConfigurations: { 'ChangeTracking-Linux': { id: A } } }],
  ])('tells Change Tracking from %s', (_, json) => {
    expect(chunk(json).kind).toBe('ct')
    expect(hasCt(chunk(json), 'Linux')).toBe(true)
    expect(hasCt(chunk(json), 'Windows')).toBe(false)
  })

  it.each([
    ['another kind', { dataSources: [{ kind: 'syslog', configuration: { extensionName: 'ChangeTracking-Linux' } }] }],
    ['no kind', { dataSources: [{ configuration: { extensionName: 'ChangeTracking-Linux' } }] }],
    ['the name as id', { dataSources: [{ kind: 'extension', id: 'ChangeTracking-Linux' }] }],
    ['a longer name', { extensionConfigurations: { 'ChangeTracking-Linux2': [{}] } }],
    ['a shorter name', { extensionConfigurations: { ChangeTracking: [{}] } }],
    ['another extension', { extensionConfigurations: { DependencyAgent: [{}] } }],
    ['the key one level up', { 'ChangeTracking-Linux': [{}] }],
    ['streams alone', { dataSources: [{ kind: 'extension', streams: [{ stream: 'CONFIG_DATA_BLOB_V2' }] }] }],
  ])('does not take %s for Change Tracking', (_, json) => {
    expect(chunk(json).kind).toBe('other')
    expect(hasCt(chunk(json), 'Linux')).toBe(false)
  })

  it.each([
    ['content', (json: unknown) => ({ content: json }), ['content']],
    ['configurations', (json: unknown) => ({ configurations: [{ content: json }] }), ['configurations', 0, 'content']],
  ])('opens the form of the service with %s', (_, wrap, prefix) => {
    const wrapped = wrap(JSON.parse(CT))
    const read = chunk(wrapped)
    expect(read.kind).toBe('ct')
    expect(read.channels[0]?.segments).toEqual([...prefix, 'channels', 0])
    expect(at(wrapped, read.dcrIds[0]?.segments ?? [])).toContain(A)
  })

  it('opens content that is text, and several of them', () => {
    const read = chunk({ configurations: [{ content: CT }, { content: JSON.parse(SYSLOG) as unknown }] })
    expect(read.channels.map(({ segments }) => segments)).toEqual([
      ['configurations', 0, 'content'],
      ['configurations', 1, 'content', 'channels', 0],
    ])
  })

  it('finds ids in the order of their worth', () => {
    const stream = { stream: 'S', extensionOutputStream: `${B}:X:S` }
    const source = { kind: 'extension', configuration: { extensionName: 'ChangeTracking-Linux' }, streams: [stream] }
    const id = (json: Record<string, unknown>): unknown => {
      const read = chunk({
        channels: [{ tokenEndpointUri: `https://x/agentConfigurations/${A.toUpperCase()}/` }],
        ...json,
      })
      return [read.extensions[0]?.dcrId, read.dcrIds.map((found) => found.id)]
    }
    const entry = (value: unknown): unknown => ({ 'ChangeTracking-Linux': [value] })
    expect(id({ extensionConfigurations: entry({ id: `${B}:X` }) })).toEqual([B, [B, A]])
    expect(id({ dataSources: [source], extensionConfigurations: entry({}) })).toEqual([B, [B, A]])
    expect(id({ extensionConfigurations: entry({ outputStreams: { S: `${B}:X:S` } }) })).toEqual([B, [B, A]])
    expect(id({ extensionConfigurations: entry({ id: 'none' }) })).toEqual([A, [A]])
  })

  it.each(['dcr-0000000000000000000000000000000', `${A}0`, `x${A}`, 'dcr-0000000000000000000000000000000g', ''])(
    'takes %j for no id',
    (id) => {
      expect(chunk({ extensionConfigurations: { 'ChangeTracking-Linux': [{ id }] } })).toMatchObject({
        dcrIds: [],
        extensions: [{ dcrId: null, id }],
      })
    },
  )

  it('keeps several entries of one extension apart', () => {
    const entries = [{ id: `${A}:X` }, { id: `${B}:X`, extensionSettings: { enableFiles: false } }]
    const read = ctExtensions(chunk({ extensionConfigurations: { 'ChangeTracking-Linux': entries } }), 'Linux')
    expect(read.map(({ dcrId, settings: s, segments }) => [dcrId, s?.enableFiles?.value, segments.at(-1)])).toEqual([
      [A, undefined, 0],
      [B, false, 1],
    ])
  })

  it('reads a gig channel', () => {
    const channel = {
      id: 'gigl-dce-1',
      protocol: 'gig',
      endpointUriTemplate: `https://x/dataCollectionRules/${B}/streams/<STREAM>`,
    }
    expect(chunk({ channels: [channel] }).channels[0]).toMatchObject({ endpoint: null, workspaceId: null, dcrId: B })
  })

  it.each([
    ['https://global.handler.control.monitor.azure.com/agentConfigurations/x', null],
    ['agentConfigurations/', null],
    [`https://x.westeurope-1.handler.control.monitor.azure.com${MACHINE}/AgentConfigurations/x`, MACHINE],
    [`https://host${MACHINE}/other/x`, null],
    [`https://host/?next=${MACHINE}/agentConfigurations/x`, null],
  ])('finds the machine in %s', (tokenEndpointUri, machineId) => {
    expect(chunk({ channels: [{ tokenEndpointUri }] }).channels[0]?.machineId).toBe(machineId)
  })

  it.each([
    [
      { endpoint: 'https://00000000-0000-4000-8000-00000000000A.ods.opinsights.azure.us' },
      '00000000-0000-4000-8000-00000000000a',
    ],
    [{ endpoint: 'https://westeurope.monitoring.azure.com', id: 'me-westeurope' }, null],
    [{ id: `ods-${WORKSPACE}` }, WORKSPACE],
    [{ id: 'ods-' }, null],
    [{ id: `xods-${WORKSPACE}` }, null],
  ])('finds the workspace of %j', (channel, workspaceId) => {
    expect(chunk({ channels: [channel] }).channels[0]?.workspaceId).toBe(workspaceId)
  })

  it('skips a list, which is of a kind nobody knows', () => {
    expect(parse('[]')).toMatchObject({
      ok: true,
      value: { kind: 'other' },
      problems: [{ code: 'chunk-not-an-object' }],
    })
  })

  it.each([
    ['', 'empty'],
    ['\0\0\0\0', 'all-nul'],
    ['null', 'chunk-not-an-object'],
    ['"text"', 'chunk-not-an-object'],
    ['{"channels":[', 'json-truncated'],
    ['<xml/>', 'json-invalid'],
  ])('refuses %j', (text, code) => {
    expect(parse(text)).toMatchObject({ ok: false, problems: [{ code }] })
  })

  it('is whole or refused after a cut at every byte', () => {
    const bytes = Buffer.from(CT)
    const whole = Array.from(bytes, (_, length) => parseConfigChunk(bytes.subarray(0, length)).ok)
    expect(whole.filter(Boolean)).toEqual([])
    expect(parseConfigChunk(bytes).ok).toBe(true)
  })

  it('takes odd types anywhere', () => {
    const json: unknown = JSON.parse(CT)
    const odd = fc.constantFrom<unknown>(null, true, 7, '', 'text', [], {}, [[]], { a: 1 }, '{"a":1}', 1e300)
    const replaceOne = (value: unknown, path: number, by: unknown): unknown => {
      let left = path
      const visit = (v: unknown): unknown => {
        if (left-- === 0) return by
        if (Array.isArray(v)) return v.map(visit)
        if (typeof v !== 'object' || v === null) return v
        return Object.fromEntries(Object.entries(v).map(([key, member]) => [key, visit(member)]))
      }
      return visit(value)
    }
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 240 }), odd, (path, by) => {
        const replaced = replaceOne(json, path, by)
        const result = parse(replaced)
        if (!result.ok) throw new Error(result.problems[0].code)
        for (const { segments } of [...result.value.channels, ...result.value.dataSources, ...result.value.extensions])
          expect(at(replaced, segments)).toBeDefined()
      }),
      { numRuns: 500 },
    )
  })

  it('never throws', () => {
    const sample = Buffer.from(CT)
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 60 }), fc.nat(sample.length), (bytes, position) => {
        const torn = Buffer.concat([sample.subarray(0, position), bytes, sample.subarray(position + bytes.length)])
        for (const input of [bytes, torn]) {
          const result = parseConfigChunk(input)
          expect(result.ok || result.problems.length > 0).toBe(true)
        }
      }),
    )
  })
})

describe('the settings of Change Tracking', () => {
  it.each([
    [true, true],
    ['True', true],
    ['FALSE', false],
    ['yes', null],
    [1, null],
    [null, null],
  ])('reads the flag %j', (raw, value) => {
    const segments = ['extensionConfigurations', 'ChangeTracking-Linux', 0, 'extensionSettings', 'enableFiles']
    expect(settings({ enableFiles: raw }).enableFiles).toEqual({ value, raw, segments })
  })

  it.each([
    [900, 900],
    ['900', 900],
    [0, 0],
    [-5, -5],
    ['15 min', null],
    [null, null],
    [{}, null],
  ])('reads the frequency %j', (raw, value) => {
    const read = settings({ fileSettings: { fileCollectionFrequency: raw } })
    expect(read.frequencies.files).toMatchObject({ value, raw })
  })

  it('tells absent from empty', () => {
    expect(settings({})).toMatchObject({ enableFiles: null, fileInfo: null, fileSettings: null, uploadSetting: null })
    expect(settings({ fileSettings: {} })).toMatchObject({ fileInfo: null, frequencies: { files: null } })
    expect(settings({ fileSettings: { fileInfo: null } }).fileInfo).toBeNull()
    expect(settings({ fileSettings: { fileInfo: [] } }).fileInfo).toEqual([])
  })

  it('keeps the misspelt service settings apart', () => {
    const misspelt = settings({ serviceSettings: { serviceCollectionFrequency: 300 } })
    expect(misspelt).toMatchObject({ servicesSettings: null, frequencies: { services: null }, unknownKeys: [] })
    expect(misspelt.serviceSettings?.frequency?.value).toBe(300)
    const right = settings({ servicesSettings: { serviceCollectionFrequency: 300 } })
    expect(right).toMatchObject({ serviceSettings: null, frequencies: { services: { value: 300 } } })
  })

  it('lists unknown keys at every level', () => {
    const { unknownKeys } = settings({
      fileSetting: {},
      enableService: true,
      enableFiles: true,
      fileSettings: { fileInfo: [{ name: 'a' }, { pathh: '/x' }], uploadSetting: { blob: '' } },
      registrySettings: { registryInfo: [{ anything: 1 }] },
    })
    expect(unknownKeys.map(({ key, segments }) => [key, segments.slice(4)])).toEqual([
      ['fileSetting', ['fileSetting']],
      ['enableService', ['enableService']],
      ['pathh', ['fileSettings', 'fileInfo', 1, 'pathh']],
      ['blob', ['fileSettings', 'uploadSetting', 'blob']],
    ])
    expect(unknownKeys.at(-1)?.known).toEqual(['storageAccountResourceId', 'blobEndpoint', 'managedIdentity'])
  })

  it('matches keys ignoring case and keeps the spelling', () => {
    const read = settings({ FILESETTINGS: { fileinfo: [{ Path: '/etc/x', Enabled: 'true' }] } }, 'CHANGETRACKING-LINUX')
    expect(read.fileInfo).toMatchObject([{ path: '/etc/x', enabled: true, name: null }])
    expect(read.fileInfo?.[0]?.segments.slice(4)).toEqual(['FILESETTINGS', 'fileinfo', 0])
    expect(read.unknownKeys).toEqual([])
    expect(read.otherCase.map(({ key, known, segments }) => [key, known, segments.slice(4)])).toEqual([
      ['FILESETTINGS', 'fileSettings', ['FILESETTINGS']],
      ['fileinfo', 'fileInfo', ['FILESETTINGS', 'fileinfo']],
      ['Path', 'path', ['FILESETTINGS', 'fileinfo', 0, 'Path']],
      ['Enabled', 'enabled', ['FILESETTINGS', 'fileinfo', 0, 'Enabled']],
    ])
  })

  it('opens settings that are text', () => {
    const read = settings(JSON.stringify({ enableFiles: false }))
    expect(read.enableFiles).toMatchObject({ value: false })
    expect(read.enableFiles?.segments.at(-1)).toBe('extensionSettings')
  })

  it.each([null, [], 'text', 7])('has none in %j', (extensionSettings) => {
    const [entry] = chunk({ extensionConfigurations: { 'ChangeTracking-Linux': [{ extensionSettings }] } }).extensions
    expect(entry).toMatchObject({ settings: null, rawSettings: {} })
  })

  it('reads none of another extension', () => {
    const json = { extensionConfigurations: { ContainerInsights: [{ extensionSettings: { enableFiles: true } }] } }
    expect(chunk(json).extensions[0]).toMatchObject({ settings: null, rawSettings: { enableFiles: true } })
  })
})

describe('dcrName', () => {
  const arm = (tail: string): string => `${SUBSCRIPTION}/resourceGroups/rg-01/providers/Microsoft.Insights${tail}`
  it.each([
    [arm('/dataCollectionRules/ct-dcr'), 'ct-dcr'],
    [arm('/datacollectionrules/ct-dcr/'), 'ct-dcr'],
    [arm('/dataCollectionRules/'), null],
    [arm('/dataCollectionEndpoints/ct-dcr'), null],
    [arm('/dataCollectionRules/ct-dcr/more'), null],
    ['ct-dcr', null],
  ])('of %s', (id, name) => {
    expect(dcrName(id)).toBe(name)
  })
})
