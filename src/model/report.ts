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
  /** What ten machines or more have in common; absent below that. */
  readonly cohorts?: CohortsReport
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
  /** As os-release names it, such as `ubuntu`, and `22.04`. */
  readonly distribution: string | null
  readonly distributionVersion: string | null
  /** Of the machine, as the platform told the Azure Monitor Agent. */
  readonly region: string | null
  /** Immutable ids of the cached rules with Change Tracking for Linux; null where the cache was not read whole. */
  readonly dcrs: readonly string[] | null
  /** To which those rules send; null as above. */
  readonly workspaces: readonly string[] | null
}

export interface HopReport {
  readonly hop: Hop
  /** Only where it is false: the hop is none of this machine's, so its status says nothing. */
  readonly applies?: false
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

/** Facts of the identity by which hosts are told apart. `release` is the distribution with its version. */
export type CohortFact =
  'amaVersion' | 'arch' | 'ctVersion' | 'dcr' | 'distribution' | 'environment' | 'region' | 'release' | 'workspace'

/** Every machine counts once, as it was last seen; only errors and warnings count as findings here. */
export interface CohortsReport {
  readonly hosts: number
  /** Which findings occur together, the most frequent first; an empty set is a host without any. */
  readonly sets: readonly { readonly ruleIds: readonly RuleId[]; readonly hosts: number }[]
  /** The surest first. */
  readonly separations: readonly SeparationReport[]
}

/** Of the hosts that have `value`, and of those that have another: how many have the finding. */
export interface SeparationReport {
  readonly ruleId: RuleId
  readonly fact: CohortFact
  readonly value: string
  readonly having: { readonly hosts: number; readonly found: number }
  readonly others: { readonly hosts: number; readonly found: number }
  /** Left out: the fact is not known of them, or the rule gave no clear answer. */
  readonly unknown: number
  /** Fisher’s exact test, two-sided, before it is multiplied by `tests`. */
  readonly pValue: number
  /** How many separations were tried in all. */
  readonly tests: number
}
