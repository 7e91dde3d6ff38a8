import { base64WordsIn, dottedQuadsIn, idsIn, mayHoldIpv6 } from '../../src/redaction/scan.js'

/** What the scanners must find, said the slow way. */
const IDS = /dcr-[0-9a-f]{32}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi
const QUADS = /(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?!\.?\d)/g
const IPV6 = /::|(?:[0-9a-f]{1,4}:){7}/i

const PARTS = [
  '00000000-0000-4000-8000-00000000000a',
  'dcr-0000000000000000000000000000000a',
  'DCR-',
  '0123456789abcdef',
  '10.0.0.4',
  '999',
  '1.2.3',
  '.',
  '-',
  ':',
  '::',
  'fe80',
  '2001:db8:1:2:3:4:5:6',
  '09:00:00.0000000Z',
  'x',
  ' ',
  '\n',
  '7',
]

/** A small generator of numbers, the same in every run. */
function numbers(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

test('what is found is what the plain expressions find, in any jumble', () => {
  const next = numbers(7)
  for (let round = 0; round < 3000; round++) {
    const text = Array.from({ length: 1 + next(12) }, () => PARTS[next(PARTS.length)] ?? '').join('')
    const plain = (pattern: RegExp): unknown =>
      [...text.matchAll(pattern)].map(({ index, 0: found }) => ({ index, found }))
    expect([text, idsIn(text)]).toEqual([text, plain(IDS)])
    expect([text, dottedQuadsIn(text)]).toEqual([text, plain(QUADS)])
    if (IPV6.test(text)) expect([text, mayHoldIpv6(text)]).toEqual([text, true])
  }
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
