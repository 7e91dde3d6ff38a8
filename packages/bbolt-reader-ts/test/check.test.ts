import { bytesSource, openBolt, type BoltFile, type Damage } from '../src/index.js'
import { branch, bucket, build, freelist, leaf, type FileShape, seal } from './support/build.js'
import { codes, load, MANIFEST, opened } from './support/files.js'

async function check(db: BoltFile): Promise<{ damage: Damage[]; notes: Damage[] }> {
  const damage: Damage[] = []
  const notes: Damage[] = []
  const summary = await db.check({ damage: (item) => damage.push(item), note: (item) => notes.push(item) })
  expect([summary.damage, summary.notes]).toEqual([damage.length, notes.length])
  return { damage, notes }
}

async function checked(bytes: Uint8Array): Promise<{ damage: string[]; notes: string[]; all: Damage[] }> {
  const { damage, notes } = await check((await opened(bytes)).db)
  return { damage: codes(damage), notes: codes(notes), all: damage }
}

test.each(MANIFEST.map(({ file }) => file))('%s is clean', async (file) => {
  expect((await checked(load(file))).damage).toEqual([])
})

test('the state before is clean too', async () => {
  const { db } = await opened(load('changetracking-sim.db'))
  const { previous } = db
  if (previous === null) throw new Error('The fixture has two states')
  expect(previous.meta.txid).toBe(db.meta.txid - 1n)
  const damage: Damage[] = []
  const { keys } = await previous.walk({ damage: (item) => damage.push(item) })
  expect(damage).toEqual([])
  expect(keys).toBeGreaterThan(3000)
})

/** Page 2: branch; 3 and 4: its leaves; 5: freelist; 6: free. */
function tree(change: Partial<FileShape> = {}, pages: readonly Uint8Array[] = []): Uint8Array<ArrayBuffer> {
  const all = [
    leaf(2, [{ key: 'b', value: bucket(3), isBucket: true }]),
    branch(3, [
      { key: 'a', page: 4 },
      { key: 'm', page: 5 },
    ]),
    leaf(4, [{ key: 'a', value: '1' }, { key: 'c' }]),
    leaf(5, [{ key: 'm', value: '2' }, { key: 'z' }]),
    freelist(6, 1, [7]),
    new Uint8Array(16),
  ]
  for (const [index, page] of pages.entries()) if (page.length > 0) all[index] = page
  return build({ pages: all, freelist: 6n, ...change })
}

const same = new Uint8Array()

test.each<[string, Uint8Array, string[], string[]]>([
  ['nothing', tree(), [], []],
  [
    'a page of the tree is free',
    tree({}, [same, same, same, same, freelist(6, 2, [4, 7])]),
    ['page-freed'],
    ['torn-copy'],
  ],
  ['a page is neither', tree({}, [same, same, same, same, freelist(6, 0, [])]), ['page-unreachable'], ['torn-copy']],
  ['a page is free twice', tree({}, [same, same, same, same, freelist(6, 2, [7, 7])]), ['freelist'], ['freelist']],
  [
    'the freelist is another page',
    tree({}, [same, same, same, same, leaf(6, [])]),
    ['page-replaced'],
    ['freelist', 'torn-copy'],
  ],
  ['no freelist is kept', tree({ freelist: 0xffffffffffffffffn }), [], ['freelist']],
  [
    'a key below its branch',
    tree({}, [same, same, same, leaf(5, [{ key: 'l' }, { key: 'z' }])]),
    ['key-out-of-range'],
    ['torn-copy'],
  ],
  [
    'a key above its branch',
    tree({}, [same, same, leaf(4, [{ key: 'a' }, { key: 'm' }])]),
    ['key-out-of-range'],
    ['torn-copy'],
  ],
  ['a key just below the next branch', tree({}, [same, same, leaf(4, [{ key: 'a' }, { key: 'lzzz' }])]), [], []],
  ['keys out of order', tree({}, [same, same, leaf(4, [{ key: 'c' }, { key: 'a' }])]), ['keys-not-ascending'], []],
  ['the same key twice', tree({}, [same, same, leaf(4, [{ key: 'a' }, { key: 'a' }])]), ['keys-not-ascending'], []],
  [
    'branch keys out of order',
    tree({}, [
      same,
      branch(3, [
        { key: 'm', page: 5 },
        { key: 'a', page: 4 },
      ]),
    ]),
    ['key-out-of-range', 'keys-not-ascending'],
    [],
  ],
  [
    'keys out of order in an inline bucket',
    build({
      pages: [leaf(2, [{ key: 'b', value: bucket(0, leaf(0, [{ key: 'z' }, { key: 'a' }])), isBucket: true }])],
    }),
    ['keys-not-ascending'],
    ['freelist'],
  ],
  ['bytes behind the last page', new Uint8Array([...tree(), 1, 2, 3]), [], ['trailing-bytes']],
])('%s', async (_, bytes, damage, notes) => {
  const found = await checked(bytes)
  expect([found.damage, found.notes]).toEqual([damage, notes])
})

test('the places are told', async () => {
  const found = await checked(tree({}, [same, same, leaf(4, [{ key: 'c' }, { key: 'a' }]), same, freelist(6, 0, [])]))
  expect(found.all.map(({ code, page, offset }) => [code, page, offset])).toEqual([
    ['keys-not-ascending', 4, 4 * 512 + 16 + 32 + 1],
    ['page-unreachable', 7, 7 * 512],
  ])
  expect(found.all[0]?.bucket).toEqual([Uint8Array.of(0x62)])
})

test.each<[string, (view: DataView) => void, string[], string[]]>([
  ['the header of a meta page', (view) => view.setUint16(8, 2, true), ['meta-implausible'], []],
  ['the older root', (view) => view.setBigUint64(older(view) + 32, 99n, true), ['meta-implausible'], []],
  ['the older freelist', (view) => view.setBigUint64(older(view) + 48, 1n, true), ['meta-implausible'], []],
  ['the older checksum', (view) => view.setBigUint64(older(view) + 72, 1n, true), ['meta-invalid'], []],
  ['transactions far apart', (view) => view.setBigUint64(older(view) + 64, 2n, true), [], ['meta-implausible']],
  [
    'two trees of one transaction',
    (view) => {
      view.setBigUint64(older(view) + 64, 9n, true)
      view.setBigUint64(older(view) + 32, 4n, true)
    },
    ['meta-implausible'],
    [],
  ],
])('meta pages: %s', async (name, change, damage, notes) => {
  const bytes = tree()
  change(new DataView(bytes.buffer))
  if (!name.includes('checksum')) for (const page of [0, 1] as const) seal(bytes, page, 512)
  const found = await checked(bytes)
  expect([found.damage, found.notes.filter((code) => code !== 'freelist')]).toEqual([damage, notes])
})

function older(view: DataView): number {
  return view.getBigUint64(64, true) < view.getBigUint64(512 + 64, true) ? 0 : 512
}

test('a high-water mark without end costs no time', async () => {
  const bytes = tree({ highWaterMark: 2 ** 40 })
  expect((await checked(bytes)).damage).toContain('file-truncated')
})

test('a sector of zeros inside a record is noted', async () => {
  const bytes = build({ pageSize: 4096, pages: [leaf(2, [{ key: 'k', value: 'v'.repeat(2000) }])] })
  const place = 2 * 4096 + 1024
  bytes.fill(0, place, place + 512)
  const found = await checked(bytes)
  expect([found.damage, found.notes]).toEqual([[], ['freelist', 'zero-sector']])
})

test('what the visitor throws comes through', async () => {
  const { db } = await opened(tree({}, [same, same, same, same, freelist(6, 0, [])]))
  await expect(
    db.check({
      damage: () => {
        throw new Error('enough')
      },
    }),
  ).rejects.toThrow('enough')
})

test('a file that is no database is refused before', async () => {
  const result = await openBolt(bytesSource(new Uint8Array(8192)))
  expect(result.ok).toBe(false)
})
