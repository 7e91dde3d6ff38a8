import type { EventSeries, LogDigest, LogEvent, LogWatch, Said } from '../model/log-event.js'
import { failed, parsed, type Parsed } from '../model/parsed.js'
import { instantAt, own, scanLines, type DatedLine, type HitLine, type LineFormat } from './lines.js'

/** Events of one series that are kept: so many first ones, so many last ones. */
const HEAD_MAX = 200
const TAIL_MAX = 2000
/** Subjects told apart within one kind; events of any further one are counted under {@link OVERFLOW}. */
const SUBJECTS_MAX = 500
/** Events kept in all, whatever the number of series. Beyond it every series gives up the same share of its middle. */
const EVENTS_MAX = 30_000

/** The subject that stands for all beyond the 500th of a kind. */
export const OVERFLOW = '…'

/** Collects events into series of bounded memory: counts are exact, the middle of a long series is forgotten. */
export interface SeriesCollector<K extends string> {
  add(kind: K, subject: string, event: LogEvent): void
  /** In the order in which the series began. */
  series(): readonly EventSeries<K>[]
}

interface Growing<K extends string> {
  readonly kind: K
  readonly subject: string
  count: number
  readonly first: LogEvent
  last: LogEvent
  readonly head: LogEvent[]
  readonly tail: LogEvent[]
}

export function collectSeries<K extends string>(): SeriesCollector<K> {
  const kinds = new Map<K, Map<string, Growing<K>>>()
  const all: Growing<K>[] = []
  let headMax = HEAD_MAX
  let tailMax = TAIL_MAX
  let kept = 0

  const find = (kind: K, subject: string, event: LogEvent): Growing<K> => {
    let subjects = kinds.get(kind)
    if (subjects === undefined) kinds.set(kind, (subjects = new Map<string, Growing<K>>()))
    const known = subjects.get(subject)
    if (known !== undefined) return known
    const name = subjects.size < SUBJECTS_MAX ? subject : OVERFLOW
    let growing = subjects.get(name)
    if (growing === undefined) {
      growing = { kind, subject: name, count: 0, first: event, last: event, head: [], tail: [] }
      subjects.set(name, growing)
      all.push(growing)
    }
    return growing
  }
  const trim = (growing: Growing<K>): void => {
    kept -= growing.head.splice(headMax).length
    kept -= growing.tail.splice(0, growing.tail.length - tailMax).length
  }

  return {
    add(kind, subject, event) {
      const growing = find(kind, subject, event)
      growing.count++
      growing.last = event
      kept++
      if (growing.head.length < headMax) growing.head.push(event)
      else growing.tail.push(event)
      // A quarter of slack, so that not every event moves the whole tail.
      if (growing.tail.length > tailMax * 1.25) trim(growing)
      while (kept > EVENTS_MAX && tailMax > 1) {
        tailMax >>= 1
        headMax = Math.max(1, headMax >> 1)
        all.forEach(trim)
      }
    },
    series() {
      all.forEach(trim)
      return all.map(({ kind, subject, count, first, last, head, tail }) => {
        return { kind, subject, count, first, last, kept: [...head, ...tail] }
      })
    },
  }
}

/** A log whose lines of interest become events. */
export interface LogFormat<K extends string> extends LineFormat {
  /** Names the log and the form of its times, for the sentence that says there are none: "mdsd log, `2026-01-10T08:00:01Z: …`". */
  readonly name: string
  /** Takes out of a line what must never be kept. Runs before `read`, and on every line that is stored. */
  readonly clean?: (text: string) => string
  /** The line without its time, for a reader who sees the time anyway. Default: what stands behind the time it begins with. */
  readonly message?: (text: string) => string
  /** Gets every hit line, with the dated line it belongs to, and adds what it means. */
  readonly read: (text: string, head: DatedLine | null, add: AddEvent<K>) => void
}

export type AddEvent<K extends string> = (kind: K, subject: string, fields: Readonly<Record<string, string>>) => void

/** Any line with something in it. */
export const ANY_LINE = '[^\\n\\r]'

/** The pass over one log that all text logs share. Events take the time of the dated line they belong to. */
export async function digestLog<K extends string>(
  chunks: AsyncIterable<Uint8Array>,
  format: LogFormat<K>,
  watch?: LogWatch,
): Promise<Parsed<LogDigest<K>>> {
  // Who sees every line must not change what the lines of interest say.
  const telling = watch?.every === true ? new RegExp(format.scan) : null
  const message = format.message ?? afterTime
  const clean = format.clean ?? ((text: string): string => text)
  const collector = collectSeries<K>()
  let hit: HitLine | undefined
  let text = ''
  let said: Said[] = []
  const add: AddEvent<K> = (kind, subject, fields) => {
    if (hit === undefined) return
    if (watch !== undefined) said.push({ kind, subject, fields })
    const event = { time: hit.head?.time ?? null, line: hit.line, text, fields }
    if (hit.text.length <= OWN_MAX) collector.add(kind, subject, event)
    else collector.add(kind, own(subject), detached(event))
  }
  const scan = await scanLines(chunks, telling === null ? format : { ...format, scan: ANY_LINE }, (line) => {
    hit = line
    text = clean(line.text)
    if (telling === null || telling.test(`\n${line.text}`)) format.read(text, line.head, add)
    if (watch === undefined || line.head === null) return
    if (said.length > 0 || (watch.every && line.head.line === line.line))
      watch.line({ time: line.head.time, line: line.line, message: message(text), said })
    if (said.length > 0) said = []
  })
  const [problem] = scan.problems
  if (scan.bytes === 0 && problem !== undefined) return failed(problem.code, problem.message)
  const problems = [...scan.problems]
  if (scan.lines > 0 && scan.first === null) {
    problems.push({
      code: 'no-dated-line',
      message: `None of the ${scan.lines} lines has the time of a ${format.name}.`,
    })
  }
  const event = (dated: DatedLine | null): LogEvent | null =>
    dated === null ? null : detached({ ...dated, text: clean(dated.text), fields: {} })
  return parsed(
    { lines: scan.lines, first: event(scan.first), last: event(scan.last), series: collector.series() },
    problems,
  )
}

export function afterTime(text: string): string {
  const stamp = instantAt(text)
  return stamp === null ? text : text.slice(stamp.end).replace(/^:? +/, '')
}

/** Up to this length a line's fields may stay slices of it. */
const OWN_MAX = 400

/** Clips text and fields, and copies them: a slice would keep its whole line, up to 64 KiB, in memory. */
function detached(event: LogEvent): LogEvent {
  const fields = Object.fromEntries(Object.entries(event.fields).map(([key, value]) => [own(key), own(value)]))
  return { time: event.time, line: event.line, text: own(event.text), fields }
}

/**
 * One kind of line. `needle` is the literal the pattern begins with; the pattern is sticky and tried where the needle is,
 * which keeps matching linear in the length of the line. Its groups, all of them named, become fields.
 */
export interface LinePattern<K extends string> {
  readonly kind: K
  readonly needle: string
  readonly pattern: RegExp
  /** Source of the block scan's alternative for this pattern: rarer text of the same line. Default: the needle. */
  readonly scan?: string
  /** Default: no subject. */
  readonly subject?: (fields: Readonly<Record<string, string>>) => string
  /** Fields that the kind of line implies. */
  readonly fields?: Readonly<Record<string, string>>
}

export interface PatternTable<K extends string> {
  /** Source of the scan that finds every line a pattern may match. */
  readonly scan: string
  /** Adds what the first matching pattern says: a line is one event. Says whether there was one. */
  readonly addMatch: (text: string, add: AddEvent<K>) => boolean
}

/** Needles looked at per line and pattern: more of them than this make no sense, and cost. */
const TRIES = 8

export function patternTable<K extends string>(patterns: readonly LinePattern<K>[]): PatternTable<K> {
  const rows = patterns.map((row) => {
    // Numbered groups in the order of their names: a match's own `groups` object is five times slower to read.
    return { ...row, names: Array.from(row.pattern.source.matchAll(/\(\?<(\w+)>/g), ([, name]) => name ?? '') }
  })
  const addMatch = (text: string, add: AddEvent<K>): boolean => {
    for (const { kind, needle, pattern, subject, fields: implied, names } of rows) {
      let at = text.indexOf(needle)
      for (let tries = 0; at >= 0 && tries < TRIES; tries++) {
        pattern.lastIndex = at
        const match = pattern.exec(text)
        if (match !== null) {
          const fields: Record<string, string> = { ...implied }
          for (let i = 0; i < names.length; i++) {
            const value = match[i + 1]
            if (value !== undefined) fields[names[i] as string] = value
          }
          add(kind, subject?.(fields) ?? '', fields)
          return true
        }
        at = text.indexOf(needle, at + needle.length)
      }
    }
    return false
  }
  const sources = patterns.map(({ scan, needle }) => scan ?? needle.replace(/[[\]().*+?^$|{}\\]/g, '\\$&'))
  return { scan: [...new Set(sources)].join('|'), addMatch }
}
