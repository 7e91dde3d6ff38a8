import type { ActivityLane } from './activity.js'
import type { Artifact } from './artifact.js'
import type { Fact } from './fact.js'
import type { Hop } from './hop.js'
import type { EntryPath } from './locator.js'
import type { SecretScanner } from './input.js'
import type { IdentityReport, InventoryReport } from './report.js'
import type { Rule } from './rule.js'
import type { Snapshot } from './snapshot.js'
import type { ClockSource, Instant } from './time.js'

/** Who says when the bundle was taken. */
export interface ClockWitness {
  readonly source: ClockSource
  readonly time: Instant
}

/** How one hop looks before any rule speaks: whether its key artifact can be read, and when it was last seen working. */
export type HopView =
  | { readonly seen: true; readonly lastSeen: Instant | null; readonly sentence: string }
  | {
      readonly seen: false
      readonly lastSeen: Instant | null
      readonly sentence: string
      readonly ask: readonly Artifact<unknown>[]
    }

/** Which system the machine runs; `path` is the entry that tells a Windows machine, null for Linux. */
export type MachineSystem =
  { readonly system: 'linux'; readonly path: null } | { readonly system: 'windows'; readonly path: EntryPath }

/** What the engine is given: everything it needs to know about Change Tracking. */
export interface Catalogue {
  readonly artifacts: readonly Artifact<unknown>[]
  readonly rules: readonly Rule[]
  readonly hostname: Fact<string | null>
  /** What the machine calls itself: its host name and its ARM id, where its own files tell, and what it runs. */
  readonly machine: Fact<{
    readonly name: string | null
    readonly id: string | null
    readonly system: MachineSystem['system']
  }>
  readonly system: Fact<MachineSystem>
  readonly identity: Fact<IdentityReport>
  readonly inventory: Fact<InventoryReport>
  readonly activity: Fact<readonly ActivityLane[]>
  readonly snapshot: Fact<Snapshot>
  readonly clock: Fact<readonly ClockWitness[]>
  /** A fresh detector for each entry whose content is read. */
  readonly secrets: () => SecretScanner
  readonly hops: Readonly<Record<Hop, Fact<HopView>>>
}
