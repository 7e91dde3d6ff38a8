import fc from 'fast-check'
import { bytesSource, openBolt, salvage, type ByteSource, type Damage } from '../src/index.js'
import { branch, bucket, build, leaf, meta, type Element, seal } from './support/build.js'
import { codes, dump, load, opened } from './support/files.js'

const NO_FREELIST = 0xffffffffffffffffn

/** A file of 10 million pages that are made when they are read. */
function endless(make: (id: number) => Uint8Array): ByteSource {
  const pages = 10_000_000
  const page = (id: number): Uint8Array => {
    const bytes = new Uint8Array(512)
    bytes.set(
      id < 2
        ? meta({
            page: id,
            pageSize: 512,
            root: 2,
            highWaterMark: pages,
            freelist: NO_FREELIST,
            txid: BigInt(id),
          })
        : make(id),
    )
    return bytes
  }
  return {
    size: pages * 512,
    read: (start, end) => {
      const out = new Uint8Array(end - start)
      for (let at = start; at < end;) {
        const part = page(Math.floor(at / 512)).subarray(at % 512, Math.min(512, (at % 512) + end - at))
        out.set(part, at - start)
        at += part.length
      }
      return out
    },
  }
}

async function walked(source: ByteSource | Uint8Array): Promise<{ keys: number; buckets: number; codes: string[] }> {
  const { db, damage } = await opened(source)
  const found: Damage[] = [...damage]
  const { keys, buckets } = await db.walk({ damage: (item) => found.push(item) })
  return { keys, buckets, codes: codes(found) }
}

describe('depth without end', () => {
  test('buckets in buckets', async () => {
    const source = endless((id) =>
      leaf(id, [
        { key: 'd', value: bucket(id + 1), isBucket: true },
        { key: 'v', value: 'x' },
      ]),
    )
    const found = await walked(source)
    expect(found.codes).toEqual(['nested-too-deep'])
    expect(found.buckets).toBeGreaterThan(600)
    // On the way back every level still delivers its record.
    expect(found.keys).toBe(found.buckets)
    const { db } = await opened(source)
    expect(codes((await db.buckets()).damage)).toEqual(['nested-too-deep'])
  })

  test('branches below branches', async () => {
    const source = endless((id) => branch(id, [{ key: 'k', page: id + 1 }]))
    expect((await walked(source)).codes).toEqual(['nested-too-deep'])
    const { db } = await opened(source)
    const miss = await db.get([], 'k')
    expect(miss.found ? [] : codes(miss.damage)).toEqual(['nested-too-deep'])
  })

  test('pages put aside on the way down are read again on the way back', async () => {
    // Every level holds a leaf of 64 KiB, so that not all of them may stay in memory.
    const size = 2 ** 16
    const value = 'v'.repeat(30_000)
    const levels = 300
    const bytes = build({
      pageSize: size,
      pages: Array.from({ length: levels }, (_, level) => {
        const inner: Element[] = level + 1 < levels ? [{ key: 'd', value: bucket(level + 3), isBucket: true }] : []
        return leaf(level + 2, [{ key: 'a', value }, ...inner, { key: `z${level}`, value }])
      }),
    })
    const { db } = await opened(bytes)
    const found = await dump(db)
    expect(found.damage).toEqual([])
    expect(found.lines).toHaveLength(2 * levels)

    // The same while every second read of a page fails: told, and no throw.
    const seen = new Set<number>()
    const again = await opened({
      size: bytes.length,
      read: (start, end) => {
        if (start >= 2 * size && seen.has(start)) throw new Error('only once')
        seen.add(start)
        return bytes.slice(start, end)
      },
    })
    const once = await dump(again.db)
    expect(codes(once.damage)).toEqual(['read-failed'])
    expect(once.lines.length).toBeGreaterThan(levels)
    expect(once.lines.length + once.damage.length).toBe(2 * levels)
  })
})

test('a bucket that holds itself', async () => {
  const bytes = build({ pages: [leaf(2, [{ key: 'me', value: bucket(2), isBucket: true }, { key: 'v' }])] })
  const found = await walked(bytes)
  expect(found).toEqual({ keys: 1, buckets: 1, codes: ['page-visited-twice'] })
})

test('pages that claim each other do not multiply the work', async () => {
  // Every leaf says that all pages behind it belong to it, and that its value is all of them.
  const pages = 400
  const lies = Array.from({ length: pages }, (_, n) => {
    const page = leaf(n + 3, [{ key: `k${String(n).padStart(3, '0')}`, value: '' }], pages - 1 - n)
    new DataView(page.buffer).setUint32(16 + 12, 512 * (pages - n) - 64, true)
    return page
  })
  const children = Array.from({ length: pages }, (_, n) => ({ key: `k${String(n).padStart(3, '0')}`, page: n + 3 }))
  const top = branch(2, children)
  const room = Math.ceil(top.length / 512)
  for (const [n, page] of lies.entries()) new DataView(page.buffer).setBigUint64(0, BigInt(n + 2 + room), true)
  const moved = branch(
    2,
    children.map(({ key }, n) => ({ key, page: n + 2 + room })),
  )
  new DataView(moved.buffer).setUint32(12, room - 1, true)
  const bytes = build({ pages: [moved, ...lies] })
  let read = 0
  const { db } = await opened({
    size: bytes.length,
    read: (start, end) => {
      read += end - start
      return bytes.subarray(start, end)
    },
  })
  const found = await dump(db)
  expect(codes(found.damage)).toContain('overflow-out-of-range')
  expect(read).toBeLessThan(8 * bytes.length)
})

describe('inline buckets', () => {
  const inner = leaf(0, [
    { key: 'k1', value: 'one' },
    { key: 'k2', value: 'two' },
  ])
  function inline(change: (view: DataView) => void): Uint8Array {
    const page = new Uint8Array(inner)
    change(new DataView(page.buffer))
    return build({
      pages: [
        leaf(2, [
          { key: 'b', value: bucket(0, page), isBucket: true },
          { key: 'x', value: 'behind' },
        ]),
      ],
    })
  }

  test.each<[string, (view: DataView) => void, string[], number]>([
    ['whole', () => undefined, [], 3],
    ['an id', (view) => view.setUint8(0, 5), ['inline-page'], 3],
    ['an overflow', (view) => view.setUint8(12, 5), ['inline-page'], 3],
    ['a branch', (view) => view.setUint8(8, 1), ['inline-page'], 1],
    ['a count of 65535', (view) => view.setUint16(10, 0xffff, true), ['count-out-of-bounds'], 3],
    ['a count that is too small', (view) => view.setUint16(10, 1, true), ['count-too-small'], 2],
    ['a value size outside', (view) => view.setUint32(16 + 12, 1e6, true), ['element-out-of-bounds'], 2],
    ['a bucket inside', (view) => view.setUint32(16, 1, true), ['inline-page'], 2],
    ['keys out of order', (view) => view.setUint8(16 + 32, 0x7a), [], 3],
  ])('%s', async (_, change, expected, keys) => {
    const found = await walked(inline(change))
    expect(found.codes).toEqual(expected)
    expect(found.keys).toBe(keys)
  })

  test('no page at all', async () => {
    const bytes = build({
      pages: [
        leaf(2, [
          { key: 'b', value: bucket(0), isBucket: true },
          { key: 'c', value: 'eight by', isBucket: true },
          { key: 'x', value: 'behind' },
        ]),
      ],
    })
    expect(await walked(bytes)).toEqual({ keys: 1, buckets: 1, codes: ['bucket-too-short', 'inline-page'] })
  })
})

describe('one wrong number is told, and costs no more than it must', () => {
  const keys = Array.from({ length: 12 }, (_, n) => `k${String(n).padStart(2, '0')}`)
  const sound = leaf(
    2,
    keys.map((key) => ({ key, value: `value of ${key}` })),
  )
  const at = (element: number, field: number): number => 16 + 16 * element + field

  test.each<[string, (view: DataView) => void, string[], number]>([
    ['a value size too large, inside the page', (view) => grow(view, at(3, 12), 5), ['element-not-packed'], 11],
    ['a value size too small', (view) => grow(view, at(3, 12), -5), ['element-not-packed'], 11],
    ['a key size too large', (view) => grow(view, at(3, 8), 2), ['element-not-packed'], 11],
    ['a position a little off', (view) => grow(view, at(3, 4), 3), ['element-not-packed'], 12],
    ['a first position inside the table', (view) => view.setUint32(at(0, 4), 16, true), ['element-not-packed'], 12],
    ['a last position a little off', (view) => grow(view, at(11, 4), -3), ['element-not-packed'], 10],
    ['a last value size too small', (view) => grow(view, at(11, 12), -3), [], 12],
    ['a position inside the table', (view) => view.setUint32(at(5, 4), 16, true), ['element-not-packed'], 12],
    ['a count one too large', (view) => view.setUint16(10, 13, true), ['count-out-of-bounds'], 12],
    ['a count of 20', (view) => view.setUint16(10, 20, true), ['count-out-of-bounds'], 12],
    ['a count of 30', (view) => view.setUint16(10, 30, true), ['count-out-of-bounds'], 12],
    ['a count of 65535', (view) => view.setUint16(10, 65535, true), ['count-out-of-bounds'], 12],
    ['a count too small', (view) => view.setUint16(10, 9, true), ['count-too-small'], 9],
  ])('%s', async (_, change, expected, delivered) => {
    const page = new Uint8Array(sound)
    change(new DataView(page.buffer))
    const found = await walked(build({ pages: [page] }))
    expect(found.codes).toEqual(expected)
    expect(found.keys).toBe(delivered)
  })

  test.each([1, 2, 3, 4])('of %i elements, the first one lies outside', async (count) => {
    const page = leaf(
      2,
      keys.slice(0, count).map((key) => ({ key, value: 'v' })),
    )
    new DataView(page.buffer).setUint32(at(0, 12), 0xffffffff, true)
    expect(await walked(build({ pages: [page] }))).toEqual({
      keys: count - 1,
      buckets: 0,
      codes: ['element-out-of-bounds'],
    })
  })

  test('a first position far behind what had to be read of a long page', async () => {
    const page = leaf(2, [{ key: 'k', value: 'v' }], 3)
    const view = new DataView(page.buffer)
    view.setUint32(at(0, 4), 60 * 16, true)
    view.setUint32(at(0, 12), 0xffffffff, true)
    const bytes = build({ pages: [page, new Uint8Array(3 * 512)] })
    expect(await walked(bytes)).toEqual({ keys: 0, buckets: 0, codes: ['element-out-of-bounds'] })
  })

  test('damage says where', async () => {
    const page = new Uint8Array(sound)
    new DataView(page.buffer).setUint32(at(3, 12), 0xffffffff, true)
    const bytes = build({
      pages: [
        leaf(2, [{ key: 'b', value: bucket(3), isBucket: true }]),
        (new DataView(page.buffer).setUint8(0, 3), page),
      ],
    })
    const { damage } = await dump((await opened(bytes)).db)
    expect(damage).toEqual([
      {
        code: 'element-out-of-bounds',
        message: damage[0]?.message,
        page: 3,
        offset: 3 * 512 + at(3, 0),
        bucket: [Uint8Array.of(0x62)],
      },
    ])
  })

  function grow(view: DataView, place: number, by: number): void {
    view.setUint32(place, view.getUint32(place, true) + by, true)
  }
})

/** Everything the reader can do, with what it says. */
async function everything(source: ByteSource): Promise<{ lines: string[]; codes: string[] }> {
  const result = await openBolt(source)
  if (!result.ok) {
    await salvage(source, {})
    return { lines: [], codes: codes(result.damage) }
  }
  const found = await dump(result.db)
  const list = await result.db.buckets()
  const free = await result.db.freelist()
  const all = [...result.damage, ...found.damage, ...list.damage, ...free.damage]
  await result.db.check({ damage: (item) => all.push(item), note: (item) => all.push(item) })
  await result.db.pages()
  await result.db.history()
  await salvage(source, { damage: (item) => all.push(item) })
  for (const bucketPath of list.buckets.slice(0, 3).map(({ path }) => path)) {
    const got = await result.db.get(bucketPath, 'key-000500')
    if (!got.found) all.push(...got.damage)
  }
  for (const item of all) {
    expect(item.message).not.toBe('')
    expect(item.page === null || item.page >= 0).toBe(true)
  }
  return { lines: found.lines, codes: codes(all) }
}

test('cut anywhere: what is delivered is true, and a loss is told', async () => {
  const flat = load('flat.db')
  const truth = new Set((await dump((await opened(flat)).db)).lines)
  for (let length = 8192 + 17; length < flat.length; length += 39_119) {
    const { lines, codes: found } = await everything(bytesSource(flat.subarray(0, length)))
    expect(lines.filter((line) => !truth.has(line))).toEqual([])
    if (lines.length < truth.size) expect(found).toContain('file-truncated')
  }
})

test('cut inside any page, the walk ends', async () => {
  const flat = load('flat.db')
  for (let length = 2 * 4096; length < flat.length; length += 4096)
    for (const part of [1, 15, 16, 4095]) {
      const { db } = await opened(bytesSource(flat.subarray(0, length + part)))
      await db.walk({})
    }
})

test('one read that fails costs no record when each page can be read alone', async () => {
  const flat = load('flat.db')
  const truth = (await dump((await opened(flat)).db)).lines
  let runs = 0
  const { db } = await opened({
    size: flat.length,
    read: (start, end) => {
      if (end - start > 4096 && runs++ >= 0) throw new Error('too much at once')
      return flat.subarray(start, end)
    },
  })
  const found = await dump(db)
  expect(runs).toBeGreaterThan(0)
  expect(codes(found.damage)).toEqual(['read-failed'])
  expect(found.lines).toEqual(truth)
})

test.each(['sync', 'async'])('one sector that cannot be read costs its page and no other (%s)', async (way) => {
  const flat = load('flat.db')
  const truth = (await dump((await opened(flat)).db)).lines
  let page = 0
  await (await opened(flat)).db.walk({ record: (record) => void (page = record.page) })
  const bad = page * 4096 + 100
  const read = (start: number, end: number): Uint8Array => {
    if (start <= bad && bad < end) throw new Error('bad sector')
    return flat.subarray(start, end)
  }
  const source: ByteSource = {
    size: flat.length,
    read: way === 'sync' ? read : async (start, end) => Promise.resolve(read(start, end)),
  }
  const found = await dump((await opened(source)).db)
  expect(codes(found.damage)).toEqual(['read-failed'])
  const delivered = new Set(found.lines)
  const lost = truth.filter((line) => !delivered.has(line)).length
  expect(lost).toBeGreaterThan(0)
  expect(lost).toBeLessThan(100)
  expect(delivered.size).toBe(truth.length - lost)
})

describe('any damage: no throw, and an end', () => {
  const originals = ['deep.db', 'nested.db', 'flat.db', 'tx-copyfile.db', 'active-meta1.db'].map(load)

  /** Changes where it hurts: headers, element tables and metas of pages that hold something; metas are sealed again. */
  function spoil(original: Uint8Array, random: () => number): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(original)
    const view = new DataView(bytes.buffer)
    const pages = Math.floor(bytes.length / 4096)
    for (let changes = 1 + Math.floor(random() * 6); changes > 0; changes--) {
      let page = Math.floor(random() * pages)
      for (let tries = 0; tries < 40 && view.getUint16(page * 4096 + 8, true) === 0; tries++)
        page = Math.floor(random() * pages)
      const start = page * 4096
      const kind = random()
      const at = start + Math.floor(random() * (kind < 0.4 ? 16 : kind < 0.8 ? 400 : 4096))
      const pick = random()
      if (pick < 0.4) view.setUint8(at, Math.floor(random() * 256))
      else if (pick < 0.6) view.setUint8(at, view.getUint8(at) ^ (1 << Math.floor(random() * 8)))
      else if (pick < 0.8 && at + 4 <= bytes.length) view.setUint32(at, Math.floor(random() * pages), true)
      else if (at + 8 <= bytes.length) view.setBigUint64(at, BigInt(Math.floor(random() * 2 ** 53)) << 11n, true)
    }
    if (random() < 0.5) for (const page of [0, 1] as const) seal(bytes, page)
    return bytes
  }

  function seeded(seed: number): () => number {
    return () => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
      return seed / 2 ** 32
    }
  }

  test('spoiled files', async () => {
    const kinds = new Set<string>()
    for (let round = 0; round < 150; round++) {
      const original = originals[round % originals.length]
      if (original === undefined || (original.length > 2 ** 21 && round % 10 > 4)) continue
      const { codes: found } = await everything(bytesSource(spoil(original, seeded(round))))
      for (const code of found) kinds.add(code)
    }
    // The changes reach what they are meant to reach.
    expect([...kinds]).toEqual(
      expect.arrayContaining(['page-id-mismatch', 'page-type', 'element-out-of-bounds', 'page-out-of-range']),
    )
  }, 60_000)

  test('small files of any bytes behind good metas', async () => {
    const page = fc.uint8Array({ minLength: 16, maxLength: 512 })
    const shape = fc.record({
      pages: fc.array(page, { minLength: 1, maxLength: 6 }),
      root: fc.nat(9),
      freelist: fc.bigInt({ min: 0n, max: 12n }),
      typed: fc.array(fc.constantFrom(1, 2, 2, 2, 0x10), { minLength: 6, maxLength: 6 }),
      counts: fc.array(fc.constantFrom(0, 1, 2, 5, 31, 0xffff), { minLength: 6, maxLength: 6 }),
      overflow: fc.constantFrom(0, 0, 0, 1, 2, 0xffffffff),
    })
    await fc.assert(
      fc.asyncProperty(shape, async ({ pages, root, freelist, typed, counts, overflow }) => {
        for (const [index, bytes] of pages.entries()) {
          const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
          view.setBigUint64(0, BigInt(index + 2), true)
          view.setUint16(8, typed[index] ?? 2, true)
          view.setUint16(10, counts[index] ?? 1, true)
          view.setUint32(12, overflow, true)
          // Plausible small positions and sizes, so that elements are read and not only refused.
          for (let at = 16; at + 16 <= bytes.length; at++) if (at % 4 !== 0) view.setUint8(at, view.getUint8(at) & 1)
        }
        await everything(bytesSource(build({ pages, root, freelist })))
      }),
      { numRuns: 500 },
    )
  })

  test('a source that changes between two reads', async () => {
    const flat = load('flat.db')
    const random = seeded(7)
    const { db } = await opened({
      size: flat.length,
      read: (start, end) => {
        const bytes = flat.slice(start, end)
        for (let changes = 0; changes < 3; changes++)
          bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256)
        return start < 8192 ? flat.slice(start, end) : bytes
      },
    })
    for (let round = 0; round < 20; round++) await dump(db)
  })

  test('a source that returns nonsense', async () => {
    const flat = load('flat.db')
    let n = 0
    const answers = [(): unknown => undefined, (): unknown => null, (): unknown => 7, (): unknown => new Uint8Array(0)]
    const source = {
      size: flat.length,
      read: (start: number, end: number) =>
        n++ % 5 === 4 ? answers[n % answers.length]?.() : flat.subarray(start, end),
    } as unknown as ByteSource
    for (let round = 0; round < 20; round++) {
      const result = await openBolt(source)
      if (result.ok) await dump(result.db)
    }
  })
})
