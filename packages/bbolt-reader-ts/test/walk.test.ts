import { walkTree, type TreeVisitor } from '../src/walk.js'
import { openBolt, bytesSource, type ByteSource, type RecordView, type StoredRecord } from '../src/index.js'
import { branch, bucket, build, leaf } from './support/build.js'
import { codes, dump, hex, load, MANIFEST, opened, sha256 } from './support/files.js'

/** Sources that answer in every way they may. `readInto` fills memory that the reader uses again. */
const ways: [string, (bytes: Uint8Array) => ByteSource][] = [
  ['later', (bytes) => ({ size: bytes.length, read: async (start, end) => Promise.resolve(bytes.slice(start, end)) })],
  ['into memory', (bytes) => ({ ...bytesSource(bytes), readInto: (start, target) => fill(bytes, start, target) })],
  [
    'into memory, later',
    (bytes) => ({
      ...bytesSource(bytes),
      readInto: async (start, target) => Promise.resolve(fill(bytes, start, target)),
    }),
  ],
]

function fill(bytes: Uint8Array, start: number, target: Uint8Array): number {
  const part = bytes.subarray(start, start + target.length)
  target.fill(0xaa)
  target.set(part)
  return part.length
}

describe.each(ways)('a source that answers %s', (_, source) => {
  test.each(MANIFEST.map((line) => [line.file, line] as const))('%s', async (file, expected) => {
    const { db } = await opened(source(load(file)))
    const found = await dump(db)
    expect(found.damage).toEqual([])
    expect(sha256(found.lines)).toBe(expected.dump_sha256)
    expect(sha256(found.tree)).toBe(expected.tree_sha256)
  })
})

const small = build({
  pages: [
    leaf(2, [
      { key: 'a', value: bucket(3, undefined, 7n), isBucket: true },
      { key: 'b', value: bucket(0, leaf(0, [{ key: 'in', value: 'line' }]), 1n << 63n), isBucket: true },
      { key: 'plain', value: 'at the root' },
    ]),
    branch(3, [
      { key: 'k1', page: 4 },
      { key: 'k3', page: 5 },
      { key: 'k5', page: 6 },
    ]),
    leaf(4, [
      { key: 'k1', value: '' },
      { key: 'k2', value: 'two' },
    ]),
    // An empty leaf below a branch is legal.
    leaf(5, []),
    leaf(6, [{ key: 'k5', value: 'five' }]),
  ],
})

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes)
}

test('order, paths, pages and counts', async () => {
  const { db } = await opened(small)
  const events: unknown[] = []
  const summary = await db.walk({
    bucket: ({ path, sequence, root, page }) => events.push(['bucket', path.map(text), sequence, root, page]),
    record: ({ bucket: path, key, value, page }) => events.push([path.map(text), text(key), text(value), page]),
    leave: ({ path }, counts) => events.push(['leave', path.map(text), counts]),
    damage: (item) => events.push(item),
  })
  expect(events).toEqual([
    ['bucket', ['a'], 7n, 3, 2],
    [['a'], 'k1', '', 4],
    [['a'], 'k2', 'two', 4],
    [['a'], 'k5', 'five', 6],
    ['leave', ['a'], { keys: 3, buckets: 0 }],
    ['bucket', ['b'], 1n << 63n, null, 2],
    [['b'], 'in', 'line', 2],
    ['leave', ['b'], { keys: 1, buckets: 0 }],
    [[], 'plain', 'at the root', 2],
  ])
  expect(summary).toEqual({ buckets: 2, keys: 5, damage: 0 })
})

test('buckets come as a list with counts', async () => {
  const { db } = await opened(small)
  const { buckets, damage } = await db.buckets()
  expect(damage).toEqual([])
  expect(buckets.map(({ path, ...rest }) => ({ path: path.map(text), ...rest }))).toEqual([
    { path: ['a'], sequence: 7n, root: 3, page: 2, keys: 3, buckets: 0, depth: 1 },
    { path: ['b'], sequence: 1n << 63n, root: null, page: 2, keys: 1, buckets: 0, depth: 1 },
  ])
})

test('a view tells lengths and places, and a copy outlives it', async () => {
  const { db } = await opened({
    ...bytesSource(small),
    readInto: (start: number, target: Uint8Array) => fill(small, start, target),
  })
  const views: RecordView[] = []
  const copies: StoredRecord[] = []
  await db.walk({
    record: (record) => {
      views.push(record)
      copies.push(record.copy())
      expect(record.keyLength).toBe(record.key.length)
      expect(record.valueLength).toBe(record.value.length)
      expect(hex(record.bytes.subarray(record.keyStart, record.valueStart))).toBe(hex(record.key))
      expect(hex(record.bytes.subarray(record.valueStart, record.valueEnd))).toBe(hex(record.value))
    },
  })
  expect(copies.map(({ key }) => text(key))).toEqual(['k1', 'k2', 'k5', 'in', 'plain'])
  expect(copies.map(({ value }) => text(value))).toEqual(['', 'two', 'five', 'line', 'at the root'])
  // One view for all, which is why it must not be kept.
  expect(new Set(views).size).toBe(1)
})

describe('leaves read one behind the other', () => {
  const entry = (page: number) => [...'abcdef'].map((name) => ({ key: `${page}${name}`, value: name.repeat(60) }))
  const sound = build({
    pages: [
      branch(
        2,
        [3, 4, 5].map((page) => ({ key: `${page}a`, page })),
      ),
      ...[3, 4, 5].map((page) => leaf(page, entry(page))),
    ],
  })

  /** Records and damage; whoever asks for pages has each looked at for itself. */
  async function told(bytes: Uint8Array, more: TreeVisitor): Promise<string[]> {
    const { db } = await opened(bytes)
    const lines: string[] = []
    await walkTree(bytesSource(bytes), db.meta, {
      record: ({ key, value, page }) => lines.push(`${page} ${text(key)} ${text(value)}`),
      damage: ({ code, page, offset }) => lines.push(`${code} ${page} ${offset}`),
      ...more,
    })
    return lines
  }

  /** How many of the changes make a difference; that both ways tell the same is expected of each. */
  async function compared(changes: readonly ((view: DataView) => void)[]): Promise<number> {
    const whole = await told(sound, {})
    expect(whole).toHaveLength(18)
    let different = 0
    for (const change of changes) {
      const bytes = sound.slice()
      change(new DataView(bytes.buffer, 4 * 512, 512))
      const lines = await told(bytes, {})
      expect(lines).toEqual(await told(bytes, { page: () => undefined }))
      if (lines.join() !== whole.join()) different += 1
    }
    return different
  }

  test('tell the same as leaves read one by one, whatever byte of header and elements is changed', async () => {
    const values = [() => 0, () => 1, () => 2, () => 0x10, () => 0x7f, () => 0x80, () => 0xff]
    const ways = [...values, (was: number) => was ^ 1, (was: number) => was + 1, (was: number) => was - 1]
    const changes = Array.from({ length: 16 * 7 }, (_, at) =>
      ways.map((way) => (view: DataView) => view.setUint8(at, way(view.getUint8(at)))),
    ).flat()
    expect(await compared(changes)).toBeGreaterThan(changes.length / 2)
  })

  const add = (view: DataView, at: number, number: number) =>
    view.setUint32(at, view.getUint32(at, true) + number, true)
  const lies = [1, 2, 20, 61, 400, 512, 2 ** 16, 2 ** 31, -1, -3, -61].flatMap((lie) =>
    [0, 1, 2, 3, 4, 5].map((index) => [lie, 16 + 16 * index] as const),
  )

  test('… and where lengths that are wrong agree with the places of all keys that follow', async () => {
    const changes = lies.map(([lie, at]) => (view: DataView) => {
      add(view, at + 12, lie)
      for (let next = at + 16; next < 16 * 7; next += 16) add(view, next + 4, lie)
    })
    expect(await compared(changes)).toBe(changes.length)
  })

  test('… and where a branch names a leaf twice', async () => {
    const twice = sound.slice()
    // The page id of the branch's last element, behind distance and length.
    new DataView(twice.buffer, 2 * 512).setUint32(16 + 2 * 16 + 8, 4, true)
    const lines = await told(twice, {})
    expect(lines).toEqual(await told(twice, { page: () => undefined }))
    expect(lines.slice(12)).toEqual(['page-visited-twice 4 2048'])
  })

  test('… and where a key takes from its value what it may not have', async () => {
    const changes = lies.map(([lie, at]) => (view: DataView) => {
      add(view, at + 8, lie)
      add(view, at + 12, -lie)
    })
    expect(await compared(changes)).toBe(changes.length)
  })
})

test('what the visitor throws ends the walk', async () => {
  const { db } = await opened(small)
  let seen = 0
  const stop = new Error('enough')
  const walk = db.walk({
    record: () => {
      seen += 1
      if (seen === 2) throw stop
    },
  })
  await expect(walk).rejects.toBe(stop)
  expect(seen).toBe(2)
})

test('a visitor without callbacks, and one with state of its own', async () => {
  const { db } = await opened(small)
  expect(await db.walk({})).toEqual({ buckets: 2, keys: 5, damage: 0 })
  class Counter {
    seen = 0
    record(): void {
      this.seen += 1
    }
  }
  const counter = new Counter()
  await db.walk(counter)
  expect(counter.seen).toBe(5)
})

test('walks of one file may overlap', async () => {
  const bytes = load('nested.db')
  const { db } = await opened({
    ...bytesSource(bytes),
    readInto: async (start: number, target: Uint8Array) => Promise.resolve(fill(bytes, start, target)),
  })
  const [one, two] = await Promise.all([dump(db), dump(db)])
  expect(sha256(one.lines)).toBe(MANIFEST.find(({ file }) => file === 'nested.db')?.dump_sha256)
  expect(two.lines).toEqual(one.lines)
})

describe('pages longer than one', () => {
  const long = 'v'.repeat(5000)
  const overflowing = build({
    pages: [
      leaf(2, [{ key: 'b', value: bucket(3), isBucket: true }]),
      leaf(
        3,
        Array.from({ length: 40 }, (_, n) => ({ key: `k${String(n).padStart(2, '0')}`, value: n === 39 ? long : 'x' })),
        11,
      ),
    ],
  })

  test.each(ways)('are read whole from a source that answers %s', async (_, source) => {
    const { db } = await opened(source(overflowing))
    const lengths: number[] = []
    const damage: string[] = []
    await db.walk({ record: ({ value }) => lengths.push(value.length), damage: ({ code }) => damage.push(code) })
    expect(damage).toEqual([])
    expect(lengths).toHaveLength(40)
    expect(lengths[39]).toBe(5000)
  })

  test('when the file ends inside, the elements before the cut are delivered', async () => {
    const result = await openBolt(bytesSource(overflowing.subarray(0, 1536 + 1000)))
    if (!result.ok) throw new Error(result.damage[0].message)
    const found = await dump(result.db)
    expect(codes(result.damage)).toEqual(['file-truncated'])
    expect(codes(found.damage)).toEqual(['element-out-of-bounds', 'page-beyond-file'])
    expect(found.lines).toHaveLength(39)
  })
})
