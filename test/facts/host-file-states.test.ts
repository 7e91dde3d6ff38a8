import type { FileState } from '../../src/model/file-state.js'
import type { InventoryReport } from '../../src/model/report.js'
import { hostFilesText, type HostFiles } from '../../src/parsers/host-files.js'
import { analyzeHost } from '../support/analyze.js'
import {
  CHUNK_FILE,
  chunkWith,
  ctChunk,
  DCR_D,
  FILE_JSON,
  healthyHost,
  HostTree,
  SECOND_CHUNK,
  TAKEN,
} from '../support/host.js'

const WRITTEN = TAKEN - 10 * 60_000
const BEFORE = WRITTEN - 3_600_000
const SUM = 'a'.repeat(63) + '1'
const OTHER = 'b'.repeat(63) + '2'

function record(path: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return { FileSystemPath: path, FileContentChecksum: SUM, Size: 100, Mode: 420, ChangeType: 'StartTracking', ...more }
}

function state(path: string, more: Partial<FileState> = {}): FileState {
  const old = { mtime: BEFORE, ctime: BEFORE }
  return { path, state: 'file', link: false, size: 100, mode: 0o644, ...old, sha256: SUM, ...more }
}

const GONE = { state: 'missing', size: null, mode: null, mtime: null, ctime: null, sha256: null } as const

interface Case {
  readonly records: readonly unknown[]
  readonly files: readonly FileState[]
  readonly look?: Partial<HostFiles>
  readonly change?: (host: HostTree) => HostTree
}

async function compared({
  records,
  files,
  look = {},
  change = (host) => host,
}: Case): Promise<InventoryReport['files']> {
  const text = hostFilesText({ written: WRITTEN, whole: true, files, ...look })
  const host = healthyHost().with(FILE_JSON, JSON.stringify(records), WRITTEN)
  const report = await analyzeHost(change(host.with('ct-diag/tracked-files.ndjson', text, TAKEN)))
  return report.inventory.files
}

const NONE = { checked: 1, missing: 0, extra: 0, different: 0, changedSince: 0, unreadable: 0, first: [] }
const PATH = '/etc/a.conf'
const differs = (what: string): unknown => ({ ...NONE, different: 1, first: [{ path: PATH, what }] })

test('what is as recorded is told as that, and counted', async () => {
  const paths = ['/etc/a.conf', '/etc/b.conf']
  const files = await compared({ records: paths.map((path) => record(path)), files: paths.map((path) => state(path)) })
  expect(files).toMatchObject({ json: 2, host: 2, differences: { ...NONE, checked: 2 } })
})

test.each<[string, Record<string, unknown>, Partial<FileState>, unknown]>([
  ['another checksum', {}, { sha256: OTHER }, differs('checksum')],
  ['another size', {}, { size: 101, sha256: OTHER }, differs('size')],
  ['another mode', {}, { mode: 0o600 }, differs('mode')],
  ['not there', {}, GONE, { ...NONE, missing: 1, first: [{ path: PATH, what: 'missing' }] }],
  ['written since', {}, { sha256: OTHER, mtime: WRITTEN + 1000 }, { ...NONE, changedSince: 1 }],
  [
    'another mode since, which leaves the time',
    {},
    { mode: 0o600, ctime: WRITTEN + 1000 },
    { ...NONE, changedSince: 1 },
  ],
  ['an old file put in its place since', {}, { size: 7, ctime: WRITTEN + 1000 }, { ...NONE, changedSince: 1 }],
  ['changed within the second of the list', {}, { size: 7, ctime: WRITTEN + 400 }, { ...NONE, changedSince: 1 }],
  ['touched since and the same', {}, { mtime: WRITTEN + 1000, ctime: WRITTEN + 1000 }, NONE],
  ['a checksum in capitals', { FileContentChecksum: SUM.toUpperCase() }, {}, NONE],
  ['no checksum recorded', { FileContentChecksum: null }, { sha256: OTHER }, NONE],
  ['a checksum of zeros', { FileContentChecksum: '0'.repeat(64) }, { sha256: OTHER }, NONE],
  ['a checksum of another kind', { FileContentChecksum: 'f'.repeat(32) }, { sha256: OTHER }, NONE],
  ['not hashed', {}, { sha256: null }, NONE],
  ['a checksum of a large file', { Size: 1_250_001 }, { size: 1_250_001, sha256: OTHER }, NONE],
  ['a checksum of one just not large', { Size: 1_250_000 }, { size: 1_250_000, sha256: OTHER }, differs('checksum')],
  ['the mode of a large file', { Size: 2e6 }, { size: 2e6, mode: 0o600 }, differs('mode')],
  ['a mode as octal text', { Mode: '0644' }, {}, NONE],
  ['a mode as bare octal text', { Mode: '644' }, {}, NONE],
  ['a mode as letters', { Mode: '-rw-r--r--' }, {}, NONE],
  ['other letters', { Mode: '-rw-r-----' }, {}, differs('mode')],
  ['letters with a special bit', { Mode: '-rwsr-xr-x' }, { mode: 0o4755 }, NONE],
  ['a mode with the kind of file', { Mode: 0o100644 }, {}, NONE],
  ['a mode nobody knows', { Mode: 'u=rw,go=r' }, { mode: 0o600 }, NONE],
  ['no size and no mode', { Size: null, Mode: null }, { size: 5, mode: 0 }, NONE],
  ['a link to something else', {}, { link: true, size: 7, mode: 0o777, sha256: null }, NONE],
  ['not readable', {}, { state: 'unreadable', sha256: null }, { ...NONE, checked: 0, unreadable: 1 }],
  ['not readable, of another size', {}, { state: 'unreadable', size: 5, sha256: null }, differs('size')],
  ['a folder now', {}, { ...GONE, state: 'other' }, { ...NONE, checked: 0 }],
  ['the record of its going', { ChangeType: 'Removed' }, GONE, { ...NONE, checked: 0 }],
])('%s', async (_, more, now, expected) => {
  const { differences } = await compared({ records: [record(PATH, more)], files: [state(PATH, now)] })
  expect(differences).toEqual(expected)
})

test('of two records of a file one that fits is enough', async () => {
  const records = [record(PATH, { FileContentChecksum: OTHER }), record(PATH)]
  expect((await compared({ records, files: [state(PATH)] })).differences).toEqual(NONE)
})

test('what may not even be looked at makes the number unknown', async () => {
  const files = await compared({
    records: [record(PATH)],
    files: [state(PATH, { ...GONE, state: 'unreadable' })],
  })
  expect(files).toMatchObject({ host: null, differences: { checked: 0, unreadable: 1 } })
})

test('the first names are few, and the worst kind does not crowd out the others', async () => {
  const paths = Array.from({ length: 40 }, (_, index) => `/etc/${String(index)}.conf`)
  const { differences } = await compared({
    records: paths.map((path) => record(path)),
    files: paths.map((path, index) => state(path, index < 30 ? GONE : { sha256: OTHER })),
  })
  expect(differences).toMatchObject({ checked: 40, missing: 30, different: 10 })
  expect(differences?.first.map(({ what }) => what)).toEqual([
    ...Array<string>(10).fill('missing'),
    ...Array<string>(10).fill('checksum'),
  ])
})

const EXTRA = '/etc/apt/b.conf'
const second = (host: HostTree): HostTree => host.with(SECOND_CHUNK, JSON.stringify(ctChunk({ dcr: DCR_D })), BEFORE)
const tracking =
  (entry: Record<string, unknown>) =>
  (host: HostTree): HostTree =>
    host.with(
      CHUNK_FILE,
      chunkWith((settings) => {
        settings['fileSettings'] = {
          fileCollectionFrequency: 900,
          fileInfo: [{ name: 'a', enabled: true, destinationPath: '/etc/.*.conf', recurse: true, ...entry }],
        }
      }),
    )

test('a file that the rule asks for and the list lacks is told', async () => {
  const files = await compared({ records: [record(PATH)], files: [state(PATH), state(EXTRA, { sha256: null })] })
  expect(files.host).toBe(2)
  expect(files.differences).toEqual({ ...NONE, extra: 1, first: [{ path: EXTRA, what: 'extra' }] })
})

test.each<[string, Partial<Case>, string?]>([
  ['one rule with sub-folders', { change: tracking({}) }],
  ['a rule without them, in the folder itself', { change: tracking({ recurse: false }) }, '/etc/b.conf'],
  ['a path without a wildcard', { change: tracking({ destinationPath: EXTRA, recurse: false }) }],
])('so it is with %s', async (_, more, path = EXTRA) => {
  const files = await compared({ records: [record(PATH)], files: [state(PATH), state(path)], ...more })
  expect(files.differences?.first).toEqual([{ path, what: 'extra' }])
})

test.each<[string, Partial<Case>, Partial<FileState>?, string?]>([
  ['it is newer than the list', {}, { mtime: WRITTEN + 1000 }],
  ['it was put there after the list', {}, { ctime: WRITTEN + 1000 }],
  ['it is a link', {}, { link: true }],
  ['it is too large to be tracked', {}, { size: 5_000_001 }],
  ['it is hidden', {}, {}, '/etc/.b.conf'],
  ['it lies in a hidden folder', {}, {}, '/etc/.git/b.conf'],
  ['no rule asks for it', {}, {}, '/etc/apt/b.txt'],
  ['the rule does not ask for sub-folders', { change: tracking({ recurse: false }) }],
  ['the rule does not say whether it asks for them', { change: tracking({ recurse: undefined }) }],
  ['the pattern is vague', { change: tracking({ destinationPath: '/etc/(a|b)/.*' }) }],
  ['the path has no wildcard, and is a folder above', { change: tracking({ destinationPath: '/etc/apt' }) }],
  ['files are switched off', { change: tracking({ enabled: false }) }],
  ['two rules compete', { change: second }],
  ['a rule cannot be read', { change: (host) => host.with(SECOND_CHUNK, '{"dataSources', BEFORE) }],
  ['the rule came after the list', { change: (host) => host.stamped(/configchunks/, TAKEN) }],
  ['the list was cut', { change: (host) => host.edit(FILE_JSON, (text) => text.slice(0, -1)) }],
])('a file that is not recorded is no difference when %s', async (_, more, now = {}, path = EXTRA) => {
  const files = await compared({ records: [record(PATH)], files: [state(PATH), state(path, now)], ...more })
  expect(files.differences).toEqual(NONE)
})

test('at the limit of files some are left out', async () => {
  const records = (count: number): unknown[] =>
    Array.from({ length: count }, (_, i) => record(`/etc/${String(i)}.conf`))
  const look = { files: [state('/etc/1.conf'), state(EXTRA)] }
  expect((await compared({ ...look, records: records(499) })).differences?.extra).toBe(1)
  expect((await compared({ ...look, records: records(500) })).differences?.extra).toBe(0)
})

test('the number is only told when everything was looked through', async () => {
  const one = { records: [record(PATH)], files: [state(PATH)] }
  expect((await compared(one)).host).toBe(1)
  expect(await compared({ ...one, look: { whole: false } })).toMatchObject({ host: null, differences: NONE })
})

test.each<[string, Partial<Case>]>([
  ['another list was looked at', { look: { written: WRITTEN - 60_000 } }],
  ['the list is not there', { change: (host) => host.without(/File\.json|changetracking\.db/) }],
])('nothing is told when %s', async (_, more) => {
  const files = await compared({ records: [record(PATH)], files: [state(PATH, GONE)], ...more })
  expect(files).toMatchObject({ host: null, differences: null })
})

test('a stamp that an archive rounded is the same list', async () => {
  const look = { written: WRITTEN - 1900 }
  expect((await compared({ records: [record(PATH)], files: [state(PATH)], look })).differences).toEqual(NONE)
})
