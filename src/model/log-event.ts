import type { Instant } from './time.js'

/** One log line of interest. `line` is 1-based, `text` the whole line (clipped), `fields` what the pattern captured. */
export interface LogEvent {
  readonly time: Instant | null
  readonly line: number
  readonly text: string
  readonly fields: Readonly<Record<string, string>>
}

/**
 * All lines of one kind about one subject (a sink, a data type, a worker; `''` when the kind has none) in one file, in file order.
 * Memory is bounded: `count` is exact, `kept` holds the first and the last ones when there are too many, `first` and `last` always.
 */
export interface EventSeries<K extends string> {
  readonly kind: K
  readonly subject: string
  readonly count: number
  readonly first: LogEvent
  readonly last: LogEvent
  readonly kept: readonly LogEvent[]
}

/** What one log file shows: its span in time and the lines of interest. `first`/`last` are the earliest and latest dated lines. */
export interface LogDigest<K extends string> {
  readonly lines: number
  readonly first: LogEvent | null
  readonly last: LogEvent | null
  readonly series: readonly EventSeries<K>[]
}
