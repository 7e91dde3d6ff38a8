import type { HostReport } from '../../src/model/report.js'
import { databaseOf, trackedFile } from './database.js'
import { CHUNK_FILE, CT_LOG, ctChunk, DB, fixture, healthyHost, HostTree, INVENTORY_SHAPES } from './host.js'
import { SAMPLES } from './samples.js'

const databases = ['map-values', 'nested', 'inline', 'torn-meta', 'truncated', 'zeroed-leaf'].map(
  (name): [string, HostTree] => [
    `the database ${name}`,
    healthyHost().with(DB, fixture(`changetracking-db/${name}.db.gz`)),
  ],
)

/** Hosts of every kind, sound and broken, each with a name. */
export const CORPUS: readonly [name: string, tree: HostTree][] = [
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

function linked(tree: HostTree, path: string, target: string): HostTree {
  return tree.and(new HostTree(new Map([[path, { kind: 'link', content: '', link: { target, hard: false } }]])))
}

/** What redaction changes on purpose: secrets are gone, and names that are not trusted stay behind. */
const GONE: readonly string[] = ['CT9006', 'CT9008']

/** What must be the same of a host and of a copy of it, in the copy's spelling. */
export interface Summary extends Pick<HostReport, 'host' | 'asOf' | 'inventory'> {
  readonly path: readonly Pick<HostReport['path'][number], 'hop' | 'status' | 'lastSeen'>[]
  readonly findings: readonly string[]
  readonly outcomes: readonly string[]
}

export function summary(host: HostReport, spell: (text: string) => string): Summary {
  return {
    host: spell(host.host),
    path: host.path.map(({ hop, status, lastSeen }) => ({ hop, status, lastSeen })),
    asOf: host.asOf,
    inventory: JSON.parse(spell(JSON.stringify(host.inventory))) as HostReport['inventory'],
    findings: host.findings
      .filter(({ ruleId }) => !GONE.includes(ruleId))
      .map(({ ruleId, severity, subject }) => `${ruleId} ${severity} ${spell(subject)}`.toLowerCase())
      .toSorted(),
    outcomes: host.outcomes
      .filter(({ ruleId }) => !GONE.includes(ruleId))
      .map(({ ruleId, status }) => `${ruleId} ${status}`),
  }
}
