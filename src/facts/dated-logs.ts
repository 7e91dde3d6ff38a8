import { ctAgentLog, ctCommandLog, ctHandlerLog, ctWatcherLog, journal, waagentLog } from '../artifacts/agent.js'
import { mdsdErr, mdsdInfo, mdsdQos, mdsdWarn } from '../artifacts/ama.js'
import type { Evidence, Found } from '../model/artifact.js'
import { fact } from '../model/fact.js'
import type { EntryPath } from '../model/locator.js'
import type { LogDigest } from '../model/log-event.js'
import { inYear, isYearless, type Instant } from '../model/time.js'
import type { ClockSkew, DatedLog } from '../model/timeline.js'
import type { InstallEventKind } from '../parsers/command-log.js'
import { logEnds } from './log-ends.js'
import { eachOnce } from './log-view.js'

/** Two clocks that differ by less agree. */
const AGREE = 60_000
const HALF_HOUR = 30 * 60_000
const ZONES = { west: -12 * 3_600_000, east: 14 * 3_600_000 }

/**
 * Every log, and how its clock differs as far as anything shows it. A file cannot have been written before its newest line;
 * that it was written long after shows nothing, because copies get new times.
 */
export const datedLogs = fact({
  id: 'datedLogs',
  needs: {},
  optional: {
    ...{ ends: logEnds, agent: ctAgentLog, handler: ctHandlerLog, watcher: ctWatcherLog },
    ...{
      command: ctCommandLog,
      guest: waagentLog,
      info: mdsdInfo,
      err: mdsdErr,
      warn: mdsdWarn,
      qos: mdsdQos,
      journal,
    },
  },
  compute: (given): readonly DatedLog[] => {
    const { agent, handler, watcher, command, guest, info, err, warn, qos } = given
    const back = new Map<EntryPath, ClockSkew>()
    for (const { path, newest, after } of given.ends ?? [])
      if (newest.time !== null && after?.time != null)
        back.set(path, { how: 'backwards', seconds: Math.round((newest.time - after.time) / 1000), against: null })
    const logs: Evidence<Span>[] = [
      ...[agent, handler, watcher, info, err, warn].flatMap(spans),
      ...(qos?.good ?? []),
      ...[command, guest, given.journal].flatMap(spans),
    ]
    return logs.map((log) => ({
      ...{ path: log.path, ...log.value },
      // The surest first.
      skew: back.get(log.path) ?? byFileTime(log) ?? sameCommand(log.path, guest, command),
    }))
  },
})

interface Span {
  readonly lines: number
  readonly first: Instant | null
  readonly last: Instant | null
}

function spans(found: Found<LogDigest<string>> | undefined): Evidence<Span>[] {
  return eachOnce(found?.good ?? []).map((log) => {
    const { lines, first, last } = log.value
    return { ...log, value: { lines, first: first?.time ?? null, last: last?.time ?? null } }
  })
}

function byFileTime({ mtime, value: { first, last } }: Evidence<Span>): ClockSkew | null {
  if (mtime === null || first === null || last === null) return null
  if (isYearless(last)) return zoneOf(mtime, last)
  // A time from before the log began is not when it was written.
  const ahead = last - mtime
  if (mtime < first || ahead < -AGREE) return null
  return { how: 'file-time', seconds: ahead > AGREE ? Math.round(ahead / 1000) : 0, against: null }
}

/** Local time is ahead of UTC by half hours; whatever else lies between line and file is silence. */
function zoneOf(mtime: Instant, last: Instant): ClockSkew | null {
  const ahead = nearest(last, mtime) - mtime
  const zone = Math.round(ahead / HALF_HOUR) * HALF_HOUR
  if (Math.abs(ahead - zone) > AGREE || zone < ZONES.west || zone > ZONES.east) return null
  return { how: 'zone', seconds: zone / 1000, against: null }
}

/** In the year that brings it nearest to another time. */
function nearest(yearless: Instant, near: Instant): Instant {
  const year = new Date(near).getUTCFullYear()
  const distance = (time: Instant): number => Math.abs(time - near)
  return [year - 1, year, year + 1]
    .map((one) => inYear(yearless, one))
    .reduce((best, time) => (distance(time) < distance(best) ? time : best))
}

/** The guest agent logs each command in two places. */
function sameCommand(
  path: EntryPath,
  guest: Found<LogDigest<InstallEventKind>> | undefined,
  command: Found<LogDigest<InstallEventKind>> | undefined,
): ClockSkew | null {
  const own = guest?.good.find((log) => log.path === path)?.value.series.filter(({ kind }) => kind === 'command')
  for (const log of command?.good ?? [])
    for (const { kind, subject, count, last } of log.value.series) {
      const other = own?.find((one) => one.kind === kind && one.subject === subject && one.count === count)
      if (last.time === null || other?.last.time == null) continue
      const ahead = other.last.time - last.time
      return { how: 'same-event', seconds: Math.abs(ahead) > AGREE ? Math.round(ahead / 1000) : 0, against: log.path }
    }
  return null
}
