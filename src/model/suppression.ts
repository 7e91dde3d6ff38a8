import type { RuleId } from './rule.js'
import type { Instant } from './time.js'

/** Findings that somebody has decided to live with. */
export interface Suppression {
  /** As it was written: `CT1012=dcr-*`. */
  readonly words: string
  /** Where it was written: a file, or the flag. */
  readonly origin: string
  readonly rules: ReadonlySet<RuleId>
  readonly covers: (subject: string) => boolean
  readonly reason: string | null
  /** From then on it no longer holds; null for never. */
  readonly expires: Instant | null
}
