import { fact } from '../model/fact.js'
import type { Instant } from '../model/time.js'
import { amaInfo } from './ama-log.js'
import type { LoggedEvent } from './log-view.js'

/** A time without a line of mdsd.info, between two that follow each other. */
export interface AmaSilence {
  readonly from: Instant
  readonly to: Instant
  /** It ends with a start of the daemon. */
  readonly started: boolean
}

/** When the machine seems to have been off, and its agents with it. In time order. */
export type MachineOff = readonly { readonly from: Instant; readonly to: Instant }[]

/** A running agent writes a line every minute. */
const SILENCE = 5 * 60_000
/** What the agent writes as it ends and as it begins. More lines between two kept ones mean that it was running. */
const LINES_MAX = 50

/** The silences of mdsd.info, in time order. */
export const amaSilences = fact({
  id: 'amaSilences',
  needs: { log: amaInfo },
  compute: ({ log }): readonly AmaSilence[] => {
    const found: AmaSilence[] = []
    const starts = new Set(log.events(['start']))
    let before: LoggedEvent | null = null
    let begun: LoggedEvent | null = null
    const follows = (event: LoggedEvent, time: Instant, last: LoggedEvent | null): last is LoggedEvent & Dated => {
      const apart = event.line - (last?.line ?? 0)
      return (
        last?.time != null && event.path === last.path && apart > 0 && apart <= LINES_MAX && time - last.time > SILENCE
      )
    }
    for (const event of log.events(['heartbeat', 'sinkRows', 'start'])) {
      const { time } = event
      if (time === null) continue
      const started = starts.has(event)
      const last = before ?? (started ? null : begun)
      if (follows(event, time, last)) found.push({ from: last.time, to: time, started })
      // A second start after the same silence is part of the first.
      before = started ? null : event
      begun = started ? event : null
    }
    return found
  },
})

interface Dated {
  readonly time: Instant
}

/**
 * The silences of mdsd.info that end with a start of its daemon. A restart while the machine runs leaves none, so that it
 * excuses nothing.
 */
export const machineOff = fact({
  id: 'machineOff',
  needs: { silences: amaSilences },
  compute: ({ silences }): MachineOff => silences.filter(({ started }) => started),
})

/** Milliseconds from one time to another in which the machine was not known to be off. */
export function awake(off: MachineOff, since: Instant, until: Instant): number {
  const slept = off.map(({ from, to }) => Math.max(0, Math.min(to, until) - Math.max(from, since)))
  return until - since - slept.reduce((sum, time) => sum + time, 0)
}
