import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import type { ByteSource } from '../../src/model/byte-source.js'
import type { Parsed } from '../../src/model/parsed.js'
import { parseChangeTrackingDb, type CtDb } from '../../src/parsers/changetracking-db.js'
import { parseInventory } from '../../src/parsers/inventory-json.js'
import type { InventoryRecord } from '../../src/parsers/inventory-record.js'

const FIXTURES = join(__dirname, '..', 'fixtures')
const database = (name: string): Buffer =>
  gunzipSync(readFileSync(join(FIXTURES, 'changetracking-db', `${name}.db.gz`)))
const source = (bytes: Uint8Array): ByteSource => ({
  size: bytes.length,
  read: (start, end) => bytes.subarray(start, end),
})
const parse = (bytes: Uint8Array): Promise<Parsed<CtDb>> => parseChangeTrackingDb(source(bytes))
async function read(bytes: Uint8Array): Promise<CtDb> {
  const result = await parse(bytes)
  if (!result.ok) throw new Error(`no database: ${result.problems[0].code}`)
  return result.value
}
const codes = (result: Parsed<CtDb>): string[] => result.problems.map(({ code }) => code)

function listed(name: string): InventoryRecord[] {
  const result = parseInventory(readFileSync(join(FIXTURES, 'inventory', 'array', `${name}.json`)), null)
  if (!result.ok) throw new Error(`no list ${name}`)
  return result.value.records.map(({ record }) => record)
}
const fileIn = ({ records }: CtDb, path: string): CtDb['records'][number] | undefined =>
  records.find(({ record }) => record.kind === 'file' && record.path === path)
const ALL = ['File', 'Packages', 'Services'].flatMap(listed)
const sorted = (records: readonly InventoryRecord[]): string[] => records.map((r) => JSON.stringify(r)).sort()

const INTACT: readonly (readonly [string, number, number, readonly { path: string[]; keys: number }[]])[] = [
  ['one-bucket', 4096, 0, [{ path: ['ChangeTracking'], keys: 77 }]],
  [
    'nested',
    4096,
    3,
    [
      { path: ['vm-01'], keys: 0 },
      { path: ['vm-01', 'Software-Inventory'], keys: 1 },
      { path: ['vm-01', 'Software-Inventory', 'items'], keys: 40 },
      { path: ['vm-01', 'daemons'], keys: 1 },
      { path: ['vm-01', 'daemons', 'items'], keys: 12 },
      { path: ['vm-01', 'filesWorker'], keys: 1 },
      { path: ['vm-01', 'filesWorker', 'items'], keys: 25 },
    ],
  ],
  [
    'map-values',
    4096,
    2,
    [
      { path: ['FileBucket'], keys: 25 },
      { path: ['ServiceBucket'], keys: 2 },
      { path: ['SoftwareBucket'], keys: 2 },
    ],
  ],
  [
    'inline',
    65536,
    0,
    [
      { path: ['files'], keys: 25 },
      { path: ['packages'], keys: 40 },
      { path: ['services'], keys: 12 },
    ],
  ],
]

describe('parseChangeTrackingDb', () => {
  it.each(INTACT)('finds every record of %s', async (name, pageSize, hashes, buckets) => {
    const result = await parse(database(name))
    expect(result).toMatchObject({
      ok: true,
      problems: [],
      value: {
        pageSize,
        txid: '2',
        metas: [
          { valid: true, reason: null },
          { valid: true, reason: null },
        ],
        buckets,
        hashes,
        beyond: 0,
        emptyValues: 0,
        unrecognised: { count: 0, examples: [] },
        damage: [],
      },
    })
    const { records } = await read(database(name))
    expect(sorted(records.map(({ record }) => record))).toEqual(sorted(ALL))
  })

  it('tells where a record lies', async () => {
    const path = '/etc/adduser.conf'
    const one = fileIn(await read(database('one-bucket')), path)
    const key = 'L2V0Yy9hZGR1c2VyLmNvbmY='
    expect(one).toMatchObject({ record: { path }, bucket: ['ChangeTracking'], key, keyDecoded: path, segments: [] })
    const page = database('one-bucket').subarray(4096 * (one?.page ?? 0), 4096 * ((one?.page ?? 0) + 1))
    expect(page.includes(key)).toBe(true)

    const { records: plain } = await read(database('inline'))
    expect(plain[0]).toMatchObject({ record: { path }, bucket: ['files'], key: path, keyDecoded: null })

    const { records: mapped } = await read(database('map-values'))
    expect(mapped.find(({ record }) => record.kind === 'service')).toMatchObject({
      bucket: ['ServiceBucket'],
      key: 'map',
      keyDecoded: null,
      segments: ['apt-daily-upgrade.service'],
    })
  })

  it('does not take the base64 of something else for a path', async () => {
    const { records } = await read(database('one-bucket'))
    const decoded = records.filter(({ keyDecoded }) => keyDecoded !== null)
    expect(decoded).toHaveLength(25)
    for (const { record, keyDecoded } of decoded) expect(record).toMatchObject({ kind: 'file', path: keyDecoded })
  })

  it('delivers the rest when a leaf page is gone', async () => {
    const result = await parse(database('zeroed-leaf'))
    const value = await read(database('zeroed-leaf'))
    expect(value.records).toHaveLength(73)
    expect(value.damage).toEqual([expect.objectContaining({ page: 6, offset: 6 * 4096 })])
    expect(result.problems).toEqual([
      expect.objectContaining({ code: value.damage[0]?.code, at: { kind: 'bytes', offset: 24576, length: 4096 } }),
    ])
    expect(sorted(ALL)).toEqual(expect.arrayContaining(sorted(value.records.map(({ record }) => record))))
  })

  it('delivers what lies before the cut', async () => {
    const value = await read(database('truncated'))
    expect(value.damage.map(({ code }) => code)).toEqual(expect.arrayContaining(['file-truncated', 'page-beyond-file']))
    expect(codes(await parse(database('truncated')))).toEqual(value.damage.map(({ code }) => code))
    expect(value.records.length).toBeGreaterThan(0)
    expect(value.records.length).toBeLessThan(77)
    expect(sorted(ALL)).toEqual(expect.arrayContaining(sorted(value.records.map(({ record }) => record))))
  })

  it('reads the state before a torn meta page, and says so', async () => {
    const result = await parse(database('torn-meta'))
    expect(result.ok).toBe(true)
    expect(codes(result)).toEqual(['meta-invalid'])
    const value = await read(database('torn-meta'))
    expect(value.txid).toBe('2')
    expect(value.metas).toEqual([
      { valid: true, reason: null },
      { valid: false, reason: expect.any(String) as string },
    ])
    expect(sorted(value.records.map(({ record }) => record))).toEqual(sorted(ALL))
  })

  it('reads the newer state when both meta pages are whole', async () => {
    // With the checksum that belongs to the newer transaction again, its one change shows.
    const bytes = database('torn-meta')
    fnv(bytes.subarray(4096 + 16, 4096 + 72)).copy(bytes, 4096 + 72)
    const value = await read(bytes)
    expect(value.txid).toBe('3')
    expect(value.damage).toEqual([])
    expect(fileIn(value, '/etc/adduser.conf')?.record).toMatchObject({ checksum: '0'.repeat(64) })
  })

  it.each<[string, Uint8Array, string]>([
    ['no bytes', readFileSync(join(FIXTURES, 'changetracking-db', 'empty.db')), 'empty'],
    ['a few bytes', Buffer.from('bolt'), 'file-too-small'],
    ['NUL bytes', new Uint8Array(16384), 'not-bolt'],
    ['text', Buffer.from('[]\n'.repeat(4000)), 'not-bolt'],
    ['a compressed database', readFileSync(join(FIXTURES, 'changetracking-db', 'inline.db.gz')), 'not-bolt'],
  ])('fails for %s', async (_, bytes, code) => {
    const result = await parse(bytes)
    expect(result.ok).toBe(false)
    expect(codes(result)).toEqual([code])
  })

  it('fails when nothing can be read', async () => {
    const broken = {
      size: 65536,
      read: (): never => {
        throw new Error('EIO')
      },
    }
    const result = await parseChangeTrackingDb(broken)
    expect(result.ok).toBe(false)
  })

  it('survives the n-th read failing', async () => {
    const bytes = database('one-bucket')
    let reads = 0
    await parseChangeTrackingDb({
      size: bytes.length,
      read: (start, end) => {
        reads += 1
        return bytes.subarray(start, end)
      },
    })
    expect(reads).toBeGreaterThan(2)
    for (let failing = 1; failing <= reads; failing++) {
      let count = 0
      const result = await parseChangeTrackingDb({
        size: bytes.length,
        read(start, end) {
          count += 1
          if (count === failing) throw new Error('EIO')
          return bytes.subarray(start, end)
        },
      })
      expect(result.problems.length).toBeGreaterThan(0)
      if (result.ok) expect(result.value.records.length).toBeLessThanOrEqual(77)
    }
  })

  it('never throws for changed bytes, nor makes records up', async () => {
    const bytes = database('one-bucket')
    const used = 22 * 4096
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(used - 1), fc.nat(255)), { minLength: 1, maxLength: 40 }),
        async (changes) => {
          const changed = Buffer.from(bytes)
          for (const [at, byte] of changes) changed[at] = byte
          const result = await parse(changed)
          if (result.ok) expect(result.value.records.length + result.value.unrecognised.count).toBeLessThanOrEqual(200)
          else expect(result.problems.length).toBeGreaterThan(0)
        },
      ),
      { numRuns: 150 },
    )
  })

  it('never throws for a cut file', async () => {
    const bytes = database('nested')
    for (let cut = 0; cut < 30 * 4096; cut += 1500) {
      const result = await parse(bytes.subarray(0, cut))
      if (cut < 80) expect(result.ok).toBe(false)
      else if (result.ok) expect(result.value.damage.length).toBe(result.problems.length)
    }
  })
})

describe('values of the database', () => {
  const record = (name: string): string => `{"Name":"${name}","CurrentVersion":"1","Architecture":"all"}`

  it.each<[string, string | Uint8Array, string[]]>([
    ['a record', record('a'), ['a']],
    ['a list of records', `[${record('a')},${record('b')}]`, ['a', 'b']],
    ['a map of records', `{"a":${record('a')},"b":${record('b')}}`, ['a', 'b']],
    ['a record as JSON text', JSON.stringify(record('a')), ['a']],
    ['a map of JSON text', JSON.stringify({ a: record('a') }), ['a']],
  ])('recognises %s', async (_, value, names) => {
    const db = await read(withValues([value]))
    expect(db.records.map(({ record: found }) => (found.kind === 'file' ? found.path : found.name))).toEqual(names)
    expect(db).toMatchObject({ hashes: 0, emptyValues: 0, unrecognised: { count: 0 } })
  })

  it.each<[string, string | Uint8Array]>([
    ['SHA-256', '0f'.repeat(32)],
    ['MD5', 'D4'.repeat(16)],
    ['SHA-1 in quotes', `"${'0f'.repeat(20)}"`],
    ['an unsigned number', '11000000000000000001'],
    ['bytes of a sum', Uint8Array.from({ length: 32 }, (_, i) => 255 - i)],
  ])('counts %s as a hash', async (_, value) => {
    expect(await read(withValues([value]))).toMatchObject({ records: [], hashes: 1, unrecognised: { count: 0 } })
  })

  it.each(['', '[]', '{}', 'null', '{"Count":0,"Packages":null}'])('counts %j as empty', async (value) => {
    expect(await read(withValues([value]))).toMatchObject({ records: [], emptyValues: 1, unrecognised: { count: 0 } })
  })

  it.each<[string, string | Uint8Array, string, string[]]>([
    ['an object that is no record', '{"level":"canary","port":1}', 'json-object', ['level', 'port']],
    ['a list of names', '["canary"]', 'json-array', []],
    ['a string', '"canary"', 'json-string', []],
    ['a number', '42', 'json-scalar', []],
    ['a time', '2026-01-10T08:00:00Z canary', 'text', []],
    ['63 hex digits', 'a'.repeat(63), 'text', []],
    ['65 hex digits', 'a'.repeat(65), 'text', []],
    ['bytes', Uint8Array.of(255, 254, 0, 1, 2), 'binary', []],
    ['31 bytes', new Uint8Array(31).fill(200), 'binary', []],
    ['a cut record', record('canary').slice(0, -9), 'json-object', []],
    [
      'contents that look like a record',
      `{"Contents":${JSON.stringify(record('canary'))}}`,
      'json-object',
      ['Contents'],
    ],
  ])('reports %s without its value', async (_, value, type, keys) => {
    const db = await read(withValues([value]))
    expect(db.records).toEqual([])
    expect(db.unrecognised).toEqual({
      count: 1,
      examples: [
        {
          bucket: ['b'],
          key: 'k0',
          page: expect.any(Number) as number,
          head: { type, length: Buffer.from(value as string).length, keys },
        },
      ],
    })
    expect(JSON.stringify(db)).not.toContain('canary')
  })

  it('keeps no contents of a tracked file', async () => {
    const file =
      '{"FileSystemPath":"/etc/host.conf","Contents":"canary","FileContentBlobLink":"https://example.com/b?sig=canary"}'
    const result = await parse(withValues([file]))
    expect(result).toMatchObject({ value: { records: [{ record: { hasContents: true } }] } })
    expect(JSON.stringify(result)).not.toContain('canary')
  })

  it('keeps what it can of a cut list, and reports the rest', async () => {
    const db = await read(withValues([`[${record('a')},${record('b').slice(0, -3)}`]))
    expect(db.records).toHaveLength(1)
    expect(db.unrecognised).toMatchObject({ count: 1, examples: [{ head: { type: 'json-array' } }] })
  })

  it('bounds the examples', async () => {
    const { unrecognised } = await read(withValues(Array.from({ length: 20 }, () => '42')))
    expect(unrecognised.count).toBe(20)
    expect(unrecognised.examples).toHaveLength(10)
  })

  it('counts records beyond its bound', async () => {
    const half = `[${'{"SvcName":"a"},'.repeat(100_001)}]`
    expect(await read(withValues([half, half]))).toMatchObject({ records: { length: 200_000 }, beyond: 2, damage: [] })
  })

  it.each([
    ['/etc/host.conf', '/etc/host.conf'],
    ['.hidden', null],
    ['-x', null],
    ['etc/host.conf', null],
  ])('takes the base64 of %s as a key for %s', async (text, expected) => {
    const key = Buffer.from(Buffer.from(text).toString('base64'))
    const { records } = await read(withValues([record('a')], undefined, [key]))
    expect(records.map(({ keyDecoded }) => keyDecoded)).toEqual([expected])
  })

  it('gives names that are no text as hex', async () => {
    const db = await read(withValues([record('a')], Uint8Array.of(0xff, 0x00)))
    expect(db.buckets).toEqual([{ path: ['0xff00'], keys: 1 }])
    expect(db.records[0]?.bucket).toEqual(['0xff00'])
  })
})

/** A database of one inline bucket with keys k0, k1, …: two meta pages, a freelist and the root's leaf. */
function withValues(
  values: readonly (string | Uint8Array)[],
  name: Uint8Array = Buffer.from('b'),
  keys: readonly Buffer[] = values.map((_, i) => Buffer.from(`k${String.fromCharCode(48 + i)}`)),
): Buffer {
  const inner = leaf(
    0,
    values.map((value, i) => [0, keys[i] ?? Buffer.from('k'), Buffer.from(value as string)]),
  )
  const bucket = Buffer.concat([Buffer.alloc(16), inner])
  const root = leaf(3, [[1, Buffer.from(name), bucket]])
  const pages = Math.ceil(root.length / 16384)
  root.writeUInt32LE(pages - 1, 12)
  const bytes = Buffer.alloc((3 + pages) * 16384)
  for (const page of [0, 1]) {
    const at = page * 16384
    bytes.writeBigUInt64LE(BigInt(page), at)
    bytes.writeUInt16LE(4, at + 8)
    bytes.writeUInt32LE(0xed0cdaed, at + 16)
    bytes.writeUInt32LE(2, at + 20)
    bytes.writeUInt32LE(16384, at + 24)
    bytes.writeBigUInt64LE(3n, at + 32)
    bytes.writeBigUInt64LE(2n, at + 48)
    bytes.writeBigUInt64LE(BigInt(3 + pages), at + 56)
    bytes.writeBigUInt64LE(BigInt(page), at + 64)
    fnv(bytes.subarray(at + 16, at + 72)).copy(bytes, at + 72)
  }
  bytes.writeBigUInt64LE(2n, 2 * 16384)
  bytes.writeUInt16LE(16, 2 * 16384 + 8)
  root.copy(bytes, 3 * 16384)
  return bytes
}

function leaf(id: number, elements: readonly (readonly [flags: number, key: Buffer, value: Buffer])[]): Buffer {
  const head = Buffer.alloc(16 + 16 * elements.length)
  head.writeBigUInt64LE(BigInt(id), 0)
  head.writeUInt16LE(2, 8)
  head.writeUInt16LE(elements.length, 10)
  let at = head.length
  for (const [i, [flags, key, value]] of elements.entries()) {
    const start = 16 + 16 * i
    head.writeUInt32LE(flags, start)
    head.writeUInt32LE(at - start, start + 4)
    head.writeUInt32LE(key.length, start + 8)
    head.writeUInt32LE(value.length, start + 12)
    at += key.length + value.length
  }
  return Buffer.concat([head, ...elements.flatMap(([, key, value]) => [key, value])])
}

function fnv(bytes: Uint8Array): Buffer {
  let sum = 0xcbf29ce484222325n
  for (const byte of bytes) sum = BigInt.asUintN(64, (sum ^ BigInt(byte)) * 0x100000001b3n)
  const stored = Buffer.alloc(8)
  stored.writeBigUInt64LE(sum)
  return stored
}
