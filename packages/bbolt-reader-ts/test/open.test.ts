import { bytesSource, openBolt, type ByteSource } from '../src/index.js'
import { build, leaf, meta, seal } from './support/build.js'
import { codes, dump, load, opened } from './support/files.js'

const NO_FREELIST = 0xffffffffffffffffn
const PAGE = 4096

function sample(pageSize = 512): Uint8Array<ArrayBuffer> {
  return build({ pageSize, pages: [leaf(2, [{ key: 'k', value: 'v' }])] })
}

describe('which meta page is used', () => {
  test('the one with the higher transaction', async () => {
    expect((await opened(load('active-meta0.db'))).db.meta.page).toBe(0)
    expect((await opened(load('active-meta1.db'))).db.meta.page).toBe(1)
  })

  test('the first when both are of one transaction', async () => {
    const bytes = sample()
    bytes.set(meta({ page: 0, pageSize: 512, root: 2, highWaterMark: 3, freelist: NO_FREELIST, txid: 9n }))
    const { db, damage } = await opened(bytes)
    expect(damage).toEqual([])
    expect(db.metas.map(({ meta }) => meta?.txid)).toEqual([9n, 9n])
    expect(db.meta.page).toBe(0)
  })

  test('the newer one although it has no checksum, and that is said', async () => {
    const bytes = sample()
    bytes.fill(0, 512 + 72, 512 + 80)
    const { db, damage } = await opened(bytes)
    expect(db.meta.txid).toBe(9n)
    expect(db.metas[1].state).toBe('zero-checksum')
    expect(damage.map(({ code, page, offset }) => [code, page, offset])).toEqual([['meta-zero-checksum', 1, 512 + 72]])
  })

  test.each<[string, number, number[], string]>([
    ['magic', 16, [0, 0, 0, 0], 'magic'],
    ['version', 20, [3, 0, 0, 0], 'version'],
    ['root', 32, [99], 'checksum'],
    ['transaction', 64, [200], 'checksum'],
    ['checksum', 72, [1, 2, 3], 'checksum'],
  ])('the older one when the %s of the newer is damaged, and that is said', async (_, at, change, state) => {
    const bytes = sample()
    bytes.set(change, 512 + at)
    const { db, damage } = await opened(bytes)
    expect(db.meta.txid).toBe(8n)
    expect(db.metas.map((meta) => meta.state)).toEqual(['valid', state])
    expect(damage.map(({ code, page }) => [code, page])).toEqual([['meta-invalid', 1]])
  })

  test('an older meta is never taken because pages of the newer state are bad', async () => {
    const bytes = load('flat.db')
    const { db } = await opened(bytes)
    bytes.fill(0, db.meta.root * PAGE, db.meta.root * PAGE + 16)
    const again = await opened(bytes)
    expect(again.db.meta.txid).toBe(db.meta.txid)
    const found = await dump(again.db)
    expect(found.lines).toEqual([])
    expect(codes(found.damage)).toEqual(['page-id-mismatch'])
  })
})

describe('page size', () => {
  const sizes = Array.from({ length: 16 }, (_, power) => 512 << power)

  test.each(sizes)('%i is read', async (size) => {
    const { db, damage } = await opened(sample(size))
    expect(damage).toEqual([])
    expect(db.pageSize).toBe(size)
    expect((await dump(db)).lines).toHaveLength(1)
  })

  test.each(sizes)('%i is found although the first meta page is dead', async (size) => {
    const { db, damage } = await opened(sample(size).fill(0, 0, 80))
    expect(db.pageSize).toBe(size)
    expect(codes(damage)).toEqual(['meta-invalid'])
    expect((await dump(db)).lines).toHaveLength(1)
  })

  test('a damaged first meta that names another size is not believed', async () => {
    const bytes = sample(2048)
    new DataView(bytes.buffer).setUint32(24, 8192, true)
    const { db, damage } = await opened(bytes)
    expect(db.pageSize).toBe(2048)
    expect(db.metas[0].state).toBe('checksum')
    expect(codes(damage)).toEqual(['meta-invalid'])
  })

  test('a meta that names another size than its place is none', async () => {
    const bytes = sample(512)
    bytes.fill(0, 0, 80)
    // A copy of a meta of page size 512, where a file of page size 1024 has its second meta.
    bytes.copyWithin(1024, 512, 512 + 80).fill(0, 512, 512 + 80)
    expect((await openBolt(bytesSource(bytes))).ok).toBe(false)
  })

  test('two valid metas that name different sizes: the second cannot be right', async () => {
    const bytes = sample(512)
    new DataView(bytes.buffer).setUint32(512 + 24, 1024, true)
    seal(bytes, 1, 512)
    const { db, damage } = await opened(bytes)
    expect(db.pageSize).toBe(512)
    expect(db.metas[1].state).toBe('page-size')
    expect(codes(damage)).toEqual(['meta-invalid'])
  })
})

describe('fields that cannot be', () => {
  test.each<[string, number, bigint, string[]]>([
    ['root 0', 32, 0n, ['page-out-of-range', 'root-out-of-range']],
    ['root 2^64-1', 32, NO_FREELIST, ['page-out-of-range', 'root-out-of-range']],
    ['high-water mark 0', 56, 0n, ['high-water-mark', 'page-out-of-range', 'root-out-of-range']],
    ['high-water mark 2^64-1', 56, NO_FREELIST, ['high-water-mark']],
    ['high-water mark behind the file', 56, 1000n, ['file-truncated']],
  ])('%s', async (_, at, value, expected) => {
    const bytes = sample()
    new DataView(bytes.buffer).setBigUint64(512 + at, value, true)
    seal(bytes, 1, 512)
    const { db, damage } = await opened(bytes)
    const found = await dump(db)
    expect(codes([...damage, ...found.damage])).toEqual(expected)
    expect(found.lines).toHaveLength(expected.includes('page-out-of-range') ? 0 : 1)
  })
})

describe('what is refused', () => {
  test.each<[string, Uint8Array, string]>([
    ['nothing', new Uint8Array(0), 'file-too-small'],
    ['100 bytes', new Uint8Array(100), 'file-too-small'],
    ['zeros', new Uint8Array(100_000), 'not-bolt'],
    [
      'two bad checksums',
      sample()
        .fill(1, 72, 80)
        .fill(1, 512 + 72, 512 + 80),
      'meta-invalid',
    ],
  ])('%s', async (_, bytes, code) => {
    const result = await openBolt(bytesSource(bytes))
    expect(result.ok).toBe(false)
    expect(codes(result.damage)).toEqual([code])
  })

  test.each<[string, ByteSource]>([
    ['throws', { size: 4096, read: () => thrown() }],
    ['rejects', { size: 4096, read: () => Promise.reject(new Error('no medium')) }],
  ])('a source that %s', async (_, source) => {
    const result = await openBolt(source)
    expect(result.ok).toBe(false)
    expect(codes(result.damage)).toEqual(['read-failed'])
  })

  function thrown(): never {
    throw new Error('no medium')
  }
})
