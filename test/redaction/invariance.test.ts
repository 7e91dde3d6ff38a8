import type { HostReport, Report } from '../../src/model/report.js'
import { exitCode } from '../../src/commands/exit-code.js'
import { analyzeTree } from '../support/analyze.js'
import { databaseOf, trackedFile } from '../support/database.js'
import { CHUNK_FILE, CT_LOG, ctChunk, DB, fixture, healthyHost, HostTree, INVENTORY_SHAPES } from '../support/host.js'
import { redacted } from '../support/redaction.js'
import { SAMPLES } from '../support/samples.js'

/** What redaction changes on purpose: secrets are gone, and names that are not trusted stay behind. */
const GONE: readonly string[] = ['CT9006', 'CT9008']

const databases = ['map-values', 'nested', 'inline', 'torn-meta', 'truncated', 'zeroed-leaf'].map(
  (name): [string, HostTree] => [
    `the database ${name}`,
    healthyHost().with(DB, fixture(`changetracking-db/${name}.db.gz`)),
  ],
)

const corpus: [name: string, tree: HostTree][] = [
  ...INVENTORY_SHAPES.map((shape): [string, HostTree] => [`lists in shape ${shape}`, healthyHost({ shape })]),
  ...Object.entries(SAMPLES).map(([name, tree]): [string, HostTree] => [`the sample ${name}`, tree()]),
  ...databases,
  ['no database at all', healthyHost().with(DB, 'this is no BoltDB file, whatever its name says')],
  ['an empty database', healthyHost().with(DB, '')],
  [
    'a database with keys of other files',
    healthyHost().with(
      DB,
      databaseOf(
        ['/home/marguerite/a.conf', '/home/marguerite/b.conf', '/etc/c.conf'].map(
          (path, index) =>
            [
              Buffer.from(index === 0 ? '/home/marguerite/z.conf' : path).toString('base64'),
              JSON.stringify(trackedFile(path, { Contents: index === 2 ? 'a=1' : '' })),
            ] as const,
        ),
      ),
    ),
  ],
  [
    'two hosts',
    healthyHost().under('node-1').and(SAMPLES['two-dcrs']().with('etc/hostname', 'vm-02\n').under('node-2')),
  ],
  [
    'an Arc agent that only a link shows',
    linked(
      healthyHost(),
      'etc/systemd/system/multi-user.target.wants/himdsd.service',
      '/lib/systemd/system/himdsd.service',
    ),
  ],
  [
    'a home in the tracked paths',
    healthyHost().with(CHUNK_FILE, JSON.stringify(ctChunk()).replace('/etc/.*.conf', '/home/marguerite/.*.conf')),
  ],
  ['lists cut short', healthyHost().with(`${CT_LOG}/File.json`, '[{"CollectionName":"/etc/a","FileSystemPath":"/etc/')],
]

test.each(corpus)('%s is judged the same', async (_, tree) => {
  const before = await analyzeTree(tree)
  const copy = await redacted(tree.entries)
  expect(copy.result.outcome).toBe('written')
  const after = await analyzeTree(new HostTree(copy.entries))
  const spell = (text: string): string => copy.redactor.redactText(text)
  const told = (report: Report, change: (text: string) => string): unknown =>
    report.hosts.map((host) => summary(host, change)).toSorted((a, b) => (a.host < b.host ? -1 : 1))
  expect(told(after, (text) => text)).toEqual(told(before, spell))
  expect(exitCode(after, 0, 'error')).toBe(exitCode(before, 0, 'error'))
})

function linked(tree: HostTree, path: string, target: string): HostTree {
  return tree.and(new HostTree(new Map([[path, { kind: 'link', content: '', link: { target, hard: false } }]])))
}

function summary(host: HostReport, spell: (text: string) => string) {
  return {
    host: spell(host.host),
    path: host.path.map(({ hop, status, lastSeen }) => ({ hop, status, lastSeen })),
    asOf: host.asOf,
    inventory: host.inventory,
    findings: host.findings
      .filter(({ ruleId }) => !GONE.includes(ruleId))
      .map(({ ruleId, severity, subject }) =>
        `${ruleId} ${severity} ${spell(subject).replace('.db.ndjson', '.db')}`.toLowerCase(),
      )
      .toSorted(),
    outcomes: host.outcomes
      .filter(({ ruleId }) => !GONE.includes(ruleId))
      .map(({ ruleId, status }) => `${ruleId} ${status}`),
  }
}
