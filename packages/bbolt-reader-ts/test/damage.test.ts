import fc from 'fast-check'
import { bytesSource, openBolt, type ByteSource, type Damage } from '../src/index.js'
import { seal } from './support/build.js'
import { codes, dump, load, opened } from './support/files.js'

const flat = load('flat.db')
const PAGE = 4096
const LEAF = 2
const BRANCH = 1

async function everything(bytes: Uint8Array | ByteSource): Promise<{ codes: string[]; lines: Set<string> }> {
  const result = await openBolt(bytes instanceof Uint8Array ? bytesSource(bytes) : bytes)
  if (!result.ok) return { codes: codes(result.damage), lines: new Set() }
  const found = await dump(result.db)
  await result.db.freelist()
  await result.db.get(['flat'], 'key-002500')
  return { codes: codes([...result.damage, ...found.damage]), lines: new Set(found.lines) }
}

/** The first page of a type that belongs to the tree of the newest state. */
async function pageOf(bytes: Uint8Array, type: number): Promise<number> {
  const { db } = await opened(bytes)
  const view = new DataView(bytes.buffer)
  if (type === LEAF) {
    let page = 0
    await db.walk({ record: (record) => void (page ||= record.page) })
    return page
  }
  const { buckets } = await db.buckets()
  const root = buckets.find(
    (bucket) => bucket.root !== null && view.getUint16(bucket.root * PAGE + 8, true) === type,
  )?.root
  if (root == null) throw new Error('The fixture has no branch page')
  return root
}

async function changed(
  type: number,
  change: (view: DataView, at: number) => void,
): Promise<{ codes: string[]; lines: Set<string> }> {
  const bytes = new Uint8Array(flat)
  const page = await pageOf(bytes, type)
  change(new DataView(bytes.buffer), page * PAGE)
  return everything(bytes)
}

const KEYS = 5000
let known: Set<string> | undefined
async function whole(): Promise<Set<string>> {
  return (known ??= new Set((await dump((await opened(flat)).db)).lines))
}

describe('one page damaged', () => {
  test.each<[string, number, (view: DataView, at: number) => void, string]>([
    ['another id', LEAF, (view, at) => view.setBigUint64(at, 999n, true), 'page-id-mismatch'],
    ['an unknown type', LEAF, (view, at) => view.setUint16(at + 8, 0x40, true), 'page-type'],
    ['two types at once', LEAF, (view, at) => view.setUint16(at + 8, 3, true), 'page-type'],
    ['a count of 65535', LEAF, (view, at) => view.setUint16(at + 10, 0xffff, true), 'count-out-of-bounds'],
    [
      'an overflow of 4 billion pages',
      LEAF,
      (view, at) => view.setUint32(at + 12, 0xffffffff, true),
      'overflow-out-of-range',
    ],
    ['a position outside', LEAF, (view, at) => view.setUint32(at + 16 + 4, 0xfffffff0, true), 'element-not-packed'],
    [
      'a position inside the element table',
      LEAF,
      (view, at) => view.setUint32(at + 16 + 4, 16, true),
      'element-not-packed',
    ],
    ['a key size outside', LEAF, (view, at) => view.setUint32(at + 16 + 8, 0x7fffffff, true), 'element-out-of-bounds'],
    [
      'a value size outside',
      LEAF,
      (view, at) => view.setUint32(at + 16 + 12, 0x7fffffff, true),
      'element-out-of-bounds',
    ],
    ['a value that is called a bucket', LEAF, (view, at) => view.setUint32(at + 16 * 2, 1, true), 'page-out-of-range'],
    ['a branch without children', BRANCH, (view, at) => view.setUint16(at + 10, 0, true), 'branch-without-children'],
    [
      'a child beyond the high-water mark',
      BRANCH,
      (view, at) => view.setBigUint64(at + 16 + 8, 1n << 40n, true),
      'page-out-of-range',
    ],
    [
      'a child that no file can have',
      BRANCH,
      (view, at) => view.setBigUint64(at + 16 + 8, (1n << 63n) + 7n, true),
      'page-out-of-range',
    ],
    [
      'a child that is a meta page',
      BRANCH,
      (view, at) => view.setBigUint64(at + 16 + 8, 1n, true),
      'page-out-of-range',
    ],
    [
      'a child that is the branch itself',
      BRANCH,
      (view, at) => view.setBigUint64(at + 16 + 8, BigInt(at / PAGE), true),
      'page-visited-twice',
    ],
    [
      'two children that are one page',
      BRANCH,
      (view, at) => view.setBigUint64(at + 16 + 8, view.getBigUint64(at + 32 + 8, true), true),
      'page-visited-twice',
    ],
  ])('%s', async (_, type, change, code) => {
    const found = await changed(type, change)
    expect(found.codes).toContain(code)
    const truth = await whole()
    expect([...found.lines].filter((line) => !truth.has(line))).toEqual([])
    if (type === LEAF) expect(found.lines.size).toBeGreaterThan(KEYS - 200)
  })

  test('keys out of order are delivered, and told by the check alone', async () => {
    const bytes = new Uint8Array(flat)
    const page = await pageOf(bytes, LEAF)
    const view = new DataView(bytes.buffer)
    const first = page * PAGE + 16
    bytes[first + view.getUint32(first + 4, true)] = 0xff
    const found = await everything(bytes)
    expect(found.codes).toEqual([])
    expect(found.lines.size).toBe(KEYS)
    const { db } = await opened(bytes)
    const wrong: Damage[] = []
    await db.check({ damage: (item) => wrong.push(item) })
    expect(codes(wrong)).toEqual(['keys-not-ascending'])
  })
})

describe('meta pages', () => {
  test.each([0, 1] as const)('meta page %i dead: the other is read, and it is said', async (page) => {
    const bytes = new Uint8Array(flat)
    bytes.fill(0x55, page * PAGE + 72, page * PAGE + 80)
    const { db, damage } = await opened(bytes)
    expect(codes(damage)).toEqual(['meta-invalid'])
    expect(db.meta.page).toBe(page === 0 ? 1 : 0)
    expect(db.metas[page].state).toBe('checksum')
  })

  test('both dead', async () => {
    const bytes = new Uint8Array(flat)
    bytes.fill(0, 0, 80).fill(0, PAGE, PAGE + 80)
    const result = await openBolt(bytesSource(bytes))
    expect(result.ok).toBe(false)
    expect(codes(result.damage)).toEqual(['not-bolt'])
  })

  test('no checksum at all is taken, and said', async () => {
    const bytes = new Uint8Array(flat)
    bytes.fill(0, 72, 80).fill(0, PAGE + 72, PAGE + 80)
    const { db, damage } = await opened(bytes)
    expect(codes(damage)).toEqual(['meta-zero-checksum'])
    expect((await dump(db)).lines).toHaveLength(KEYS)
  })

  test('a page size that cannot be is no valid meta, whatever its checksum', async () => {
    const bytes = new Uint8Array(flat)
    for (const page of [0, 1] as const) {
      new DataView(bytes.buffer).setUint32(page * PAGE + 24, 1000, true)
      seal(bytes, page)
    }
    expect((await openBolt(bytesSource(bytes))).ok).toBe(false)
  })

  test('a page id of more digits than a number has is not told wrongly', async () => {
    const bytes = new Uint8Array(flat)
    const page = await pageOf(bytes, BRANCH)
    new DataView(bytes.buffer).setBigUint64(page * PAGE + 16 + 8, (1n << 63n) + 7n, true)
    const { db } = await opened(bytes)
    const found: Damage[] = []
    await db.walk({ damage: (item) => found.push(item) })
    expect(found).toMatchObject([{ page: null, message: expect.stringMatching(/but is more than 2\^53\.$/) as string }])
  })

  test('a root beyond the high-water mark', async () => {
    const bytes = new Uint8Array(flat)
    const { db } = await opened(bytes)
    new DataView(bytes.buffer).setBigUint64(db.meta.page * PAGE + 32, 1n << 30n, true)
    seal(bytes, db.meta.page)
    expect((await everything(bytes)).codes).toEqual(['page-out-of-range', 'root-out-of-range'])
  })
})

test('a file of the other byte order reads the same', async () => {
  const bytes = load('active-meta1.db')
  const { db } = await opened(bytes)
  const expected = await dump(db)
  const swapped = await everything(bigEndian(bytes))
  expect(swapped.codes).toEqual([])
  expect(swapped.lines).toEqual(new Set(expected.lines))
})

/** Rewrites a file of single pages in the other byte order. */
function bigEndian(bytes: Uint8Array<ArrayBuffer>): Uint8Array {
  const out = new Uint8Array(bytes)
  const from = new DataView(bytes.buffer)
  const to = new DataView(out.buffer)
  const u16 = (at: number): void => to.setUint16(at, from.getUint16(at, true), false)
  const u32 = (at: number): void => to.setUint32(at, from.getUint32(at, true), false)
  const u64 = (at: number): void => to.setBigUint64(at, from.getBigUint64(at, true), false)
  const page = (start: number): void => {
    const flags = from.getUint16(start + 8, true)
    const count = from.getUint16(start + 10, true)
    u64(start)
    u16(start + 8)
    u16(start + 10)
    u32(start + 12)
    for (let at = start + 16, i = 0; i < count; i++, at += flags === 0x10 ? 8 : 16) {
      if (flags === 0x10) u64(at)
      else for (const field of [0, 4, 8, 12]) u32(at + field)
      if (flags !== LEAF || (from.getUint32(at, true) & 1) === 0) continue
      const value = at + from.getUint32(at + 4, true) + from.getUint32(at + 8, true)
      u64(value)
      u64(value + 8)
      if (from.getBigUint64(value, true) === 0n) page(value + 16)
    }
  }
  for (let start = 0; start < bytes.length; start += PAGE) {
    const flags = from.getUint16(start + 8, true)
    if (flags === 4) {
      for (const at of [0, 32, 40, 48, 56, 64]) u64(start + at)
      u16(start + 8)
      for (const at of [12, 16, 20, 24, 28]) u32(start + at)
      let sum = 0xcbf29ce484222325n
      for (const byte of out.subarray(start + 16, start + 72))
        sum = ((sum ^ BigInt(byte)) * 0x100000001b3n) & 0xffffffffffffffffn
      to.setBigUint64(start + 72, sum, false)
    } else if (flags === BRANCH) throw new Error('This helper does not know branch pages')
    else if (flags !== 0) page(start)
  }
  return out
}

describe('cut files', () => {
  test('a file cut in half keeps what lies before the cut', async () => {
    const found = await everything(flat.slice(0, 200 * 1024))
    expect(found.codes).toContain('file-truncated')
  })

  test.each([0, 1, 79, 80, 160, 4095, 4096, 8192, 12288])('cut after %i bytes it does not throw', async (length) => {
    await everything(flat.slice(0, length))
  })
})

test('the n-th read fails: a damage item, never a throw', async () => {
  for (let n = 0; n < 30; n++) {
    let reads = 0
    const source: ByteSource = {
      size: flat.length,
      read: (start, end) => {
        if (reads++ === n) throw new Error('the disk is on fire')
        return n % 2 === 0 ? flat.subarray(start, end) : Promise.resolve(flat.subarray(start, end))
      },
    }
    const damage: Damage[] = []
    const result = await openBolt(source)
    damage.push(...result.damage)
    if (result.ok) await result.db.walk({ damage: (item) => damage.push(item) })
    if (n < reads) expect(damage.length).toBeGreaterThan(0)
  }
})

test('a Buffer as source gives stable bucket paths', async () => {
  const { db } = await opened(bytesSource(Buffer.from(load('nested.db'))))
  const paths: (readonly Uint8Array[])[] = []
  await db.walk({ bucket: ({ path }) => paths.push(path) })
  const { buckets } = await db.buckets()
  expect(paths.map((path) => path.map((name) => Buffer.from(name).toString('hex')))).toEqual(
    buckets.map(({ path }) => path.map((name) => Buffer.from(name).toString('hex'))),
  )
  expect(new Set(paths.map((path) => path.map((name) => Buffer.from(name).toString('hex')).join('/'))).size).toBe(
    paths.length,
  )
})

describe('any bytes', () => {
  test('random bytes never throw', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 20_000 }), async (bytes) => {
        await everything(new Uint8Array(bytes))
      }),
      { numRuns: 100 },
    )
  })

  test.each(['deep.db', 'pending.db', 'active-meta0.db', 'nested.db'])(
    'flipped bytes of %s never throw and never invent a bucket path without end',
    async (file) => {
      const original = load(file)
      let seed = 20260110
      const random = (below: number): number => {
        seed = (seed * 1103515245 + 12345) % 2 ** 31
        return seed % below
      }
      for (let round = 0; round < (file === 'nested.db' ? 6 : 80); round++) {
        const bytes = new Uint8Array(original)
        for (let flips = 1 + random(30); flips > 0; flips--) bytes[random(bytes.length)] = random(256)
        await everything(bytes)
      }
    },
  )
})
