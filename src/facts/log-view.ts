import { wasCutOff, type Evidence, type Found } from '../model/artifact.js'
import { atLine, baseName, type EntryPath, type Locator } from '../model/locator.js'
import type { LogDigest, LogEvent } from '../model/log-event.js'
import type { Instant } from '../model/time.js'

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
  /** Events of some kinds about some subject (any, when left out), in time order; undated ones come first. */
  events(kinds: readonly K[], subject?: string): readonly LoggedEvent[]
  /** How many there were, also where memory kept fewer. */
  count(kinds: readonly K[], subject?: string): number
  /** The current, unrotated file was collected, and none of the files was cut off: nothing is missing at the end. */
  readonly whole: boolean
  /** Whether a line written after `since` would be here: `whole`, and the log starts before. Only then silence means anything. */
  covers(since: Instant): boolean
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

/** Rotation puts a number or a date into the name; the file being written has neither. */
export function isCurrent(path: EntryPath): boolean {
  return !/\.\d+(?:\.gz)?$|-\d{4}-\d\d-\d\d|\.gz$/.test(baseName(path))
}
