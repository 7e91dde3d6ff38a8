import type { Hop, RuleGroup } from './hop.js'
import type { Spot } from './locator.js'
import type { Confidence, Data, RuleId, Severity } from './rule.js'
import type { ClockSource } from './time.js'

/** The report, `schemaVersion` 1: plain JSON, of which every output format is a rendering. Times are ISO 8601 UTC. */
export interface Report {
  readonly schemaVersion: 1
  readonly tool: { readonly name: 'ct-diag'; readonly version: string }
  readonly run: {
    readonly startedAt: string
    readonly durationMs: number
    readonly command: string
    readonly interrupted: boolean
  }
  readonly inputs: readonly InputReport[]
  readonly hosts: readonly HostReport[]
  readonly problems: readonly ReportProblem[]
}

export interface InputReport {
  readonly name: string
  readonly kind: string
  readonly layout: string
  readonly bytes: number
  readonly entries: number
  /** Of the input's own bytes; null for a folder. */
  readonly sha256: string | null
}

export type HopStatus = 'ok' | 'degraded' | 'broken' | 'unknown'
export type OutcomeStatus = 'pass' | 'fail' | 'not-applicable' | 'unknown' | 'error'

export interface HostReport {
  readonly host: string
  readonly root: string
  readonly input: string
  readonly identity: IdentityReport
  readonly asOf: { readonly time: string; readonly source: ClockSource }
  readonly verdict: { readonly hop: Hop | null; readonly status: HopStatus; readonly sentence: string }
  readonly path: readonly HopReport[]
  readonly findings: readonly FindingReport[]
  readonly outcomes: readonly OutcomeReport[]
  readonly coverage: {
    readonly pass: number
    readonly fail: number
    readonly notApplicable: number
    readonly unknown: number
    readonly error: number
  }
  readonly ask: readonly AskReport[]
  readonly inventory: InventoryReport
}

export interface IdentityReport {
  readonly environment: 'azure-vm' | 'arc' | 'unknown'
  readonly resourceId: string | null
  readonly os: string | null
  readonly arch: string | null
  readonly amaVersion: string | null
  readonly ctVersion: string | null
}

export interface HopReport {
  readonly hop: Hop
  readonly status: HopStatus
  readonly lastSeen: string | null
  readonly sentence: string
  readonly ruleIds: readonly RuleId[]
}

export interface FindingReport {
  readonly ruleId: RuleId
  readonly name: string
  readonly title: string
  readonly hop: RuleGroup
  readonly severity: Severity
  readonly confidence: Confidence
  readonly subject: string
  readonly message: string
  readonly data: Data
  readonly remedy: readonly string[]
  readonly causes: readonly RuleId[]
  readonly causedBy: RuleId | null
  /** Stable across runs and bundles for the same rule and subject. */
  readonly fingerprint: string
  readonly evidence: readonly EvidenceReport[]
  /** Somebody has decided to live with it: it is shown, and counts for nothing. */
  readonly suppressed?: SuppressionReport
}

export interface SuppressionReport {
  readonly reason: string | null
  /** From then on it counts again; null for never. */
  readonly expires: string | null
  /** Where that was written: a file, or the flag. */
  readonly origin: string
}

export interface EvidenceReport {
  readonly source: readonly string[]
  readonly path: string | null
  readonly at: Spot
  /** Of the whole entry as it lies in the source; null where nothing was read. */
  readonly sha256: string | null
  readonly snippet: string | null
}

export interface OutcomeReport {
  readonly ruleId: RuleId
  readonly status: OutcomeStatus
  readonly reason: string | null
  /** Where the rule judges several subjects and they differ: one answer each. */
  readonly subjects?: readonly {
    readonly subject: string
    readonly status: OutcomeStatus
    readonly reason: string | null
  }[]
}

export interface AskReport {
  readonly artifact: string
  readonly path: string
  readonly command: string
  readonly unlocks: readonly RuleId[]
}

export interface InventoryReport {
  readonly files: { readonly db: number | null; readonly json: number | null }
  readonly packages: { readonly db: number | null; readonly json: number | null; readonly host: number | null }
  readonly services: { readonly db: number | null; readonly json: number | null; readonly host: number | null }
}

export interface ReportProblem {
  readonly code: string
  readonly message: string
  readonly source: readonly string[]
  readonly path: string | null
  readonly at: Spot | null
}
