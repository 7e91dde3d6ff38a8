import { mdsdQos } from '../artifacts/ama.js'
import { CT_STREAMS } from '../knowledge/names.js'
import { wasCutOff } from '../model/artifact.js'
import { fact } from '../model/fact.js'
import { atLine, type Locator } from '../model/locator.js'
import { iso, type Instant } from '../model/time.js'
import { amaFailures, amaInfo } from './ama-log.js'
import { atEvent, type LoggedEvent } from './log-view.js'
import { isUpload } from './qos-blocks.js'

/** Why an upload failed, as far as a rule of its own speaks for it. */
export type FailureClass = 'forbidden' | 'unresolved' | 'throttled' | 'other'

export interface StreamUploads {
  readonly stream: string
  /** In time order. */
  readonly failures: readonly LoggedEvent[]
  /** All of them, also those that memory did not keep. */
  readonly failureCount: number
  readonly success: UploadSuccess | null
}

export interface UploadSuccess {
  readonly time: Instant
  readonly at: Locator
  /** A heartbeat to the same workspace proves the way, not the stream. */
  readonly direct: boolean
}

export interface Uploads {
  readonly streams: readonly StreamUploads[]
  /** mdsd.err was collected to its end, so that the last failure is in it. */
  readonly failureWouldShow: boolean
  /** A log of failures was collected at all. */
  readonly failuresThere: boolean
  /** Whether anything was collected in which a success could show, and none of it was cut off. */
  readonly successWouldShow: boolean
  /** A log in which a success could show did not arrive whole. */
  readonly successCutOff: boolean
}

/** A heartbeat counts as the end of failures only when they have ceased for this long. */
const QUIET = 15 * 60_000

/** Upload attempts of the Change Tracking streams: failures with their reasons, and the last sign of success. */
export const uploads = fact({
  id: 'uploads',
  needs: {},
  optional: { failures: amaFailures, info: amaInfo, qos: mdsdQos },
  compute: ({ failures, info, qos }): Uploads => {
    const heartbeat = info?.events(['heartbeat']).at(-1)
    const drains = lastDrains(info?.events(['sinkRows']) ?? [])
    const streams = CT_STREAMS.map((stream): StreamUploads => {
      const failed = failures?.events(['odsFail'], stream) ?? []
      const failureCount = failures?.count(['odsFail'], stream) ?? 0
      const direct: UploadSuccess[] = []
      for (const { path, value } of qos?.good ?? []) {
        for (const { time, rows } of value.blocks) {
          const row = rows.find(
            (candidate) => candidate.stream === stream && (candidate.success ?? 0) > 0 && isUpload(candidate),
          )
          if (time !== null && row !== undefined)
            direct.push({ time, at: atLine(path, row.line, row.text), direct: true })
        }
      }
      for (const event of info?.events(['uploadRows'], stream) ?? []) {
        if (event.time !== null) direct.push({ time: event.time, at: atEvent(event), direct: true })
      }
      const drained = drains.get(stream)
      if (drained?.time != null) direct.push({ time: drained.time, at: atEvent(drained), direct: true })
      const success = direct.reduce<UploadSuccess | null>(
        (last, one) => (last !== null && last.time > one.time ? last : one),
        null,
      )
      const lastFailure = failed.at(-1)?.time ?? null
      const quiet = heartbeat?.time != null && lastFailure !== null && heartbeat.time - lastFailure >= QUIET
      if (heartbeat?.time == null || !quiet || (success !== null && success.time >= heartbeat.time))
        return { stream, failures: failed, failureCount, success }
      return {
        stream,
        failures: failed,
        failureCount,
        success: { time: heartbeat.time, at: atEvent(heartbeat), direct: false },
      }
    })
    const successCutOff = info?.whole === false || qos?.good.some(wasCutOff) === true
    const successWouldShow = info !== undefined || qos !== undefined
    const failuresThere = failures !== undefined
    return { streams, failureWouldShow: failures?.whole === true, failuresThere, successWouldShow, successCutOff }
  },
})

/**
 * By stream, the last count of a sink that was lower than the one before: it was uploaded (or dropped by the garbage
 * collector, which says so elsewhere).
 */
function lastDrains(events: readonly LoggedEvent[]): Map<string, LoggedEvent> {
  const last = new Map<string, LoggedEvent>()
  const level = new Map<string, number>()
  for (const event of events) {
    const rows = Number(event.fields['rows'])
    const before = level.get(event.subject)
    level.set(event.subject, rows)
    if (event.time === null || before === undefined || rows >= before) continue
    last.set(event.subject.slice(event.subject.lastIndexOf(':') + 1), event)
  }
  return last
}

export function failureClass(event: LoggedEvent): FailureClass {
  const status = Number(event.fields['status'] ?? Number.NaN)
  const reason = event.fields['reason'] ?? ''
  if (status === 403) return 'forbidden'
  if (/resolv(?:e|ing)\b/i.test(reason)) return 'unresolved'
  if (status === 429 || (status >= 500 && status <= 599)) return 'throttled'
  return 'other'
}

/** A stream whose uploads fail for one class of reasons, the last failure after the last success. */
export interface OpenFailure {
  readonly stream: string
  readonly first: LoggedEvent
  readonly last: LoggedEvent
  readonly count: number
  /** How often each reason occurs, most frequent first. */
  readonly reasons: Readonly<Record<string, number>>
  readonly success: UploadSuccess | null
}

export function openFailures(all: Uploads, wanted: FailureClass): OpenFailure[] {
  return all.streams.flatMap((upload) => {
    const since = upload.success?.time ?? 0
    const open = upload.failures.filter(
      (event) => event.time !== null && event.time > since && failureClass(event) === wanted,
    )
    const [first] = open
    const last = open.at(-1)
    if (first === undefined || last === undefined) return []
    const reasons = new Map<string, number>()
    for (const event of open) {
      const reason = event.fields['reason'] ?? ''
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
    }
    const counted = Object.fromEntries(
      [...reasons].toSorted(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)).slice(0, 10),
    )
    return [{ stream: upload.stream, first, last, count: open.length, reasons: counted, success: upload.success }]
  })
}

/** The tail of a sentence: when uploads last worked. */
export function sinceSuccess({ success }: OpenFailure): string {
  return success === null ? 'no later success shows in the logs' : `the last success was ${iso(success.time)}`
}
