import type { ByteSource } from './byte-source.js'
import type { ReadingLimits } from './limits.js'
import type { EntryPath, Locator } from './locator.js'
import type { LogWatch } from './log-event.js'
import type { Parsed, Problem } from './parsed.js'
import type { Instant } from './time.js'

/** What an entry of a source is. Devices, FIFOs and sockets are `other` and are never opened. */
export type EntryKind = 'file' | 'directory' | 'link' | 'other'

/** One entry as a listing shows it. */
export interface EntryStat {
  readonly path: EntryPath
  readonly kind: EntryKind
  /** Bytes. */
  readonly size: number
  readonly mtime: Instant | null
}

/**
 * How an artifact is read. `bytes`: small, wanted whole. `stream`: any size, in one pass. `random`: read here and there.
 * `name`: its existence, size and time say everything; the content is never read. `name` gets the path below the host root.
 */
export type Reading<T> =
  | { readonly how: 'bytes'; readonly parse: (bytes: Uint8Array, limits: ReadingLimits) => Parsed<T> }
  | {
      readonly how: 'stream'
      readonly parse: (chunks: AsyncIterable<Uint8Array>, limits: ReadingLimits, watch?: LogWatch) => Promise<Parsed<T>>
    }
  | { readonly how: 'random'; readonly parse: (bytes: ByteSource) => Promise<Parsed<T>> }
  | { readonly how: 'name'; readonly parse: (relative: EntryPath, stat: EntryStat) => T | undefined }

/**
 * Where an artifact lies. `*` matches within one path segment, a last segment `**` everything below.
 * `host`: the path from the machine's root, found below any prefix. `collector`: the path a known collector gives it.
 * `loose`: a short tail, good enough to recognise a file that someone copied out of its place.
 */
export interface Place {
  readonly layout: 'host' | 'collector' | 'loose'
  readonly glob: string
}

/** A program that says on the machine itself what no file does. Its output is read as the artifact that declares it. */
export interface LiveCommand {
  /** A bare name: it is looked for in fixed folders, never along PATH. */
  readonly program: string
  readonly args: readonly string[]
  /** The name its output goes by, one of the artifact's loose places. */
  readonly output: string
  /** What it prints before it fails is a part, and would be taken for the whole. */
  readonly wholeOnly?: true
}

/** One declaration that says where a thing lives, how it is read, and which command produces it on a live host. */
export interface Artifact<T> {
  readonly type: 'artifact'
  readonly id: string
  /** A noun phrase for sentences: "the Change Tracking agent's log". */
  readonly title: string
  readonly places: readonly Place[]
  readonly reading: Reading<T>
  /** What a customer pastes into a shell to supply it. */
  readonly command: string
  /** What `inspect` runs for it. Several with the same output: the first program that the machine has. */
  readonly live: readonly LiveCommand[]
  /** Whether a file without a known place is one, by its first bytes, a character each, and its name. */
  readonly sniff?: (head: string, name: string) => boolean
  /** Finding it at a host path makes the folder above that path a host root. */
  readonly marksHost: boolean
  /** Bytes of one entry kept at most; more is a problem, not an error. Streams and names have no bound. */
  readonly maxBytes: number
  /** The collector whose bundle it is the mark of. */
  readonly layout?: string
  /** What lies there is only the end of a file that a collector cut. */
  readonly cut?: boolean
  /** Entries that its content names and that are not in the input themselves, by their paths in its own folder. */
  lists?(value: T): readonly EntryStat[]
  /** Files that were there and are not in the input, by their paths in its own folder. */
  leftOut?(value: T): readonly LeftOut[]
}

/** A file that was on the machine and did not come along. `reason` is a phrase. */
export interface LeftOut {
  readonly path: EntryPath
  readonly reason: string
  /** A folder: nobody knows what lies in it. */
  readonly folder?: true
}

/** One readable occurrence of an artifact. `path` is the entry's path in its source. */
export interface Evidence<T> extends EntryStat {
  readonly value: T
  readonly problems: readonly Problem[]
}

/** One occurrence that could not be read at all. */
export interface Unreadable extends EntryStat {
  readonly problems: readonly [Problem, ...Problem[]]
}

/** Every occurrence of one artifact on one host, ordered by path. */
export interface Found<T> {
  readonly good: readonly Evidence<T>[]
  readonly bad: readonly Unreadable[]
}

/** The path a person would look at on the machine; for what only a command shows, the name its output is known by. */
export function homePath({ places }: Pick<Artifact<unknown>, 'places'>): string {
  const home = places.find(({ layout }) => layout === 'host')
  return home === undefined ? (places.at(-1)?.glob ?? '') : `/${home.glob}`
}

/**
 * The code of a problem on the way here: the archive is torn, the file may not be read, a limit was hit. It says nothing of
 * the artifact on the host, so no rule may take it for damage there.
 */
export const CUT_OFF = 'cut-off'

/** The code of a problem that a record told: it was there, and whoever made the input did not take it along. */
export const LEFT_OUT = 'left-out'

/** The code of a problem that a safety limit of ours made: what lies beyond was not looked at. */
export const LIMIT = 'limit-reached'

/** Whether a safety limit of ours made a problem: a largest size, a longest line, a deepest nesting. */
export function isLimit({ code }: Pick<Problem, 'code'>): boolean {
  return code === LIMIT || code === 'line-too-long' || code === 'json-deep'
}

/** Whether the end was not reached for a reason that lies in the input or in us, not on the host. */
export function wasCutOff({ problems }: { readonly problems: readonly Problem[] }): boolean {
  return problems.some(({ code }) => CUT.includes(code))
}

const CUT: readonly string[] = [CUT_OFF, LEFT_OUT, LIMIT, 'read-failed', 'json-deep']

/** Where an unreadable entry failed, as evidence. */
export function atProblem(entry: Unreadable): Locator {
  const [problem] = entry.problems
  return { path: entry.path, at: problem.at ?? { kind: 'entry' }, snippet: problem.message }
}
