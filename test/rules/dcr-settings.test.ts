import { inventoryDisabled } from '../../src/rules/dcr/CT1008-inventory-disabled.js'
import { frequencyInvalid } from '../../src/rules/dcr/CT1011-frequency-invalid.js'
import { unknownSetting } from '../../src/rules/dcr/CT1015-unknown-setting.js'
import { trackedPathWildcard } from '../../src/rules/dcr/CT1016-tracked-path-wildcard.js'
import { duplicateTrackedPath } from '../../src/rules/dcr/CT1017-duplicate-tracked-path.js'
import { contentUploadUnconfigured } from '../../src/rules/dcr/CT1018-content-upload-unconfigured.js'
import { ctWorkspacesDiffer } from '../../src/rules/dcr/CT1019-ct-workspaces-differ.js'
import { pathFault } from '../../src/rules/dcr/path-fault.js'
import {
  CHUNK_FILE,
  chunkWith,
  ctChunk,
  DCR_A,
  DCR_D,
  healthyHost,
  SECOND_CHUNK,
  SYSLOG_CHUNK,
  withChunk,
  WORKSPACE,
  type Chunk,
  type HostTree,
} from '../support/host.js'
import { describeRule } from '../support/rule-tester.js'

const host = healthyHost()
const SETTINGS = `${CHUNK_FILE}#/extensionConfigurations/ChangeTracking-Linux/0/extensionSettings`
const OTHER_WORKSPACE = '00000000-0000-4000-8000-000000000003'

const chunk = (change: (chunk: Chunk) => void): HostTree => withChunk(host, change)

/** The healthy host with the Linux settings changed. */
const settings = (change: (settings: Record<string, unknown>) => void): HostTree =>
  host.with(CHUNK_FILE, chunkWith(change))

function windowsSettings(values: Record<string, unknown>): HostTree {
  return chunk((changed) => {
    Object.assign(changed.extensionConfigurations['ChangeTracking-Windows']?.[0]?.extensionSettings ?? {}, values)
  })
}

type Entry = Record<string, unknown>
function entry(destinationPath: unknown, values: Entry = {}): Entry {
  return { name: `Path ${String(destinationPath)}`, enabled: true, destinationPath, recurse: true, ...values }
}

function tracking(entries: readonly Entry[], values: Record<string, unknown> = {}): HostTree {
  return settings((s) =>
    Object.assign(s, { fileSettings: { fileCollectionFrequency: 900, fileInfo: entries }, ...values }),
  )
}

const cachedTwice = (tree: HostTree): HostTree => tree.with(SECOND_CHUNK, tree.entries.get(CHUNK_FILE)?.content ?? '')

describeRule(inventoryDisabled, {
  found: [
    {
      name: 'enableInventory is false',
      host: settings((s) => Object.assign(s, { enableInventory: false })),
      subjects: [DCR_A],
      cites: [`${SETTINGS}/enableInventory`],
    },
    {
      name: 'it is false as text',
      host: settings((s) => Object.assign(s, { enableInventory: 'False' })),
      subjects: [DCR_A],
    },
    {
      name: 'one rule cached in two files, said once',
      host: cachedTwice(settings((s) => Object.assign(s, { enableInventory: false }))),
      subjects: [DCR_A],
    },
  ],
  ok: [
    {
      name: 'it is absent',
      host: settings((s) => {
        delete s['enableInventory']
      }),
    },
    { name: 'it is neither true nor false', host: settings((s) => Object.assign(s, { enableInventory: 0 })) },
    { name: 'it is false for Windows only', host: windowsSettings({ enableInventory: false }) },
    { name: 'everything else is off', host: settings((s) => Object.assign(s, { enableServices: false })) },
    { name: 'a rule of another product', host: host.with(CHUNK_FILE, SYSLOG_CHUNK) },
  ],
})

const frequency = (group: string, key: string, value: unknown): HostTree =>
  settings((s) => Object.assign(s, { [group]: { ...(s[group] as object), [key]: value } }))
const noSettings = chunk((changed) => {
  const [entry] = changed.extensionConfigurations['ChangeTracking-Linux'] ?? []
  if (entry !== undefined) entry.extensionSettings = {}
})
const services = (value: unknown): HostTree => frequency('servicesSettings', 'serviceCollectionFrequency', value)

describeRule(frequencyInvalid, {
  found: [
    {
      name: 'services every 59 seconds',
      host: services(59),
      subjects: [`${DCR_A} services`],
      cites: [`${SETTINGS}/servicesSettings/serviceCollectionFrequency`],
      data: [{ worker: 'services', frequency: 59 }],
      says: [' is 59 s,'],
    },
    {
      name: 'zero, as text',
      host: services('0'),
      subjects: [`${DCR_A} services`],
      data: [{ worker: 'services', frequency: '0' }],
      says: [' is 0, where'],
    },
    {
      name: 'a negative number',
      host: frequency('softwareSettings', 'softwareCollectionFrequency', -300),
      subjects: [`${DCR_A} software`],
    },
    {
      name: 'a day and a second',
      host: frequency('inventorySettings', 'inventoryCollectionFrequency', 86_401),
      subjects: [`${DCR_A} inventory`],
      says: [' is 86401 s,'],
    },
    {
      name: 'words instead of a number',
      host: frequency('fileSettings', 'fileCollectionFrequency', '15 min'),
      subjects: [`${DCR_A} files`],
      says: [' is "15 min", which'],
    },
    {
      name: 'null',
      host: services(null),
      subjects: [`${DCR_A} services`],
      data: [{ worker: 'services', frequency: null }],
      says: [' is null, which'],
    },
    {
      name: 'absent for two workers that are on, cached twice',
      host: cachedTwice(
        settings((s) => {
          delete s['softwareSettings']
          Object.assign(s, { servicesSettings: {} })
        }),
      ),
      subjects: [`${DCR_A} services`, `${DCR_A} software`],
      cites: [`${SETTINGS}/enableSoftware`],
      data: [
        { worker: 'services', frequency: null },
        { worker: 'software', frequency: null },
      ],
      says: [' is not set'],
    },
  ],
  ok: [
    { name: 'exactly a minute', host: services(60) },
    { name: 'exactly a day', host: services(86_400) },
    { name: 'a number written as text', host: services(' 300 ') },
    {
      name: 'odd, but switched off',
      host: settings((s) =>
        Object.assign(s, { enableServices: false, servicesSettings: { serviceCollectionFrequency: 0 } }),
      ),
    },
    {
      name: 'absent, and switched off',
      host: settings((s) => {
        Object.assign(s, { enableSoftware: false })
        delete s['softwareSettings']
      }),
    },
    {
      name: 'absent, and nothing says that it is on',
      host: settings((s) => {
        delete s['enableSoftware']
        delete s['softwareSettings']
      }),
    },
    {
      name: 'under the misspelt name, which another rule says',
      host: settings((s) => {
        Object.assign(s, { serviceSettings: s['servicesSettings'] })
        delete s['servicesSettings']
      }),
    },
    {
      name: 'no registry settings on Linux',
      host: settings((s) => Object.assign(s, { enableRegistry: true })),
    },
    { name: 'odd for Windows only', host: windowsSettings({ fileSettings: { fileCollectionFrequency: 0 } }) },
    { name: 'no settings at all', host: noSettings },
  ],
})

describeRule(unknownSetting, {
  found: [
    {
      name: 'a setting without its last letter',
      host: settings((s) => Object.assign(s, { fileSetting: { fileInfo: [] } })),
      subjects: [DCR_A],
      cites: [`${SETTINGS}/fileSetting`],
      data: [{ keys: [{ key: 'fileSetting', near: 'fileSettings' }] }],
      says: [': fileSetting (near fileSettings).'],
    },
    {
      name: 'a key nobody knows, in an entry',
      host: tracking([entry('/etc/.*.conf', { colour: 'red' })]),
      subjects: [DCR_A],
      cites: [`${SETTINGS}/fileSettings/fileInfo/0/colour`],
      data: [{ keys: [{ key: 'colour', near: null }] }],
      says: [': colour.'],
    },
    {
      name: 'other capitals than the known ones',
      host: settings((s) =>
        Object.assign(s, { fileSettings: { fileCollectionFrequency: 900, fileinfo: [entry('/etc/.*.conf')] } }),
      ),
      subjects: [DCR_A],
      cites: [`${SETTINGS}/fileSettings/fileinfo`],
      data: [{ keys: [{ key: 'fileinfo', near: 'fileInfo' }] }],
    },
    {
      name: 'the misspelt services beside the right ones',
      host: settings((s) => Object.assign(s, { serviceSettings: { serviceCollectionFrequency: 300 } })),
      subjects: [DCR_A],
      cites: [`${SETTINGS}/serviceSettings`],
      data: [{ keys: [{ key: 'serviceSettings', near: 'servicesSettings' }] }],
    },
    {
      name: 'a hundred of them',
      host: settings((s) => {
        for (let i = 0; i < 100; i++) s[`setting number ${i}`] = i
      }),
      subjects: [DCR_A],
      says: [' and 80 more.'],
    },
  ],
  ok: [
    {
      name: 'every known setting',
      host: tracking(
        [
          entry('/srv/app/log/.*.log', {
            description: '',
            useSudo: true,
            maxContentsReturnable: 0,
            pathType: 'File',
            type: 'File',
            links: 'Follow',
            maxOutputSize: 5_000_000,
            groupTag: 'Custom',
            uploadContent: true,
            checksum: 'Sha256',
          }),
        ],
        { enableUpload: true, registrySettings: { registryCollectionFrequency: 3000, registryInfo: [] } },
      ),
    },
    {
      name: 'the misspelt services alone, which another rule says',
      host: settings((s) => {
        s['serviceSettings'] = s['servicesSettings']
        delete s['servicesSettings']
      }),
    },
    { name: 'an unknown setting for Windows only', host: windowsSettings({ colour: 'red' }) },
    {
      name: 'an unknown key outside the settings',
      host: chunk((changed) => Object.assign(changed, { schemaVersion: 3 })),
    },
    {
      name: 'an unknown key in a rule of another product',
      host: host.with(SECOND_CHUNK, JSON.stringify({ ...(JSON.parse(SYSLOG_CHUNK) as object), colour: 'red' })),
    },
    {
      name: 'a known key with blanks around its value',
      host: settings((s) => Object.assign(s, { enableFiles: ' true ' })),
    },
  ],
})

test.each([
  ['fileSetting', 'fileSettings'],
  ['inventorySetting', 'inventorySettings'],
  ['softwareSetting', 'softwareSettings'],
  ['enableService', 'enableServices'],
  ['enableFile', 'enableFiles'],
])('names what %s is near to', async (key, near) => {
  const { analyzeHost } = await import('../support/analyze.js')
  const tree = settings((s) => Object.assign(s, { [key]: true }))
  const { findings } = await analyzeHost(tree, [unknownSetting])
  expect(findings[0]?.data).toEqual({ keys: [{ key, near }] })
})

describeRule(trackedPathWildcard, {
  found: [
    {
      name: 'a wildcard in a folder',
      host: tracking([entry('/etc/.*.conf'), entry('/srv/*/log/.*.log')]),
      subjects: [DCR_A],
      cites: [`${SETTINGS}/fileSettings/fileInfo/1`],
      data: [
        {
          paths: [
            {
              path: '/srv/*/log/.*.log',
              name: 'Path /srv/*/log/.*.log',
              fault: 'has a wildcard before its last segment',
            },
          ],
        },
      ],
    },
    { name: 'a relative path', host: tracking([entry('etc/passwd')]), subjects: [DCR_A] },
    {
      name: 'no path at all',
      host: tracking([{ name: 'a', enabled: true }]),
      subjects: [DCR_A],
      data: [{ paths: [{ path: null, name: 'a', fault: 'is empty' }] }],
    },
    {
      name: 'nothing says whether the entry is enabled, cached twice',
      host: cachedTwice(tracking([{ name: 'a', destinationPath: 'C:\\Windows\\*.ini' }])),
      subjects: [DCR_A],
      data: [
        {
          paths: [
            { path: 'C:\\Windows\\*.ini', name: 'a', fault: 'does not begin with /' },
            { path: 'C:\\Windows\\*.ini', name: 'a', fault: 'does not begin with /' },
          ],
        },
      ],
    },
    {
      name: 'a path too long to show',
      host: tracking([entry(`/srv/*/${'x'.repeat(90)}`)]),
      subjects: [DCR_A],
      says: [`: /srv/*/${'x'.repeat(72)}… has`],
    },
    {
      name: 'more of them than are shown',
      host: tracking(Array.from({ length: 21 }, (_, i) => entry(`/srv/*/${i}`))),
      subjects: [DCR_A],
      says: ['; and 1 more.'],
    },
    {
      name: 'just as many as are shown, the longest that fits among them',
      host: tracking([
        ...Array.from({ length: 19 }, (_, i) => entry(`/srv/*/${i}`)),
        entry(`/srv/*/${'x'.repeat(73)}`),
      ]),
      subjects: [DCR_A],
      says: [`/srv/*/${'x'.repeat(73)} has a wildcard before its last segment.`],
    },
  ],
  ok: [
    { name: 'both styles', host: tracking([entry('/etc/.*.conf'), entry('/etc/*.conf'), entry('/etc/*')]) },
    { name: 'no wildcard', host: tracking([entry('/etc/passwd'), entry('/usr/bin/c++')]) },
    { name: 'the entry is disabled', host: tracking([entry('/srv/*/x', { enabled: false }), entry('/etc/a')]) },
    { name: 'files are switched off', host: tracking([entry('/srv/*/x')], { enableFiles: false }) },
    { name: 'no entry, which another rule says', host: tracking([]) },
    {
      name: 'a rule for Windows with its own paths',
      host: windowsSettings({ fileSettings: { fileinfo: [entry('C:\\*\\x.ini')] } }),
    },
    { name: 'a long path', host: tracking([entry(`/srv/${'x'.repeat(200)}/.*`)]) },
  ],
})

test.each([
  '/etc/.*.conf',
  '/etc/*.conf',
  '/etc/*.*',
  '/etc/**',
  '/etc/?ab',
  '/etc/[ab]*.conf',
  '/etc/(a|b).conf',
  '/etc/(?i).*\\.CONF',
  '/etc/(?P<name>.*)\\.conf',
  '/etc/x{2,1}',
  '/usr/bin/c++',
  '/etc/nginx/',
  '/',
  '/srv/app (1)/x.log',
  '/srv/\\*/x.log',
  '/srv/[id]/x',
  '/srv/a.b/c',
])('%s can be used', (path) => {
  expect(pathFault(path)).toBeNull()
})

test.each([
  [null, 'is empty'],
  ['', 'is empty'],
  ['  ', 'is empty'],
  ['etc/passwd', 'does not begin with /'],
  ['~/.bashrc', 'does not begin with /'],
  [' /etc/passwd', 'does not begin with /'],
  ['C:\\x', 'does not begin with /'],
  ['/etc//passwd', 'has an empty segment'],
  ['//etc/passwd', 'has an empty segment'],
  ['/etc/*/x.conf', 'has a wildcard before its last segment'],
  ['/etc/.*/x.conf', 'has a wildcard before its last segment'],
  ['/*/x', 'has a wildcard before its last segment'],
  ['/etc/conf.?/x', 'has a wildcard before its last segment'],
  ['/srv/*/', 'has a wildcard before its last segment'],
  ['/etc/(.*.conf', 'ends in a pattern that cannot be read'],
  ['/etc/host(s', 'ends in a pattern that cannot be read'],
  ['/etc/host\\', 'ends in a pattern that cannot be read'],
  ['/etc/*[', 'ends in a pattern that cannot be read'],
  ['/etc/[ab.conf', 'ends in a pattern that cannot be read'],
  [`/${'a'.repeat(5000)}`, 'is longer than a path can be'],
])('%j %s', (path, fault) => {
  expect(pathFault(path)).toBe(fault)
})

describeRule(duplicateTrackedPath, {
  found: [
    {
      name: 'two entries with one path',
      host: tracking([entry('/etc/.*.conf', { name: 'a' }), entry('/etc/.*.conf', { name: 'b', recurse: false })]),
      subjects: [DCR_A],
      cites: [`${SETTINGS}/fileSettings/fileInfo/0`, `${SETTINGS}/fileSettings/fileInfo/1`],
      data: [{ shared: ['the path /etc/.*.conf'] }],
    },
    {
      name: 'two entries with one name',
      host: tracking([entry('/etc/a', { name: 'x' }), entry('/etc/c'), entry('/etc/b', { name: 'x' })]),
      subjects: [DCR_A],
      cites: [`${SETTINGS}/fileSettings/fileInfo/2`],
    },
    {
      name: 'three entries alike, cached twice',
      host: cachedTwice(tracking([entry('/etc/a'), entry('/etc/a'), entry('/etc/a')])),
      subjects: [DCR_A],
      cites: ['/fileSettings/fileInfo/0', '/fileSettings/fileInfo/1'],
      data: [{ shared: ['the path /etc/a', 'the name Path /etc/a'] }],
    },
    {
      name: 'more of them than are shown',
      host: tracking(
        Array.from({ length: 12 }, (_, i) => [
          entry(`/etc/${i}`, { name: `a${i}` }),
          entry(`/etc/${i}`, { name: `b${i}` }),
        ]).flat(),
      ),
      subjects: [DCR_A],
      says: [' and 2 more.'],
    },
    {
      name: 'just as many as are shown, one with a blank',
      host: tracking(
        Array.from({ length: 10 }, (_, i) => [
          entry(`/etc/${i}`, { name: `a${i}` }),
          entry(`/etc/${i} `, { name: `b${i}` }),
        ]).flat(),
      ),
      subjects: [DCR_A],
      says: ['the path /etc/9.'],
    },
  ],
  ok: [
    { name: 'the twin is disabled', host: tracking([entry('/etc/a'), entry('/etc/a', { enabled: false })]) },
    {
      name: 'paths in other capitals, which are other files',
      host: tracking([entry('/etc/a', { name: 'x' }), entry('/etc/A', { name: 'X' })]),
    },
    {
      name: 'one path in both styles',
      host: tracking([entry('/etc/.*.conf', { name: 'a' }), entry('/etc/*.conf', { name: 'b' })]),
    },
    {
      name: 'neither has a name',
      host: tracking([
        entry('/etc/a', { name: '' }),
        { enabled: true, destinationPath: '/etc/b' },
        entry('/etc/c', { name: ' ' }),
      ]),
    },
    { name: 'files are switched off', host: tracking([entry('/etc/a'), entry('/etc/a')], { enableFiles: false }) },
    { name: 'one rule cached twice', host: cachedTwice(tracking([entry('/etc/a'), entry('/etc/b')])) },
    {
      name: 'the same path in another rule',
      host: host.with(SECOND_CHUNK, JSON.stringify(ctChunk({ dcr: DCR_D }))),
    },
    {
      name: 'twins for Windows only',
      host: windowsSettings({ fileSettings: { fileInfo: [entry('C:\\a'), entry('C:\\a')] } }),
    },
  ],
})

const STORAGE = {
  storageAccountResourceId:
    '/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/RG-01/providers/Microsoft.Storage/storageAccounts/stexample01',
  blobEndpoint: 'https://stexample01.blob.core.windows.net/',
  managedIdentity: '',
}
function uploading(
  uploadSetting: unknown,
  values: Record<string, unknown> = {},
  uploadContent: unknown = true,
): HostTree {
  const fileInfo = [entry('/etc/a'), entry('/etc/b', { uploadContent })]
  const fileSettings = { fileCollectionFrequency: 900, fileInfo, ...(uploadSetting === null ? {} : { uploadSetting }) }
  return settings((s) => Object.assign(s, { fileSettings, ...values }))
}

describeRule(contentUploadUnconfigured, {
  found: [
    {
      name: 'no storage settings',
      host: uploading(null, { enableUpload: true }),
      subjects: [DCR_A],
      cites: [`${SETTINGS}/fileSettings/fileInfo/1`],
      data: [{ entries: 1 }],
    },
    {
      name: 'uploading is switched off',
      host: cachedTwice(uploading(STORAGE, { enableUpload: false })),
      subjects: [DCR_A],
      cites: [`${SETTINGS}/enableUpload`],
    },
    {
      name: 'storage settings without storage',
      host: uploading({ storageAccountResourceId: '', blobEndpoint: ' ', managedIdentity: 'x' }),
      subjects: [DCR_A],
      cites: [`${SETTINGS}/fileSettings/uploadSetting`],
    },
    {
      name: 'empty storage settings',
      host: uploading({}),
      subjects: [DCR_A],
      cites: ['/fileSettings/fileInfo/1', '/fileSettings/uploadSetting'],
    },
  ],
  ok: [
    { name: 'as it should be', host: uploading(STORAGE, { enableUpload: true }) },
    { name: 'enableUpload is absent', host: uploading(STORAGE) },
    { name: 'only one of the two addresses', host: uploading({ blobEndpoint: STORAGE.blobEndpoint }) },
    { name: 'nobody asks for contents', host: uploading(null, { enableUpload: false }, false) },
    { name: 'nobody says anything about contents', host: uploading(null, {}, null) },
    {
      name: 'the entry that asks is disabled',
      host: tracking([entry('/etc/a', { enabled: false, uploadContent: true }), entry('/etc/b')]),
    },
    { name: 'files are switched off', host: uploading(null, { enableFiles: false }) },
    {
      name: 'Windows asks',
      host: windowsSettings({ fileSettings: { fileInfo: [entry('C:\\a', { uploadContent: true })] } }),
    },
  ],
})

function otherChannel(change: Partial<Chunk['channels'][number]> = {}): Chunk['channels'][number] {
  const { channels } = ctChunk({ workspace: OTHER_WORKSPACE })
  const [channel] = channels
  if (channel === undefined) throw new Error('The chunk has no channel')
  return { ...channel, ...change }
}

describeRule(ctWorkspacesDiffer, {
  found: [
    {
      name: 'one data source, two workspaces',
      host: chunk((changed) => {
        changed.channels.push(otherChannel())
        changed.dataSources[1]?.sendToChannels.push(otherChannel().id)
      }),
      subjects: ['ChangeTracking-Linux'],
      cites: [`${CHUNK_FILE}#/channels/0`, `${CHUNK_FILE}#/channels/1`],
      data: [{ workspaces: ['00000000-0000-4000-8000-000000000002', '00000000-0000-4000-8000-000000000003'] }],
    },
    {
      name: 'two rules, a workspace each',
      host: host.with(SECOND_CHUNK, JSON.stringify(ctChunk({ dcr: DCR_D, workspace: OTHER_WORKSPACE }))),
      subjects: ['ChangeTracking-Linux'],
      cites: [`${SECOND_CHUNK}#/channels/0`],
    },
  ],
  ok: [
    {
      name: 'the other channel is Windows’ only',
      host: chunk((changed) => {
        changed.channels.push(otherChannel())
        changed.dataSources[0]?.sendToChannels.push(otherChannel().id)
      }),
    },
    {
      name: 'a channel that nobody uses',
      host: chunk((changed) => {
        changed.channels.push(otherChannel())
      }),
    },
    {
      name: 'a channel that is not defined, which another rule says',
      host: chunk((changed) => {
        changed.dataSources[1]?.sendToChannels.push(otherChannel().id)
      }),
    },
    {
      name: 'two channels to one workspace, in other capitals and another cloud',
      host: chunk((changed) => {
        changed.channels.push(
          otherChannel({ id: 'ods-twin', endpoint: `https://${WORKSPACE.toUpperCase()}.ods.opinsights.azure.us` }),
        )
        changed.dataSources[1]?.sendToChannels.push('ODS-TWIN')
      }),
    },
    {
      name: 'a metrics channel beside it',
      host: chunk((changed) => {
        const endpoint = 'https://westeurope.monitoring.azure.com/x'
        changed.channels.push(otherChannel({ id: 'me-westeurope', protocol: 'me', endpoint }))
        changed.dataSources[1]?.sendToChannels.push('me-westeurope')
      }),
    },
    {
      name: 'another product’s rule sends elsewhere',
      host: host.with(SECOND_CHUNK, SYSLOG_CHUNK.replaceAll(WORKSPACE, OTHER_WORKSPACE)),
    },
    { name: 'two rules, one workspace', host: host.with(SECOND_CHUNK, JSON.stringify(ctChunk({ dcr: DCR_D }))) },
  ],
})
