import type { ReadingLimits } from '../model/limits.js'
import type { LogDigest, LogWatch } from '../model/log-event.js'
import type { Parsed } from '../model/parsed.js'
import { inYear, isYearless, NO_YEAR, type Instant } from '../model/time.js'
import { instantAt } from './lines.js'
import { digestLog, patternTable } from './series.js'

/**
 * What systemd says of cxp.service; every event has the field `stamp`, the line's time as it stands.
 *
 * `started` · `stopped` · `exited` code, status · `failed` result · `restart` counter · `gaveUp`, it is not started again.
 */
export type JournalEventKind = 'started' | 'stopped' | 'exited' | 'failed' | 'restart' | 'gaveUp'

/**
 * Parses the journal as text, or syslog:
 *
 *     Jan 10 08:00:01 vm-01 systemd[1]: cxp.service: Scheduled restart job, restart counter is at 3.
 *     2026-01-10T08:00:01+0000 vm-01 systemd[1]: Started cxp.service - Azure change tracking Parent Daemon.
 *
 * The usual form has neither year nor zone. Such times are placed in the year 2000, and the years after it where the file
 * goes on into another: only their distance from others of the same file means anything.
 */
export function parseJournal(
  chunks: AsyncIterable<Uint8Array>,
  limits?: ReadingLimits,
  watch?: LogWatch,
): Promise<Parsed<LogDigest<JournalEventKind>>> {
  const place = placing()
  return digestLog<JournalEventKind>(
    chunks,
    {
      lineMax: limits?.line,
      name: 'line of the journal, `Jan 10 08:00:01 vm-01 …`',
      scan: SCAN,
      time: (text) => place(stampOf(text)?.time ?? null),
      message: (text) => text.slice(stampOf(text)?.end ?? 0).trimStart(),
      read: (text, _, add) => {
        // Only systemd's own word counts: the agent, or somebody who reads the log, can name the service as well.
        if (!/\bsystemd(?:\[\d+\])?: /.test(text.slice(0, HEAD_MAX))) return
        const end = stampOf(text)?.end ?? 0
        PATTERNS.addMatch(text, (kind, subject, fields) => add(kind, subject, { ...fields, stamp: text.slice(0, end) }))
      },
    },
    watch,
  )
}

/** Time, host and program stand within so many characters. */
const HEAD_MAX = 400
const SCAN = 'cxp\\.service|Azure change tracking Parent Daemon'

const PATTERNS = patternTable<JournalEventKind>([
  {
    kind: 'restart',
    needle: 'cxp.service: Scheduled restart job',
    pattern: /cxp\.service: Scheduled restart job, restart counter is at (?<counter>\d+)/y,
  },
  {
    kind: 'gaveUp',
    needle: 'cxp.service: Start request repeated too quickly',
    pattern: /cxp\.service: Start request repeated too quickly/y,
  },
  {
    kind: 'failed',
    needle: 'cxp.service: Failed with result ',
    pattern: /cxp\.service: Failed with result '?(?<result>[\w-]+)/y,
  },
  // As systemd before 239 says it.
  {
    kind: 'failed',
    needle: 'cxp.service: Unit entered failed state',
    pattern: /cxp\.service: Unit entered failed state/y,
  },
  {
    kind: 'exited',
    needle: 'cxp.service: Main process exited',
    pattern: /cxp\.service: Main process exited, code=(?<code>\w+), status=(?<status>\S+)/y,
  },
  { kind: 'started', needle: 'Started ', pattern: /Started (?:cxp\.service\b|Azure change tracking Parent Daemon)/y },
  { kind: 'stopped', needle: 'Stopped ', pattern: /Stopped (?:cxp\.service\b|Azure change tracking Parent Daemon)/y },
])

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

const HALF_A_YEAR = 183 * 24 * 3_600_000

/** Adds a year where times, in the order of the lines, go back by more than half of one. */
function placing(): (time: Instant | null) => Instant | null {
  let years = 0
  let before = -Infinity
  return (time) => {
    if (time === null || !isYearless(time)) return time
    const sameYear = inYear(time, NO_YEAR + years)
    if (sameYear < before - HALF_A_YEAR) years += 1
    return (before = inYear(time, NO_YEAR + years))
  }
}

function stampOf(text: string): { readonly time: Instant; readonly end: number } | null {
  const [stamp, name = '', day, hour, minute, second] =
    /^([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d\d):(\d\d):(\d\d)(?:\.\d+)?(?= )/.exec(text) ?? []
  if (stamp === undefined) return instantAt(text)
  const month = MONTHS.indexOf(name)
  if (month < 0) return null
  return {
    time: Date.UTC(NO_YEAR, month, Number(day), Number(hour), Number(minute), Number(second)),
    end: stamp.length,
  }
}
