import type { ActivityLane } from '../../model/activity.js'
import type { Hop } from '../../model/hop.js'
import type { Instant } from '../../model/time.js'
import { joinSpans } from '../activity.js'

export interface Gap {
  readonly hop: Hop
  /** Of the lane. */
  readonly name: string
  readonly log: string
  readonly from: Instant
  /** When it came again. */
  readonly until: Instant
  /** Nothing came again before the bundle was taken. */
  readonly open: boolean
}

/** Where something that comes all the time did not, in a log that would have shown it. */
export function gapsOf(lanes: readonly ActivityLane[], asOf: Instant): Gap[] {
  return lanes.flatMap(({ hop, name, source, silence, marks, failed, known }) => {
    if (silence === null) return []
    const times = [...marks, ...(failed ?? [])].map(({ time }) => time).sort((a, b) => a - b)
    return joinSpans(known, silence).flatMap((span): Gap[] => {
      const end = Math.min(span.to, asOf)
      const inside = times.filter((time) => time >= span.from && time <= end)
      const stops = [span.from, ...inside, end]
      return stops.slice(1).flatMap((until, index): Gap[] => {
        const from = stops[index] ?? until
        const open = index === inside.length && span.to > asOf
        return until - from > silence ? [{ hop, name, log: source, from, until, open }] : []
      })
    })
  })
}
