import { chunkForOtherMachine } from '../../src/rules/dcr/CT1014-chunk-for-other-machine.js'
import { chunkNotInMcsconfig } from '../../src/rules/dcr/CT1020-chunk-not-in-mcsconfig.js'
import { agentSettingsInvalid } from '../../src/rules/dcr/CT1021-agent-settings-invalid.js'
import { outputStreamMismatch } from '../../src/rules/dcr/CT1022-output-stream-mismatch.js'
import { formerCtDcr } from '../../src/rules/dcr/CT1023-former-ct-dcr.js'
import {
  AMA_LOG,
  amaOut,
  ASSIGNED,
  CHUNK_FILE,
  CHUNKS,
  ctChunk,
  DCR_A,
  DCR_B,
  DCR_D,
  EVENTS,
  healthyHost,
  HostTree,
  MACHINE,
  MCSCONFIG,
  mcsConfig,
  mdsdInfo,
  MINUTE,
  SECOND_CHUNK,
  SETTINGS_CHUNK,
  sinkFiles,
  START,
  SYSLOG_CHUNK,
  withChunk,
  type Chunk,
} from '../support/host.js'
import { describeRule } from '../support/rule-tester.js'

const host = healthyHost()
const info = `${AMA_LOG}/mdsd.info`
const settingsFile = `${CHUNKS}/1000000000000000002.json`
const OTHER = MACHINE.replace('vm-01', 'vm-02')
const ARC = MACHINE.replace('Microsoft.Compute/virtualMachines', 'Microsoft.HybridCompute/machines')
const SCALE_SET = MACHINE.replace('virtualMachines/vm-01', 'virtualMachineScaleSets/ss-01')
const METADATA = 'sos_commands/azure/instance_metadata.json'

const chunk = (change: (chunk: Chunk) => void): HostTree => withChunk(host, change)

/** The chunk names one machine, mdsd.info another. */
function named(inChunk: string, inLog: string): HostTree {
  const tree = inChunk === MACHINE ? host : host.edit(CHUNK_FILE, (text) => text.replaceAll(MACHINE, inChunk))
  return inLog === MACHINE ? tree : tree.edit(info, (text) => text.replaceAll(MACHINE, inLog))
}

const resourceId = (at: number, id: string): readonly [number, string] => [
  at,
  `[/__w/1/s/FetchIMDSMetadata.cpp:140,FetchMetadataFromIMDS]Setting resource id from IMDS: ${id}`,
]

describeRule(chunkForOtherMachine, {
  found: [
    {
      name: 'the chunk names another machine than mdsd.info',
      host: named(OTHER, MACHINE),
      subjects: [OTHER.toLowerCase()],
      cites: [`${CHUNK_FILE}#/channels/0`, `${info}:3`],
      data: [
        {
          chunk:
            '/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/RG-01/providers/Microsoft.Compute/virtualMachines/vm-02',
          machine:
            '/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/RG-01/providers/Microsoft.Compute/virtualMachines/vm-01',
        },
      ],
    },
    {
      name: 'the machine was moved to another resource group',
      host: named(MACHINE, MACHINE.replace('RG-01', 'RG-02')),
      subjects: [MACHINE.toLowerCase()],
      cites: ['1000000000000000001.json#/channels/0', 'mdsd.info:3'],
    },
    {
      name: 'the log names the template first and this machine last',
      host: named(OTHER, MACHINE).with(
        info,
        mdsdInfo({ start: false, extra: [resourceId(START, OTHER), resourceId(START + MINUTE, MACHINE)] }),
      ),
      subjects: [OTHER.toLowerCase()],
      cites: [`${info}:2`],
    },
    {
      name: 'the platform’s metadata is the only witness',
      host: named(OTHER, MACHINE)
        .without(/mdsd\.info/)
        .with(METADATA, JSON.stringify({ compute: { name: 'vm-01', resourceId: MACHINE } })),
      subjects: [OTHER.toLowerCase()],
      cites: [`${METADATA}#/compute/resourceId`],
    },
    {
      name: 'the collector’s overview is the only witness',
      host: named(OTHER, MACHINE)
        .without(/mdsd\.info/)
        .with('amalinux.out', amaOut()),
      subjects: [OTHER.toLowerCase()],
      cites: ['amalinux.out:7'],
    },
    {
      name: 'another instance of the scale set',
      host: named(`${SCALE_SET}/virtualMachines/3`, `${SCALE_SET}/virtualMachines/4`),
      subjects: [`${SCALE_SET}/virtualMachines/3`.toLowerCase()],
    },
  ],
  ok: [
    { name: 'other capitals, a slash at the end', host: named(MACHINE.toUpperCase(), `${MACHINE}/`) },
    { name: 'an Arc-enabled server', host: named(ARC, ARC) },
    { name: 'a scale set and its instance', host: named(SCALE_SET, `${SCALE_SET}/virtualMachines/3`) },
    { name: 'an instance in both forms', host: named(MACHINE.replace('vm-01', 'ss-01_3'), SCALE_SET) },
    {
      name: 'only a chunk of another product names another machine',
      host: host.with(
        SECOND_CHUNK,
        JSON.stringify(ctChunk()).replaceAll('ChangeTracking', 'DependencyAgent').replaceAll(MACHINE, OTHER),
      ),
    },
    {
      name: 'one of two witnesses agrees with the chunk',
      host: named(MACHINE, OTHER).with(METADATA, JSON.stringify({ compute: { resourceId: MACHINE } })),
    },
    {
      name: 'the collector’s overview agrees with the chunk',
      host: named(MACHINE, OTHER).with('amalinux.out', amaOut()),
    },
    {
      name: 'the log named the template first',
      host: host.with(
        info,
        mdsdInfo({ start: false, extra: [resourceId(START, OTHER), resourceId(START + MINUTE, MACHINE)] }),
      ),
    },
    {
      name: 'the older, rotated log is of the template',
      host: host.with(
        `${info}.1`,
        mdsdInfo({
          start: false,
          from: START - 60 * MINUTE,
          until: START,
          extra: [resourceId(START - 60 * MINUTE, OTHER)],
        }),
      ),
    },
  ],
  notApplicable: [{ name: 'no Change Tracking rule is cached', host: host.with(CHUNK_FILE, SYSLOG_CHUNK) }],
  unknown: [
    { name: 'nothing says which machine this is', host: host.without(/mdsd\.info/) },
    {
      name: 'the log has lost its beginning',
      host: named(OTHER, MACHINE).edit(info, (text) => text.slice(text.indexOf('\n', 2000) + 1)),
    },
    {
      name: 'only a rotated log, which may be of the template',
      host: named(MACHINE, OTHER)
        .without(/mdsd\.info/)
        .with(`${info}.1`, mdsdInfo().replaceAll(MACHINE, OTHER)),
    },
    {
      name: 'the collector got an error instead of the metadata',
      host: named(OTHER, MACHINE)
        .without(/mdsd\.info/)
        .with(METADATA, 'curl: (28) Connection timed out'),
    },
    {
      name: 'the chunk names no machine',
      host: chunk((changed) => {
        for (const channel of changed.channels) channel.tokenEndpointUri = 'https://example.invalid/token'
      }),
    },
  ],
})

const list = (...rules: (readonly [string, string])[]): string => mcsConfig(rules)
const content = { configurationId: DCR_D, eTag: '1', op: 'added', content: ctChunk({ dcr: DCR_D }) }
const withEntry = (entry: unknown): HostTree =>
  host.edit(MCSCONFIG, (text) => {
    const read = JSON.parse(text) as { configurations: unknown[] }
    return JSON.stringify({ configurations: [...read.configurations, entry] })
  })

describeRule(chunkNotInMcsconfig, {
  found: [
    {
      name: 'a chunk that the list does not name',
      host: host.with(SECOND_CHUNK, JSON.stringify(ctChunk({ dcr: DCR_D }))),
      subjects: [DCR_D],
      cites: [SECOND_CHUNK],
    },
    {
      name: 'a file of the list that is missing',
      host: host.with(MCSCONFIG, list(...ASSIGNED, [DCR_D, '1000000000000000009.json'])),
      subjects: [DCR_D],
      cites: [`${MCSCONFIG}#/configurations/2`],
    },
    {
      name: 'both ways at once',
      host: host.with(MCSCONFIG, list([DCR_B, '1000000000000000002.json'], [DCR_D, '1000000000000000009.json'])),
      subjects: [DCR_A, DCR_D],
      cites: ['1000000000000000001.json', 'mcsconfig.lkg.json', 'mcsconfig.lkg.json#/configurations/1'],
    },
    {
      name: 'a settings chunk that the list does not name',
      host: host.with(MCSCONFIG, list([DCR_A, '1000000000000000001.json'])),
      subjects: ['1000000000000000002.json'],
      cites: ['1000000000000000002.json', 'mcsconfig.lkg.json'],
    },
    {
      name: 'an empty list',
      host: host.with(MCSCONFIG, '{"configurations":[]}'),
      subjects: [DCR_A],
      cites: ['1000000000000000001.json', 'mcsconfig.lkg.json'],
    },
    {
      name: 'a rule that was taken back',
      host: host
        .without(/0000000002\.json/)
        .with(MCSCONFIG, JSON.stringify({ configurations: [{ configurationId: DCR_A, op: 'removed' }] })),
      subjects: [DCR_A],
    },
    {
      name: 'only the newer list is there',
      host: host
        .without(/mcsconfig/)
        .with(MCSCONFIG.replace('lkg', 'latest'), list(...ASSIGNED, [DCR_D, '1000000000000000009.json'])),
      subjects: [DCR_D],
    },
  ],
  ok: [
    { name: 'the ids in capitals', host: host.edit(MCSCONFIG, (text) => text.replaceAll('000a', '000A')) },
    {
      name: 'other file names than the list’s, the same rules',
      host: host
        .without(/0000000001\.json|0000000002\.json/)
        .with(`${CHUNKS}/dcr_1a2b3c4d.json`, JSON.stringify(ctChunk()))
        .with(`${CHUNKS}/settings`, SETTINGS_CHUNK)
        .edit(MCSCONFIG, (text) => text.replaceAll(DCR_B, DCR_A)),
    },
    {
      name: 'full paths in the list',
      host: host.edit(MCSCONFIG, (text) => text.replaceAll('"10000', `"/${CHUNKS}/10000`)),
    },
    { name: 'the list holds the rule itself', host: withEntry(content) },
    { name: 'a rule taken back, without a file', host: withEntry({ configurationId: DCR_D, op: 'Removed' }) },
    {
      name: 'the newer list disagrees, the last known good one counts',
      host: host.with(MCSCONFIG.replace('lkg', 'latest'), '{"configurations":[]}'),
    },
    { name: 'a chunk kept under a second name', host: host.with(SECOND_CHUNK, JSON.stringify(ctChunk())) },
    {
      name: 'a chunk that cannot be read, which another rule says',
      host: host.with(settingsFile, '{"kind":'),
    },
  ],
  unknown: [
    { name: 'no list is there', host: host.without(/mcsconfig/) },
    { name: 'the list is in another form', host: host.with(MCSCONFIG, '{"items":[]}') },
    { name: 'an entry that names nothing', host: withEntry({ eTag: 'x' }) },
    {
      name: 'the settings chunk, which has no id, could be the missing one',
      host: host.edit(MCSCONFIG, (text) => text.replaceAll(/,"contentFileName":"[^"]*"/g, '')),
    },
    {
      name: 'the list was copied away from the chunks',
      host: new HostTree(new Map([['mcsconfig.lkg.json', { content: '{"configurations":[]}' }]])).and(
        host.without(/mcsconfig/),
      ),
    },
  ],
})

const agentSettings = (...settings: readonly { name: string; value: unknown }[]): HostTree =>
  host.with(settingsFile, JSON.stringify({ kind: 'AgentSettings', settings }))
const quota = (value: unknown): HostTree => agentSettings({ name: 'MaxDiskQuotaInMB', value })

describeRule(agentSettingsInvalid, {
  found: [
    {
      name: 'two settings rules',
      host: host.with(SECOND_CHUNK, SETTINGS_CHUNK.replace('10240', '20480')),
      subjects: ['AgentSettings'],
      cites: [settingsFile, SECOND_CHUNK],
      data: [
        {
          chunks: [
            'etc/opt/microsoft/azuremonitoragent/config-cache/configchunks/1000000000000000002.json',
            'etc/opt/microsoft/azuremonitoragent/config-cache/configchunks/1000000000000000009.json',
          ],
        },
      ],
    },
    {
      name: 'a quota too small',
      host: quota('3999'),
      subjects: ['MaxDiskQuotaInMB'],
      cites: [`${settingsFile}#/settings/0`],
      data: [{ value: '3999' }],
    },
    { name: 'a quota too large, as a number', host: quota(1_000_001), subjects: ['MaxDiskQuotaInMB'] },
    { name: 'a quota with its unit', host: quota('10 GB'), subjects: ['MaxDiskQuotaInMB'], data: [{ value: '10 GB' }] },
    {
      name: 'settings that are text, the name in other capitals',
      host: host.with(
        settingsFile,
        JSON.stringify({ kind: 'agentsettings', settings: '[{"name":"maxdiskquotainmb","value":"0"}]' }),
      ),
      subjects: ['MaxDiskQuotaInMB'],
    },
    {
      name: 'two settings rules, one with a quota too small',
      host: quota('3999').with(SECOND_CHUNK, SETTINGS_CHUNK),
      subjects: ['AgentSettings', `MaxDiskQuotaInMB ${settingsFile}`],
    },
  ],
  ok: [
    { name: 'the smallest quota', host: quota('4000') },
    { name: 'the largest quota, with blanks', host: quota(' 1000000 ') },
    { name: 'no quota', host: agentSettings({ name: 'UseTimeReceivedForForwardedEvents', value: '1' }) },
    { name: 'an odd value of another setting', host: agentSettings({ name: 'OtlpGrpcLogsTracesPort', value: '1' }) },
    { name: 'no settings rule', host: host.without(/0000000002\.json/) },
    {
      name: 'a second file of another kind',
      host: host.with(SECOND_CHUNK, SETTINGS_CHUNK.replace('AgentSettings', 'OtherSettings')),
    },
    { name: 'a second settings rule that cannot be read', host: host.with(SECOND_CHUNK, SETTINGS_CHUNK.slice(0, -5)) },
    {
      name: 'a quota with a fraction, and blanks around its name',
      host: agentSettings({ name: ' MaxDiskQuotaInMB ', value: '4000.25' }),
    },
    { name: 'a quota as a number', host: quota(4000) },
  ],
})

type Outputs = Record<string, string>
function outputs(change: (outputs: Outputs, chunk: Chunk) => void): HostTree {
  return chunk((changed) => {
    const entry = changed.extensionConfigurations['ChangeTracking-Linux']?.[0]
    if (entry === undefined) throw new Error('The chunk has no Linux part')
    change(entry.outputStreams, changed)
  })
}

describeRule(outputStreamMismatch, {
  found: [
    {
      name: 'a stream that outputStreams lacks',
      host: outputs((told) => {
        delete told['CONFIG_DATA_BLOB_V2']
      }),
      subjects: [DCR_A],
      cites: [`${CHUNK_FILE}#/dataSources/1`, `${CHUNK_FILE}#/extensionConfigurations/ChangeTracking-Linux/0`],
      data: [{ differing: ['CONFIG_DATA_BLOB_V2 is not in outputStreams'] }],
    },
    {
      name: 'a stream that the data source lacks',
      host: chunk((changed) => {
        changed.dataSources[1]?.streams.pop()
      }),
      subjects: [DCR_A],
      cites: [
        '1000000000000000001.json#/dataSources/1',
        '1000000000000000001.json#/extensionConfigurations/ChangeTracking-Linux/0',
      ],
      data: [{ differing: ['CONFIG_DATA_BLOB_V2 is in outputStreams only'] }],
    },
    {
      name: 'a stream that ends in another rule’s sink',
      host: outputs((told) =>
        Object.assign(told, { CONFIG_DATA_BLOB_V2: `${DCR_D}:CTDataSource-Linux:CONFIG_DATA_BLOB_V2` }),
      ),
      subjects: [DCR_A],
      data: [
        {
          differing: [
            `CONFIG_DATA_BLOB_V2 goes to ${DCR_A}:ctdatasource-linux:config_data_blob_v2 in one and to ${DCR_D}:ctdatasource-linux:config_data_blob_v2 in the other`,
          ],
        },
      ],
    },
    {
      name: 'no output stream at all',
      host: chunk((changed) => {
        for (const entry of changed.extensionConfigurations['ChangeTracking-Linux'] ?? []) entry.outputStreams = {}
      }),
      subjects: [DCR_A],
      data: [
        {
          differing: [
            'CONFIG_CHANGE_BLOB is not in outputStreams',
            'CONFIG_CHANGE_BLOB_V2 is not in outputStreams',
            'CONFIG_DATA_BLOB_V2 is not in outputStreams',
          ],
        },
      ],
    },
  ],
  ok: [
    {
      name: 'another order and other capitals',
      host: outputs((told) => {
        const sink = told['CONFIG_CHANGE_BLOB'] ?? ''
        delete told['CONFIG_CHANGE_BLOB']
        told['config_change_blob'] = sink.toUpperCase()
      }),
    },
    {
      name: 'a stream that neither has, which another rule says',
      host: outputs((told, changed) => {
        delete told['CONFIG_DATA_BLOB_V2']
        changed.dataSources[1]?.streams.pop()
      }),
    },
    {
      name: 'the data source does not say its sinks',
      host: chunk((changed) => {
        for (const stream of changed.dataSources[1]?.streams ?? [])
          delete (stream as { extensionOutputStream?: string }).extensionOutputStream
      }),
    },
    {
      name: 'no data source, which another rule says',
      host: chunk((changed) => {
        changed.dataSources.pop()
      }),
    },
    {
      name: 'no settings for Linux',
      host: chunk((changed) => {
        delete changed.extensionConfigurations['ChangeTracking-Linux']
      }),
    },
    {
      name: 'Windows differs',
      host: chunk((changed) => {
        changed.dataSources[0]?.streams.pop()
      }),
    },
    {
      name: 'two rules in one chunk, each whole',
      host: chunk((changed) => {
        const other = ctChunk({ dcr: DCR_D })
        changed.dataSources.push(...other.dataSources.slice(1))
        changed.extensionConfigurations['ChangeTracking-Linux']?.push(
          ...(other.extensionConfigurations['ChangeTracking-Linux'] ?? []),
        )
      }),
    },
  ],
})

const withSinks = (tree: HostTree, dcr: string, os = 'Linux'): HostTree =>
  tree.and(new HostTree(new Map(sinkFiles(dcr, os))))

describeRule(formerCtDcr, {
  found: [
    {
      name: 'sinks of a rule that is gone',
      host: withSinks(host, DCR_D),
      subjects: [DCR_D],
      cites: [`${EVENTS}/${DCR_D}:CTDataSource-Linux:CONFIG_CHANGE_BLOB`],
    },
    {
      name: 'in the answer of du that the Azure Monitor Agent’s collector keeps',
      host: host
        .without(/\/events\//)
        .with(
          'amalinux.out',
          amaOut({ more: `1.0M\t/${EVENTS}/${DCR_D}:CTDataSource-Linux:CONFIG_DATA_BLOB_V2\n2.0M\t/${EVENTS}` }),
        ),
      subjects: [DCR_D],
      cites: [`/${EVENTS}/${DCR_D}:CTDataSource-Linux:CONFIG_DATA_BLOB_V2`],
      says: ['a Change Tracking sink of'],
    },
    {
      name: 'of two that are gone, colons turned into underscores',
      host: new HostTree(
        new Map(
          [...withSinks(withSinks(host, DCR_D), `${DCR_D.slice(0, -1)}e`).entries].map(([path, entry]) => [
            path.startsWith(EVENTS) ? path.replaceAll(':', '_') : path,
            entry,
          ]),
        ),
      ),
      subjects: [DCR_D, `${DCR_D.slice(0, -1)}e`],
    },
  ],
  ok: [
    {
      name: 'two rules that are cached',
      host: withSinks(host, DCR_D).with(SECOND_CHUNK, JSON.stringify(ctChunk({ dcr: DCR_D }))),
    },
    { name: 'sinks for Windows only', host: withSinks(host, DCR_D, 'Windows') },
    { name: 'capitals in the folder’s name', host: withSinks(host, DCR_A.toUpperCase().replace('DCR', 'dcr')) },
    {
      name: 'sinks of another product’s rule',
      host: host.with(`${EVENTS}/${DCR_D}:syslogDataSource:LINUX_SYSLOGS_BLOB/CURRENT`, 'x'),
    },
    { name: 'no sink for Change Tracking', host: host.without(/CTDataSource/) },
    {
      name: 'the rule is cached for Windows only now',
      host: withSinks(host, DCR_D).with(
        SECOND_CHUNK,
        JSON.stringify(ctChunk({ dcr: DCR_D })).replaceAll('ChangeTracking-Linux', 'ChangeTracking-Windows'),
      ),
    },
  ],
  unknown: [
    { name: 'a chunk that cannot be read could be the rule', host: withSinks(host, DCR_D).with(SECOND_CHUNK, '{') },
    {
      name: 'of the event cache only a loose file was collected',
      host: host.without(/\/events\//).with(`${EVENTS}/taskstate.json`, '{}'),
    },
    {
      name: 'a chunk that does not say its id could be the rule',
      host: withSinks(host, DCR_D).with(
        SECOND_CHUNK,
        JSON.stringify({ extensionConfigurations: { 'ChangeTracking-Linux': [{ extensionSettings: {} }] } }),
      ),
    },
  ],
})
