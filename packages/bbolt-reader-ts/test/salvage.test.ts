import { bytesSource, openBolt, salvage, type Origin, type SalvageSummary } from '../src/index.js'
import { branch, bucket, build, leaf, seal } from './support/build.js'
import { damaged } from './support/damaged.js'
import { dump, hex, load, opened } from './support/files.js'

interface Salvaged {
  readonly lines: readonly string[]
  readonly sound: ReadonlySet<string>
  readonly origins: readonly Origin[]
  readonly summary: SalvageSummary
}

async function salvaged(bytes: Uint8Array): Promise<Salvaged> {
  const lines: string[] = []
  const sound = new Set<string>()
  const origins = new Set<Origin>()
  const summary = await salvage(bytesSource(bytes), {
    record: ({ bucket: path, key, value }, { origin, bucketKnown, suspect }) => {
      const line = `${bucketKnown ? path.map(hex).join('/') : '?'} ${hex(key)} ${hex(value)}\n`
      lines.push(line)
      origins.add(origin)
      if (!suspect) sound.add(line.slice(line.indexOf(' ')))
    },
  })
  expect(Object.values(summary.counts).reduce((sum, count) => sum + count, 0)).toBe(lines.length)
  return { lines, sound, origins: [...origins], summary }
}

/** Every record that any state still in the file has, without its bucket. */
async function everExisted(bytes: Uint8Array): Promise<{ now: Set<string>; ever: Set<string> }> {
  const { db } = await opened(bytes)
  const rest = (line: string): string => line.slice(line.indexOf(' '))
  const now = new Set((await dump(db)).lines.map(rest))
  const ever = new Set(now)
  if (db.previous !== null) for (const line of (await dump(db.previous)).lines) ever.add(rest(line))
  for (const { key, versions } of await db.history())
    for (const { value } of versions) ever.add(` ${hex(key)} ${hex(value)}\n`)
  return { now, ever }
}

test('an undamaged file gives its tree and nothing else', async () => {
  for (const file of ['nested.db', 'changetracking-sim.db', 'empty.db', 'pending.db', 'tx-copyfile.db']) {
    const bytes = load(file)
    const expected = (await dump((await opened(bytes)).db)).lines
    const { lines, summary } = await salvaged(bytes)
    expect(lines).toEqual(expected)
    expect(summary.whole).toBe(true)
  }
})

describe.each(['changetracking-sim.db', 'flat.db'])('damage in %s', (file) => {
  const original = load(file)
  const variants = damaged(original)
  let truth = { now: new Set<string>(), ever: new Set<string>() }
  const recalls: number[] = []
  beforeAll(async () => {
    truth = await everExisted(original)
  })

  test.each(variants.map((variant) => [variant.name, variant] as const))('%s', async (name, { bytes }) => {
    const { sound } = await salvaged(bytes)
    const found = [...sound].filter((line) => truth.now.has(line)).length
    recalls.push(found / truth.now.size)
    // Random bytes inside a value leave no trace; everything else that never existed would be an invention.
    if (!name.startsWith('noise')) expect([...sound].filter((line) => !truth.ever.has(line))).toEqual([])
  })

  test('the mean recall is what the design asks for', () => {
    expect(recalls).toHaveLength(variants.length)
    expect(recalls.reduce((sum, recall) => sum + recall, 0) / recalls.length).toBeGreaterThan(0.9)
  })
})

describe('where the records come from', () => {
  const flat = load('flat.db')
  const variant = (name: string): Uint8Array =>
    damaged(flat).find((found) => found.name === name)?.bytes ?? new Uint8Array()

  test.each<[string, Origin[]]>([
    ['newer-meta-checksum', ['rejected-meta']],
    ['both-metas-checksum', ['rejected-meta']],
    ['both-metas-zeroed', ['unplaced']],
    ['newer-meta-zeroed', ['unplaced']],
    ['branch-zeroed', ['tree', 'orphan']],
    ['leaf-other-id', ['tree', 'damaged-page']],
    ['leaf-without-type', ['tree', 'damaged-page']],
    ['bucket-above-high-water-mark', ['orphan']],
    ['meta-root-wild', ['orphan']],
    ['meta-high-water-mark-small', ['tree']],
    ['cut-to-half', ['unplaced']],
  ])('%s', async (name, origins) => {
    const { origins: found, lines } = await salvaged(variant(name))
    expect(found).toEqual(origins)
    // The bucket is known wherever a tree or a gap tells it.
    if (name !== 'cut-to-half')
      expect(lines.every((line) => line.startsWith(`${hex(Buffer.from('flat'))} `))).toBe(true)
  })
})

test('of two lost parts with bounds, each page goes to its own', async () => {
  const bytes = build({
    pages: [
      leaf(2, [
        { key: 'one', value: bucket(3), isBucket: true },
        { key: 'two', value: bucket(4), isBucket: true },
      ]),
      branch(3, [
        { key: 'a', page: 5 },
        { key: 'f', page: 99 },
      ]),
      branch(4, [
        { key: 'a', page: 6 },
        { key: 'c', page: 98 },
        { key: 'e', page: 7 },
      ]),
      leaf(5, [{ key: 'a', value: 'first' }]),
      leaf(6, [{ key: 'a', value: 'second' }]),
      leaf(7, [{ key: 'e', value: 'third' }]),
      leaf(8, [{ key: 'g', value: 'lost from one' }]),
      leaf(9, [{ key: 'c', value: 'lost from two' }]),
      leaf(10, [{ key: 'b', value: 'fits no gap' }]),
    ],
  })
  const { lines } = await salvaged(bytes)
  const line = (path: string, key: string, value: string): string =>
    `${path === '?' ? path : hex(Buffer.from(path))} ${hex(Buffer.from(key))} ${hex(Buffer.from(value))}\n`
  expect(lines).toEqual(expect.arrayContaining([line('one', 'g', 'lost from one'), line('two', 'c', 'lost from two')]))
  // No freelist tells that it is in use, and no gap wants it.
  expect(lines.join('')).not.toContain(hex(Buffer.from('fits no gap')))
})

test('a long page that lost its tail to another one is not trusted', async () => {
  const bytes = build({
    root: 2,
    pages: [
      leaf(2, [{ key: 'b', value: bucket(77), isBucket: true }]),
      leaf(3, [{ key: 'long', value: 'x'.repeat(900) }], 1),
      new Uint8Array(),
      leaf(5, [{ key: 'short', value: 'whole' }]),
    ],
  })
  expect((await salvaged(bytes)).sound.size).toBe(2)
  // Page 4 is used again.
  bytes.set(leaf(4, [{ key: 'newer' }]), 4 * 512)
  const { sound } = await salvaged(bytes)
  expect([...sound].join('')).not.toContain(hex(Buffer.from('long')))
})

test.each([512, 65536])('pages of %i bytes are found without any meta page', async (pageSize) => {
  const bytes = build({
    pageSize,
    pages: [leaf(2, [{ key: 'b', value: bucket(3), isBucket: true }]), leaf(3, [{ key: 'k', value: 'v' }])],
  })
  bytes.fill(0, 0, 2 * pageSize)
  expect((await openBolt(bytesSource(bytes))).ok).toBe(false)
  const { lines, summary } = await salvaged(bytes)
  expect(lines).toEqual(['62 6b 76\n'])
  expect(summary).toMatchObject({ pageSize, whole: false, counts: { unplaced: 1 } })
})

test('no checksum, the other byte order, no database', async () => {
  const bytes = load('active-meta1.db')
  const expected = (await dump((await opened(bytes)).db)).lines
  bytes.fill(0, 72, 80).fill(0, 4096 + 72, 4096 + 80)
  expect((await salvaged(bytes)).lines).toEqual(expected)

  for (const nothing of [new Uint8Array(), new Uint8Array(100_000), new Uint8Array(5000).fill(0x41)])
    expect((await salvaged(nothing)).summary).toMatchObject({ whole: false, counts: { tree: 0 } })
})

test('a meta page with a page size that is twice too large does not win', async () => {
  const bytes = load('flat.db')
  const { db } = await opened(bytes)
  const { page } = db.meta
  new DataView(bytes.buffer).setUint32(page * 4096 + 24, 8192, true)
  seal(bytes, page)
  const again = await opened(bytes)
  expect(again.db.pageSize).toBe(4096)
  expect(again.damage.map(({ code }) => code)).toEqual(['meta-invalid'])
  expect((await salvaged(bytes)).sound.size).toBe(5000)
})
