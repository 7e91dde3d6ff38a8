import { fact } from '../model/fact.js'
import type { Instant } from '../model/time.js'
import { amaInfo } from './ama-log.js'
import type { LoggedEvent } from './log-view.js'

/** When the machine seems to have been off, and its agents with it. In time order. */
export type MachineOff = readonly { readonly from: Instant; readonly to: Instant }[]

/** A running agent writes a line every minute. */
const SILENCE = 5 * 60_000
/** What the agent writes as it ends and as it begins. More lines between two kept ones mean that it was running. */
const LINES_MAX = 50

/**
 * The silences of mdsd.info that end with a start of its daemon. A restart while the machine runs leaves none, so that it
 * excuses nothing.
 */
export const machineOff = fact({
  id: 'machineOff',
  needs: { log: amaInfo },
  compute: ({ log }): MachineOff => {
    const off: { from: Instant; to: Instant }[] = []
    const starts = new Set(log.events(['start']))
    let before: LoggedEvent | null = null
    for (const event of log.events(['heartbeat', 'sinkRows', 'start'])) {
      if (event.time === null) continue
      if (!starts.has(event)) before = event
      else if (before?.time != null) {
        const apart = event.line - before.line
        if (event.path === before.path && apart > 0 && apart <= LINES_MAX && event.time - before.time > SILENCE)
          off.push({ from: before.time, to: event.time })
        // A second start after the same silence is part of the first.
        before = null
      }
    }
    return off
  },
})

/** Milliseconds from one time to another in which the machine was not known to be off. */
export function awake(off: MachineOff, since: Instant, until: Instant): number {
  const slept = off.map(({ from, to }) => Math.max(0, Math.min(to, until) - Math.max(from, since)))
  return until - since - slept.reduce((sum, time) => sum + time, 0)
}
