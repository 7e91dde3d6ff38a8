import type { Instant } from '../model/time.js'

/** Copies stamped by a collector or an unpacker differ by less than this from each other. */
const SPREAD = 60_000

/** Whether the times of several files are the machine's own, and not those of copying them. */
export function areOwnTimes(times: readonly Instant[]): boolean {
  const [first = 0, ...later] = times.toSorted((a, b) => a - b)
  return (later.at(-1) ?? first) - first > SPREAD
}
