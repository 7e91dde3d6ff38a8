import fc from 'fast-check'
import { shorten, visible } from '../../src/renderers/escape.js'

test.each([
  ['plain text', 'plain text'],
  ['a\u001b[31mb', 'a\\u{1b}[31mb'],
  ['bell\u0007', 'bell\\u{7}'],
  ['c1\u009b', 'c1\\u{9b}'],
  ['bidi\u202eabc', 'bidi\\u{202e}abc'],
  ['zero\u200bwidth', 'zero\\u{200b}width'],
  ['lone\ud800', 'lone\\u{d800}'],
  ['two\nlines\tand a tab', 'two lines and a tab'],
  ['Grüße 日本 🎉', 'Grüße 日本 🎉'],
])('%j', (text, expected) => {
  expect(visible(text)).toBe(expected)
})

test('nothing dangerous is left of any string', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      // eslint-disable-next-line no-control-regex -- that none is there is the point
      expect(visible(text)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/)
    }),
  )
})

test('shortening keeps both ends and never cuts a character', () => {
  expect(shorten('short', 10)).toBe('short')
  expect(shorten('abcdefghijklmnopqrstuvwxyz', 10)).toBe('abc…uvwxyz')
  expect([...shorten('🎉'.repeat(50), 10)]).toHaveLength(10)
})

test('shortening cuts between words where a blank is near', () => {
  const line = '2026-01-10T09:55:00.2592520Z: Failed to upload to ODS: 403, Datatype: CONFIG_DATA_BLOB_V2, RequestId: 1'
  for (let max = 94; max < line.length; max++) {
    const [head = '', tail = ''] = shorten(line, max).split('…')
    expect(line.split(' ')).toEqual(expect.arrayContaining([head.split(' ').at(-1), tail.split(' ')[0]]))
  }
})
