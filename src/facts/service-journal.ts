import { journal } from '../artifacts/agent.js'
import { wasCutOff } from '../model/artifact.js'
import { fact } from '../model/fact.js'
import { baseName, type EntryPath } from '../model/locator.js'
import { inYear, isYearless, type Instant } from '../model/time.js'
import type { JournalEventKind } from '../parsers/journal.js'
import { isCurrent, type LoggedEvent } from './log-view.js'

/** What one file says of cxp.service, in the order of its lines. Times of different files cannot be compared. */
export interface JournalFile {
  readonly path: EntryPath
  /** The newest line of the file, whoever wrote it. */
  readonly end: Instant | null
  readonly events: readonly { readonly kind: JournalEventKind; readonly event: LoggedEvent }[]
  /** The log of a whole machine ends long before: it is no longer written, and its end is not the service's. */
  isOlder(asOf: Instant): boolean
}

export interface ServiceJournal {
  /**
   * The first file that names the service, is no rotated one and was not cut off: nothing is missing at its end. Others may
   * hold the same lines.
   */
  readonly current: JournalFile | null
}

export const serviceJournal = fact({
  id: 'serviceJournal',
  needs: { found: journal },
  compute: ({ found }): ServiceJournal => {
    const all = found.good.map((file) => ({
      whole: isCurrent(file.path) && !wasCutOff(file),
      path: file.path,
      end: file.value.last?.time ?? null,
      isOlder: (asOf: Instant) => {
        const limit = LIMITS.get(baseName(file.path))
        return limit !== undefined && isBefore(file.value.last?.time ?? asOf, asOf, limit)
      },
      events: file.value.series
        .flatMap(({ kind, kept }) => kept.map((event) => ({ kind, event: { ...event, path: file.path, subject: '' } })))
        .toSorted((a, b) => a.event.line - b.event.line),
    }))
    return { current: all.find(({ whole, events }) => whole && events.length > 0) ?? null }
  },
})

const HOUR = 3_600_000
/**
 * A running machine writes every hour; its times may be local ones. As `system_logs` the Azure Monitor Agent's collector keeps the
 * end of any of the system's logs, also of a rotated one, which ends at night.
 */
const LIMITS: ReadonlyMap<string, number> = new Map([
  ['syslog', 48 * HOUR],
  ['messages', 48 * HOUR],
  ['system_logs', 2 * HOUR],
])

function isBefore(end: Instant, asOf: Instant, limit: number): boolean {
  if (!isYearless(end)) return asOf - end > limit
  const year = new Date(asOf).getUTCFullYear()
  const thisYear = inYear(end, year)
  return asOf - (thisYear > asOf + 48 * HOUR ? inYear(end, year - 1) : thisYear) > limit
}

/**
 * For how many milliseconds cxp.service had been running when the whole machine's log was taken, by that log's own times; null
 * where it does not show the last start, or the service failed so shortly before that it is being restarted.
 */
export const serviceUptime = fact({
  id: 'serviceUptime',
  needs: { journal: serviceJournal },
  compute: ({ journal: { current } }): number | null => {
    // The journal of the one service ends when the service last said something.
    const events = current !== null && LIMITS.has(baseName(current.path)) ? current.events : []
    const at = events.findLastIndex(({ kind }) => kind === 'started')
    const [last, ...later] = events.slice(Math.max(0, at))
    const started = last?.event.time
    const end = current?.end
    if (at < 0 || started == null || end == null || later.some(({ kind }) => kind !== 'started')) return null
    const troubled = events
      .slice(0, at)
      .some(({ kind, event: { time } }) => TROUBLE.includes(kind) && time !== null && started - time <= SHORTLY)
    return troubled ? null : Math.max(0, end - started)
  },
})

const TROUBLE: readonly JournalEventKind[] = ['failed', 'restart', 'gaveUp']
const SHORTLY = 60 * 60_000
