import { dbMetaRecovered } from '../../src/rules/collection/CT5007-db-meta-recovered.js'
import { trackedFileOutsideDcr } from '../../src/rules/collection/CT5009-tracked-file-outside-dcr.js'
import { largeFile } from '../../src/rules/collection/CT5011-large-file.js'
import { packagesDifferFromHost } from '../../src/rules/collection/CT5012-packages-differ-from-host.js'
import { servicesDifferFromHost } from '../../src/rules/collection/CT5013-services-differ-from-host.js'
import { contentLinkMissing } from '../../src/rules/collection/CT5016-content-link-missing.js'
import { dbKeyMismatch } from '../../src/rules/collection/CT5017-db-key-mismatch.js'
import { patternWithoutFiles } from '../../src/rules/collection/CT5019-pattern-without-files.js'
import { analyzeHost } from '../support/analyze.js'
import { databaseOf, trackedFile } from '../support/database.js'
import {
  agentLog,
  CHUNK_FILE,
  chunkWith,
  ctChunk,
  DB,
  DCR_D,
  fixture,
  healthyHost,
  INVENTORY_SHAPES,
  linuxSettings,
  list,
  MINUTE,
  SECOND_CHUNK,
  START,
  SYSLOG_CHUNK,
  TAKEN,
  type HostTree,
  AGENT_LOG as log,
  FILE_JSON as files,
  PACKAGES_JSON as packages,
  SERVICES_JSON as services,
} from '../support/host.js'
import { describeRule } from '../support/rule-tester.js'

const host = healthyHost()
const DPKG = 'var/lib/dpkg/status'
const UNITS = 'host-services.txt'
const SHAPES = INVENTORY_SHAPES.map((shape) => ({ name: `shape ${shape}`, host: healthyHost({ shape }) }))
const DATABASES = ['nested', 'map-values', 'inline'].map((name) => ({
  name: `database ${name}`,
  host: host.with(DB, fixture(`changetracking-db/${name}.db.gz`)),
}))

interface Tracked {
  readonly destinationPath: string
  readonly enabled?: boolean
  readonly recurse?: boolean
  readonly uploadContent?: boolean
  readonly links?: string
}

const tracking = (fileInfo: readonly Tracked[], more: Record<string, unknown> = {}, dcr?: string): string =>
  chunkWith(
    (settings) => {
      Object.assign(settings, {
        fileSettings: {
          fileCollectionFrequency: 900,
          fileInfo: fileInfo.map((entry, index) => ({ name: `p${index}`, enabled: true, recurse: true, ...entry })),
          ...more,
        },
      })
    },
    dcr === undefined ? {} : { dcr },
  )

const listOf = (...paths: string[]): string => JSON.stringify(paths.map((path) => trackedFile(path)))
const etc = { destinationPath: '/etc/.*.conf' }

describeRule(dbMetaRecovered, {
  found: [
    {
      name: 'the newest one is torn',
      host: host.with(DB, fixture('changetracking-db/torn-meta.db.gz')),
      subjects: [DB],
      data: [{ page: 1, txid: '2' }],
    },
  ],
  ok: [
    ...DATABASES,
    { name: 'a damaged page of the tree', host: host.with(DB, fixture('changetracking-db/zeroed-leaf.db.gz')) },
    { name: 'a file that is cut at its end', host: host.with(DB, fixture('changetracking-db/truncated.db.gz')) },
  ],
  unknown: [{ name: 'both are bad', host: host.with(DB, Buffer.alloc(16_384, 7)) }],
})

describeRule(trackedFileOutsideDcr, {
  found: [
    {
      name: 'the rule asks for another folder',
      host: host.with(CHUNK_FILE, tracking([{ destinationPath: '/srv/.*.conf' }])),
      subjects: ['files'],
      cites: [
        `${files}#/0`,
        `${CHUNK_FILE}#/extensionConfigurations/ChangeTracking-Linux/0/extensionSettings/fileSettings/fileInfo/0`,
      ],
    },
    {
      name: 'one file of many',
      host: host.edit(files, (text) => text.replaceAll('/etc/adduser.conf', '/srv/app/adduser.conf')),
      subjects: ['files'],
      cites: ['File.json#/0', '/fileSettings/fileInfo/0'],
      data: [{ outside: ['/srv/app/adduser.conf'], paths: ['/etc/.*.conf'] }],
    },
    {
      name: 'the entry is disabled',
      host: host.with(CHUNK_FILE, tracking([{ ...etc, enabled: false }])),
      subjects: ['files'],
      cites: ['File.json#/0', 'File.json#/1', 'File.json#/2', 'File.json#/3', 'File.json#/4'],
    },
    {
      name: 'sub-folders are not asked for',
      host: host.with(CHUNK_FILE, tracking([{ ...etc, recurse: false }])),
      subjects: ['files'],
      data: [
        {
          outside: [
            '/etc/apt/listchanges.conf',
            '/etc/dbus-1/session.conf',
            '/etc/ld.so.conf.d/libc.conf',
            '/etc/ldap/ldap.conf',
            '/etc/security/limits.conf',
            '/etc/systemd/journald.conf',
            '/etc/systemd/logind.conf',
            '/etc/systemd/networkd.conf',
            '/etc/systemd/timesyncd.conf',
          ],
          paths: ['/etc/.*.conf'],
        },
      ],
    },
    {
      name: 'no list, but the database has it',
      host: host.without(/File\.json/).with(CHUNK_FILE, tracking([{ destinationPath: '/srv/.*.conf' }])),
      subjects: ['files'],
      cites: ['changetracking.db', '/fileSettings/fileInfo/0'],
    },
  ],
  ok: [
    ...SHAPES,
    {
      name: 'the other spelling of wildcards',
      host: host.with(CHUNK_FILE, tracking([{ destinationPath: '/etc/*.conf' }])),
    },
    { name: 'a blank at the end', host: host.with(CHUNK_FILE, tracking([{ destinationPath: '/etc/.*.conf ' }])) },
    {
      name: 'another rule asks for it',
      host: host
        .with(CHUNK_FILE, tracking([{ destinationPath: '/srv/.*' }]))
        .with(SECOND_CHUNK, tracking([etc], {}, DCR_D), START - 3600_000),
    },
    {
      name: 'a path without a wildcard',
      host: host
        .with(CHUNK_FILE, tracking([etc, { destinationPath: '/etc/shells' }]))
        .with(files, listOf('/etc/host.conf', '/etc/shells')),
    },
    {
      name: 'a pattern nobody understands',
      host: host.with(CHUNK_FILE, tracking([{ destinationPath: '/etc/(a|b){1,2}' }])),
    },
    {
      name: 'a wildcard in the middle',
      host: host.with(CHUNK_FILE, tracking([{ destinationPath: '/etc/*/x.conf' }])).with(files, listOf('/etc/y.conf')),
    },
    {
      name: 'the far end of a link',
      host: host.with(files, listOf('/etc/host.conf', '/run/systemd/resolve/stub-resolv.conf')),
    },
    {
      name: 'a path made to be slow',
      host: host.with(CHUNK_FILE, tracking([etc, { destinationPath: `/etc/${'(.*a)*'.repeat(90)}` }])),
    },
    { name: 'an empty list', host: host.with(files, '[]') },
  ],
  notApplicable: [
    { name: 'no Change Tracking rule', host: host.with(CHUNK_FILE, SYSLOG_CHUNK) },
    {
      name: 'files were switched off',
      host: host.with(
        CHUNK_FILE,
        chunkWith((all) => (all['enableFiles'] = false)),
      ),
    },
  ],
  unknown: [
    {
      name: 'the rule is newer than the list',
      host: host.with(CHUNK_FILE, tracking([{ destinationPath: '/srv/.*' }]), TAKEN),
    },
    {
      name: 'another rule cannot be read',
      host: host.with(CHUNK_FILE, tracking([{ destinationPath: '/srv/.*' }])).with(SECOND_CHUNK, '{'),
    },
    {
      name: 'a rule without settings',
      host: host
        .with(CHUNK_FILE, tracking([{ destinationPath: '/srv/.*' }]))
        .with(SECOND_CHUNK, JSON.stringify({ ...ctChunk({ dcr: DCR_D }), extensionConfigurations: {} })),
    },
    { name: 'neither list nor database', host: host.without(/File\.json|changetracking\.db/) },
  ],
})

const sized = (...sizes: (number | string | undefined)[]): HostTree =>
  host.with(files, JSON.stringify(sizes.map((Size, index) => trackedFile(`/etc/f${index}.conf`, { Size }))))

describeRule(largeFile, {
  found: [
    {
      name: 'one byte over 5 MB',
      host: sized(5_000_001),
      subjects: ['over 5 MB'],
      cites: [`${files}#/0`],
      data: [{ files: [{ path: '/etc/f0.conf', bytes: 5000001 }] }],
      severity: 'warning',
    },
    { name: 'one byte over 1.25 MB', host: sized(1_250_001), subjects: ['over 1.25 MB'], severity: 'info' },
    { name: 'size as text', host: sized('7000000'), subjects: ['over 5 MB'] },
    {
      name: 'only the database tells',
      host: host
        .without(/File\.json/)
        .with(DB, databaseOf([['L2V0Yy9hLmNvbmY=', JSON.stringify(trackedFile('/etc/a.conf', { Size: 9_000_000 }))]])),
      subjects: ['over 5 MB'],
    },
    {
      name: 'the largest first',
      host: sized(6_000_000, 9_000_000),
      subjects: ['over 5 MB'],
      data: [{ files: [{ bytes: 9_000_000 }, { bytes: 6_000_000 }] }],
      cites: [`${files}#/1`, `${files}#/0`],
    },
  ],
  ok: [
    ...SHAPES,
    { name: 'exactly 1.25 MB', host: sized(1_250_000) },
    {
      name: 'large packages are no files',
      host: host.edit(packages, (text) => text.replace('"Size":686', '"Size":99000000')),
    },
    { name: 'an empty list', host: host.with(files, '[]') },
    { name: 'small files', host: sized(1, 2) },
  ],
  unknown: [
    { name: 'no record has a size', host: sized(undefined, undefined) },
    { name: 'neither list nor database', host: host.without(/File\.json|changetracking\.db/) },
  ],
})

test.each([
  [5_000_000, ['over 1.25 MB info']],
  [5_000_001, ['over 5 MB warning']],
])('%d bytes', async (size, expected) => {
  const { findings } = await analyzeHost(sized(size), [largeFile])
  expect(findings.map(({ subject, severity }) => `${subject} ${severity}`)).toEqual(expected)
})

const listed = JSON.parse(list('Packages').toString()) as Record<string, unknown>[]
const withPackages = (change: (all: Record<string, unknown>[]) => unknown, base = host): HostTree =>
  base.with(packages, JSON.stringify(change(structuredClone(listed))))
const newer = (count: number) => (all: Record<string, unknown>[]) =>
  all.map((item, index) => (index < count ? { ...item, CurrentVersion: `99:${String(item['CurrentVersion'])}` } : item))
const TABLE = listed
  .map(
    ({ Name, CurrentVersion, Architecture }) =>
      `${String(Name)}\t${String(CurrentVersion)}\t${String(Architecture)}\tinstalled\n`,
  )
  .join('')
/** Every system has its package manager. */
const named = (index: number, manager: string): string => (index === 0 ? manager : `pkg${index}`)
const RPM = Array.from(
  { length: 100 },
  (_, index) => `${named(index, 'rpm')}-1.${index}-1.el9.x86_64    Mon 05 Jan 2026 08:00:00 AM UTC\n`,
).join('')
const rpmRecords = (version: (index: number) => string): string =>
  JSON.stringify(
    Array.from({ length: 100 }, (_, index) => ({
      Name: named(index, 'rpm'),
      CurrentVersion: version(index),
      Architecture: 'x86_64',
    })),
  )
const rpmHost = host
  .without(/dpkg/)
  .with('installed-rpms', RPM)
  .with(log, agentLog({ packages: 100 }))
const epochs = (onHost: string, listed: string): HostTree => {
  const names = Array.from({ length: 40 }, (_, index) => named(index, 'dpkg'))
  return host
    .without(/dpkg/)
    .with('host-packages.txt', names.map((name) => `${name}\t${onHost}\tall\tinstalled\n`).join(''))
    .with(packages, JSON.stringify(names.map((Name) => ({ Name, CurrentVersion: listed, Architecture: 'all' }))))
}
const OLD = TAKEN - 60 * MINUTE

describeRule(packagesDifferFromHost, {
  found: [
    {
      name: 'six versions differ',
      host: withPackages(newer(6)),
      subjects: ['software'],
      cites: [DPKG, `${packages}#/0`],
      data: [
        {
          onlyHost: [],
          onlyAgent: [],
          version: ['adduser', 'apt', 'azuremonitoragent', 'bsdutils', 'change-tracking-retail', 'dbus-bin'],
        },
      ],
    },
    {
      name: 'six are missing',
      host: withPackages((all) => all.slice(6)),
      subjects: ['software'],
      cites: ['status:1', 'status:41', 'status:74'],
      data: [
        {
          onlyHost: ['adduser', 'apt', 'azuremonitoragent', 'bsdutils', 'change-tracking-retail', 'dbus-bin'],
          onlyAgent: [],
          version: [],
        },
      ],
    },
    {
      name: 'six that the host does not have',
      host: withPackages((all) => [
        ...all,
        ...Array.from({ length: 6 }, (_, i) => ({ Name: `ghost${i}`, CurrentVersion: '1', Architecture: 'all' })),
      ]),
      subjects: ['software'],
      cites: ['Packages.json#/40', 'Packages.json#/41'],
      data: [{ onlyHost: [], onlyAgent: ['ghost0', 'ghost1', 'ghost2', 'ghost3', 'ghost4', 'ghost5'], version: [] }],
    },
    {
      name: 'against what dpkg-query prints',
      host: withPackages(newer(6), host.without(/dpkg/).with('host-packages.txt', TABLE)),
      subjects: ['software'],
      cites: ['Packages.json#/0', 'host-packages.txt:1', 'Packages.json#/1', 'host-packages.txt:2'],
    },
    {
      name: 'against rpm',
      host: rpmHost.with(
        packages,
        rpmRecords((index) => (index < 6 ? '0:9-9' : `0:1.${index}-1.el9`)),
      ),
      subjects: ['software'],
      cites: ['Packages.json#/0', 'installed-rpms:1', 'Packages.json#/1', 'installed-rpms:2'],
    },
    {
      name: 'epochs differ, and both lists have them',
      host: epochs('12:1', '13:1').edit(packages, (text) => text.replace('13:1', '12:1')),
      subjects: ['software'],
    },
  ],
  ok: [
    ...SHAPES,
    { name: 'five of forty', host: withPackages(newer(5)) },
    {
      name: 'six of a thousand',
      host: host
        .without(/dpkg/)
        .with(
          'host-packages.txt',
          Array.from({ length: 1000 }, (_, i) => `${named(i, 'dpkg')}\t1\tall\tinstalled\n`).join(''),
        )
        .with(
          packages,
          JSON.stringify(
            Array.from({ length: 994 }, (_, i) => ({
              Name: named(i, 'dpkg'),
              CurrentVersion: '1',
              Architecture: 'all',
            })),
          ),
        ),
    },
    {
      name: 'packages that were removed, in the agent’s list',
      host: host.edit(DPKG, (text) =>
        text
          .replaceAll('Status: install ok installed', 'Status: deinstall ok config-files')
          .replace(/(Package: dpkg\nEssential: yes\nStatus: )deinstall ok config-files/, '$1install ok installed'),
      ),
    },
    { name: 'the same from dpkg-query', host: host.without(/dpkg/).with('host-packages.txt', TABLE) },
    {
      name: 'rpm, where the agent writes an epoch of 0',
      host: rpmHost.with(
        packages,
        rpmRecords((index) => `0:1.${index}-1.el9`),
      ),
    },
    {
      name: 'rpm names leave every epoch out',
      host: rpmHost.with(
        packages,
        rpmRecords((index) => `7:1.${index}-1.el9`),
      ),
    },
    {
      name: 'names with their architecture',
      host: withPackages((all) => all.map((item) => ({ ...item, Name: `${String(item['Name'])}:amd64` }))),
    },
    {
      name: 'beyond the limit the agent has fewer',
      host: host
        .without(/dpkg/)
        .with(
          'host-packages.txt',
          Array.from({ length: 1400 }, (_, i) => `${named(i, 'dpkg')}\t1\tall\tinstalled\n`).join(''),
        )
        .with(
          packages,
          JSON.stringify(
            Array.from({ length: 1250 }, (_, i) => ({
              Name: named(i, 'dpkg'),
              CurrentVersion: '1',
              Architecture: 'all',
            })),
          ),
        ),
    },
    { name: 'an empty list, which another rule says', host: host.with(packages, '[]') },
    {
      name: 'several versions of a package are installed',
      host: rpmHost
        .with(
          'installed-rpms',
          RPM +
            Array.from(
              { length: 6 },
              (_, i) => `${named(i + 1, 'rpm')}-0.9-1.el9.x86_64    Mon 05 Jan 2026 08:00:00 AM UTC\n`,
            ).join(''),
        )
        .with(
          packages,
          rpmRecords((index) => `0:1.${index}-1.el9`),
        ),
    },
    { name: 'epochs of two digits on the host only', host: epochs('12:1', '1') },
    { name: 'epochs of two digits in the agent’s list only', host: epochs('1', '12:1') },
    { name: 'an epoch that ends in 0', host: epochs('10:1', '10:1') },
    {
      name: 'records without a version',
      host: withPackages((all) => all.map((item) => ({ ...item, CurrentVersion: null }))),
    },
  ],
  notApplicable: [
    {
      name: 'the worker is off',
      host: withPackages(newer(6)).with(
        CHUNK_FILE,
        chunkWith((s) => Object.assign(s, { enableSoftware: false })),
      ),
    },
  ],
  unknown: [
    { name: 'nothing of the host', host: host.without(/dpkg/) },
    { name: 'no list of the agent', host: host.without(/Packages\.json/) },
    {
      name: 'versions without their release, all of them',
      host: rpmHost.with(
        packages,
        rpmRecords((index) => `1.${index}`),
      ),
    },
    {
      name: 'names with version and architecture, all of them',
      host: withPackages((all) =>
        all.map((item) => ({ ...item, Name: `${String(item['Name'])}-${String(item['CurrentVersion'])}` })),
      ),
      asks: ['packagesJson'],
    },
    {
      name: 'the host’s list was searched',
      host: host.without(/dpkg/).with(
        'host-packages.txt',
        TABLE.split('\n')
          .filter((line) => /^lib/.test(line))
          .join('\n'),
      ),
    },
    { name: 'the list is cut', host: host.with(packages, list('Packages').subarray(0, 3000)) },
    { name: 'the host’s database is cut', host: withPackages(newer(6)).edit(DPKG, (text) => text.slice(0, -40)) },
    {
      name: 'packages changed after the last run',
      host: withPackages(newer(6)).stamped(/dpkg\/status/, TAKEN - MINUTE),
    },
    {
      name: 'the last run is an hour old',
      host: withPackages(newer(6))
        .with(log, agentLog({ until: OLD }))
        .stamped(/\.json$|changetracking|agent\.log/, OLD),
    },
    {
      name: 'nothing tells when the list was made',
      host: withPackages(newer(6)).without(/agent\.log|File\.json|Services\.json|changetracking/),
    },
    { name: 'records nobody knows', host: withPackages((all) => [{ a: 1 }, ...all.slice(6)]) },
  ],
})

const SHOW = fixture('systemd/systemctl-show.txt').toString()
const LIST_UNITS = 'systemd-journald.service loaded active running Journal Service\n'
const ALL_KEYS = SHOW.replaceAll('SubState=', 'LoadState=loaded\nSubState=')
const shown = (text: string, tree = host): HostTree => tree.without(/host-services/).with('systemctl-show.txt', text)
const unit = (index: number, state = 'enabled'): string => `extra${index}.service ${state} enabled\n`
const units = (count: number, state?: string): string =>
  Array.from({ length: count }, (_, i) => unit(i, state)).join('')
const ghosts = (count: number): Record<string, unknown>[] =>
  Array.from({ length: count }, (_, i) => ({
    SvcName: `ghost${i}.service`,
    SvcState: 'Running',
    SvcController: 'systemd',
  }))
const withServices = (change: (all: Record<string, unknown>[]) => unknown): HostTree =>
  host.with(services, JSON.stringify(change(JSON.parse(list('Services').toString()) as Record<string, unknown>[])))

describeRule(servicesDifferFromHost, {
  found: [
    {
      name: 'six that the agent does not list',
      host: host.edit(UNITS, (text) => text + units(6)),
      subjects: ['services'],
      cites: [UNITS],
      data: [{ onlyHost: ['extra0', 'extra1', 'extra2', 'extra3', 'extra4', 'extra5'], onlyAgent: [] }],
    },
    {
      name: 'six that the host does not have',
      host: withServices((all) => [...all, ...ghosts(6)]),
      subjects: ['services'],
      cites: ['Services.json#/12', 'Services.json#/13', 'Services.json#/14'],
      data: [{ onlyHost: [], onlyAgent: ['ghost0', 'ghost1', 'ghost2', 'ghost3', 'ghost4', 'ghost5'] }],
    },
    {
      name: 'against systemctl show',
      host: shown(SHOW).with(services, JSON.stringify(ghosts(3))),
      subjects: ['services'],
      data: [
        {
          onlyHost: [
            'apt-daily-upgrade',
            'apt-daily',
            'cxp',
            'dbus',
            'dpkg-db-backup',
            'fstrim',
            'polkit',
            'systemd-journald',
            'systemd-logind',
            'systemd-networkd',
            'systemd-timesyncd',
            'systemd-tmpfiles-clean',
          ],
          onlyAgent: ['ghost0', 'ghost1', 'ghost2'],
        },
      ],
    },
    {
      name: 'the agent lacks units that are in memory',
      host: shown(ALL_KEYS).with(services, JSON.stringify(ghosts(3))),
      subjects: ['services'],
      cites: ['systemctl-show.txt:1', 'systemctl-show.txt:9', 'systemctl-show.txt:17'],
    },
  ],
  ok: [
    ...SHAPES,
    { name: 'five more', host: host.edit(UNITS, (text) => text + units(5)) },
    {
      name: 'templates and instances',
      host: host.edit(UNITS, (text) => text + units(9).replaceAll('.service', '@.service')),
    },
    { name: 'aliases', host: host.edit(UNITS, (text) => text + units(9, 'alias')) },
    { name: 'masked units', host: host.edit(UNITS, (text) => text + units(9, 'masked')) },
    { name: 'generated units', host: host.edit(UNITS, (text) => text + units(9, 'generated')) },
    {
      name: 'instances in the agent’s list',
      host: withServices((all) => [
        ...all,
        ...ghosts(9).map((item, i) => ({ ...item, SvcName: `getty@tty${i}.service` })),
      ]),
    },
    { name: 'systemctl show', host: shown(SHOW) },
    {
      name: 'units in memory are not all',
      host: shown(
        ALL_KEYS,
        withServices((all) => [...all, ...ghosts(9)]),
      ),
    },
    {
      name: 'aliases in the agent’s list',
      host: withServices((all) => [
        ...all,
        { SvcName: 'dbus-org.freedesktop.login1.service', SvcState: 'Running', SvcController: 'systemd' },
      ]),
    },
    { name: 'beyond the limit the agent has fewer', host: host.edit(UNITS, (text) => text + units(300)) },
    { name: 'an empty list, which another rule says', host: host.with(services, '[]') },
  ],
  notApplicable: [
    {
      name: 'the worker is off',
      host: host
        .edit(UNITS, (text) => text + units(9))
        .with(
          CHUNK_FILE,
          chunkWith((s) => Object.assign(s, { enableServices: false })),
        ),
    },
  ],
  unknown: [
    { name: 'no list of the agent', host: host.without(/Services\.json/) },
    { name: 'the host’s list was searched', host: host.with(UNITS, `cxp.service enabled enabled\n${units(9)}`) },
    { name: 'only the states of two services', host: host.without(/host-services/) },
    { name: 'a list of units in memory without those that ended', host: host.with(UNITS, LIST_UNITS) },
    { name: 'the list is cut', host: host.with(services, list('Services').subarray(0, 900)) },
    {
      name: 'the last run is an hour old',
      host: host.with(log, agentLog({ until: OLD })).stamped(/\.json$|changetracking|agent\.log/, OLD),
    },
  ],
})

const storage = {
  uploadSetting: {
    storageAccountResourceId: '/subscriptions/x',
    blobEndpoint: 'https://stexample01.blob.core.windows.net/',
    managedIdentity: '',
  },
}
const uploading = (entry: Tracked | Tracked[] = { ...etc, uploadContent: true }, on: unknown = true): string => {
  const chunk = JSON.parse(tracking([entry].flat(), storage)) as ReturnType<typeof ctChunk>
  Object.assign(linuxSettings(chunk), { enableUpload: on })
  return JSON.stringify(chunk)
}
const uploads = host.with(CHUNK_FILE, uploading())
const twoUploading = uploading([
  { ...etc, uploadContent: true },
  { destinationPath: '/srv/.*', uploadContent: true },
])

describeRule(contentLinkMissing, {
  found: [
    {
      name: 'no file has a link',
      host: uploads,
      subjects: ['files'],
      cites: [`${files}#/0`],
      data: [{ files: 25, changed: 0 }],
      confidence: 'possible',
    },
    {
      name: 'a changed file has none',
      host: uploads.edit(files, (text) => text.replace('StartTracking', 'Modified')),
      subjects: ['files'],
      cites: ['File.json#/0', '/fileSettings/fileInfo/0'],
      data: [{ files: 25, changed: 1 }],
      confidence: 'likely',
    },
    {
      name: 'a blank is no link',
      host: uploads.edit(files, (text) => text.replaceAll('"FileContentBlobLink":""', '"FileContentBlobLink":" "')),
      subjects: ['files'],
    },
    {
      name: 'only the database tells',
      host: uploads.without(/File\.json/),
      subjects: ['files'],
      cites: ['changetracking.db', '/fileSettings/fileInfo/0'],
    },
    {
      name: 'a file of just the size that is uploaded',
      host: uploads.with(files, JSON.stringify([trackedFile('/etc/a.conf', { Size: 5_000_000 })])),
      subjects: ['files'],
      data: [{ files: 1 }],
    },
    {
      name: 'the storage account by its resource id alone',
      host: host.with(CHUNK_FILE, uploading().replace(/"blobEndpoint":"[^"]*",?/, '')),
      subjects: ['files'],
    },
    {
      name: 'one of two paths uploads contents of the files there',
      host: host.with(CHUNK_FILE, twoUploading),
      subjects: ['files'],
    },
  ],
  ok: [
    {
      name: 'one file has a link',
      host: uploads.edit(files, (text) =>
        text.replace(
          '"FileContentBlobLink":""',
          '"FileContentBlobLink":"https://stexample01.blob.core.windows.net/c/f"',
        ),
      ),
    },
    { name: 'upload is switched off', host: host.with(CHUNK_FILE, uploading(undefined, false)) },
    { name: 'no path uploads contents', host: host.with(CHUNK_FILE, uploading({ ...etc, uploadContent: false })) },
    { name: 'no storage account', host: host.with(CHUNK_FILE, tracking([{ ...etc, uploadContent: true }])) },
    {
      name: 'the files of another path are uploaded',
      host: host.with(CHUNK_FILE, uploading({ destinationPath: '/srv/.*', uploadContent: true })),
    },
    {
      name: 'all of them too large',
      host: uploads.with(files, JSON.stringify([trackedFile('/etc/a.conf', { Size: 6_000_000 })])),
    },
    {
      name: 'an empty name of a storage account',
      host: host.with(
        CHUNK_FILE,
        uploading()
          .replace(/"blobEndpoint":"[^"]*"/, '"blobEndpoint":""')
          .replace(/"storageAccountResourceId":"[^"]*"/, '"storageAccountResourceId":""'),
      ),
    },
  ],
  unknown: [
    { name: 'records without a place for a link', host: healthyHost({ shape: 'count' }).with(CHUNK_FILE, uploading()) },
    { name: 'the rule is newer than the list', host: host.with(CHUNK_FILE, uploading(), TAKEN) },
    { name: 'neither list nor database', host: uploads.without(/File\.json|changetracking\.db/) },
    { name: 'several rules compete', host: uploads.with(SECOND_CHUNK, JSON.stringify(ctChunk({ dcr: DCR_D }))) },
  ],
})

const base64 = (path: string): string => Buffer.from(path).toString('base64')
const stored = (...entries: [key: string, path: string][]): HostTree =>
  host.with(DB, databaseOf(entries.map(([key, path]) => [key, JSON.stringify(trackedFile(path))])))

describeRule(dbKeyMismatch, {
  found: [
    {
      name: 'the key of another file',
      host: stored([base64('/etc/a.conf'), '/etc/a.conf'], [base64('/etc/b.conf'), '/etc/c.conf']),
      subjects: [DB],
      data: [{ records: [{ key: '/etc/b.conf', path: '/etc/c.conf' }] }],
    },
    { name: 'a path of another file as key', host: stored(['/etc/b.conf', '/etc/c.conf']), subjects: [DB] },
    {
      name: 'a key that is no base64 among others that are',
      host: stored(
        [base64('/etc/a.conf'), '/etc/a.conf'],
        [base64('/etc/b.conf'), '/etc/b.conf'],
        ['odd', '/etc/c.conf'],
      ),
      subjects: [DB],
    },
  ],
  ok: [
    ...DATABASES,
    {
      name: 'every key fits',
      host: stored([base64('/etc/a.conf'), '/etc/a.conf'], [base64('/etc/ü.conf'), '/etc/ü.conf']),
    },
    { name: 'paths as keys', host: stored(['/etc/a.conf', '/etc/a.conf']) },
    { name: 'keys of another kind', host: stored(['1', '/etc/a.conf'], ['2', '/etc/b.conf']) },
    {
      name: 'many records in one value',
      host: host.with(
        DB,
        databaseOf([[base64('/all'), JSON.stringify([trackedFile('/etc/a.conf'), trackedFile('/etc/b.conf')])]]),
      ),
    },
  ],
})

describeRule(patternWithoutFiles, {
  found: [
    {
      name: 'a folder without tracked files',
      host: host.with(CHUNK_FILE, tracking([etc, { destinationPath: '/srv/app/log/.*.log' }])),
      subjects: ['/srv/app/log/.*.log'],
      cites: [
        `${CHUNK_FILE}#/extensionConfigurations/ChangeTracking-Linux/0/extensionSettings/fileSettings/fileInfo/1`,
        files,
      ],
    },
    {
      name: 'a single file that is not there',
      host: host.with(CHUNK_FILE, tracking([etc, { destinationPath: '/etc/nowhere' }])),
      subjects: ['/etc/nowhere'],
      cites: ['/fileSettings/fileInfo/1', 'File.json'],
      says: ['None of the 25 tracked files'],
    },
    {
      name: 'the other spelling',
      host: host.with(CHUNK_FILE, tracking([etc, { destinationPath: '/etc/*.cfg' }])),
      subjects: ['/etc/*.cfg'],
    },
  ],
  ok: [
    ...SHAPES,
    {
      name: 'the entry is disabled',
      host: host.with(CHUNK_FILE, tracking([etc, { destinationPath: '/srv/.*', enabled: false }])),
    },
    { name: 'an empty list, which another rule says', host: host.with(files, '[]') },
    { name: 'two entries of one path', host: host.with(CHUNK_FILE, tracking([etc, etc])) },
    { name: 'a whole folder', host: host.with(CHUNK_FILE, tracking([{ destinationPath: '/etc/' }])) },
    {
      name: 'a list in no order',
      host: host
        .with(CHUNK_FILE, tracking([{ destinationPath: '/etc/c/.*' }, { destinationPath: '/etc/a/.*' }]))
        .with(files, listOf('/etc/c/1', '/etc/b/1', '/etc/a/1', '/etc/d/1', '/etc/a0')),
    },
    {
      name: 'the last of many files below one folder',
      host: host
        .with(CHUNK_FILE, tracking([{ destinationPath: '/etc/.*.zzz' }]))
        .with(files, listOf('/etc/a.conf', '/etc/b.conf', '/etc/c.zzz')),
    },
  ],
  notApplicable: [
    { name: 'no path at all', host: host.with(CHUNK_FILE, tracking([])) },
    {
      name: 'files are switched off',
      host: host.with(
        CHUNK_FILE,
        chunkWith((s) => Object.assign(s, { enableFiles: false })),
      ),
    },
  ],
  unknown: [
    {
      name: 'the list is cut',
      host: host
        .with(CHUNK_FILE, tracking([{ destinationPath: '/srv/.*' }]))
        .with(files, list('File').subarray(0, 1500)),
    },
    {
      name: 'the rule is newer than the list',
      host: host.with(CHUNK_FILE, tracking([{ destinationPath: '/srv/.*' }]), TAKEN),
    },
    {
      name: 'several rules compete',
      host: host.with(SECOND_CHUNK, tracking([{ destinationPath: '/srv/.*' }], {}, DCR_D)),
    },
    {
      name: 'the limit of files is reached',
      host: host
        .with(CHUNK_FILE, tracking([etc, { destinationPath: '/srv/.*' }]))
        .with(files, listOf(...Array.from({ length: 500 }, (_, i) => `/etc/f${i}.conf`))),
    },
    {
      name: 'a pattern nobody understands',
      host: host.with(CHUNK_FILE, tracking([etc, { destinationPath: '/srv/(a|b)' }])),
    },
    { name: 'neither list nor database', host: host.without(/File\.json|changetracking\.db/) },
  ],
})
