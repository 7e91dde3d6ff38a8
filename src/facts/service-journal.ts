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
  /** The log of a whole machine ends days before: nobody writes it any more, and its end is not the service's. */
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
      whole: isCurrent(file.path) && !ANY_OF_THEM.test(baseName(file.path)) && !wasCutOff(file),
      path: file.path,
      end: file.value.last?.time ?? null,
      isOlder: (asOf: Instant) =>
        MACHINE_LOG.test(baseName(file.path)) && isLongBefore(file.value.last?.time ?? asOf, asOf),
      events: file.value.series
        .flatMap(({ kind, kept }) => kept.map((event) => ({ kind, event: { ...event, path: file.path, subject: '' } })))
        .toSorted((a, b) => a.event.line - b.event.line),
    }))
    return { current: all.find(({ whole, events }) => whole && events.length > 0) ?? null }
  },
})

const MACHINE_LOG = /^(?:syslog|messages)$/
/** The Azure Monitor Agent's collector keeps the end of one of the system's logs there, and it may be a rotated one. */
const ANY_OF_THEM = /^system_logs$/
/** A running machine writes every hour; its times may be local ones. */
const LONG = 2 * 24 * 3_600_000

function isLongBefore(end: Instant, asOf: Instant): boolean {
  if (!isYearless(end)) return asOf - end > LONG
  const year = new Date(asOf).getUTCFullYear()
  const thisYear = inYear(end, year)
  return asOf - (thisYear > asOf + LONG ? inYear(end, year - 1) : thisYear) > LONG
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
    const events = current !== null && MACHINE_LOG.test(baseName(current.path)) ? current.events : []
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
