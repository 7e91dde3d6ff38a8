import type { ActivityLane, ActivityMark, Span } from '../model/activity.js'
import type { ActivityReport } from '../model/report.js'
import { iso, latest, type Instant } from '../model/time.js'

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** What a chart can show side by side. */
const BUCKETS_MAX = 144
/** Shown of the time before the first regular lane ceased. */
const BEFORE = 3 * DAY
/** Widths that a reader can count with; beyond, whole days. */
const WIDTHS = [5, 10, 15, 30, 60, 120, 180, 360, 720, 1440].map((minutes) => minutes * 60_000)

/** Puts the lanes into buckets that they share: so many that one sees where each ceased, and how it went before. */
export function activityReport(lanes: readonly ActivityLane[], asOf: Instant): ActivityReport | null {
  if (lanes.length === 0) return null
  const past = lanes.map((lane) => ({
    ...lane,
    marks: lane.marks.filter(({ time }) => time <= asOf),
    failed: lane.failed?.filter(({ time }) => time <= asOf) ?? null,
  }))
  const until = Math.ceil(asOf / 1000) * 1000
  const begin = beginOf(past, until)
  const width = WIDTHS.find((one) => one * BUCKETS_MAX >= until - begin) ?? days((until - begin) / BUCKETS_MAX)
  // They end with the bundle: a last bucket that is not whole would look like a silence.
  const count = Math.ceil((until - begin) / width)
  const from = until - count * width
  return {
    from: iso(from),
    bucketSeconds: width / 1000,
    lanes: past.map(({ hop, name, source, measure, marks, failed, known }) => {
      const joined = joinSpans(known, width)
      const told = Array.from({ length: count }, (_, index) => {
        const begins = from + index * width
        return joined.some((one) => one.from <= begins && one.to >= begins + width)
      })
      const fill = (all: readonly ActivityMark[]): (number | null)[] => {
        const values: (number | null)[] = told.map((is) => (is ? 0 : null))
        for (const { time, amount } of all) {
          const index = Math.min(Math.floor((time - from) / width), count - 1)
          if (index < 0) continue
          const before = values[index] ?? 0
          values[index] = measure === 'level' ? Math.max(before, amount) : before + amount
        }
        return values
      }
      const lastOf = (all: readonly ActivityMark[] | null): string | null => {
        const last = latest(all?.map(({ time, amount }) => (amount > 0 ? time : null)) ?? [])
        return last === null ? null : iso(last)
      }
      return {
        ...{ hop, name, source, measure },
        values: fill(marks),
        failed: failed === null ? null : fill(failed),
        last: lastOf(marks),
        lastFailed: lastOf(failed),
      }
    }),
  }
}

/** The first mark of all, yet not long before the regular lane that ceased first. */
function beginOf(lanes: readonly ActivityLane[], asOf: Instant): Instant {
  const ends = lanes
    .filter(({ silence }) => silence !== null)
    .flatMap(({ marks }) => latest(marks.map(({ time }) => time)) ?? [])
  const floor = ends.reduce((a, b) => Math.min(a, b), asOf) - BEFORE
  const first = lanes
    .flatMap(({ marks, failed }) => [...marks, ...(failed ?? [])])
    .reduce((earliest, { time }) => (time >= floor ? Math.min(earliest, time) : earliest), asOf)
  return Math.min(first, asOf - HOUR)
}

function days(ms: number): number {
  return Math.ceil(ms / DAY) * DAY
}

/** A rotated file begins where the one before ends, give or take the pause between two lines. */
export function joinSpans(spans: readonly Span[], slack: number): Span[] {
  const joined: Span[] = []
  for (const span of spans.toSorted((a, b) => a.from - b.from)) {
    const before = joined.at(-1)
    if (before !== undefined && span.from - before.to <= slack)
      joined[joined.length - 1] = { from: before.from, to: Math.max(before.to, span.to) }
    else joined.push(span)
  }
  return joined
}
