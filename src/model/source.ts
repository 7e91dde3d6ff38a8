import type { EntryStat } from './artifact.js'
import type { Budget } from './limits.js'
import type { EntryPath } from './locator.js'
import type { Problem } from './parsed.js'

export type SourceKind =
  'host' | 'folder' | 'tar' | 'tar.gz' | 'tar.xz' | 'tar.zst' | 'tar.bz2' | 'zip' | 'file' | 'memory'

/**
 * One entry as it passes by. Its content can be read once, before the next entry is asked for; an entry left alone is
 * skipped. Reading may throw where the source is torn: what came before counts.
 */
export interface SourceEntry extends EntryStat {
  content(): AsyncIterable<Uint8Array>
  /** Its content from an offset on, where what lies before need not be read. */
  from?(offset: number): AsyncIterable<Uint8Array>
  /** Where a link leads, also one that the source follows itself. Absent for one that leads out of the source. */
  readonly link?: LinkTarget
  /** Set when a file that nobody read passes again, being no archive: its first bytes. */
  readonly head?: Uint8Array
  /** Why it stays behind, as a phrase: it is there, and its content is not to be had. */
  readonly leftOut?: string
}

/** The member a link means. An absolute one counts from the root of the machine, wherever that lies in the source. */
export interface LinkTarget {
  readonly path: EntryPath
  readonly absolute: boolean
  /** What stands before the path of the archive, within the source: empty, or the archive's own path and `!/`. */
  readonly within: string
}

/** The code of a problem with a file that was tried before anybody asked for its content, and that may not be read. */
export const FILE_CLOSED = 'file-unreadable'

/** A problem of the source, or of one of its entries. */
export interface SourceProblem extends Problem {
  readonly path: string | null
  /** The entry's name as it stands in the input, where the name itself is odd. */
  readonly name?: string
}

/**
 * An input: a folder, an archive, a lone file. Its entries are delivered once, in one pass, and never extracted.
 * `problems` and `totals` are complete when the pass has ended. A torn source ends early with a problem; it does not throw.
 *
 * An archive among the entries that nobody reads is opened: its members follow it, under its path and `!/`.
 */
export interface Source {
  readonly name: string
  readonly kind: SourceKind
  /** With `heads`, a file that nobody read and that is no archive passes a second time, with its first bytes. */
  entries(options?: { readonly heads: boolean }): AsyncIterable<SourceEntry>
  readonly problems: readonly SourceProblem[]
  totals(): SourceTotals
  /** Paths of the archives among the entries that were opened, complete when the pass has ended. */
  readonly archives?: ReadonlySet<EntryPath>
  /** What was spent so far, shared with whoever inflates an entry of it. */
  readonly budget?: Budget
  /** The same source, not read yet. Absent where the input can be read only once. */
  readonly again?: () => Promise<Source>
}

export interface SourceTotals {
  /** Of the input as it lies there. */
  readonly bytes: number
  readonly entries: number
  /** SHA-256 of the input's own bytes, lower-case hex; null for a folder, and for an input that was not read to its end. */
  readonly sha256: string | null
}
