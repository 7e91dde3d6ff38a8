import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { artifacts } from '../../src/artifacts/index.js'
import { catalogue } from '../../src/commands/catalogue.js'
import { choose } from '../../src/commands/choose.js'
import { liveHost } from '../../src/commands/live-host.js'
import { writeBundle } from '../../src/commands/write-bundle.js'
import { analyzeSource, assembleReport } from '../../src/engine/analyze.js'
import { contentsOf } from '../../src/engine/contents.js'
import { placeIndex } from '../../src/engine/places.js'
import type { InventoryReport, Report } from '../../src/model/report.js'
import type { Source } from '../../src/model/source.js'
import { createRedactor } from '../../src/redaction/index.js'
import { terminal } from '../../src/renderers/terminal.js'
import { createArchive } from '../../src/sinks/archive.js'
import { openSource } from '../../src/sources/open.js'
import { OPTIONS } from '../support/analyze.js'
import { plant, scratch } from '../support/archives.js'
import { databaseOf } from '../support/database.js'
import { CHUNK_FILE, chunkWith, DB, FILE_JSON, healthyHost, TAKEN } from '../support/host.js'
import { KEY } from '../support/redaction.js'
import { expectValid } from '../support/schema.js'

const folder = scratch()
const HOME = '/home/marguerite/site'
const SECRET = 'the content of a tracked file'

/** Files with real modes and checksums; what the agent recorded of them, true but for what is named. */
const RECORDED: readonly [path: string, now: string | null, recorded: Record<string, unknown>][] = [
  [`${HOME}/same.conf`, `${SECRET} 1`, {}],
  [`${HOME}/other-sum.conf`, `${SECRET} 2`, { FileContentChecksum: '1'.repeat(64) }],
  [`${HOME}/other-mode.conf`, `${SECRET} 3`, { Mode: 384 }],
  [`${HOME}/gone.conf`, null, { FileContentChecksum: '2'.repeat(64), Size: 9, Mode: 420 }],
  [`${HOME}/since.conf`, `${SECRET} 4`, { Size: 1 }],
  [`${HOME}/deep/same.conf`, `${SECRET} 5`, { Mode: '0644' }],
  ['/etc/resolv.conf', null, { FileContentChecksum: '3'.repeat(64), Size: 1, Mode: 511 }],
]

let count = 0
function machine(): { root: string; written: number } {
  const root = join(folder, String(++count), 'disk')
  plant(root, healthyHost().entries)
  const records = RECORDED.map(([path, now, more]) => {
    const file = join(root, path)
    mkdirSync(dirname(file), { recursive: true })
    if (now !== null) {
      writeFileSync(file, now)
      chmodSync(file, 0o644)
    }
    const sum = createHash('sha256').update(now ?? '')
    const facts = { FileContentChecksum: sum.digest('hex'), Size: now?.length, Mode: 420, ChangeType: 'StartTracking' }
    return { CollectionName: path, FileSystemPath: path, ...facts, ...more }
  })
  for (const path of [`${HOME}/extra.conf`, `${HOME}/readme.txt`, `${HOME}/.hidden.conf`])
    writeFileSync(join(root, path), SECRET)
  mkdirSync(join(root, 'run'))
  writeFileSync(join(root, 'run/resolv.conf'), SECRET)
  symlinkSync('../run/resolv.conf', join(root, 'etc/resolv.conf'))
  symlinkSync(join(folder, 'outside.conf'), join(root, HOME, 'out.conf'))
  writeFileSync(join(folder, 'outside.conf'), SECRET)
  writeFileSync(
    join(root, CHUNK_FILE),
    chunkWith((settings) => {
      settings['fileSettings'] = {
        fileCollectionFrequency: 900,
        fileInfo: [
          { name: 'a', enabled: true, destinationPath: `${HOME}/*.conf`, recurse: true, links: 'Follow' },
          { name: 'b', enabled: true, destinationPath: '/etc/resolv.conf', recurse: false, links: 'Follow' },
          { name: 'c', enabled: true, destinationPath: `${HOME}/nothing.conf`, recurse: false },
        ],
      }
    }),
  )
  utimesSync(join(root, CHUNK_FILE), new Date(TAKEN - 86_400_000), new Date(TAKEN - 86_400_000))
  // No program can set back when a file changed, so the list is written later instead.
  const written = Math.floor(Date.now() / 1000) * 1000 + 60_000
  const list = join(root, FILE_JSON)
  writeFileSync(list, JSON.stringify(records))
  utimesSync(list, new Date(written), new Date(written))
  utimesSync(join(root, HOME, 'since.conf'), new Date(written + 5000), new Date(written + 5000))
  return { root, written }
}

async function machineSource(root: string): Promise<Source> {
  return (await liveHost(root, false, OPTIONS.signal)).source
}

async function read(source: Source): Promise<Report> {
  const report = assembleReport([await analyzeSource(source, catalogue, OPTIONS)], [], TAKEN, OPTIONS)
  expectValid(report)
  return report
}

function filesOf({ hosts }: Report): InventoryReport['files'] | undefined {
  return hosts[0]?.inventory.files
}

async function contentOf(source: Source, path: string): Promise<string> {
  let text = ''
  for await (const entry of source.entries()) {
    if (!entry.path.endsWith(path)) continue
    for await (const chunk of entry.content()) text += Buffer.from(chunk).toString()
  }
  return text
}

const EXPECTED = {
  db: 25,
  json: 7,
  host: 7,
  differences: {
    checked: 7,
    missing: 1,
    extra: 1,
    different: 2,
    changedSince: 1,
    unreadable: 0,
    first: [
      { path: `${HOME}/gone.conf`, what: 'missing' },
      { path: `${HOME}/other-sum.conf`, what: 'checksum' },
      { path: `${HOME}/other-mode.conf`, what: 'mode' },
      { path: `${HOME}/extra.conf`, what: 'extra' },
    ],
  },
}

test('a machine is compared with what the agent recorded of it', async () => {
  const { root, written } = machine()
  const report = await read(await machineSource(root))
  expect(filesOf(report)).toEqual(EXPECTED)
  const text = terminal(report, { color: false, unicode: true, width: 100, verbose: false })
  expect(text).toContain('Tracked files: 7 recorded files compared with the machine')
  expect(text).toMatch(/not there +\/home\/marguerite\/site\/gone\.conf/)

  const noted = await contentOf(await machineSource(root), 'tracked-files.ndjson')
  expect(noted).toContain(`"written":${String(written)},"whole":true`)
  expect(noted).not.toContain(SECRET)
  expect(noted).not.toContain('out.conf')
  expect(noted).not.toContain('readme')
})

test('the clock of another machine’s tree is its own', async () => {
  const { root } = machine()
  const times: (number | null)[] = []
  for await (const { path, mtime } of (await machineSource(root)).entries())
    if (path.endsWith('tracked-files.ndjson')) times.push(mtime)
  expect(times).toEqual([null])
})

test.each([
  ['redacted', false],
  ['as it is', true],
])('its bundle says the same, %s', async (_, secretsOnly) => {
  const { root } = machine()
  const redactor = createRedactor({ key: KEY, secretsOnly })
  const file = `${root}.tgz`
  const source = await machineSource(root)
  const { wanted, missing } = await choose(source, placeIndex(artifacts), { since: null, maxBytes: null })
  const names = { top: 'ct-diag-20260110T120000Z', name: 'bundle.tgz' }
  const packing = { ...OPTIONS, ...names, source, wanted, missing, redactor, startedAt: TAKEN }
  expect((await writeBundle(await createArchive(file, 'tgz'), packing)).outcome).toBe('written')

  const spelt = redactor.redactText(JSON.stringify(EXPECTED))
  expect(spelt.includes('marguerite')).toBe(secretsOnly)
  expect(filesOf(await read(await openSource(file)))).toEqual(JSON.parse(spelt))
  const noted = await contentOf(await openSource(file), 'ct-diag/tracked-files.ndjson')
  expect(noted).toContain('gone.conf')
  expect(noted.includes('marguerite')).toBe(secretsOnly)
  expect(noted).not.toContain(SECRET)
  const { hosts } = await contentsOf(await openSource(file), catalogue, OPTIONS)
  const present = hosts.flatMap(({ groups }) =>
    groups.flatMap((group) => group.present.map(({ artifact }) => artifact)),
  )
  expect(present).toContain('hostFiles')
})

test('nobody is asked for the list', async () => {
  const { root } = machine()
  rmSync(join(root, FILE_JSON))
  rmSync(join(root, DB))
  const source = await machineSource(root)
  expect(await contentOf(source, 'tracked-files.ndjson')).toBe('')
  const { hosts } = await contentsOf(source, catalogue, OPTIONS)
  const absent = hosts.flatMap(({ groups }) => groups.flatMap((group) => group.missing.map(({ artifact }) => artifact)))
  expect(absent).toContain('fileJson')
  expect(absent).not.toContain('hostFiles')
  const report = await read(await machineSource(root))
  expect(filesOf(report)).toEqual({ db: null, json: null, host: null, differences: null })
  expect(report.hosts[0]?.ask.map(({ artifact }) => artifact)).not.toContain('hostFiles')
})

test('without File.json the database says what was recorded', async () => {
  const { root } = machine()
  const records = JSON.parse(readFileSync(join(root, FILE_JSON), 'utf8')) as { FileSystemPath: string }[]
  const { mtime } = statSync(join(root, FILE_JSON))
  rmSync(join(root, FILE_JSON))
  const pairs = records.map(
    (record) => [Buffer.from(record.FileSystemPath).toString('base64'), JSON.stringify(record)] as const,
  )
  writeFileSync(join(root, DB), databaseOf(pairs))
  utimesSync(join(root, DB), mtime, mtime)
  const found = filesOf(await read(await machineSource(root)))
  const { first, ...counts } = EXPECTED.differences
  expect(found).toMatchObject({ db: 7, json: null, host: 7, differences: counts })
  const byPath = (list: readonly { readonly path: string }[] = []): unknown =>
    list.toSorted((a, b) => (a.path < b.path ? -1 : 1))
  expect(byPath(found?.differences?.first)).toEqual(byPath(first))
})

test('an interruption leaves a number that nobody takes for the whole', async () => {
  const { root } = machine()
  const { source } = await liveHost(root, false, AbortSignal.abort())
  expect(filesOf(await read(source))).toMatchObject({ host: null })
})
