import { noConfigChunks } from '../../src/rules/dcr/CT1001-no-config-chunks.js'
import { noCtDcr } from '../../src/rules/dcr/CT1002-no-ct-dcr.js'
import { multipleCtDcrs } from '../../src/rules/dcr/CT1003-multiple-ct-dcrs.js'
import { ctDcrWindowsOnly } from '../../src/rules/dcr/CT1004-ct-dcr-windows-only.js'
import { chunkUnreadable } from '../../src/rules/dcr/CT1005-chunk-unreadable.js'
import { ctStreamMissing } from '../../src/rules/dcr/CT1006-ct-stream-missing.js'
import { ctCollectionDisabled } from '../../src/rules/dcr/CT1007-ct-collection-disabled.js'
import { noTrackedFiles } from '../../src/rules/dcr/CT1009-no-tracked-files.js'
import { servicesSettingsMisnamed } from '../../src/rules/dcr/CT1010-services-settings-misnamed.js'
import { ctDcrMixedSources } from '../../src/rules/dcr/CT1012-ct-dcr-mixed-sources.js'
import { ctChannelMissing } from '../../src/rules/dcr/CT1013-ct-channel-missing.js'
import {
  AMA_LOG,
  CHUNK_FILE,
  CHUNKS,
  chunkWith,
  ctChunk,
  DCR_A,
  DCR_D,
  healthyHost,
  mdsdInfo,
  SECOND_CHUNK,
  SYSLOG_CHUNK,
  type Chunk,
  type HostTree,
  withChunk,
} from '../support/host.js'
import { describeRule } from '../support/rule-tester.js'

const host = healthyHost()
const CONFIG = /^etc\/opt\/microsoft/

/** The healthy host with its chunk changed. */
const chunk = (change: (chunk: Chunk) => void): HostTree => withChunk(host, change)

const settings = (change: (settings: Record<string, unknown>) => void): HostTree =>
  host.with(CHUNK_FILE, chunkWith(change))

function linuxSource(changed: Chunk): Chunk['dataSources'][number] {
  const source = changed.dataSources[1]
  if (source === undefined) throw new Error('The chunk has no Linux source')
  return source
}

const windowsOnly = ((): Chunk => {
  const changed = ctChunk()
  delete changed.extensionConfigurations['ChangeTracking-Linux']
  changed.dataSources.pop()
  return changed
})()

const noSettings = ((): Chunk => {
  const changed = ctChunk()
  linuxSource(changed)
  const entry = changed.extensionConfigurations['ChangeTracking-Linux']?.[0]
  if (entry !== undefined) entry.extensionSettings = {}
  return changed
})()

describeRule(noConfigChunks, {
  found: [
    {
      name: 'the folder is there and empty',
      host: host
        .without(new RegExp(`^${CHUNKS}/`))
        .folder(CHUNKS)
        .with(`${AMA_LOG}/mdsd.info`, mdsdInfo({ dcrs: [] })),
      subjects: ['configchunks'],
      says: ['is empty: no data collection rule has reached this machine.'],
    },
    {
      name: 'it is empty, and a rule was loaded before',
      host: host.without(new RegExp(`^${CHUNKS}/`)).folder(CHUNKS),
      subjects: ['configchunks'],
      cites: [`${AMA_LOG}/mdsd.info:7`],
      says: [`is empty: nothing is left of ${DCR_A}, which mdsd.info says was loaded at 2026-01-10T07:50:01Z.`],
    },
    {
      name: 'the cache has no such folder although the agent is installed',
      host: host
        .without(new RegExp(`^${CHUNKS}/`))
        .with('etc/opt/microsoft/azuremonitoragent/config-cache/metricCounters.json', '[]'),
      subjects: ['configchunks'],
    },
  ],
  ok: [
    { name: 'only a chunk of agent settings', host: host.without(new RegExp(CHUNK_FILE)) },
    { name: 'a chunk that cannot be read is still a chunk', host: host.without(CONFIG).with(CHUNK_FILE, '') },
    { name: 'a chunk of another product', host: host.without(CONFIG).with(CHUNK_FILE, SYSLOG_CHUNK) },
  ],
  unknown: [
    {
      name: 'nothing shows that the agent is installed',
      host: host
        .without(new RegExp(`^${CHUNKS}/`))
        .without(/mdsd\.|AzureMonitorLinuxAgent/)
        .with('etc/opt/microsoft/azuremonitoragent/config-cache/metricCounters.json', '[]'),
    },
  ],
})

describeRule(noCtDcr, {
  found: [
    {
      name: 'only a syslog rule',
      host: host.without(CONFIG).with(CHUNK_FILE, SYSLOG_CHUNK),
      subjects: ['ChangeTracking-Linux'],
      data: [{ chunks: 1 }],
    },
    {
      name: 'another extension with a similar name',
      host: chunk((changed) => {
        changed.extensionConfigurations = { 'ChangeTracking-Linuxx': [], DependencyAgent: [] }
        changed.dataSources = []
      }),
      subjects: ['ChangeTracking-Linux'],
      cites: ['1000000000000000001.json', '1000000000000000002.json'],
    },
  ],
  ok: [
    { name: 'only Windows, which another rule says', host: host.with(CHUNK_FILE, JSON.stringify(windowsOnly)) },
    {
      name: 'settings without a data source',
      host: chunk((changed) => {
        changed.dataSources = []
      }),
    },
    {
      name: 'a data source without settings',
      host: chunk((changed) => {
        changed.extensionConfigurations = {}
      }),
    },
  ],
  unknown: [{ name: 'the chunk that is left cannot be read', host: host.with(CHUNK_FILE, '{"dataSources": [') }],
})

describeRule(multipleCtDcrs, {
  found: [
    {
      name: 'two rules in two chunks',
      host: host.with(SECOND_CHUNK, JSON.stringify(ctChunk({ dcr: DCR_D, name: 'Microsoft-CT-DCR' }))),
      subjects: ['ChangeTracking-Linux'],
      cites: [CHUNK_FILE, SECOND_CHUNK],
      data: [
        {
          dcrs: [
            {
              id: 'dcr-0000000000000000000000000000000a',
              name: 'ct-dcr100000001',
              chunks: ['etc/opt/microsoft/azuremonitoragent/config-cache/configchunks/1000000000000000001.json'],
            },
            {
              id: 'dcr-0000000000000000000000000000000d',
              name: 'Microsoft-CT-DCR',
              chunks: ['etc/opt/microsoft/azuremonitoragent/config-cache/configchunks/1000000000000000009.json'],
            },
          ],
        },
      ],
    },
    {
      name: 'two rules in one chunk',
      host: chunk((changed) => {
        const other = ctChunk({ dcr: DCR_D }).extensionConfigurations['ChangeTracking-Linux'] ?? []
        changed.extensionConfigurations['ChangeTracking-Linux']?.push(...other)
      }),
      subjects: ['ChangeTracking-Linux'],
      cites: [
        '1000000000000000001.json#/extensionConfigurations/ChangeTracking-Linux/0',
        '1000000000000000001.json#/extensionConfigurations/ChangeTracking-Linux/1',
      ],
    },
  ],
  ok: [
    { name: 'one rule cached twice', host: host.with(SECOND_CHUNK, JSON.stringify(ctChunk())) },
    {
      name: 'one rule whose id is spelt in capitals the second time',
      host: host.with(
        SECOND_CHUNK,
        JSON.stringify(ctChunk()).replaceAll(DCR_A, DCR_A.toUpperCase().replace('DCR', 'dcr')),
      ),
    },
    {
      name: 'a second rule for Windows only',
      host: host.with(SECOND_CHUNK, JSON.stringify(windowsOnly).replaceAll(DCR_A, DCR_D)),
    },
    { name: 'a second rule of another product', host: host.with(SECOND_CHUNK, SYSLOG_CHUNK) },
    { name: 'a second chunk that cannot be read', host: host.with(SECOND_CHUNK, '') },
    {
      name: 'a second rule for Windows, with an empty list for Linux',
      host: host.with(
        SECOND_CHUNK,
        JSON.stringify({
          ...windowsOnly,
          extensionConfigurations: { ...windowsOnly.extensionConfigurations, 'ChangeTracking-Linux': [] },
        }).replaceAll(DCR_A, DCR_D),
      ),
    },
    {
      name: 'a copy of a former rule beside it',
      host: host.with(`${CHUNK_FILE}.old`, JSON.stringify(ctChunk({ dcr: DCR_D }))),
    },
  ],
})

describeRule(ctDcrWindowsOnly, {
  found: [
    {
      name: 'a rule with the Windows part only',
      host: host.with(CHUNK_FILE, JSON.stringify(windowsOnly)),
      subjects: ['ChangeTracking-Linux'],
    },
  ],
  ok: [
    {
      name: 'Windows only beside the right rule',
      host: host.with(SECOND_CHUNK, JSON.stringify(windowsOnly).replaceAll(DCR_A, DCR_D)),
    },
    { name: 'no Change Tracking rule at all', host: host.with(CHUNK_FILE, SYSLOG_CHUNK) },
  ],
  unknown: [
    {
      name: 'a second chunk that cannot be read',
      host: host.with(CHUNK_FILE, JSON.stringify(windowsOnly)).with(SECOND_CHUNK, '{'),
    },
  ],
})

describeRule(chunkUnreadable, {
  found: [
    {
      name: 'an empty chunk',
      host: host.with(SECOND_CHUNK, ''),
      subjects: [SECOND_CHUNK],
      data: [{ bytes: 0, problem: 'empty' }],
    },
    {
      name: 'a chunk cut in the middle',
      host: host.edit(CHUNK_FILE, (text) => text.slice(0, 700)),
      subjects: [CHUNK_FILE],
      data: [{ bytes: 700, problem: 'json-truncated' }],
    },
    {
      name: 'two at once',
      host: host.with(SECOND_CHUNK, '\0\0\0\0').with(CHUNK_FILE, 'not JSON'),
      subjects: [CHUNK_FILE, SECOND_CHUNK],
      cites: ['1000000000000000001.json', '1000000000000000009.json'],
      data: [
        { bytes: 8, problem: 'json-invalid' },
        { bytes: 4, problem: 'all-nul' },
      ],
    },
  ],
  ok: [
    { name: 'an indented chunk', host: host.with(CHUNK_FILE, JSON.stringify(ctChunk(), null, '\t')) },
    { name: 'a byte-order mark', host: host.edit(CHUNK_FILE, (text) => `\ufeff${text}`) },
    { name: 'a list, which is whole JSON', host: host.with(SECOND_CHUNK, '[]') },
    { name: 'a chunk of an unknown kind', host: host.with(SECOND_CHUNK, '{"kind":"Something","x":1}') },
    { name: 'another file name', host: host.with(`${CHUNKS}/dcr_1a2b3c4d.json`, SYSLOG_CHUNK) },
    {
      name: 'what an editor and a person left beside it',
      host: host
        .with(`${CHUNK_FILE}.bak`, '')
        .with(`${CHUNK_FILE}~`, 'not JSON')
        .with(`${CHUNKS}/.1000000000000000001.json.swp`, 'b0VIM 9.1')
        .with(`${CHUNK_FILE}.tmp`, '{"dataSou')
        .with(`${CHUNK_FILE}.old-20260109`, '{'),
    },
  ],
  unknown: [{ name: 'a chunk that nests deeper than we read', host: host.with(SECOND_CHUNK, '{"a":'.repeat(10_000)) }],
})

describeRule(ctStreamMissing, {
  found: [
    {
      name: 'the change stream of the second version is missing',
      host: chunk((changed) => {
        linuxSource(changed).streams.splice(1, 1)
      }),
      subjects: [DCR_A],
      cites: [`${CHUNK_FILE}#/dataSources/1/streams`],
      data: [{ missing: ['CONFIG_CHANGE_BLOB_V2'], present: ['CONFIG_CHANGE_BLOB', 'CONFIG_DATA_BLOB_V2'] }],
    },
    {
      name: 'no Linux data source at all',
      host: chunk((changed) => {
        changed.dataSources.pop()
      }),
      subjects: [DCR_A],
      data: [{ missing: ['CONFIG_CHANGE_BLOB_V2', 'CONFIG_DATA_BLOB_V2'], present: [] }],
      says: ['no data source'],
    },
    {
      name: 'only the old stream is missing',
      host: chunk((changed) => {
        linuxSource(changed).streams.shift()
      }),
      subjects: [DCR_A],
      severity: 'info',
    },
  ],
  ok: [
    {
      name: 'streams in lower case',
      host: chunk((changed) => {
        for (const stream of linuxSource(changed).streams) stream.stream = stream.stream.toLowerCase()
      }),
    },
    {
      name: 'a stream missing for Windows only',
      host: chunk((changed) => {
        changed.dataSources[0]?.streams.pop()
      }),
    },
    {
      name: 'outputStreams disagree, which another rule says',
      host: chunk((changed) => {
        const entry = changed.extensionConfigurations['ChangeTracking-Linux']?.[0]
        if (entry !== undefined) entry.outputStreams = {}
      }),
    },
  ],
})

describeRule(ctCollectionDisabled, {
  found: [
    {
      name: 'all three are off',
      host: settings((s) => Object.assign(s, { enableFiles: false, enableSoftware: false, enableServices: false })),
      subjects: [DCR_A],
      cites: ['/enableFiles', '/enableSoftware', '/enableServices'],
    },
    {
      name: 'all three are off as text',
      host: settings((s) =>
        Object.assign(s, { enableFiles: 'False', enableSoftware: 'false', enableServices: 'false' }),
      ),
      subjects: [DCR_A],
    },
  ],
  ok: [
    { name: 'one is on', host: settings((s) => Object.assign(s, { enableFiles: false, enableSoftware: false })) },
    {
      name: 'one is absent',
      host: settings((s) => {
        Object.assign(s, { enableFiles: false, enableSoftware: false })
        delete s['enableServices']
      }),
    },
    { name: 'no settings at all', host: host.with(CHUNK_FILE, JSON.stringify(noSettings)) },
  ],
})

describeRule(noTrackedFiles, {
  found: [
    {
      name: 'an empty list',
      host: settings((s) => Object.assign(s, { fileSettings: { fileCollectionFrequency: 900, fileInfo: [] } })),
      subjects: [DCR_A],
      says: ['an empty fileInfo'],
    },
    {
      name: 'no list',
      host: settings((s) => Object.assign(s, { fileSettings: { fileCollectionFrequency: 900 } })),
      subjects: [DCR_A],
      says: ['no fileInfo'],
    },
    {
      name: 'every entry disabled',
      host: settings((s) =>
        Object.assign(s, {
          fileSettings: {
            fileCollectionFrequency: 900,
            fileInfo: [{ name: 'a', enabled: false, destinationPath: '/etc/.*.conf' }],
          },
        }),
      ),
      subjects: [DCR_A],
      cites: ['/enableFiles', '/fileSettings/fileInfo/0'],
      says: ['has 1 tracked path, and it is disabled'],
    },
  ],
  ok: [
    {
      name: 'files are off',
      host: settings((s) => Object.assign(s, { enableFiles: false, fileSettings: { fileInfo: [] } })),
    },
    {
      name: 'one entry does not say whether it is enabled',
      host: settings((s) =>
        Object.assign(s, { fileSettings: { fileInfo: [{ name: 'a', destinationPath: '/etc/.*.conf' }] } }),
      ),
    },
    {
      name: 'the list is spelt in lower case',
      host: settings((s) =>
        Object.assign(s, {
          fileSettings: { fileinfo: [{ name: 'a', enabled: true, destinationPath: '/etc/.*.conf' }] },
        }),
      ),
    },
  ],
})

describeRule(servicesSettingsMisnamed, {
  found: [
    {
      name: 'the misspelling alone',
      host: settings((s) => {
        s['serviceSettings'] = s['servicesSettings']
        delete s['servicesSettings']
      }),
      subjects: [DCR_A],
      cites: ['/serviceSettings', '/enableServices'],
    },
  ],
  ok: [
    {
      name: 'both spellings',
      host: settings((s) => Object.assign(s, { serviceSettings: { serviceCollectionFrequency: 300 } })),
    },
    {
      name: 'services are off',
      host: settings((s) => {
        Object.assign(s, { enableServices: false, serviceSettings: s['servicesSettings'] })
        delete s['servicesSettings']
      }),
    },
  ],
})

describeRule(ctDcrMixedSources, {
  found: [
    {
      name: 'syslog in the same rule',
      host: chunk((changed) => {
        const other = (JSON.parse(SYSLOG_CHUNK) as Chunk).dataSources
        changed.dataSources.push(...other)
      }),
      subjects: [DCR_A],
      cites: [`${CHUNK_FILE}#/dataSources/2`],
      data: [{ kinds: ['syslog'] }],
    },
  ],
  ok: [
    { name: 'syslog in a rule of its own', host: host.with(SECOND_CHUNK, SYSLOG_CHUNK) },
    {
      name: 'no Windows part',
      host: chunk((changed) => {
        changed.dataSources.shift()
      }),
    },
  ],
})

describeRule(ctChannelMissing, {
  found: [
    {
      name: 'a channel that is not defined',
      host: chunk((changed) => {
        linuxSource(changed).sendToChannels.push('ods-00000000-0000-4000-8000-000000000003')
      }),
      subjects: [`${DCR_A} CTDataSource-Linux`],
      cites: [`${CHUNK_FILE}#/channels`],
      data: [{ missing: ['ods-00000000-0000-4000-8000-000000000003'] }],
    },
    {
      name: 'no channel, as for a data source that no data flow names',
      host: chunk((changed) => {
        linuxSource(changed).sendToChannels = []
      }),
      subjects: [`${DCR_A} CTDataSource-Linux`],
      confidence: 'likely',
      cites: [`${CHUNK_FILE}#/dataSources/1`],
      says: ['to no channel at all (1 channel defined).'],
    },
  ],
  ok: [
    {
      name: 'no channel for Windows only',
      host: chunk((changed) => {
        for (const source of changed.dataSources) if (source !== linuxSource(changed)) source.sendToChannels = []
      }),
    },
    {
      name: 'the id is spelt in capitals',
      host: chunk((changed) => {
        linuxSource(changed).sendToChannels = linuxSource(changed).sendToChannels.map((id) => id.toUpperCase())
      }),
    },
    {
      name: 'a channel missing for Windows only',
      host: chunk((changed) => {
        changed.dataSources[0]?.sendToChannels.push('ods-00000000-0000-4000-8000-000000000003')
      }),
    },
  ],
})
