import type { LastRun } from '../../facts/last-run.js'
import type { WorkerInventory } from '../../facts/inventory.js'
import type { Artifact } from '../../model/artifact.js'
import { unknown, type UnknownDraft } from '../../model/rule.js'
import { iso, type Instant } from '../../model/time.js'

/** Up to so many items, and up to this share of the host's, may differ: the two views are never of one moment. */
const ITEMS = 5
const SHARE = 0.02

export function isWideDifference(different: number, ofHost: number): boolean {
  return different > ITEMS && different > SHARE * ofHost
}

/** The first few of what differs, for the report. */
export function namesOf(items: readonly (readonly [string, unknown])[]): string[] {
  return items.slice(0, 20).map(([name]) => name)
}

/** Why the agent's list cannot be compared with the host; null when it can. An empty list is no difference but a failed run. */
export function incomparable(
  list: WorkerInventory['json'],
  run: LastRun,
  asOf: Instant,
  ask: Artifact<unknown>,
): UnknownDraft | null {
  if (list === null) return unknown('The agent’s list is not in the input.', [ask])
  const { value, path } = list.evidence
  if (list.cut || value.beyond > 0 || value.unrecognised.count > 0) return unknown(`${path} was not read whole.`, [ask])
  if (run.time === null) return unknown('Nothing tells when the agent’s list was made.', [ask])
  if (asOf - run.time > run.limit)
    return unknown(`The agent’s list is of ${iso(run.time)}, and the host may have changed since.`, [ask])
  return null
}
