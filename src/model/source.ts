import type { EntryStat } from './artifact.js'
import type { Problem } from './parsed.js'

export type SourceKind = 'folder' | 'tar' | 'tar.gz' | 'file' | 'memory'

/**
 * One entry as it passes by. Its content can be read once, before the next entry is asked for; an entry left alone is
 * skipped. Reading may throw where the source is torn: what came before counts.
 */
export interface SourceEntry extends EntryStat {
  /** Where a link leads, as it stands in the input; only for a link that stays inside it. */
  readonly link?: string
  content(): AsyncIterable<Uint8Array>
}

/** A problem of the source, or of one of its entries. */
export interface SourceProblem extends Problem {
  readonly path: string | null
  /** The entry's name as it stands in the input, where the name itself is odd. */
  readonly name?: string
}

/**
 * An input: a folder, an archive, a lone file. Its entries are delivered once, in one pass, and never extracted.
 * `problems` and `totals` are complete when the pass has ended. A torn source ends early with a problem; it does not throw.
 */
export interface Source {
  readonly name: string
  readonly kind: SourceKind
  entries(): AsyncIterable<SourceEntry>
  readonly problems: readonly SourceProblem[]
  totals(): SourceTotals
}

export interface SourceTotals {
  /** Of the input as it lies there. */
  readonly bytes: number
  readonly entries: number
  /** SHA-256 of the input's own bytes, lower-case hex; null for a folder. */
  readonly sha256: string | null
}
