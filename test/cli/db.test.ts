import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createHash } from 'node:crypto'
import { branch, bucket, build, freelist, leaf } from '../../packages/bbolt-reader-ts/test/support/build.js'
import { damaged } from '../../packages/bbolt-reader-ts/test/support/damaged.js'
import { load, MANIFEST } from '../../packages/bbolt-reader-ts/test/support/files.js'
import { runCli, type CliRun } from '../support/cli.js'

const folder = mkdtempSync(join(tmpdir(), 'ct-diag-db-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function file(name: string, bytes: Uint8Array): string {
  const path = join(folder, name)
  writeFileSync(path, bytes)
  return path
}

const record = (path: string, size: number, modified: string): string =>
  JSON.stringify({ FileSystemPath: path, Size: size, DateModified: modified })

/** A database with a text bucket, a binary one, an inline one, and one record that changed. */
const sample = file(
  'sample.db',
  build({
    freelist: 7n,
    pages: [
      leaf(2, [
        { key: 'files', value: bucket(3), isBucket: true },
        {
          key: Uint8Array.of(0xff, 0x00),
          value: bucket(0, leaf(0, [{ key: 'k', value: Uint8Array.of(0x80) }])),
          isBucket: true,
        },
      ]),
      branch(3, [
        { key: '/etc/a', page: 4 },
        { key: '/etc/m', page: 5 },
      ]),
      leaf(4, [{ key: '/etc/a', value: record('/etc/a', 12, '2026-01-10T08:00:00Z') }]),
      leaf(5, [{ key: '/etc/m', value: 'plain text' }]),
      leaf(6, [
        { key: '/etc/a', value: record('/etc/a', 9, '2026-01-09T08:00:00Z') },
        { key: '/etc/b', value: record('/etc/b', 1, '2026-01-08T08:00:00Z') },
      ]),
      freelist(7, 1, [6]),
    ],
  }),
)

const flat = load('flat.db')
const variant = (name: string): string => {
  const found = damaged(flat).find((one) => one.name === name)
  if (found === undefined) throw new Error(`There is no variant ${name}`)
  return file(`${name}.db`, found.bytes)
}

const db = (...args: readonly string[]): Promise<CliRun> => runCli(['db', ...args], { LANG: 'C.UTF-8' })

test('info', async () => {
  const { code, stdout, stderr } = await db('info', sample)
  expect([code, stderr]).toEqual([0, ''])
  expect(stdout).toContain('512 bytes, little-endian')
  expect(stdout).toContain('2 buckets, 3 keys')
  const json = JSON.parse((await db('info', sample, '--json')).stdout) as Record<string, unknown>
  expect(json).toMatchObject({ pageSize: 512, txid: '9', buckets: 2, keys: 3, freePages: 1, damage: [] })
})

test('info of a meta page that names a page beyond any', async () => {
  const bytes = new Uint8Array(load('flat.db'))
  // The last byte of the root's page id, in the older meta page.
  bytes[4096 + 32 + 7] = 0xff
  const { stdout } = await db('info', file('beyond.db', bytes))
  expect(stdout).toContain('root page more than 2^53,')
})

test('buckets, keys and get', async () => {
  expect((await db('buckets', sample)).stdout).toBe('files  2 keys, page 3\n0xff00  1 key, inline\n')
  expect((await db('keys', sample, 'files')).stdout).toBe('/etc/a\n/etc/m\n')
  expect((await db('keys', sample, '0xff00')).stdout).toBe('k\n')
  expect((await db('get', sample, 'files', '/etc/m')).stdout).toBe('plain text\n')
  expect((await db('get', sample, 'files', '/etc/a')).stdout).toContain('"Size": 12')
  expect((await db('get', sample, '0xff00', '0x6b')).stdout).toBe('0x80\n')
  expect(JSON.parse((await db('get', sample, '0xff00', 'k', '--json')).stdout)).toEqual({
    bucket: ['0xff00'],
    key: 'k',
    value: { base64: 'gA==' },
    page: 2,
  })
})

test.each<[string, string[], string]>([
  [
    'a bucket that is not there',
    ['keys', sample, 'file'],
    'There is no bucket file. At the top there are: files, 0xff00.',
  ],
  ['a key that is not there', ['get', sample, 'files', '/etc/c'], 'Bucket files has no key /etc/c.'],
  ['a bucket to dump that is not there', ['dump', sample, 'nothing'], 'There is no bucket nothing'],
  ['no key', ['get', sample, 'files'], 'expected FILE BUCKET... KEY'],
  ['a mistyped command', ['dmup', sample], 'Did you mean db dump?'],
  ['a mistyped flag', ['dump', sample, '--encodign', 'hex'], 'Did you mean --encoding?'],
  ['an encoding that is none', ['dump', sample, '--encoding', 'rot13'], 'rot13'],
])('%s is a mistake: exit 2', async (_, args, message) => {
  const { code, stderr, stdout } = await db(...args)
  expect([code, stdout]).toEqual([2, ''])
  expect(stderr).toContain(message)
})

test('dump, in every encoding', async () => {
  const lines = async (...args: string[]): Promise<unknown[]> =>
    (await db('dump', sample, ...args)).stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown)
  expect(await lines()).toEqual([
    { bucket: ['files'], key: '/etc/a', value: record('/etc/a', 12, '2026-01-10T08:00:00Z') },
    { bucket: ['files'], key: '/etc/m', value: 'plain text' },
    { bucket: [{ base64: '/wA=' }], key: 'k', value: { base64: 'gA==' } },
  ])
  expect(await lines('0xff00', '--encoding', 'hex')).toEqual([{ bucket: ['ff00'], key: '6b', value: '80' }])
  expect(await lines('0xff00', '--encoding', 'base64')).toEqual([{ bucket: ['/wA='], key: 'aw==', value: 'gA==' }])
  expect(await lines('0xff00', '--encoding', 'utf8')).toEqual([{ bucket: ['\ufffd\0'], key: 'k', value: '\ufffd' }])
})

test.each(MANIFEST.filter(({ keys }) => keys < 6000).map((line) => [line.file, line] as const))(
  'dump of %s is what real bbolt dumps',
  async (name, expected) => {
    const { code, stdout } = await db('dump', file(name, load(name)), '--encoding', 'hex')
    expect(code).toBe(0)
    const hash = createHash('sha256')
    for (const line of stdout.split('\n')) {
      if (line === '') continue
      const { bucket: path, key, value } = JSON.parse(line) as { bucket: string[]; key: string; value: string }
      hash.update(`${path.join('/')} ${key} ${value}\n`)
    }
    expect(hash.digest('hex')).toBe(expected.dump_sha256)
  },
)

test.each<[string, number, number, string]>([
  ['newer-meta-checksum', 0, 0, 'a newer state may be lost'],
  ['older-meta-zeroed', 0, 5000, 'It claims nothing'],
  ['freelist-zeroed', 0, 5000, ''],
  ['bytes-appended', 0, 5000, ''],
  ['leaf-zeroed', 3, 4500, 'should carry its own id'],
  ['branch-zeroed', 3, 5000, '(orphan)'],
  ['element-value-size-wild', 3, 4999, 'should lie inside'],
  ['both-metas-zeroed', 3, 5000, '(unplaced)'],
  ['both-metas-checksum', 3, 5000, '(rejected-meta)'],
  ['cut-to-half', 3, 2000, 'should have at least'],
  ['cut-to-100-bytes', 5, 0, ''],
])('dump of %s: exit %i', async (name, exit, least, said) => {
  const { code, stdout, stderr } = await db('dump', variant(name))
  expect(code).toBe(exit)
  expect(stdout.split('\n').length - 1).toBeGreaterThanOrEqual(least)
  if (said === '') expect(stderr).not.toContain('internal error')
  else expect(stderr).toContain(said)
})

test('what lies beside the tree is labelled, and asked for where the tree is whole', async () => {
  const lines = (await db('dump', variant('branch-zeroed'))).stdout.trim().split('\n')
  const origins = new Set(lines.map((line) => (JSON.parse(line) as { origin?: string }).origin))
  expect([...origins]).toEqual([undefined, 'orphan'])
  const salvaged = await db('dump', variant('newer-meta-checksum'), '--salvage')
  expect([salvaged.code, salvaged.stdout.split('\n').length - 1]).toEqual([3, 5000])
})

test('the state before', async () => {
  const path = file('sim.db', load('changetracking-sim.db'))
  const [now, before] = [await db('dump', path), await db('dump', path, '--previous')]
  expect([now.code, before.code]).toEqual([0, 0])
  expect(before.stdout).not.toBe(now.stdout)
  const none = await db('dump', variant('older-meta-zeroed'), '--previous')
  expect([none.code, none.stdout]).toEqual([2, ''])
})

test.each<[string, number, RegExp]>([
  ['sample', 0, /^note: the file|^Clean: 2 buckets, 3 keys\.\n$/],
  ['older-meta-checksum', 3, /^page [01], byte \d+: Meta page/],
  ['freelist-has-used-page', 3, /Pages? \d+.* should not be free while the tree uses it|Free page ids should ascend/],
  ['branch-child-twice', 3, /^page \d+, byte \d+, bucket flat: Page \d+ should belong to one place/],
  ['bytes-appended', 0, /^note: byte 1048576: The file ends with 33 bytes/],
])('check of %s', async (name, exit, said) => {
  const { code, stdout } = await db('check', name === 'sample' ? sample : variant(name))
  expect(code).toBe(exit)
  expect(stdout).toMatch(said)
})

test('check for machines', async () => {
  const { code, stdout } = await db('check', variant('leaf-zeroed'), '--json')
  expect(code).toBe(3)
  const json = JSON.parse(stdout) as { clean: boolean; damage: { code: string; page: number; offset: number }[] }
  expect(json.clean).toBe(false)
  expect(json.damage.map(({ code: what }) => what)).toContain('page-id-mismatch')
  for (const { page, offset } of json.damage) expect(offset).toBe(page * 4096)
})

test.each(['info', 'check', 'buckets', 'pages', 'history', 'dump'])(
  '%s of what is no BoltDB file: exit 5',
  async (command) => {
    const text = file('text.db', Buffer.from('this is no database\n'.repeat(1000)))
    const { code, stdout, stderr } = await db(command, text)
    expect([code, stdout]).toEqual([5, ''])
    expect(stderr).toMatch(/neither can be used/)
    const missing = await db(command, join(folder, 'missing.db'))
    expect(missing.code).toBe(5)
    expect(missing.stderr).toMatch(/^ct-diag: .*missing\.db does not exist\.\n$/)
  },
)

test.each(['info', 'check', 'buckets', 'keys', 'pages', 'history'])(
  '%s --json of what is no database is one document too',
  async (command) => {
    for (const path of [join(folder, 'no-such.db'), file('words.db', Buffer.from('no database at all'))]) {
      const { code, stdout, stderr } = await db(command, path, '--json')
      expect([code, stderr.trim().split('\n').length]).toEqual([5, 1])
      expect(JSON.parse(stdout)).toMatchObject({ problems: [{ message: expect.any(String) as string }] })
    }
  },
)

test('keys without a bucket names the buckets there are', async () => {
  const { code, stdout, stderr } = await db('keys', sample)
  expect([code, stdout]).toEqual([0, ''])
  expect(stderr).toContain('files')
})

test('pages', async () => {
  const { code, stdout } = await db('pages', sample)
  expect(code).toBe(0)
  expect(
    stdout
      .split('\n')
      .slice(0, 10)
      .map((line) => line.split(/\s+/).slice(0, 2).join(' ')),
  ).toEqual(['id type', '0 meta', '1 meta', '2 leaf', '3 branch', '4 leaf', '5 leaf', '6 free', '7 freelist', ''])
})

test('history, for people and for machines', async () => {
  const { code, stdout } = await db('history', sample)
  expect(code).toBe(0)
  expect(stdout).toBe(
    [
      'bucket files',
      '  /etc/a  (changed)  2026-01-10T08:00:00Z',
      '      Size: 9 → 12',
      '      DateModified: 2026-01-09T08:00:00Z → 2026-01-10T08:00:00Z',
      '      [from a page given up, page 6, likely]',
      '  /etc/b  (deleted)  2026-01-08T08:00:00Z',
      '      was FileSystemPath: /etc/b',
      '      was Size: 1',
      '      was DateModified: 2026-01-08T08:00:00Z',
      '      [from a page given up, page 6, likely]',
      '',
    ].join('\n'),
  )
  expect(JSON.parse((await db('history', sample, '--json')).stdout)).toEqual({
    records: [
      {
        bucket: ['files'],
        key: '/etc/a',
        live: record('/etc/a', 12, '2026-01-10T08:00:00Z'),
        versions: [
          {
            value: record('/etc/a', 9, '2026-01-09T08:00:00Z'),
            origin: 'free-page',
            page: 6,
            confidence: 'likely',
          },
        ],
      },
      {
        bucket: ['files'],
        key: '/etc/b',
        live: null,
        versions: [
          { value: record('/etc/b', 1, '2026-01-08T08:00:00Z'), origin: 'free-page', page: 6, confidence: 'likely' },
        ],
      },
    ],
  })
  const none = await db('history', variant('bytes-appended'), '--json')
  expect([none.code, JSON.parse(none.stdout)]).toEqual([0, { records: [] }])
})

test('history: in each bucket the newest first, the unknown bucket and what has no time last', async () => {
  const then = (key: string, day: string) => ({ key, value: record(key, 1, `2026-01-${day}T08:00:00Z`) })
  const path = file(
    'order.db',
    build({
      freelist: 6n,
      pages: [
        leaf(2, [
          { key: 'files', value: bucket(3), isBucket: true },
          { key: 'other', value: bucket(4), isBucket: true },
        ]),
        leaf(3, [then('/etc/a', '01'), then('/etc/b', '09'), { key: '/etc/c', value: 'c' }, then('/etc/d', '05')]),
        leaf(4, [{ key: 'x', value: 'x now' }]),
        leaf(5, [then('/home/u', '10')]),
        freelist(6, 3, [5, 7, 8]),
        leaf(
          7,
          ['/etc/a', '/etc/b', '/etc/c', '/etc/d'].map((key) => ({ key, value: 'then' })),
        ),
        leaf(8, [{ key: 'x', value: 'x then' }]),
      ],
    }),
  )
  const { stdout } = await db('history', path)
  expect(stdout.match(/^(bucket| {2}\S).*/gm)).toEqual([
    'bucket files',
    '  /etc/b  (changed)  2026-01-09T08:00:00Z',
    '  /etc/d  (changed)  2026-01-05T08:00:00Z',
    '  /etc/a  (changed)  2026-01-01T08:00:00Z',
    '  /etc/c  (changed)',
    'bucket other',
    '  x  (changed)',
    'bucket unknown',
    '  /home/u  (former value)  2026-01-10T08:00:00Z',
  ])
  const { records } = JSON.parse((await db('history', path, '--json')).stdout) as { records: { key: string }[] }
  expect(records.map(({ key }) => key)).toEqual(['/etc/b', '/etc/d', '/etc/a', '/etc/c', 'x', '/home/u'])
})

test('history of a bucket that is not there is a mistake', async () => {
  const { code, stdout, stderr } = await db('history', sample, 'fils')
  expect([code, stdout]).toEqual([2, ''])
  expect(stderr).toContain('There is no bucket fils.')
})

test('nothing is written beside the file', async () => {
  await db('dump', sample)
  expect(readdirSync(folder).filter((name) => !name.endsWith('.db'))).toEqual([])
})
