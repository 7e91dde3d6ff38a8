import { UsageError } from './usage-error.js'

/** The time that a flag names; null when it is not given. */
export function timeOf(word: string | undefined): number | null {
  if (word === undefined) return null
  const time = instantOf(word)
  if (time === null) throw new UsageError(`--as-of ${word}: expected an ISO 8601 time such as 2026-01-10T10:00:00Z.`)
  return time
}

const ISO = /^(\d{4}-\d\d-\d\d)(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(Z|[+-]\d\d:\d\d)?)?$/i

/**
 * An ISO 8601 time; null for any other word, and for a day that no calendar has: Date.parse takes both. Without a zone it is UTC,
 * as in every report, wherever the reader sits.
 */
export function instantOf(word: string): number | null {
  const [, day, zone] = ISO.exec(word) ?? []
  if (day === undefined) return null
  const midnight = Date.parse(`${day}T00:00:00Z`)
  if (Number.isNaN(midnight) || !new Date(midnight).toISOString().startsWith(day)) return null
  const text = word.replace(' ', 'T').replace(',', '.').toUpperCase()
  const time = Date.parse(zone === undefined && word !== day ? `${text}Z` : text)
  return Number.isNaN(time) ? null : time
}

/** Milliseconds that a word such as 3d, 24h or 90m means; null for any other word. */
export function ageOf(word: string): number | null {
  const [, digits, unit = ''] = /^(\d{1,9})([smhdw])$/.exec(word) ?? []
  const seconds = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 }[unit]
  return digits === undefined || seconds === undefined ? null : Number(digits) * seconds * 1000
}
