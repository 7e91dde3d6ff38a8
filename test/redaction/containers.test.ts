import fc from 'fast-check'
import { redacted } from '../support/redaction.js'

const CANARY = 'c4nary-of-a-customer'
const NAMES = ['protectedSettings', 'contents', 'customData', 'userData', 'publicKeys', 'keyData', 'x509']

/** What a copy of one file says. */
async function copyOf(path: string, content: string): Promise<string> {
  const { result, entries } = await redacted(new Map([[path, { content }]]), { secretsOnly: true })
  expect(result).toMatchObject({ outcome: 'written' })
  return Buffer.from(entries.get(path)?.content ?? '').toString()
}

const leaf = fc.oneof(
  fc.constantFrom(CANARY, `${CANARY} "quoted" \\ and it's ]}`, `{"${CANARY}":[`, `\n${CANARY}\n`, 'x'.repeat(500)),
  fc.integer(),
  fc.constant(null),
)
const value = fc.oneof(leaf, fc.array(leaf, { maxLength: 5 }), fc.dictionary(fc.constantFrom('a', 'b c', CANARY), leaf))
const sealed = fc.oneof(
  fc.tuple(fc.array(value, { minLength: 1, maxLength: 8 }), fc.nat(40_000)).map(([items, bytes]) => {
    const times = Math.ceil(bytes / (JSON.stringify(items).length + 1))
    return Array.from({ length: times + 1 }, () => items).flat()
  }),
  fc
    .tuple(fc.array(value, { minLength: 1, maxLength: 8 }), fc.nat(1500))
    .map(([items, times]) =>
      Object.fromEntries(Array.from({ length: times + 1 }, (_, n) => [`${CANARY}-${n}`, items])),
    ),
)
const layouts = [
  (data: unknown): string => JSON.stringify(data),
  (data: unknown): string => JSON.stringify(data, null, 1),
  (data: unknown): string => JSON.stringify(data, null, '\t'),
  (data: unknown): string => JSON.stringify(data, null, 2).replaceAll(/^( *)(.*": )([[{])$/gm, '$1$2\n$1$3'),
]

test('a large object or array of customer data goes to its end, and nothing behind it', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        name: fc.constantFrom(...NAMES),
        data: sealed,
        before: fc.nat(70_000),
        layout: fc.constantFrom(...layouts),
        depth: fc.nat(2),
        inside: fc.boolean(),
        log: fc.boolean(),
      }),
      async ({ name, data, before, layout, depth, inside, log }) => {
        let tree: unknown = { first: 1, [name]: data, last: 'stays' }
        for (let level = 0; level < depth; level++) tree = [{ tree, next: [1, 'stays too'] }]
        const whole = { filler: 'word '.repeat(before / 5).match(/.{1,200}/g) ?? [], tree, end: 'stays here' }
        const text = layout(inside ? { message: layout(whole), outside: 'stays outside' } : whole)
        // A line that long is cut.
        const short = log && !inside && text.includes('\n')
        const copy = await copyOf('a.json', short ? `2026-01-10 a word: ${text}\n2026-01-10 more stays\n` : text)
        expect(copy).not.toContain('c4nary')
        expect(copy).toContain('stays')
        expect(copy.split('\n')).toHaveLength(text.split('\n').length + (short ? 2 : 0))
        if (short) expect(copy).toContain('\n2026-01-10 more stays\n')
        else {
          const read = JSON.parse(copy) as { message: string }
          const got = inside ? (JSON.parse(read.message) as unknown) : read
          const expected = JSON.stringify(whole, (key, of: unknown) => (key === name ? 'REDACTED' : of))
          expect(got).toEqual(JSON.parse(expected))
        }
      },
    ),
    { numRuns: 40 },
  )
}, 120_000)

test('what was cut in one line of a log does not take the lines behind the next piece', async () => {
  const cut = `2026-01-10T08:00:00Z INFO settings {"protectedSettings":{"a":["${CANARY}\n`
  const other = `${'a line of no interest\n'.repeat(6000)}2026-01-10T08:00:01Z INFO stays\n`
  const copy = await copyOf('a.log', cut + other)
  expect(copy).not.toContain(CANARY)
  expect(copy.endsWith('\n2026-01-10T08:00:01Z INFO stays\n')).toBe(true)
})

test('what a line of a log cuts takes no line behind it in the same piece', async () => {
  const next = '2026-01-10T08:00:01Z INFO stays\n'
  const copy = await copyOf('a.log', `2026-01-10T08:00:00Z INFO {"protectedSettings":{"a":["${CANARY}\n${next}`)
  expect(copy).not.toContain(CANARY)
  expect(copy.endsWith(`\n${next}`)).toBe(true)
})

test.each(['CustomData', 'Password'])('an element of XML goes to its end: %s', async (name) => {
  const lines = `${'YzRuYXJ5'.repeat(9)}\n`.repeat(3000)
  const text = `<a>\n<${name}>\n${lines}</${name}>\n<b>stays</b>\n</a>\n`
  const copy = await copyOf('a.xml', text)
  expect(copy).not.toContain('YzRuYXJ5')
  expect(copy.split('\n')).toHaveLength(text.split('\n').length)
  expect(copy.endsWith(`</${name}>\n<b>stays</b>\n</a>\n`)).toBe(true)
})

test('a list of passwords that nothing closes goes', async () => {
  expect(await copyOf('a.log', `{"passwords":["${CANARY}-1","${CANARY}-2`)).not.toContain('c4nary')
})

test.each([
  'Usage: connect --password <password>\n2026-01-10T08:00:00Z INFO stays\nso does this\n<x>\n',
  'Usage: connect <password> <name>\nstays\n',
  'write <CustomData> with a value, as <x> says\n',
])('no element of XML is in %j', async (text) => {
  expect(await copyOf('a.log', text)).toBe(text)
})

/** Quadratic, these would take minutes. */
test.each([
  '"contents": [',
  '"\\u0063ontents": [',
  '"passwords": [',
  "'password': [",
  'sig=',
  '.eyJaaaaaaaaa',
  'earer a',
  '&quot;contents&quot;:[',
])(
  'many of %j are read in no time',
  async (one) => {
    const start = performance.now()
    await copyOf('a.log', `${one.repeat(Math.ceil(250_000 / one.length))}\n`)
    expect(performance.now() - start).toBeLessThan(15_000)
  },
  60_000,
)
