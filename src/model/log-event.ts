import type { Instant } from './time.js'

/** One log line of interest. `line` is 1-based, `text` the whole line (clipped), `fields` what the pattern captured. */
export interface LogEvent {
  readonly time: Instant | null
  readonly line: number
  readonly text: string
  readonly fields: Readonly<Record<string, string>>
}

/** What a line means to its parser: one of its kinds, about a subject. */
export interface Said {
  readonly kind: string
  readonly subject: string
  readonly fields: Readonly<Record<string, string>>
}

/** A line as it passes. `message` is the line without its time, and without what must never be kept. */
export interface PassingLine {
  readonly time: Instant
  readonly line: number
  readonly message: string
  readonly said: readonly Said[]
}

/** Sees the lines of one log as they pass, in file order, also those that memory does not keep. */
export interface LogWatch {
  /** Also dated lines that mean nothing to the parser. */
  readonly every: boolean
  line(line: PassingLine): void
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
