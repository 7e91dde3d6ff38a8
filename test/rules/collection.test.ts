import { staleCollection } from '../../src/rules/collection/CT5001-stale-collection.js'
import { emptyCollection } from '../../src/rules/collection/CT5003-empty-collection.js'
import { dbDamaged } from '../../src/rules/collection/CT5006-db-damaged.js'
import { dbJsonMismatch } from '../../src/rules/collection/CT5008-db-json-mismatch.js'
import { overLimit } from '../../src/rules/collection/CT5010-over-limit.js'
import { inventoryUnreadable } from '../../src/rules/collection/CT5014-inventory-unreadable.js'
import {
  agentLog,
  AMA_LOG,
  CHUNK_FILE,
  CHUNKS,
  chunkWith,
  CT_LOG,
  ctChunk,
  DB,
  DCR_D,
  EXT,
  fixture,
  healthyHost,
  inLocalTime,
  INVENTORY_SHAPES,
  list,
  mdsdInfo,
  MINUTE,
  START,
  SYSLOG_CHUNK,
  TAKEN,
  type HostTree,
  AGENT_LOG as log,
  FILE_JSON as files,
  PACKAGES_JSON as packages,
  SERVICES_JSON as services,
  COLLECTED as LISTS,
} from '../support/host.js'
import { describeRule } from '../support/rule-tester.js'

const host = healthyHost()
const STOPPED = TAKEN - 120 * MINUTE

/** The agent stopped two hours before the bundle; its files are as old. */
const stopped = host
  .with(log, agentLog({ from: START - 300 * MINUTE, until: STOPPED }))
  .stamped(LISTS, STOPPED)
  .stamped(/cta_linux_agent/, STOPPED)

/** The whole machine stopped then, and came back so many minutes before the bundle. */
const rebooted = (minutes: number): HostTree =>
  stopped.with(
    `${AMA_LOG}/mdsd.info`,
    mdsdInfo({ until: STOPPED + 4 * MINUTE }) + mdsdInfo({ from: TAKEN - minutes * MINUTE }),
  )

/** The whole machine slept from then, and so many minutes before the bundle its daemons went on without a start. */
const slept = (minutes: number): HostTree =>
  stopped.with(
    `${AMA_LOG}/mdsd.info`,
    mdsdInfo({ until: STOPPED + 4 * MINUTE }) + mdsdInfo({ from: TAKEN - minutes * MINUTE, start: false }),
  )

const neverServices = host
  .with(log, agentLog({ workers: ['software'] }))
  .stamped(/Services\.json/, START - 1440 * MINUTE)

const settings = (change: (settings: Record<string, unknown>) => void, base = host): HostTree =>
  base.with(CHUNK_FILE, chunkWith(change))

function records(count: number, make: (index: number) => Record<string, unknown>): string {
  return JSON.stringify(Array.from({ length: count }, (_, index) => make(index)))
}

const service = (index: number): Record<string, unknown> => ({
  SvcName: `s${index}.service`,
  SvcState: 'Running',
  SvcController: 'systemd',
})
const packageOf = (index: number): Record<string, unknown> => ({
  Name: `p${index}`,
  CurrentVersion: '1.0',
  Architecture: 'amd64',
})
const fileOf = (index: number): Record<string, unknown> => ({
  FileSystemPath: `/etc/f${index}.conf`,
  FileContentChecksum: 'a'.repeat(64),
  FileMetaDatacheckSum: '11000000000000000001',
})

const justStarted = `Jan 10 10:58:00 vm-01 systemd[1]: Started Azure change tracking Parent Daemon.
Jan 10 10:59:30 vm-01 CRON[77]: made-up
`

describeRule(staleCollection, {
  found: [
    {
      name: 'the agent stopped two hours before',
      host: stopped,
      subjects: ['services', 'software'],
      open: ['files'],
      cites: [`${log}:125`, `${log}:124`],
      data: [
        { lastRun: '2026-01-10T07:56:01Z', ageSeconds: 7440, frequencySeconds: 300, limitSeconds: 900 },
        { lastRun: '2026-01-10T07:56:00Z', ageSeconds: 7441, frequencySeconds: 300, limitSeconds: 900 },
      ],
    },
    {
      name: 'all files stamped by the collector prove nothing',
      host: stopped.stamped(/./, TAKEN),
      subjects: ['services', 'software'],
      open: ['files'],
      cites: ['cta_linux_agent.log:125', 'cta_linux_agent.log:124'],
    },
    {
      name: 'the machine came back long enough ago',
      host: rebooted(30),
      subjects: ['services', 'software'],
      open: ['files'],
    },
    {
      name: 'the machine slept, and its daemons went on long enough ago',
      host: slept(30),
      subjects: ['services', 'software'],
      open: ['files'],
    },
    {
      name: 'the Azure Monitor Agent alone was restarted just now',
      host: stopped.with(
        `${AMA_LOG}/mdsd.info`,
        mdsdInfo({ until: TAKEN - 4 * MINUTE }) + mdsdInfo({ from: TAKEN - 3 * MINUTE }),
      ),
      subjects: ['services', 'software'],
      open: ['files'],
    },
    {
      name: 'one worker only',
      host: host
        .with(
          log,
          agentLog({ from: START - 300 * MINUTE, until: STOPPED, workers: ['software'] }) +
            agentLog({ from: STOPPED, workers: ['services'] }),
        )
        .stamped(/Packages\.json/, STOPPED),
      subjects: ['software'],
      data: [{ lastRun: '2026-01-10T07:56:00Z', ageSeconds: 7441, frequencySeconds: 300, limitSeconds: 900 }],
    },
    {
      name: 'a worker that never shows in the log, while the other one does',
      host: neverServices,
      subjects: ['services'],
      confidence: 'possible',
      cites: [`${log}:27`],
      says: ['no services run since 2026-01-10T07:51:00Z, while software ran until 2026-01-10T09:56:00Z;'],
      data: [{ lastRun: null, since: '2026-01-10T07:51:00Z', frequencySeconds: 300, limitSeconds: 900 }],
    },
    {
      name: 'without the rule, four days are too long for any frequency',
      host: host
        .with(log, agentLog({ from: TAKEN - 4 * 1440 * MINUTE - 60 * MINUTE, until: TAKEN - 4 * 1440 * MINUTE }))
        .stamped(LISTS, TAKEN - 4 * 1440 * MINUTE)
        .without(/configchunks/),
      subjects: ['services', 'software'],
      open: ['files'],
      data: [
        { lastRun: '2026-01-06T09:56:01Z', ageSeconds: 345840, frequencySeconds: null, limitSeconds: 259200 },
        { lastRun: '2026-01-06T09:56:00Z', ageSeconds: 345841, frequencySeconds: null, limitSeconds: 259200 },
      ],
      says: ['; the longest frequency possible is a day.'],
    },
  ],
  ok: [
    {
      name: 'twenty minutes at a frequency of fifteen',
      host: settings(
        (s) =>
          Object.assign(s, {
            softwareSettings: { softwareCollectionFrequency: 900 },
            servicesSettings: { serviceCollectionFrequency: 900 },
          }),
        host.with(log, agentLog({ until: TAKEN - 20 * MINUTE })),
      ),
    },
    {
      name: 'a worker that never shows in the log, and is switched off',
      host: settings((s) => Object.assign(s, { enableServices: false }), neverServices),
    },
    {
      name: 'a worker that never shows in the log, and its list is fresh',
      host: neverServices.stamped(/Services\.json/, TAKEN - 2 * MINUTE),
    },
    {
      name: 'of two rules the slower one counts',
      host: host
        .with(log, agentLog({ until: TAKEN - 40 * MINUTE }))
        .stamped(/Packages\.json|Services\.json/, TAKEN - 40 * MINUTE)
        .with(
          `${CHUNKS}/9.json`,
          JSON.stringify(ctChunk({ dcr: DCR_D }))
            .replaceAll('"softwareCollectionFrequency":300', '"softwareCollectionFrequency":1800')
            .replaceAll('"serviceCollectionFrequency":300', '"serviceCollectionFrequency":1800'),
        ),
    },
    {
      name: 'the two workers are switched off',
      host: settings(
        (s) => Object.assign(s, { enableSoftware: false, enableServices: false }),
        stopped.stamped(/File\.json/, TAKEN - MINUTE),
      ),
    },
    {
      name: 'fresh lists prove runs that the log no longer shows',
      host: host.with(log, agentLog({ until: START + 30 * MINUTE })),
    },
    {
      name: 'other spellings of the message',
      host: host.edit(log, (text) =>
        text.replaceAll('recieved', 'received').replaceAll('Number of Package received', 'Number of packages Received'),
      ),
    },
    { name: 'times that name no zone, and are of now in UTC', host: host.edit(log, (text) => inLocalTime(text, 0)) },
    { name: 'fresh, and no rule that tells the frequency', host: host.without(/configchunks/) },
  ],
  unknown: [
    {
      name: 'by syslog the machine has just come back',
      host: stopped.with('var/log/syslog', justStarted).without(/mdsd/),
      asks: ['ctAgentLog', 'fileJson'],
    },
    {
      name: 'local times, of five hours west',
      host: host
        .edit(log, (text) => inLocalTime(text, -300))
        .stamped(/File\.json|Packages\.json|Services\.json|changetracking\.db/, TAKEN - 300 * MINUTE),
      asks: ['ctAgentLog', 'fileJson'],
    },
    {
      name: 'only a rotated log was collected',
      host: stopped
        .without(/cta_linux_agent\.log$/)
        .with(`${CT_LOG}/cta_linux_agent-2026-01-10T08-00-00.000.log`, agentLog({ until: STOPPED })),
      asks: ['ctAgentLog', 'fileJson'],
    },
    {
      name: 'the log has no run at all',
      host: stopped.with(log, `time="${new Date(START).toISOString()}" level=warning msg="made-up"\n`),
      asks: ['ctAgentLog', 'fileJson'],
    },
    {
      name: 'a worker that never shows, and the rule changed just now',
      host: neverServices.stamped(/configchunks/, TAKEN - 10 * MINUTE),
    },
    {
      name: 'a worker that never shows, and a rule that does not say whether it is on',
      host: settings((s) => delete s['enableServices'], neverServices),
    },
    {
      name: 'a worker that never shows, and no rule',
      host: neverServices.without(/configchunks/),
    },
    {
      name: 'a worker that never shows, in a log that is too short',
      host: neverServices.with(log, agentLog({ workers: ['software'], from: TAKEN - 12 * MINUTE })),
    },
    { name: 'the machine slept, and its daemons went on just now', host: slept(3), asks: ['ctAgentLog', 'fileJson'] },
    { name: 'the machine came back just now', host: rebooted(3), asks: ['ctAgentLog', 'fileJson'] },
    {
      name: 'an old run, and no rule that tells the frequency',
      host: stopped.without(/configchunks/),
      asks: ['configChunk'],
    },
    { name: 'an old run, and no rule of Change Tracking', host: stopped.with(CHUNK_FILE, SYSLOG_CHUNK) },
  ],
})

describeRule(emptyCollection, {
  found: [
    {
      name: 'the last run says 0 packages',
      host: host.with(log, agentLog({ packages: 0 })),
      subjects: ['software'],
      cites: [log],
    },
    {
      name: 'an empty list and no run in the log',
      host: host.without(/cta_linux_agent/).with(services, '[]'),
      subjects: ['services'],
    },
    { name: 'an empty wrapper for files', host: host.with(files, '{"Count":0,"Files":[]}'), subjects: ['files'] },
    {
      name: 'no file, where every tracked path may match none',
      host: settings(
        (s) =>
          Object.assign(s, {
            fileSettings: { fileInfo: [{ enabled: true, recurse: true, destinationPath: '/srv/app/.*.conf' }] },
          }),
        host.with(files, '[]'),
      ),
      subjects: ['files'],
      confidence: 'possible',
    },
    {
      name: 'no file, and no rule collected',
      host: host.without(/configchunks/).with(files, '[]'),
      subjects: ['files'],
      confidence: 'possible',
    },
  ],
  ok: [
    {
      name: 'an earlier run said 0',
      host: host.with(
        log,
        `time="${new Date(START).toISOString()}" level=info msg="Number of Package received in this run: 0"\n${agentLog()}`,
      ),
    },
    { name: 'an empty list that the log contradicts', host: host.with(packages, '[]') },
    {
      name: 'no tracked path is enabled',
      host: settings((s) => Object.assign(s, { fileSettings: { fileInfo: [] } }), host.with(files, '[]')),
    },
    {
      name: 'the worker is off',
      host: settings((s) => Object.assign(s, { enableSoftware: false }), host.with(log, agentLog({ packages: 0 }))),
    },
    {
      name: 'a list of a shape nobody knows is not empty',
      host: host.without(/cta_linux_agent/).with(services, '[{"a":1},{"a":2}]'),
    },
  ],
  unknown: [{ name: 'neither log nor lists', host: host.without(/cta_linux_agent|\.json$/) }],
})

describeRule(dbDamaged, {
  found: [
    {
      name: 'a page full of zeros',
      host: host.with(DB, fixture('changetracking-db/zeroed-leaf.db.gz')),
      subjects: [DB],
      data: [{ damaged: 1, codes: ['page-id-mismatch'], readable: 73 }],
      cites: [DB],
    },
    {
      name: 'a file cut in the middle',
      host: host.with(DB, fixture('changetracking-db/truncated.db.gz')),
      subjects: [DB],
      data: [{ damaged: 10, codes: ['file-truncated', 'page-beyond-file', 'element-out-of-bounds'], readable: 23 }],
    },
    { name: 'an empty file', host: host.with(DB, ''), subjects: [DB], data: [{ problem: 'empty' }] },
    { name: 'no BoltDB file at all', host: host.with(DB, 'SQLite format 3\0'.padEnd(9000, 'x')), subjects: [DB] },
  ],
  ok: [
    {
      name: 'one bad meta page, which another rule says',
      host: host.with(DB, fixture('changetracking-db/torn-meta.db.gz')),
    },
    ...['nested', 'map-values', 'inline'].map((name) => ({
      name: `another layout: ${name}`,
      host: host.with(DB, fixture(`changetracking-db/${name}.db.gz`)),
    })),
    {
      name: 'bytes after the last page',
      host: host.with(DB, Buffer.concat([fixture('changetracking-db/one-bucket.db.gz'), Buffer.alloc(32, 7)])),
    },
  ],
})

const fileList = JSON.parse(list('File').toString()) as Record<string, unknown>[]

describeRule(dbJsonMismatch, {
  found: [
    {
      name: 'one file is missing in the list',
      host: host.with(files, JSON.stringify(fileList.slice(1))),
      subjects: ['files'],
      data: [{ db: 25, json: 24, onlyDb: ['/etc/adduser.conf'], onlyJson: [], different: [] }],
      says: ['24 in File.json, 1 only in the database.'],
    },
    {
      name: 'another checksum',
      host: host.with(
        files,
        list('File')
          .toString()
          .replace(/"(FileContentChecksum|Checksum)":\s*"[0-9a-f]{64}"/, `"$1":"${'f'.repeat(64)}"`),
      ),
      subjects: ['files'],
      cites: ['changetracking.db', 'File.json#/0'],
      data: [{ db: 25, json: 25, onlyDb: [], onlyJson: [], different: ['/etc/adduser.conf'] }],
      says: [', 1 with another checksum.'],
    },
    {
      name: 'one file more in the list, one less',
      host: host.with(
        files,
        JSON.stringify([
          ...fileList.slice(1),
          ...(JSON.parse(
            JSON.stringify(fileList.slice(0, 1)).replaceAll('/etc/adduser.conf', '/etc/zz.conf'),
          ) as unknown[]),
        ]),
      ),
      subjects: ['files'],
      data: [{ db: 25, json: 25, onlyDb: ['/etc/adduser.conf'], onlyJson: ['/etc/zz.conf'], different: [] }],
      cites: [DB, `${files}#/24`],
      says: [', 1 only in the database, 1 only in File.json.'],
    },
    {
      name: 'an older copy of the list cannot be read',
      host: host.with(files, JSON.stringify(fileList.slice(1))).with(`${EXT}/File.json`, 'null', TAKEN - 9000 * MINUTE),
      subjects: ['files'],
    },
  ],
  ok: [
    ...INVENTORY_SHAPES.map((shape) => ({ name: `shape ${shape}`, host: host.with(files, list('File', shape)) })),
    ...['nested', 'map-values', 'inline'].map((name) => ({
      name: `database ${name}`,
      host: host.with(DB, fixture(`changetracking-db/${name}.db.gz`)),
    })),
    {
      name: 'checksums in capitals',
      host: host.with(
        files,
        list('File')
          .toString()
          .replaceAll(/[0-9a-f]{64}/g, (sum) => sum.toUpperCase()),
      ),
    },
    {
      name: 'a list without checksums',
      host: host.with(
        files,
        list('File')
          .toString()
          .replaceAll(/"[0-9a-f]{64}"/g, 'null'),
      ),
    },
  ],
  notApplicable: [
    {
      name: 'files were switched off, and the agent emptied one of the two',
      host: host.with(files, '[]').with(
        CHUNK_FILE,
        chunkWith((settings) => (settings['enableFiles'] = false)),
      ),
    },
  ],
  unknown: [
    {
      name: 'another copy of the list stayed behind, which may be the newer one',
      host: host.with(files, JSON.stringify(fileList.slice(1))).with(
        'manifest.json',
        JSON.stringify({
          tool: { name: 'ct-diag' },
          takenAt: '2026-01-10T10:00:00Z',
          missing: [{ origin: `/${EXT}/File.json`, reason: 'it may not be read' }],
        }),
      ),
    },
    {
      name: 'a list of checksums by path, a shape that is not known',
      host: host.with(files, JSON.stringify(Object.fromEntries(fileList.map((_, index) => [`/etc/${index}`, 'x'])))),
      asks: ['fileJson'],
    },
    { name: 'a list that was cut', host: host.with(files, list('File').subarray(0, 1500)) },
    { name: 'a damaged database', host: host.with(DB, fixture('changetracking-db/zeroed-leaf.db.gz')) },
    {
      name: 'the newer of two lists cannot be read, as after the move of a server to Arc',
      host: host.with(`${EXT}/File.json`, 'null', TAKEN),
    },
    { name: 'no list of files', host: host.with(files, 'null') },
  ],
})

describeRule(overLimit, {
  found: [
    {
      name: '500 files',
      host: host.with(files, records(500, fileOf)),
      subjects: ['files'],
      data: [{ count: 500, limit: 500 }],
    },
    { name: '1,250 packages', host: host.with(packages, records(1250, packageOf)), subjects: ['software'] },
    {
      name: '500 services in the log only',
      host: host.without(/Services\.json/).with(log, agentLog({ services: 500 })),
      subjects: ['services'],
    },
    {
      name: '250 services are worth knowing',
      host: host.with(services, records(250, service)),
      subjects: ['services'],
      severity: 'info',
    },
  ],
  ok: [
    { name: '499 files', host: host.with(files, records(499, fileOf)) },
    {
      name: '700 packages, each listed twice',
      host: host.with(
        packages,
        JSON.stringify([700, 700].flatMap((count) => JSON.parse(records(count, packageOf)) as unknown[])),
      ),
    },
    { name: '1,249 packages', host: host.with(packages, records(1249, packageOf)) },
    { name: '249 services', host: host.with(services, records(249, service)) },
    { name: '600 services among the files are no files', host: host.with(files, records(600, service)) },
  ],
  unknown: [{ name: 'nothing counts anything', host: host.without(/cta_linux_agent|\.json$|changetracking\.db/) }],
})

describeRule(inventoryUnreadable, {
  found: [
    { name: 'an empty file', host: host.with(files, ''), subjects: [files], data: [{ bytes: 0, problem: 'empty' }] },
    {
      name: 'null',
      host: host.with(packages, 'null'),
      subjects: [packages],
      data: [{ bytes: 4, problem: 'json-null' }],
    },
    { name: 'NUL bytes', host: host.with(services, '\0'.repeat(400)), subjects: [services] },
    {
      name: 'cut in the middle',
      host: host.with(files, list('File').subarray(0, 1500)),
      subjects: [files],
      data: [{ bytes: 1500, problem: 'json-truncated', readable: 3 }],
    },
    {
      name: 'cut after one',
      host: host.with(files, list('File').subarray(0, 500)),
      subjects: [files],
      says: ['is cut: 1 whole record could be read.'],
    },
    { name: 'no JSON', host: host.with(services, 'Services:\n- a\n'), subjects: [services] },
  ],
  ok: [
    { name: 'a valid empty list', host: host.with(files, '[]') },
    ...INVENTORY_SHAPES.map((shape) => ({ name: `shape ${shape}`, host: healthyHost({ shape }) })),
    { name: 'a byte-order mark', host: host.with(files, Buffer.concat([Buffer.from('\ufeff'), list('File')])) },
    { name: 'only one list was collected', host: host.without(/Packages\.json|Services\.json/) },
  ],
  unknown: [
    { name: 'no list was collected', host: host.without(/\/(File|Packages|Services)\.json$/) },
    { name: 'a list that nests deeper than we read', host: host.with(files, '['.repeat(10_000)) },
    {
      name: 'whole records, then such a nest',
      host: host.edit(files, (text) => `${text.slice(0, -1)},${'['.repeat(500)}`),
    },
  ],
})
