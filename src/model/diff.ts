import type { Hop } from './hop.js'
import type { FindingReport, HopStatus, HostReport, Report, ReportProblem } from './report.js'
import type { FactGroup, InventoryKind } from './snapshot.js'

/** What `diff` prints, `schemaVersion` 1: plain JSON, of which its other formats are renderings. */
export interface Diff {
  readonly schemaVersion: 1
  readonly tool: Report['tool']
  readonly run: Report['run']
  /** Null when it was refused. */
  readonly before: SideReport | null
  readonly after: SideReport | null
  readonly hosts: readonly HostDiff[]
  /** Of both inputs. */
  readonly problems: readonly ReportProblem[]
}

export interface SideReport {
  readonly name: string
  /** Of the input, or `report` for an earlier report, which has no inventory. */
  readonly kind: string
  readonly sha256: string | null
}

export type DiffStatus = 'worse' | 'better' | 'same' | 'unclear'

export interface HostDiff {
  readonly host: string
  /** Null where the input does not hold this host. */
  readonly before: HostSide | null
  readonly after: HostSide | null
  /** `worse` with any new or worse finding that counts, `unclear` when it cannot be told whether one is gone. */
  readonly verdict: { readonly status: DiffStatus; readonly sentence: string }
  /** Always the seven. */
  readonly path: readonly {
    readonly hop: Hop
    readonly before: HopStatus | null
    readonly after: HopStatus | null
  }[]
  readonly findings: readonly FindingDiff[]
  readonly facts: readonly FactDiff[]
  /** Groups of facts that one side does not tell. */
  readonly notCompared: readonly FactGroup[]
  /** Null where one side does not tell. */
  readonly inventory: Readonly<Record<InventoryKind, ListDiff | null>>
}

export type HostSide = Pick<HostReport, 'host' | 'root' | 'input' | 'asOf' | 'verdict' | 'identity'>

export const FINDING_STATUSES = ['new', 'worse', 'unclear', 'better', 'fixed', 'unchanged'] as const
/** `unclear`: it was found before, and the other side cannot tell. That is never `fixed`. */
export type FindingStatus = (typeof FINDING_STATUSES)[number]

export interface FindingDiff {
  readonly status: FindingStatus
  /** What else has to be known; null when nothing. */
  readonly note: string | null
  readonly before: FindingReport | null
  readonly after: FindingReport | null
}

export interface FactDiff {
  readonly group: 'machine' | FactGroup
  readonly name: string
  /** Null where it is not there. */
  readonly before: string | null
  readonly after: string | null
}

export interface ListDiff {
  readonly before: ListSide
  readonly after: ListSide
  readonly added: readonly string[]
  readonly removed: readonly string[]
  readonly modified: readonly { readonly name: string; readonly changes: readonly FieldDiff[] }[]
  /** What an item was in between, or before, as pages show that the database AFTER has given up; newest first. */
  readonly former: readonly FormerItem[]
}

export interface ListSide {
  readonly path: string
  readonly count: number
  readonly partial: boolean
}

export interface FieldDiff {
  readonly field: string
  readonly before: string
  readonly after: string
}

export interface FormerItem {
  readonly name: string
  readonly fields: Readonly<Record<string, string | null>>
  readonly confidence: 'certain' | 'likely'
}
