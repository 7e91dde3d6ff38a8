import { wasCutOff, type Evidence, type Found } from '../model/artifact.js'
import { atLine, baseName, type EntryPath, type Locator } from '../model/locator.js'
import type { LogDigest, LogEvent } from '../model/log-event.js'
import type { Instant } from '../model/time.js'
import { namesZone } from '../parsers/lines.js'

/** A log event together with the file it stands in, and its subject there. */
export interface LoggedEvent extends LogEvent {
  readonly path: EntryPath
  readonly subject: string
}

/** One log with its rotated predecessors, as one. */
export interface LogView<K extends string> {
  /** Earliest and latest dated line of all files. */
  readonly first: LoggedEvent | null
  readonly last: LoggedEvent | null
  /** Its times say their zone. Else they may be the machine's own, hours from those of other logs. */
  readonly zoned: boolean
  /** Events of some kinds about some subject (any, when left out), in time order; undated ones come first. */
  events(kinds: readonly K[], subject?: string): readonly LoggedEvent[]
  /** How many there were, also where memory kept fewer. */
  count(kinds: readonly K[], subject?: string): number
  /** The current, unrotated file was collected, and none of the files was cut off: nothing is missing at the end. */
  readonly whole: boolean
  /** Whether a line written after `since` would be here: `whole`, and the log starts before. Only then silence means anything. */
  covers(since: Instant): boolean
}

/** A log's newest line is seldom older than this where its program runs. */
const NOW = 10 * 60_000
/** What lies furthest west of UTC. */
const WEST_MAX = 12 * 3_600_000

/**
 * Whether a log's times cannot be laid beside the clock: they name no zone, and its end is neither of about now, and so in UTC, nor
 * older by more than `limit` in every zone. Milliseconds.
 */
export function isLocal(
  { zoned, last }: Pick<LogView<string>, 'zoned' | 'last'>,
  asOf: Instant,
  limit: number,
): boolean {
  if (zoned || last?.time == null) return false
  const age = asOf - last.time
  return Math.abs(age) > NOW && age <= limit + WEST_MAX
}

export function logView<K extends string>(found: Found<LogDigest<K>>): LogView<K> {
  const files = eachOnce(found.good)
  const dated = (pick: 'first' | 'last'): LoggedEvent[] =>
    files.flatMap((file) => {
      const event = file.value[pick]
      return event === null ? [] : [{ ...event, path: file.path, subject: '' }]
    })
  const first = dated('first').toSorted(byTime)[0] ?? null
  const last = dated('last').toSorted(byTime).at(-1) ?? null
  const whole = files.some(({ path }) => isCurrent(path)) && !files.some(wasCutOff) && found.bad.length === 0

  const byKind = new Map<K, LoggedEvent[]>()
  const ofKind = (kind: K): LoggedEvent[] => {
    const known = byKind.get(kind)
    if (known !== undefined) return known
    const found: LoggedEvent[] = []
    for (const { path, value } of files)
      for (const { kind: other, subject, kept } of value.series)
        if (other === kind)
          for (const { time, line, text, fields } of kept) found.push({ time, line, text, fields, path, subject })
    byKind.set(kind, found.sort(byTime))
    return found
  }

  /** Many rules ask for the same events of a log that can hold tens of thousands. */
  const asked = new Map<string, readonly LoggedEvent[]>()

  return {
    first,
    last,
    zoned: last === null || namesZone(last.text),
    events: (kinds, subject) => {
      const key = JSON.stringify([kinds, subject])
      const known = asked.get(key)
      if (known !== undefined) return known
      const all = kinds.length === 1 ? kinds.flatMap(ofKind) : kinds.flatMap(ofKind).sort(byTime)
      const wanted = subject === undefined ? all : all.filter((event) => event.subject === subject)
      asked.set(key, wanted)
      return wanted
    },
    count: (kinds, subject) =>
      files
        .flatMap(({ value }) => value.series)
        .filter((series) => kinds.includes(series.kind) && (subject === undefined || series.subject === subject))
        .reduce((sum, series) => sum + series.count, 0),
    whole,
    covers: (since) => whole && first?.time != null && first.time <= since,
  }
}

/** Files of a log; where a rotated one lies beside its compressed copy, that one only. */
export function eachOnce<T extends LogDigest<string>>(files: readonly Evidence<T>[]): readonly Evidence<T>[] {
  const plain = new Map(files.map((file) => [file.path, file.value]))
  return files.filter(({ path, value }) => {
    const other = path.endsWith('.gz') ? plain.get(path.slice(0, -'.gz'.length)) : undefined
    return (
      other?.lines !== value.lines || other.first?.text !== value.first?.text || other.last?.text !== value.last?.text
    )
  })
}

export function atEvent(event: LoggedEvent): Locator {
  return atLine(event.path, event.line, event.text)
}

function byTime(a: LoggedEvent, b: LoggedEvent): number {
  return (a.time ?? 0) - (b.time ?? 0) || (a.path < b.path ? -1 : a.path > b.path ? 1 : a.line - b.line)
}

/**
 * Rotation puts a number or a date into the name, `mdsd.info.1`, `mdsd.info-20260110.gz`, `cta_linux_agent-2026-01-10T08-00-00.000.log`,
 * or a word; the file being written has none of them.
 */
export function isCurrent(path: EntryPath): boolean {
  return !/\.\d+(?:\.\w+)?$|[-._]\d{4}-?\d\d-?\d\d|\.(?:gz|xz|bz2|zst|old|bak|save|prev)$|~$/i.test(baseName(path))
}
