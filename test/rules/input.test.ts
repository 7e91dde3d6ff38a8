import { nothingRecognised } from '../../src/rules/input/CT9001-nothing-recognised.js'
import { amaCollectorOnly } from '../../src/rules/input/CT9002-ama-collector-only.js'
import { artifactTruncated } from '../../src/rules/input/CT9003-artifact-truncated.js'
import { noCollectionTime } from '../../src/rules/input/CT9004-no-collection-time.js'
import { mixedMachines } from '../../src/rules/input/CT9005-mixed-machines.js'
import { hostileEntry } from '../../src/rules/input/CT9006-hostile-entry.js'
import { limitReached } from '../../src/rules/input/CT9007-limit-reached.js'
import { secretInBundle } from '../../src/rules/input/CT9008-secret-in-bundle.js'
import { unknownRecordShape } from '../../src/rules/input/CT9009-unknown-record-shape.js'
import { catalogue } from '../../src/commands/catalogue.js'
import { analyzeSource } from '../../src/engine/analyze.js'
import { memorySource, type MemoryEntry } from '../../src/sources/memory.js'
import { OPTIONS } from '../support/analyze.js'
import { databaseOf } from '../support/database.js'
import {
  AMA_LOG,
  amaOut,
  CHUNK_FILE,
  CT_LOG,
  DB,
  EXT,
  fixture,
  healthyHost,
  HostTree,
  INVENTORY_SHAPES,
  MACHINE,
  mdsdInfo,
  MINUTE,
  START,
  TAKEN,
  type AmaOutOptions,
} from '../support/host.js'
import { describeRule } from '../support/rule-tester.js'

const host = healthyHost()
const info = `${AMA_LOG}/mdsd.info`
const log = `${CT_LOG}/cta_linux_agent.log`
const files = `${CT_LOG}/File.json`
const services = `${CT_LOG}/Services.json`
const of = (path: string, content = 'x'): HostTree => new HostTree(new Map([[path, { content }]]))
const withEntry = (path: string, entry: MemoryEntry, tree = host): HostTree =>
  new HostTree(new Map(tree.entries).set(path, entry))

describeRule(nothingRecognised, {
  found: [
    { name: 'holiday pictures', host: of('pictures/beach.jpg').and(of('notes.txt')), subjects: ['input'] },
    { name: 'another program’s results', host: of('results.txt', '10 passed\n'), subjects: ['input'] },
  ],
  ok: [
    { name: 'a lone log', host: of('cta_linux_agent.log') },
    { name: 'an artifact that cannot be read', host: of('changetracking.db') },
    { name: 'a deep prefix', host: healthyHost().under('a/b/c/support/node-1') },
    {
      name: 'the record of the guest agent’s collector',
      host: of('results.txt', '2026-01-10T10:00:00Z INFO Starting log collection at 2026-01-10T10:00:00Z\n'),
    },
  ],
})

const TOP = 'amalogs-azurevm-2026-01-10T10.00.00.000000'
const collector = new HostTree(
  new Map([
    [`${TOP}/amalinux.out`, { content: amaOut() }],
    [`${TOP}/mdsd/logs/mdsd.info`, { content: mdsdInfo() }],
    [`${TOP}/DCR/config-cache/configchunks/1.json`, { content: host.entries.get(CHUNK_FILE)?.content ?? '' }],
    [`${TOP}/waagent/waagent.log`, { content: '2026-01-10T08:00:01.000000Z INFO ExtHandler ExtHandler made-up\n' }],
  ]),
)

describeRule(amaCollectorOnly, {
  found: [
    { name: 'its archive', host: collector, subjects: ['input'], cites: [`${TOP}/amalinux.out`] },
    { name: 'its archive without the overview', host: collector.without(/amalinux/), subjects: ['input'] },
    { name: 'its files without their top folder', host: of('mdsd/logs/mdsd.info', mdsdInfo()), subjects: ['input'] },
  ],
  ok: [
    { name: 'beside the log folder of Change Tracking', host: collector.and(of(log)) },
    { name: 'beside a lone list', host: collector.and(of('Services.json', '[]')) },
    { name: 'beside the extension’s folder', host: collector.and(of(`${EXT}/config/HandlerState`, 'Enabled')) },
    { name: 'only the log of the Azure Monitor Agent', host: of(info, mdsdInfo()) },
    { name: 'only its config cache', host: of(CHUNK_FILE, '{}') },
  ],
})

const RESULTS = (...lines: string[]): string =>
  ['Starting log collection at 2026-01-10T10:00:00Z', ...lines]
    .map((line) => `2026-01-10T10:00:00Z INFO ${line}\n`)
    .join('')
const results = (...lines: string[]): HostTree => host.and(of('results.txt', RESULTS(...lines)))
const FLAT = `truncated__${log.replaceAll('/', '_')}`

describeRule(artifactTruncated, {
  found: [
    { name: 'the guest agent cut the log', host: host.and(of(FLAT)), subjects: [FLAT] },
    { name: 'with one underscore', host: host.and(of(FLAT.replace('__', '_'))), subjects: [FLAT.replace('__', '_')] },
    {
      name: 'and wrote it down: told once',
      host: results(`Adding truncated file /${log}, size 40000000 b`).and(of(FLAT)),
      subjects: [FLAT],
    },
    {
      name: 'only the record is there',
      host: results(`Adding truncated file /${log}, size 40000000 b`),
      subjects: [`/${log}`],
      cites: ['results.txt:2'],
    },
    {
      name: 'a rotated log was left out, and the archive was full',
      host: results(
        `Discarding large binary file /${log.replace('.log', '-2026-01-09T00-00-00.000.log.gz')}`,
        'Archive too big, done with adding files.',
      ),
      subjects: [`/${log.replace('.log', '-2026-01-09T00-00-00.000.log.gz')}`, 'results.txt'],
      cites: ['results.txt:2', 'results.txt:3'],
    },
    {
      name: 'a sosreport kept the end only',
      host: host.and(of(`sos_strings/azure/${log.replaceAll('/', '.')}.tailed`)),
      subjects: [`sos_strings/azure/${log.replaceAll('/', '.')}.tailed`],
    },
  ],
  ok: [
    { name: 'a record without a cut', host: results(`Adding file /${log}, size 123 b`) },
    {
      name: 'a large file of another extension',
      host: results('Adding truncated file /var/log/azure/other/x.log, size 9 b'),
    },
    { name: 'another file was cut', host: host.and(of('truncated__var_log_syslog')) },
    { name: 'another program’s results', host: host.and(of('results.txt', 'Archive too big\n')) },
    { name: 'rotated logs', host: host.and(of(`${info}.1`, mdsdInfo())) },
    { name: 'a folder with such a name', host: host.folder('truncated__mdsd') },
    { name: 'a tail of something else', host: host.and(of('sos_strings/apt/var.log.apt.history.log.tailed')) },
  ],
})

const undated = host.without(/\.log$|mdsd\./)

describeRule(noCollectionTime, {
  found: [
    { name: 'no log at all', host: undated, subjects: ['input'] },
    { name: 'a lone list', host: of(files, '[]').stamped(/./, TAKEN), subjects: ['input'], cites: [files] },
  ],
  ok: [
    { name: 'one log', host: undated.and(of(info, mdsdInfo())) },
    { name: 'the name of the collector’s folder', host: undated.under(TOP) },
    { name: 'the collector’s first line', host: undated.and(of('results.txt', RESULTS())) },
    { name: 'the overview’s first line', host: undated.and(of('amalinux.out', amaOut())) },
  ],
  unknown: [{ name: 'nothing has a time', host: of(files, '[]') }],
})

const OTHER = MACHINE.replace('vm-01', 'vm-77')
const overview = (options: AmaOutOptions): HostTree => host.and(of('amalinux.out', amaOut(options)))
const metadata = (resourceId: string): HostTree =>
  host.and(of('sos_commands/azure/instance_metadata.json', JSON.stringify({ compute: { resourceId } })))

describeRule(mixedMachines, {
  found: [
    {
      name: 'the overview is of another machine than the log',
      host: overview({ resourceId: OTHER }),
      subjects: ['input'],
      cites: [`${info}:3`, 'amalinux.out:7'],
      data: [
        {
          machines: [
            '/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/RG-01/providers/Microsoft.Compute/virtualMachines/vm-77',
            '/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/RG-01/providers/Microsoft.Compute/virtualMachines/vm-01',
            'vm-01',
          ],
        },
      ],
      confidence: 'likely',
    },
    {
      name: 'the platform’s metadata is of another machine than the log',
      host: metadata(OTHER),
      subjects: ['input'],
      cites: [`${info}:3`, 'instance_metadata.json#/compute/resourceId'],
    },
    {
      name: 'two logs of the same hours, of two machines',
      host: host.and(of('copy/mdsd.info', mdsdInfo().replaceAll(MACHINE, OTHER))),
      subjects: ['input'],
    },
    {
      name: 'two host names, no id to settle it',
      host: host.without(/mdsd/).and(of('amalinux.out', amaOut({ hostname: 'vm-77', resourceId: null }))),
      subjects: ['input'],
      cites: ['hostname', 'amalinux.out:3'],
      confidence: 'possible',
    },
  ],
  ok: [
    {
      name: 'the same machine, in capitals',
      host: overview({ resourceId: MACHINE.toUpperCase() }),
    },
    {
      name: 'only a cached rule is of another one',
      host: host.edit(CHUNK_FILE, (text) => text.replaceAll(MACHINE, OTHER)),
    },
    { name: 'a host name that differs from the machine’s', host: host.with('etc/hostname', 'web-frontend\n') },
    {
      name: 'two host names while the ids agree',
      host: overview({ hostname: 'web-frontend' }),
    },
    { name: 'a whole domain name', host: overview({ hostname: 'vm-01.example.com' }) },
    {
      name: 'moved to another resource group since the agent started',
      host: overview({ resourceId: MACHINE.replace('RG-01', 'rg-02') }),
    },
    {
      name: 'an older log from before the machine was made anew',
      host: host.and(
        of(`${info}.1`, mdsdInfo({ from: START - 600 * MINUTE, until: START - MINUTE }).replaceAll(MACHINE, OTHER)),
      ),
    },
    {
      name: 'localhost',
      host: host.without(/mdsd/).with('etc/hostname', 'localhost\n').and(of('amalinux.out', amaOut())),
    },
    { name: 'no metadata service', host: overview({ resourceId: 'unknown' }) },
    {
      name: 'an Azure VM that is Arc-enabled under another name',
      host: metadata(OTHER.replace('Microsoft.Compute/virtualMachines', 'Microsoft.HybridCompute/machines')),
    },
  ],
})

const named = (name: string, entry: MemoryEntry = { content: 'x' }): HostTree => withEntry(name, entry)
const linked = (name: string, target: string): HostTree =>
  named(name, { kind: 'link', content: '', link: { target, hard: false } })

describeRule(hostileEntry, {
  found: [
    {
      name: 'a name that climbs',
      host: named('../../etc/cron.d/x'),
      subjects: ['traversal'],
      data: [{ told: 1, names: ['../../etc/cron.d/x'] }],
    },
    { name: 'a name in the middle that climbs', host: named('var/log/../../../x'), subjects: ['traversal'] },
    { name: 'a control character', host: named('var/log/\u001b[2Jx'), subjects: ['control characters'] },
    { name: 'an absolute name', host: named('/etc/cron.d/x'), subjects: ['absolute names'] },
    { name: 'a link out of the input', host: linked('a', '../x'), subjects: ['links out of the tree'], cites: ['a'] },
    { name: 'a device', host: named('x/sda', { kind: 'other', content: '' }), subjects: ['devices'] },
    {
      name: 'several kinds',
      host: withEntry('../y', { content: 'y' }, linked('b/c', '../../../x')),
      subjects: ['links out of the tree', 'traversal'],
      data: [
        { told: 1, names: ['b/c'] },
        { told: 1, names: ['../y'] },
      ],
    },
  ],
  ok: [
    { name: 'dots inside a name', host: named('var/log/a..b') },
    { name: 'a dot in front', host: named('./notes.txt') },
    { name: 'a link to a neighbour', host: linked('var/log/a', '../lib/b') },
    { name: 'a link from the machine’s root', host: linked('etc/localtime', '/usr/share/zoneinfo/UTC') },
    { name: 'a link that leads nowhere', host: linked('a', 'nowhere') },
    { name: 'a damaged archive member', host: host.with(DB, 'not a database') },
    { name: 'a name in another script', host: named('notes/журнал-日誌.txt') },
    { name: 'blanks and colons', host: named('dcr-x:CTDataSource: y') },
  ],
})

const deep = `${'['.repeat(300)}${']'.repeat(300)}`

describeRule(limitReached, {
  found: [
    {
      name: 'a line of the log is too long',
      host: host.edit(log, (text) => `${text}${'x'.repeat(70_000)}\n`),
      subjects: [log],
      cites: [log],
      data: [{ limit: 'line-too-long' }],
    },
    {
      name: 'a cached rule is far too large',
      host: host.with(CHUNK_FILE, `{"a":"${'x'.repeat(8 * 1024 * 1024)}"}`),
      subjects: [CHUNK_FILE],
    },
    { name: 'JSON nests too deep', host: host.with(services, deep), subjects: [services] },
  ],
  ok: [
    { name: 'a line just short enough', host: host.edit(log, (text) => `${text}${'x'.repeat(65_000)}\n`) },
    {
      name: 'a large rule',
      host: host.edit(CHUNK_FILE, (text) => text.replace('{', `{"a":"${'x'.repeat(4_000_000)}",`)),
    },
    { name: 'a list that is cut', host: host.edit(services, (text) => text.slice(0, 500)) },
    { name: 'a damaged database', host: host.with(DB, fixture('changetracking-db/truncated.db.gz')) },
    { name: 'a very large file that nobody reads', host: host.and(of('notes.txt', 'x'.repeat(9_000_000))) },
  ],
})

/** Made up: the shape of a token, and a signature of nothing. */
const TOKEN = `eyJhbGciOiJub3QifQ.eyJhdWQiOiJmYWtlIn0.${'bm90LWEtc2lnbmF0dXJl'.repeat(2)}`

describeRule(secretInBundle, {
  found: [
    {
      name: 'a token in the agent’s log',
      host: host.edit(log, (text) => `${text}time="2026-01-10T09:59:00Z" level=info msg="made-up: Bearer ${TOKEN}"\n`),
      subjects: ['bearer token'],
      cites: [log],
      data: [
        {
          count: 1,
          files: ['var/log/azure/Microsoft.Azure.ChangeTrackingAndInventory.ChangeTracking-Linux/cta_linux_agent.log'],
        },
      ],
    },
    {
      name: 'a signature in a list, a password in a log',
      host: host
        .edit(files, (text) =>
          text.replace(
            '"FileContentBlobLink":""',
            '"FileContentBlobLink":"https://stexample01.blob.core.windows.net/c/f?sv=1\\u0026sig=bm90LWEtc2lnbmF0dXJlLWF0LWFsbA%3D%3D"',
          ),
        )
        .edit(
          info,
          (text) => `${text}2026-01-10T09:59:00.0000000Z: proxy http://user01:not-a-password@proxy.example\n`,
        ),
      subjects: ['password', 'shared access signature'],
      cites: ['mdsd.info', 'File.json'],
      data: [
        { count: 1, files: ['var/opt/microsoft/azuremonitoragent/log/mdsd.info'] },
        {
          count: 1,
          files: ['var/log/azure/Microsoft.Azure.ChangeTrackingAndInventory.ChangeTracking-Linux/File.json'],
        },
      ],
    },
  ],
  ok: [
    {
      name: 'the beginnings of tokens that are logged every hour',
      host: host.edit(info, (text) => `${text}2026-01-10T09:59:00.0000000Z: Retrieved gig token: [eyJhbGciOi...]\n`),
    },
    {
      name: 'a token cut before its signature',
      host: host.edit(info, (text) => `${text}2026-01-10T09:59:00.0000000Z: [${TOKEN.slice(0, 38)}...]\n`),
    },
    {
      name: 'settings that are encrypted',
      host: host.and(of(`${EXT}/config/0.settings`, `{"protectedSettings":"${'TUlJ'.repeat(200)}=="}`)),
    },
    { name: 'a secret that was taken out', host: host.edit(info, (text) => `${text}?sv=1&sig=REDACTED&se=2\n`) },
    { name: 'a token in a file that nobody reads', host: host.and(of('notes.txt', TOKEN)) },
    {
      name: 'a blob address without a signature',
      host: host.edit(files, (text) =>
        text.replace(
          '"FileContentBlobLink":""',
          '"FileContentBlobLink":"https://stexample01.blob.core.windows.net/c/f"',
        ),
      ),
    },
  ],
})

test('the report never shows a secret', async () => {
  const tree = host.edit(log, (text) => `${text}time="2026-01-10T09:59:00Z" level=info msg="${TOKEN}"\n`)
  const result = await analyzeSource(memorySource('x', tree.entries), catalogue, OPTIONS)
  expect(result.hosts[0]?.findings.map(({ ruleId }) => ruleId)).toContain('CT9008')
  expect(JSON.stringify(result)).not.toContain('eyJ')
})

describeRule(unknownRecordShape, {
  found: [
    {
      name: 'a value of the database',
      host: host.with(DB, databaseOf([['k', '{"Widget":1}']])),
      subjects: [DB],
      data: [{ count: 1 }],
      cites: [', 12 bytes, keys Widget'],
    },
    {
      name: 'entries that say nothing known',
      host: host.with(services, '[{"a":1},{"b":2}]'),
      subjects: [services],
      cites: ['Services.json#/0 not recognised, keys a', 'Services.json#/1 not recognised, keys b'],
    },
    {
      name: 'one among many',
      host: host.edit(files, (text) => text.replace(/^\[/, '[{"Widget":"x","Colour":"red"},')),
      subjects: [files],
      cites: [`${files}#/0 not recognised, keys Widget, Colour`],
    },
    {
      name: 'a record a line',
      host: host.with(services, '{"a":1}\n{"b":2}\n'),
      subjects: [services],
      cites: ['Services.json:1', 'Services.json:2'],
    },
  ],
  ok: [
    ...INVENTORY_SHAPES.map((shape) => ({ name: `shape ${shape}`, host: healthyHost({ shape }) })),
    ...['nested', 'map-values', 'inline'].map((name) => ({
      name: `database ${name}`,
      host: host.with(DB, fixture(`changetracking-db/${name}.db.gz`)),
    })),
    {
      name: 'fields nobody knows on a record that is known',
      host: host.edit(services, (text) => text.replace('"SvcName"', '"Widget":1,"SvcName"')),
    },
    { name: 'a valid list of nothing', host: host.with(services, '[]') },
    { name: 'a lone list', host: of(services, '[]') },
    { name: 'a database alone', host: host.without(/\/(?:File|Packages|Services)\.json$/) },
  ],
  unknown: [{ name: 'neither list nor database', host: host.without(/\.json$|changetracking\.db/) }],
})
