import type { Fact } from './fact.js'
import type { RuleGroup } from './hop.js'
import type { PassingLine } from './log-event.js'
import type { EntryPath } from './locator.js'
import type { InputReport, ReportProblem } from './report.js'
import type { ClockSource, Instant } from './time.js'

export type TimelineMark = 'error' | 'warning' | 'restart' | 'gap'

/** What a line is to somebody who follows the data. */
export interface LineMeaning {
  readonly kind: string
  readonly hop: RuleGroup
  readonly mark: TimelineMark | null
  /** Lines with the same word repeat each other. Null: those whose messages differ in numbers, ids and quoted words only. */
  readonly same: string | null
  /** An amount that may change from one repetition to the next. */
  readonly amount: number | null
  /** Says it in fewer words than the line. */
  readonly text?: string
  /** Its time has no zone, and was read as UTC. */
  readonly zoneless: boolean
}

/** Something dated that stands in a small file. */
export interface DatedNote {
  readonly time: Instant
  readonly path: EntryPath
  readonly hop: RuleGroup
  readonly text: string
}

/**
 * How far the times in a log are ahead of another clock, in seconds.
 *
 * `file-time`: the newest line against the time the file was last written · `same-event`: the last time that two logs tell of
 * the same command · `zone`: local time, its distance from UTC, by file times · `backwards`: the clock was set back while the
 * log was written, by so much · `bundle-time`: the newest line against the time the bundle was taken.
 */
export interface ClockSkew {
  readonly how: 'file-time' | 'same-event' | 'zone' | 'backwards' | 'bundle-time'
  readonly seconds: number
  /** The other log. */
  readonly against: EntryPath | null
}

/** A log that was read: its span in time, and how far its clock differs, null where nothing tells. */
export interface DatedLog {
  readonly path: EntryPath
  readonly lines: number
  readonly first: Instant | null
  readonly last: Instant | null
  readonly skew: ClockSkew | null
}

/** What the engine has to be told to make a timeline. */
export interface TimelineKnowledge {
  /** Null for a line that only somebody who wants every line wants. */
  readonly meaning: (artifact: string, line: PassingLine) => LineMeaning | null
  /** The hop that an artifact tells of, and whether it matters when its file was last written. */
  readonly homeOf: (artifact: string) => { readonly hop: RuleGroup; readonly dated: boolean }
  readonly logs: Fact<readonly DatedLog[]>
  readonly notes: Fact<readonly DatedNote[]>
}

/** The first line of the machine format, and the head of the terminal's. */
export interface TimelineHead {
  readonly schemaVersion: 1
  readonly tool: { readonly name: 'ct-diag'; readonly version: string }
  readonly input: InputReport | null
  /** Null: everything. */
  readonly windowSeconds: number | null
  /** Null: all of them. */
  readonly only: readonly RuleGroup[] | null
  /** Every dated line, and nothing folded. */
  readonly all: boolean
  readonly hosts: readonly TimelineHost[]
  readonly problems: readonly ReportProblem[]
  readonly interrupted: boolean
}

export interface TimelineHost {
  readonly host: string
  readonly root: string
  readonly asOf: { readonly time: string; readonly source: ClockSource }
  /** Nothing before is shown. */
  readonly from: string | null
  readonly logs: readonly TimelineLog[]
}

export interface TimelineLog {
  /** By which the events name it. */
  readonly source: string
  readonly path: EntryPath
  readonly lines: number
  /** Null where no line has a time, or none has a year. */
  readonly first: string | null
  readonly last: string | null
  /** Null: cannot be told. */
  readonly skew: ClockSkew | null
}

export interface TimelineEvent {
  /** ISO 8601, UTC, with milliseconds. */
  readonly time: string
  /** The machine's local time, as good as its distance from UTC could be told. */
  readonly local: boolean
  readonly host: string
  readonly hop: RuleGroup
  /** What kind of line; `gap`, `file` for the time a file was last written, `note` for a date in a small file, `line`. */
  readonly kind: string
  readonly mark: TimelineMark | null
  readonly source: string
  readonly path: EntryPath
  readonly line: number | null
  readonly text: string
  /** Of so many alike the first. */
  readonly count: number
  /** When the last one was, or a gap ended. */
  readonly until: string | null
  readonly amount: { readonly least: number; readonly most: number } | null
}
