import type { Hop } from './hop.js'
import type { Instant } from './time.js'

/** One thing that logs show again and again, or an amount that they name. */
export interface ActivityLane {
  readonly hop: Hop
  readonly name: string
  /** The log it was read from, by its name. */
  readonly source: string
  readonly measure: 'events' | 'level'
  /**
   * Milliseconds of silence after which something that comes all the time while the hop works has ceased. Null for what comes
   * when it comes.
   */
  readonly silence: number | null
  /** Null where the lane knows no failures. */
  readonly failed: readonly ActivityMark[] | null
  readonly marks: readonly ActivityMark[]
  /** Where the log would show a mark. Without an end: until the bundle was taken. */
  readonly known: readonly Span[]
}

/** `amount` events at once, or the level at that time. */
export interface ActivityMark {
  readonly time: Instant
  readonly amount: number
}

export interface Span {
  readonly from: Instant
  readonly to: Instant
}
