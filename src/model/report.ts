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
  readonly activity: ActivityReport | null
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
  readonly files: {
    readonly db: number | null
    readonly json: number | null
    readonly host: number | null
    readonly differences: FileDifferencesReport | null
  }
  readonly packages: { readonly db: number | null; readonly json: number | null; readonly host: number | null }
  readonly services: { readonly db: number | null; readonly json: number | null; readonly host: number | null }
}

/**
 * The files that the agent recorded against those that the machine had when it was looked at. Null without that look. What
 * `checked` has beyond `missing`, `different` and `changedSince` is as recorded.
 */
export interface FileDifferencesReport {
  /** Recorded files that could be compared. */
  readonly checked: number
  /** Recorded, and not there. */
  readonly missing: number
  /** There, asked for by a rule and older than the list, and not recorded. */
  readonly extra: number
  /** Of another size, mode or checksum, and not changed since the list was written. */
  readonly different: number
  /** The same, but changed since: the next run will tell. */
  readonly changedSince: number
  /** Recorded files that could not, because they may not be read: not among `checked`. */
  readonly unreadable: number
  /** The first few of those missing, different and extra. */
  readonly first: readonly {
    readonly path: string
    readonly what: 'missing' | 'size' | 'mode' | 'checksum' | 'extra'
  }[]
}

/** What the logs show over time, for a chart; no rule reads it. Null without any log that tells of it. */
export interface ActivityReport {
  /** The first bucket begins here, the last one ends with `asOf`. */
  readonly from: string
  readonly bucketSeconds: number
  readonly lanes: readonly ActivityLaneReport[]
}

export interface ActivityLaneReport {
  readonly hop: Hop
  readonly name: string
  /** The log it was read from, by its name. */
  readonly source: string
  /** `events` counts them in each bucket; `level` is the highest amount seen in it. */
  readonly measure: 'events' | 'level'
  /** Since `from`, one number a bucket, at most 144; null where the log does not tell. */
  readonly values: readonly (number | null)[]
  /** Failures, bucket by bucket in the same way; null where the lane knows none. */
  readonly failed: readonly (number | null)[] | null
  /** The latest event, and the latest failure, up to `asOf`, in the window or before. */
  readonly last: string | null
  readonly lastFailed: string | null
}

export interface ReportProblem {
  readonly code: string
  readonly message: string
  readonly source: readonly string[]
  readonly path: string | null
  readonly at: Spot | null
}
