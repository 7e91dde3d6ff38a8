import { readFileSync } from 'node:fs'
import type { RecordHistory } from '../src/index.js'
import { branch, bucket, build, freelist, leaf } from './support/build.js'
import { hex, load, opened } from './support/files.js'
import { oracle, whenGo } from './support/oracle.js'

afterAll(oracle.remove)

function text(bytes: Uint8Array | null): string | null {
  return bytes === null ? null : Buffer.from(bytes).toString()
}

function plain({ bucket: path, key, live, versions }: RecordHistory): unknown {
  return [
    path.map(text).join('/'),
    text(key),
    text(live),
    versions.map(({ value, origin, page, confidence }) => [text(value), origin, page, confidence]),
  ]
}

/** Bucket `b` on pages 3 to 5; what the cases add comes behind. */
function file(pages: readonly Uint8Array[], free: readonly number[]): Uint8Array {
  return build({
    freelist: 6n,
    pages: [
      leaf(2, [
        { key: 'b', value: bucket(3), isBucket: true },
        { key: 'c', value: bucket(0, leaf(0, [{ key: 'x' }])), isBucket: true },
      ]),
      branch(3, [
        { key: 'a', page: 4 },
        { key: 'm', page: 5 },
      ]),
      leaf(4, [
        { key: 'a', value: 'a now' },
        { key: 'c', value: 'c now' },
      ]),
      leaf(5, [{ key: 'm', value: 'm now' }]),
      freelist(6, free.length, free),
      ...pages,
    ],
  })
}

test.each<[string, Uint8Array, unknown[]]>([
  ['nothing free', file([], []), []],
  [
    'a former leaf: changed, gone, unchanged',
    file(
      [
        leaf(7, [
          { key: 'a', value: 'a then' },
          { key: 'b', value: 'b then' },
          { key: 'c', value: 'c now' },
        ]),
      ],
      [7],
    ),
    [
      ['b', 'a', 'a now', [['a then', 'free-page', 7, 'likely']]],
      ['b', 'b', null, [['b then', 'free-page', 7, 'likely']]],
    ],
  ],
  [
    'a page that is neither used nor free',
    file([leaf(7, [{ key: 'a', value: 'a then' }])], []),
    [['b', 'a', 'a now', [['a then', 'orphan', 7, 'likely']]]],
  ],
  [
    'a former root leads to its leaf',
    file([leaf(7, [{ key: 'gone', value: bucket(8), isBucket: true }]), leaf(8, [{ key: 'k', value: 'v' }])], [7, 8]),
    [['gone', 'k', null, [['v', 'free-page', 8, 'likely']]]],
  ],
  [
    'what a former root names was used again, for a root',
    file(
      [
        leaf(7, [{ key: 'b', value: bucket(8), isBucket: true }]),
        leaf(8, [{ key: 'b', value: bucket(9), isBucket: true }]),
        leaf(9, [{ key: 'a', value: 'a then' }]),
      ],
      [7, 8, 9],
    ),
    [['b', 'a', 'a now', [['a then', 'free-page', 9, 'likely']]]],
  ],
  [
    'what a former root names was used again, for another bucket',
    file(
      [leaf(7, [{ key: 'gone', value: bucket(8), isBucket: true }]), leaf(8, [{ key: 'a', value: 'a then' }])],
      [7, 8],
    ),
    [['b', 'a', 'a now', [['a then', 'free-page', 8, 'likely']]]],
  ],
  [
    'two former roots that name each other',
    file(
      [
        leaf(7, [
          { key: 'b', value: bucket(8), isBucket: true },
          { key: 'c', value: bucket(0, leaf(0, [{ key: 'x', value: 'x then' }])), isBucket: true },
        ]),
        leaf(8, [{ key: 'c', value: bucket(7), isBucket: true }]),
      ],
      [7, 8],
    ),
    [['c', 'x', '', [['x then', 'free-page', 7, 'likely']]]],
  ],
  [
    'the child of a former branch was used again for other keys',
    file(
      [
        branch(7, [
          { key: 'a', page: 8 },
          { key: 'd', page: 9 },
        ]),
        leaf(8, [{ key: 'a', value: 'a then' }]),
        leaf(9, [{ key: 'a', value: 'not of this branch' }]),
      ],
      [7, 8, 9],
    ),
    [
      [
        'b',
        'a',
        'a now',
        [
          ['a then', 'free-page', 8, 'likely'],
          ['not of this branch', 'free-page', 9, 'likely'],
        ],
      ],
    ],
  ],
  ['a free page of zeros', file([new Uint8Array(20)], [7]), []],
  ['a free page with another id', file([leaf(9, [{ key: 'a', value: 'x' }])], [7]), []],
  ['a free page whose keys do not ascend', file([leaf(7, [{ key: 'c' }, { key: 'a', value: 'x' }])], [7]), []],
  [
    'keys that no bucket has',
    file([leaf(7, [{ key: 'zz', value: 'x' }])], [7]),
    [['', 'zz', null, [['x', 'free-page', 7, 'likely']]]],
  ],
])('%s', async (_, bytes, expected) => {
  const { db } = await opened(bytes)
  expect((await db.history()).map(plain)).toEqual(expected)
})

test('the times in the values order what pages do not', async () => {
  const bytes = file(
    [
      leaf(7, [{ key: 'a', value: 'a 1' }]),
      leaf(8, [{ key: 'a', value: 'a 3' }]),
      leaf(9, [{ key: 'a', value: 'a 2' }]),
    ],
    [7, 8, 9],
  )
  const { db } = await opened(bytes)
  const [found] = await db.history({ timeOf: (value) => Number(text(value)?.slice(2)) })
  expect(found?.versions.map(({ value }) => text(value))).toEqual(['a 3', 'a 2', 'a 1'])
})

test('the state before is whole, and certain', async () => {
  const { db } = await opened(load('changetracking-sim.db'))
  const found = await db.history()
  const before = found.filter(({ versions }) => versions.some(({ origin }) => origin === 'previous-transaction'))
  const now = new Map<string, string>()
  await db.walk({ record: ({ bucket: path, key, value }) => now.set([...path, key].map(hex).join('/'), hex(value)) })
  const expected = new Set<string>()
  await db.previous?.walk({
    record: ({ bucket: path, key, value }) => {
      const id = [...path, key].map(hex).join('/')
      if (now.get(id) !== hex(value)) expected.add(id)
    },
  })
  expect(before).toHaveLength(expected.size)
  expect(expected.size).toBeGreaterThan(50)
  for (const { versions } of before)
    expect(versions[0]).toMatchObject({ origin: 'previous-transaction', confidence: 'certain' })
})

whenGo('real transactions: nothing is invented, and every live value is the newest', async () => {
  const { file: path, printed } = oracle.make('history')
  const written = new Set(printed.trim().split('\n'))
  const { db } = await opened(new Uint8Array(readFileSync(path)))
  const found = await db.history()
  let known = 0
  for (const { bucket: names, key, live, versions } of found) {
    for (const { value } of versions) {
      const record = `${hex(key)} ${hex(value)}`
      const homes = ['files', 'packages', 'services'].filter((name) =>
        written.has(`${hex(Buffer.from(name))} ${record}`),
      )
      expect(homes).toHaveLength(1)
      if (names.length === 0) continue
      known += 1
      expect(names.map(text)).toEqual(homes)
      if (live !== null) expect(hex(value)).not.toBe(hex(live))
    }
  }
  // The dropped bucket comes back nearly whole; how nearly differs, as bbolt places pages anew in every run.
  const services = found.filter(({ bucket: names }) => text(names[0] ?? null) === 'services')
  expect(services.length).toBeGreaterThan(500)
  expect(known).toBeGreaterThan(500)
})
