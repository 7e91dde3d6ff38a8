import { UsageError } from './usage-error.js'

/** The time that a flag names; null when it is not given. */
export function timeOf(word: string | undefined): number | null {
  if (word === undefined) return null
  const time = Date.parse(word)
  if (Number.isNaN(time))
    throw new UsageError(`--as-of ${word}: expected an ISO 8601 time such as 2026-01-10T10:00:00Z.`)
  return time
}

/** Milliseconds that a word such as 3d, 24h or 90m means; null for any other word. */
export function ageOf(word: string): number | null {
  const [, digits, unit = ''] = /^(\d{1,9})([smhdw])$/.exec(word) ?? []
  const seconds = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 }[unit]
  return digits === undefined || seconds === undefined ? null : Number(digits) * seconds * 1000
}
