import fc from 'fast-check'
import { base64WordsIn } from '../../src/redaction/base64.js'
import { Finder, type Sought } from '../../src/redaction/finder.js'
import { ADDRESS_SIGNS, FORM_SIGNS, type Formed } from '../../src/redaction/forms.js'

const forms = new Finder([...FORM_SIGNS, ...ADDRESS_SIGNS])

function found(text: string, form: Formed['form']): { start: number; original: string }[] {
  const all: { start: number; original: string }[] = []
  forms.find(text, (detect, at) => {
    const hit = detect(text, at)
    const last = all.at(-1)
    // An expression goes on behind what it has found.
    if (hit?.form === form && (last === undefined || hit.start >= last.start + last.original.length))
      all.push({ start: hit.start, original: hit.original })
  })
  return all
}

/** What must be found, said the slow way. */
const PLAIN: readonly [form: Formed['form'], pattern: RegExp][] = [
  ['guid', /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi],
  ['dcr', /dcr-[0-9a-f]{32}/gi],
  [
    'mac',
    /(?<![0-9a-f]|(?<![0-9a-z])[0-9a-f]{0,2}[:-])(?!(?:00:){5}00(?!:[0-9a-f]))[0-9a-f]{2}([:-])(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}(?:(?:\1[0-9a-f]{2}){8})?(?![0-9a-f]|[:-][0-9a-f])/gi,
  ],
  ['email', /(?<![\w.+-])[\w.+-]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?\.){1,8}[a-z]{2,24}(?![\w-])/gi],
]

const PARTS = [
  '00000000-0000-4000-8000-00000000000a',
  'dcr-0000000000000000000000000000000a',
  'DCR-',
  '0123456789abcdef',
  '00:0d:3a:12:34:56',
  '00-0d-3a-12-34-56',
  'ab:',
  'someone@mail.test',
  '@',
  'test',
  '09:00:00.0000000Z',
  '2026-01-10',
  ...'.-:x \n7',
]
const texts = fc.array(fc.constantFrom(...PARTS), { minLength: 1, maxLength: 12 }).map((parts) => parts.join(''))

test.each(PLAIN)('%s: what is found is what the plain expression finds, in any jumble', (form, pattern) => {
  fc.assert(
    fc.property(texts, (text) => {
      const plain = [...text.matchAll(pattern)].map(({ index, 0: original }) => ({ start: index, original }))
      expect(found(text, form)).toEqual(plain)
    }),
    { numRuns: 2000 },
  )
})

test.each([
  ['from 10.1.2.3', 'ipv4', ['10.1.2.3']],
  ['10.1.2.3:443 and 10.1.2.4/24', 'ipv4', ['10.1.2.3', '10.1.2.4']],
  ['10.1.2.3.4', 'ipv4', []],
  ['version 10.1.2.3', 'ipv4', []],
  ['0.1234567Z 1.2.3', 'ipv4', []],
  ['at fd12:3456:789a::7.', 'ipv6', ['fd12:3456:789a::7']],
  ['[fd12:3456:789a::7]', 'ipv6', ['fd12:3456:789a::7']],
  ['fd12:0:0:1:2:3:4:5 up', 'ipv6', ['fd12:0:0:1:2:3:4:5']],
  ['fd12:0:0:1:2:3:4 up', 'ipv6', []],
  ['LocalSink::Flush at 10:11:12', 'ipv6', []],
  ['::1', 'ipv6', []],
] as const)('addresses in %j', (text, form, expected) => {
  expect(found(text, form).map(({ original }) => original)).toEqual(expected)
})

describe('the finder', () => {
  const letters = fc.constantFrom(...'abAB-:é\n')
  const words = fc.array(letters, { minLength: 1, maxLength: 7 }).map((chars) => chars.join(''))

  test('finds every place of every word in either case, shorter ones of a place first', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(words, { maxLength: 40, selector: (word) => word.toLowerCase() }),
        fc.array(letters, { maxLength: 60 }).map((chars) => chars.join('')),
        (wanted, text) => {
          const places: string[] = []
          new Finder(wanted.map((word) => ({ word, tag: word }))).find(text, (word, at, end) => {
            expect(end - at).toBe(word.length)
            places.push(`${at} ${word}`)
          })
          const plain = wanted.flatMap((word) =>
            Array.from({ length: text.length }, (_, at) => at)
              .filter((at) => text.toLowerCase().startsWith(word.toLowerCase(), at))
              .map((at) => `${at} ${word}`),
          )
          expect(places.toSorted()).toEqual(plain.toSorted())
        },
      ),
      { numRuns: 2000 },
    )
  })

  test('a shape is told with what must stand ahead, and lines begin at the start of a text', () => {
    const signs: readonly Sought<string>[] = [
      { shape: ['0123456789', '-', null], also: { ahead: [3, 4], chars: 'b+' }, tag: 'number' },
      { shape: [null, '\n', null], tag: 'line' },
    ]
    const places: [string, number][] = []
    new Finder(signs).find('1-ab+\n2-cd-\n', (tag, at) => places.push([tag, at]))
    expect(places).toEqual([
      ['line', -2],
      ['number', 0],
      ['line', 4],
    ])
  })
})

test.each([
  ['a word', `see ${Buffer.from('/home/someone/.profile').toString('base64')} there`, 1],
  ['the last part of a path', `a/b/${Buffer.from('/home/someone/.profile').toString('base64')}`, 1],
  ['of the other alphabet', `x=${Buffer.from('a?b>c?d>e?f>').toString('base64url')};`, 1],
  ['a plain path', '/etc/opt/microsoft/azuremonitoragent/config-cache/configchunks', 0],
  ['too short', Buffer.from('passw0rd').toString('base64').slice(0, 11), 0],
])('base64 of text: %s', (_, text, count) => {
  expect(base64WordsIn(text)).toHaveLength(count)
})

test('words that are the same for thousands of characters are told apart', () => {
  const words = Array.from({ length: 20 }, (_, index) => `${'abcd'.repeat(5000)}${index}-`)
  const hits: string[] = []
  new Finder(words.map((word) => ({ word, tag: word }))).find(words.join(' '), (word) => hits.push(word))
  expect(hits).toEqual(words)
})
