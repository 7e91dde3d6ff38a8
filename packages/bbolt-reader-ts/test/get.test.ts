import fc from 'fast-check'
import { branch, bucket, build, leaf } from './support/build.js'
import { codes, hex, load, opened } from './support/files.js'

const pages = [
  leaf(2, [
    { key: 'a', value: bucket(3), isBucket: true },
    { key: 'b', value: bucket(0, leaf(0, [{ key: 'in', value: 'line' }])), isBucket: true },
    { key: 'plain', value: 'at the root' },
    { key: 'short', value: 'too short', isBucket: true },
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
  leaf(5, []),
  leaf(6, [{ key: 'k5', value: 'five' }]),
]
const whole = build({ pages })

async function get(bytes: Uint8Array, path: string[], key: string): Promise<string | string[]> {
  const { db } = await opened(bytes)
  const first = await db.get(path, key)
  const found = await db.get(path, key)
  // The second time what was read is known.
  expect(found).toEqual(first)
  return found.found ? `${new TextDecoder().decode(found.value)}@${found.page}` : codes(found.damage)
}

test.each<[string[], string, string | string[]]>([
  [['a'], 'k1', '@4'],
  [['a'], 'k2', 'two@4'],
  [['a'], 'k5', 'five@6'],
  [['b'], 'in', 'line@2'],
  [[], 'plain', 'at the root@2'],
  [['a'], 'k0', []],
  [['a'], 'k3', []],
  [['a'], 'k9', []],
  [['b'], 'i', []],
  [['b'], 'inn', []],
  [['none'], 'k1', []],
  [['plain'], 'k1', []],
  [['a', 'k1'], 'x', []],
  // A bucket is no value.
  [[], 'a', []],
  [['short'], 'k', ['bucket-too-short']],
])('%j %s', async (path, key, expected) => {
  expect(await get(whole, path, key)).toEqual(expected)
})

test('names and keys may be bytes', async () => {
  const { db } = await opened(whole)
  const found = await db.get([Uint8Array.of(0x61)], Uint8Array.of(0x6b, 0x32))
  expect(found.found).toBe(true)
})

describe('a miss because of damage is told from a clean one', () => {
  function damaged(change: (view: DataView) => void): Uint8Array {
    const bytes = new Uint8Array(whole)
    change(new DataView(bytes.buffer))
    return bytes
  }

  test.each<[string, (view: DataView) => void, string[], string, string | string[]]>([
    ['the leaf carries another id', (view) => view.setUint8(4 * 512, 77), ['a'], 'k2', ['page-id-mismatch']],
    ['the leaf is of no type', (view) => view.setUint8(4 * 512 + 8, 0x40), ['a'], 'k2', ['page-type']],
    [
      'the child lies outside',
      (view) => view.setUint32(3 * 512 + 16 + 8, 99, true),
      ['a'],
      'k2',
      ['page-out-of-range'],
    ],
    ['the branch points to itself', (view) => view.setUint8(3 * 512 + 16 + 8, 3), ['a'], 'k2', ['nested-too-deep']],
    [
      'the element lies outside',
      (view) => view.setUint32(4 * 512 + 16 + 12 + 16, 1e9, true),
      ['a'],
      'k2',
      ['element-out-of-bounds'],
    ],
    [
      'the branch has no children',
      (view) => view.setUint16(3 * 512 + 10, 0, true),
      ['a'],
      'k2',
      ['branch-without-children'],
    ],
    [
      'the inline page is none',
      (view) => view.setUint8(2 * 512 + 16 * 5 + 1 + 16 + 1 + 16 + 8, 9),
      ['b'],
      'in',
      ['inline-page'],
    ],
    [
      'keys before it are out of order',
      (view) => view.setUint8(4 * 512 + 16 + 32 + 1, 0x7a),
      ['a'],
      'k20',
      ['keys-not-ascending'],
    ],
  ])('%s', async (_, change, path, key, expected) => {
    expect(await get(damaged(change), path, key)).toEqual(expected)
  })

  test('another element of the page is damaged: the key is found all the same', async () => {
    const bytes = damaged((view) => view.setUint32(4 * 512 + 16 + 12, 1e9, true))
    expect(await get(bytes, ['a'], 'k2')).toBe('two@4')
    expect(await get(bytes, ['a'], 'k1')).toEqual(['element-out-of-bounds'])
  })

  test('a read fails', async () => {
    const { db } = await opened({
      size: whole.length,
      read: (start, end) => {
        if (start >= 4 * 512 && start < 5 * 512) throw new Error('bad sector')
        return whole.subarray(start, end)
      },
    })
    const miss = await db.get(['a'], 'k2')
    expect(miss.found ? [] : codes(miss.damage)).toEqual(['read-failed'])
    expect((await db.get(['a'], 'k5')).found).toBe(true)
  })
})

test('whatever is asked for, only keys of the file are found', async () => {
  const { db } = await opened(load('flat.db'))
  const key = fc.oneof(
    fc.uint8Array({ maxLength: 12 }),
    fc.integer({ min: -10, max: 6000 }).map((n) => new TextEncoder().encode(`key-${String(n).padStart(6, '0')}`)),
  )
  await fc.assert(
    fc.asyncProperty(key, async (wanted) => {
      const number = /^key-(\d{6})$/.exec(new TextDecoder().decode(wanted))?.[1]
      const found = await db.get(['flat'], wanted)
      expect(found.found).toBe(number !== undefined && Number(number) < 5000)
      if (!found.found) expect(found.damage).toEqual([])
    }),
    { numRuns: 300 },
  )
})

test('keys that differ late, early or only in length are found below a branch, and no others', async () => {
  // Few letters, zero among them: many keys begin alike, and some are the beginning of others.
  const key = fc.array(fc.constantFrom(0, 1, 0xff), { minLength: 1, maxLength: 7 }).map((bytes) => Buffer.from(bytes))
  const prefix = fc.constantFrom('', 'the same for all ')
  await fc.assert(
    fc.asyncProperty(prefix, fc.uniqueArray(key, { minLength: 4, maxLength: 40, selector: hex }), async (all, keys) => {
      const sorted = keys.map((one) => Buffer.concat([Buffer.from(all), one])).sort((a, b) => Buffer.compare(a, b))
      const [inside, others] = [0, 1].map((odd) => sorted.filter((_, index) => index % 2 === odd))
      const leaves = Array.from({ length: Math.ceil((inside ?? []).length / 3) }, (_, n) =>
        (inside ?? []).slice(3 * n, 3 * n + 3),
      )
      const { db } = await opened(
        build({
          pages: [
            leaf(2, [{ key: 'a', value: bucket(3), isBucket: true }]),
            branch(
              3,
              leaves.map(([first = ''], n) => ({ key: first, page: 4 + n })),
            ),
            ...leaves.map((part, n) =>
              leaf(
                4 + n,
                part.map((one) => ({ key: one, value: one })),
              ),
            ),
          ],
        }),
      )
      for (const one of [...(inside ?? []), ...(inside ?? [])]) {
        const found = await db.get(['a'], one)
        expect(found.found && hex(found.value)).toBe(hex(one))
      }
      for (const one of others ?? []) expect(await db.get(['a'], one)).toEqual({ found: false, damage: [] })
    }),
  )
})

test('a value stays as it is, whatever is asked for later', async () => {
  const { db } = await opened(load('flat.db'))
  const asked = Array.from({ length: 1000 }, (_, n) => `key-${String(n).padStart(6, '0')}`)
  const kept = new Map<string, Uint8Array>()
  for (const key of asked) {
    const found = await db.get(['flat'], key)
    if (found.found) kept.set(key, found.value)
  }
  const expected = new Map<string, string>()
  await db.walk({ record: ({ key, value }) => expected.set(new TextDecoder().decode(key), hex(value)) })
  expect(kept.size).toBe(asked.length)
  for (const [key, value] of kept) expect(hex(value)).toBe(expected.get(key))
})

test('a record that is no longer where it was is looked for in its page', async () => {
  const bytes = new Uint8Array(whole)
  const { db } = await opened(bytes)
  expect((await db.get(['a'], 'k1')).found).toBe(true)
  // As when a writer uses the page again: the two records have changed places.
  bytes.set(
    build({
      pages: [
        leaf(2, []),
        branch(3, []),
        leaf(4, [
          { key: 'j', value: '' },
          { key: 'k2', value: 'other' },
        ]),
      ],
    }).subarray(4 * 512, 5 * 512),
    4 * 512,
  )
  // Another leaf in between: the one that was read last is kept.
  expect((await db.get(['a'], 'k5')).found).toBe(true)
  const found = await db.get(['a'], 'k2')
  expect(found.found && new TextDecoder().decode(found.value)).toBe('other')
})

test('large values and keys of any length are found again where they were', async () => {
  const value = 'v'.repeat(3000)
  const keys = ['0', 'a', 'aa', 'aaa', 'aaaaaaaaa', 'aaaaaaaab', 'aaaab', 'b']
  const { db } = await opened(
    build({
      pageSize: 65536,
      pages: [
        leaf(2, [{ key: 'a', value: bucket(3), isBucket: true }]),
        leaf(
          3,
          keys.map((key) => ({ key, value: key + value })),
        ),
      ],
    }),
  )
  for (const key of [...keys, ...keys]) {
    const found = await db.get(['a'], key)
    expect(found.found && new TextDecoder().decode(found.value)).toBe(key + value)
  }
})
