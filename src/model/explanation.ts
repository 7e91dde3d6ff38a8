import type { RuleGroup } from './hop.js'
import type { AskReport, FindingReport, HostReport, InputReport, OutcomeReport, ReportProblem } from './report.js'
import type { Confidence, RuleDocs, RuleId, Severity } from './rule.js'

/** What `explain` prints: a rule's page as data and, with an input, why it did or did not fire on each host in it. */
export interface Explanation {
  readonly schemaVersion: 1
  readonly tool: { readonly name: 'ct-diag'; readonly version: string }
  readonly rule: RuleExplanation
  /** Null without an input, or when it was refused. */
  readonly input: InputReport | null
  readonly hosts: readonly HostExplanation[]
  readonly problems: readonly ReportProblem[]
}

/** What a list of rules says of one. */
export interface RuleSummary {
  readonly id: RuleId
  readonly name: string
  readonly title: string
  readonly hop: RuleGroup
  readonly severity: Severity
  readonly confidence: Confidence
}

export interface RuleExplanation extends RuleSummary {
  readonly docs: RuleDocs
  /** What to collect for it; what is not required only helps. */
  readonly collect: readonly {
    readonly artifact: string
    readonly title: string
    readonly path: string
    readonly command: string
    readonly required: boolean
  }[]
  /** Rules whose findings are only symptoms of this one. */
  readonly causes: readonly RuleId[]
}

export interface HostExplanation {
  readonly host: string
  readonly root: string
  readonly asOf: HostReport['asOf']
  readonly outcome: OutcomeReport
  /** Why, in one sentence. */
  readonly sentence: string
  readonly findings: readonly FindingReport[]
  readonly needs: readonly NeedExplanation[]
  /** What would settle it, when it is open. */
  readonly ask: readonly AskReport[]
}

/** One thing the rule declares that it needs. */
export interface NeedExplanation {
  /** As the rule calls it. */
  readonly name: string
  readonly kind: 'artifact' | 'fact' | 'input'
  readonly required: boolean
  readonly met: boolean
  readonly artifacts: readonly ArtifactExplanation[]
  /** What the rule looked at in it; empty when it never got there. */
  readonly read: readonly ReadValue[]
}

export interface ArtifactExplanation {
  readonly artifact: string
  readonly title: string
  /** The place where a person would look on the machine. */
  readonly path: string
  readonly found: readonly FoundExplanation[]
  /** Occurrences beyond those listed. */
  readonly more: number
}

export interface FoundExplanation {
  readonly path: string
  /** Why it cannot be read, or not in full; null when all is well. */
  readonly problem: string | null
}

/** Values that were read at one place of a need, such as `ctDcrs[].id`. */
export interface ReadValue {
  readonly at: string
  /** Places of that shape that were looked at. */
  readonly count: number
  /** The first few distinct values, short. */
  readonly values: readonly (string | number | boolean | null)[]
}
