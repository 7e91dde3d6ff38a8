import { failed, parsed, type Parsed } from '../model/parsed.js'
import type { Instant } from '../model/time.js'
import { readLines } from './text.js'

/** When a command that tells the time was run. */
export interface DateOutput {
  readonly time: Instant
  readonly line: number
  readonly text: string
}

/**
 * Reads what `date` printed, in any of its usual orders, or `timedatectl`:
 *
 *     Sat Jan 10 10:00:00 UTC 2026
 *     Sat 10 Jan 2026 10:00:00 AM UTC
 *                Universal time: Sat 2026-01-10 10:00:00 UTC
 *
 * Abbreviations of zones have no fixed meaning, so that only UTC counts: fails with `date-unrecognised` without it.
 */
export function parseDateOutput(bytes: Uint8Array): Parsed<DateOutput> {
  const lines = readLines(bytes, 'The output of date')
  if (!lines.ok) return lines
  for (const [index, text] of lines.value.entries()) {
    if (!/\b(?:UTC|GMT)(?![+-])/.test(text)) continue
    const clock = /\b(\d{1,2}):(\d\d):(\d\d)(?: ([AP]M))?/.exec(text)
    const day = ORDERS.map((order) => order.exec(text)?.groups).find((groups) => groups !== undefined)
    if (clock === null || day === undefined) continue
    const [, hour = '', minute, second, half] = clock
    const hours = half === undefined ? Number(hour) : (Number(hour) % 12) + (half === 'PM' ? 12 : 0)
    const { year, date } = day
    const month = Number(day['month']) || MONTHS.indexOf(day['month'] ?? '') + 1
    const two = (value: unknown): string => String(value).padStart(2, '0')
    const time = Date.parse(`${year}-${two(month)}-${two(date)}T${two(hours)}:${minute}:${second}Z`)
    if (!Number.isNaN(time)) return parsed({ time, line: index + 1, text })
  }
  return failed('date-unrecognised', 'The output of date should have a line with a time in UTC, but has none.')
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const MONTH = `(?<month>${MONTHS.join('|')})`
const ORDERS = [
  new RegExp(String.raw`\b${MONTH} +(?<date>\d{1,2}) .*\b(?<year>\d{4})\b`),
  new RegExp(String.raw`\b(?<date>\d{1,2}) +${MONTH} +(?<year>\d{4})\b`),
  /\b(?<year>\d{4})-(?<month>\d\d)-(?<date>\d\d)\b/,
]
