import { parseDateOutput } from '../../src/parsers/date-output.js'
import { expectNeverThrows } from '../support/parsers.js'

function read(text: string): string {
  const result = parseDateOutput(Buffer.from(text))
  return result.ok ? new Date(result.value.time).toISOString() : result.problems[0].code
}

test.each([
  ['Sat Jan 10 10:00:00 UTC 2026\n', '2026-01-10T10:00:00.000Z'],
  ['Sat Jan  3 10:00:07 UTC 2026\n', '2026-01-03T10:00:07.000Z'],
  ['Sat 10 Jan 2026 10:00:00 AM UTC', '2026-01-10T10:00:00.000Z'],
  ['Sat Jan 10 12:30:00 AM UTC 2026', '2026-01-10T00:30:00.000Z'],
  ['Sat Jan 10 12:30:00 PM UTC 2026', '2026-01-10T12:30:00.000Z'],
  [
    '               Local time: Sat 2026-01-10 11:00:00 CET\n           Universal time: Sat 2026-01-10 10:00:00 UTC\n',
    '2026-01-10T10:00:00.000Z',
  ],
])('%j', (text, time) => {
  expect(read(text)).toBe(time)
})

test.each([
  'Sat Jan 10 11:00:00 CET 2026',
  'Sat Jan 10 10:00:00 UTC+1 2026',
  'UTC',
  'Sat Foo 10 10:00:00 UTC 2026',
  '',
])('%j tells no time in UTC', (text) => {
  expect(read(text)).toMatch(/^(?:date-unrecognised|empty)$/)
})

test('never throws', () => {
  expectNeverThrows(parseDateOutput, 'Sat Jan 10 10:00:00 UTC 2026\n')
})
