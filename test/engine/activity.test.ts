import { activityReport } from '../../src/engine/activity.js'
import type { ActivityLane } from '../../src/model/activity.js'
import type { ActivityLaneReport } from '../../src/model/report.js'

const AS_OF = Date.parse('2026-01-10T10:00:00Z')
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

function lane(times: readonly number[], more: Partial<ActivityLane> = {}): ActivityLane {
  const marks = times.map((time) => ({ time, amount: 1 }))
  const known = [{ from: Math.min(...times), to: Infinity }]
  return {
    ...{ hop: 'ama', name: 'Heartbeats', source: 'mdsd.info', measure: 'events', silence: 300_000, failed: null },
    ...{ marks, known, ...more },
  }
}

const every = (step: number, from: number, until: number): number[] =>
  Array.from({ length: Math.floor((until - from) / step) + 1 }, (_, index) => from + index * step)

function only(...lanes: ActivityLane[]): ActivityLaneReport & { from: number; width: number } {
  const report = activityReport(lanes, AS_OF)
  const [first] = report?.lanes ?? []
  if (report === null || first === undefined) throw new Error('no lane')
  return { ...first, from: Date.parse(report.from), width: report.bucketSeconds * 1000 }
}

test('nothing to show is null, not an empty chart', () => {
  expect(activityReport([], AS_OF)).toBeNull()
})

test('where a lane ceased there are zeros up to the time of the bundle', () => {
  const { values, width, from, last } = only(lane(every(5 * MINUTE, AS_OF - 3 * HOUR, AS_OF - 2 * HOUR)))
  expect({ width, from }).toEqual({ width: 5 * MINUTE, from: AS_OF - 3 * HOUR })
  expect(values).toEqual([...Array<number>(13).fill(1), ...Array<number>(23).fill(0)])
  expect(last).toBe('2026-01-10T08:00:00Z')
})

test('where the log does not tell there is null, not zero', () => {
  const times = every(5 * MINUTE, AS_OF - 3 * HOUR, AS_OF - 2 * HOUR)
  const known = [{ from: AS_OF - 3 * HOUR, to: AS_OF - 2 * HOUR }]
  const { values } = only(lane(times, { known }), lane([AS_OF - 4 * HOUR]))
  expect(values.slice(0, 12)).toEqual(Array(12).fill(null))
  expect(values.slice(12, 25)).toEqual(Array(13).fill(1))
  expect(values.slice(25)).toEqual(Array(23).fill(null))
})

test('the first lane that ceased is in the picture with three days before it, whatever the others do', () => {
  const ceased = lane(every(HOUR, AS_OF - 60 * DAY, AS_OF - 20 * DAY))
  const steady = lane(every(HOUR, AS_OF - 60 * DAY, AS_OF))
  const { from, values, width } = only(ceased, steady)
  expect(AS_OF - 23 * DAY - from).toBeLessThan(width)
  expect(values.length).toBeLessThanOrEqual(144)
  expect(values.findLastIndex((value) => (value ?? 0) > 0) * width).toBeGreaterThan(2 * DAY)
  expect(only(steady).from).toBeGreaterThan(AS_OF - 4 * DAY)
  expect(only(steady, lane([AS_OF - 20 * DAY], { silence: null })).from).toBeGreaterThan(AS_OF - 4 * DAY)
})

test('a level is the highest seen, a count the sum; failures lie beside it', () => {
  const marks = [3, 9, 4].map((amount) => ({ time: AS_OF - 2 * HOUR, amount }))
  const failed = [{ time: AS_OF - 2 * HOUR, amount: 2 }]
  expect(only(lane([AS_OF - 2 * HOUR], { marks })).values[0]).toBe(16)
  const level = only(lane([AS_OF - 2 * HOUR], { marks, failed, measure: 'level' }))
  expect([level.values[0], level.failed?.[0], level.lastFailed]).toEqual([9, 2, '2026-01-10T08:00:00Z'])
})

test('files of one log that follow each other leave no hole between them; a missing one does', () => {
  const times = every(5 * MINUTE, AS_OF - 3 * HOUR, AS_OF).filter((time) => time !== AS_OF - 2 * HOUR)
  const files = (pause: number): ActivityLane['known'] => [
    { from: AS_OF - 2 * HOUR + pause, to: Infinity },
    { from: AS_OF - 3 * HOUR, to: AS_OF - 2 * HOUR - MINUTE },
  ]
  const at = (AS_OF - 2 * HOUR - (AS_OF - 3 * HOUR)) / (5 * MINUTE)
  expect(only(lane(times, { known: files(MINUTE) })).values[at]).toBe(0)
  expect(only(lane(times, { known: files(HOUR) })).values[at]).toBeNull()
})

test('what is dated after the bundle, or long before, changes neither window nor lane', () => {
  const times = every(5 * MINUTE, AS_OF - 3 * HOUR, AS_OF)
  const odd = [Date.parse('0001-01-01T00:00:00Z'), ...times, Date.parse('9999-01-01T00:00:00Z')]
  const known = [{ from: AS_OF - 3 * HOUR, to: Infinity }]
  expect(only(lane(odd, { known }))).toEqual(only(lane(times, { known })))
})

test('everything after the time of the bundle, as a wrong --as-of makes it, is still a chart', () => {
  const { values, last } = only(lane([AS_OF + DAY]))
  expect(last).toBeNull()
  expect(values.length).toBeGreaterThan(0)
})

test('any span fits into 144 buckets, and every mark of the window is counted', () => {
  for (const span of [MINUTE, HOUR, 12 * HOUR, DAY, 3 * DAY, 30 * DAY, 400 * DAY, 5000 * DAY]) {
    const { values } = only(lane([AS_OF - span, AS_OF], { silence: null }), lane([AS_OF - span]))
    expect(values.length).toBeLessThanOrEqual(144)
    expect(values.reduce((a: number, b) => a + (b ?? 0), 0)).toBe(2)
  }
})
