import { UsageError } from './usage-error.js'

/** The time that `--as-of` names; null without the flag. */
export function timeOf(word: string | undefined): number | null {
  if (word === undefined) return null
  const time = Date.parse(word)
  if (Number.isNaN(time))
    throw new UsageError(`--as-of ${word}: expected an ISO 8601 time such as 2026-01-10T10:00:00Z.`)
  return time
}
