/** Bounds on what a stranger's file may cost. The defaults are far beyond any honest bundle. */
export interface Limits {
  /** Bytes that may come out of all decompression and archives together, streamed past. */
  readonly inflated: number
  /** Bytes kept of all artifacts together, and of an archive that must be kept to be read. */
  readonly kept: number
  /** Bytes kept of one artifact. */
  readonly artifact: number
  /** Bytes kept of one small file that is read whole, such as JSON. */
  readonly json: number
  /** How much larger than its input one layer of compression may be, once 64 MiB are out. */
  readonly ratio: number
  /** Members of one input, those of archives inside it included. */
  readonly entries: number
  /** Bytes of one pax or GNU header of a tar. */
  readonly header: number
  /** Archives within archives. */
  readonly nesting: number
  /** Levels of one JSON text. */
  readonly depth: number
  /** Bytes kept of one line of a log; the rest of it is skipped. */
  readonly line: number
  /** Seconds of reading one input; null for no bound. */
  readonly time: number | null
}

const KIB = 1024
const MIB = 1024 * KIB
const GIB = 1024 * MIB

export const LIMITS: Limits = {
  inflated: 16 * GIB,
  kept: GIB,
  artifact: 512 * MIB,
  json: 64 * MIB,
  ratio: 300,
  entries: 500_000,
  header: MIB,
  nesting: 3,
  depth: 200,
  line: 64 * KIB,
  time: null,
}

/** The limits that a parser keeps to. */
export type ReadingLimits = Pick<Limits, 'depth' | 'line'>

/** The ratio is looked at once this many bytes are out: a small file of zeros is no bomb. */
export const RATIO_FROM = 64 * MIB

/** Thrown in the middle of a stream: reading stops there, and what came before counts. */
export class LimitReached extends Error {
  constructor(
    readonly limit: keyof Limits,
    message: string,
  ) {
    super(`${message}; reading stopped there. \`--limit ${limit}=…\` sets another bound`)
  }
}

/** Counts what one input costs, all its layers together. Everything throws `LimitReached` when a bound is passed. */
export interface Budget {
  readonly limits: Limits
  /** One more member. */
  entry(): void
  /** Called now and then while bytes pass. */
  tick(): void
  /** Passes the output of one layer on. `consumed` tells how many bytes the layer has read so far. */
  inflating(output: AsyncIterable<Uint8Array>, consumed: () => number): AsyncGenerator<Uint8Array>
}
