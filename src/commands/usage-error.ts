import { nearest } from '../model/nearest.js'

/** A mistake in the command line: one sentence, exit 2, no stack. */
export class UsageError extends Error {}

/** "X is no Y. Did you mean Z?" */
export function noSuch(typed: string, what: string, words: readonly string[]): UsageError {
  const meant = nearest(typed, words)
  return new UsageError(`${typed} is no ${what}.${meant === undefined ? '' : ` Did you mean ${meant}?`}`)
}
