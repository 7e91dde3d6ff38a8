import type { RuleGroup } from './hop.js'
import type { AskReport, InputReport, ReportProblem } from './report.js'
import type { RuleId } from './rule.js'

/** What `contents` prints: who made an input, what is in it along the data path, and what is missing. */
export interface Contents {
  readonly schemaVersion: 1
  readonly tool: { readonly name: 'ct-diag'; readonly version: string }
  /** Null when the input was refused. */
  readonly input: InputReport | null
  readonly hosts: readonly HostContents[]
  readonly problems: readonly ReportProblem[]
}

export interface HostContents {
  readonly host: string
  readonly root: string
  /** The hops in order, then what concerns the machine and the input as a whole. */
  readonly groups: readonly {
    readonly group: RuleGroup
    readonly present: readonly PresentArtifact[]
    readonly missing: readonly MissingArtifact[]
  }[]
  /** The fewest commands that settle the rules that are open; what settles most comes first. */
  readonly ask: readonly AskReport[]
}

export interface PresentArtifact {
  readonly artifact: string
  readonly title: string
  /** Entries, and bytes of all of them. */
  readonly entries: number
  readonly bytes: number
  /** ISO 8601, of the newest; null when none has a time. */
  readonly newest: string | null
  /** The first few. */
  readonly paths: readonly string[]
  /** Why one of them cannot be read; null when all can. */
  readonly problem: string | null
}

export interface MissingArtifact {
  readonly artifact: string
  readonly title: string
  readonly path: string
  readonly command: string
  /** Rules that would look at it. */
  readonly rules: readonly RuleId[]
}
