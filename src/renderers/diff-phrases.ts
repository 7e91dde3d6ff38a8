import type { Diff, FactDiff, FindingDiff, HostDiff, HostSide, ListDiff, ListSide } from '../model/diff.js'
import { FINDING_STATUSES, type FindingStatus } from '../model/diff.js'
import type { FindingReport } from '../model/report.js'
import type { FactGroup, InventoryKind } from '../model/snapshot.js'
import { duration } from '../model/time.js'

/** Headings of findings, in the order in which they matter. */
export const FINDING_TITLES: Readonly<Record<FindingStatus, string>> = {
  new: 'New',
  worse: 'Worse',
  unclear: 'Can no longer be told',
  better: 'Better, not well',
  fixed: 'Fixed',
  unchanged: 'Unchanged',
}

export const GROUP_TITLES: Readonly<Record<FactDiff['group'], string>> = {
  machine: 'Machine',
  rules: 'Data collection rules',
  units: 'Services of the agents',
}

/** What one side lacks, and the whole of it is not compared. */
export const GROUP_WORDS: Readonly<Record<FactGroup, string>> = {
  rules: 'settings of the rules',
  units: 'services of the agents',
}

export function factTitle(facts: readonly FactDiff[], notCompared: readonly FactGroup[]): string {
  const none = notCompared.length === 0 ? 'no change' : 'no change seen'
  return `Versions, settings and services: ${facts.length === 0 ? none : `${facts.length} changed`}`
}

export const FORMER_TITLE = 'Former values, from pages that the database AFTER has given up'

export function byStatus({ findings }: HostDiff): [FindingStatus, readonly FindingDiff[]][] {
  return FINDING_STATUSES.flatMap((status): [FindingStatus, readonly FindingDiff[]][] => {
    const own = findings.filter((one) => one.status === status)
    return own.length === 0 ? [] : [[status, own]]
  })
}

/** The finding as it is now, else as it was. */
export function findingOf({ before, after }: FindingDiff): FindingReport {
  const found = after ?? before
  if (found === null) throw new Error('A finding that was compared is on one side at least')
  return found
}

export function sideText(name: string, side: HostSide | null): string {
  return side === null ? `${name}: the host is not in it` : `${name}: ${side.host}, as of ${side.asOf.time}`
}

/** `1 d 2 h later`; empty when a side is missing. */
export function pause({ before, after }: HostDiff): string {
  if (before === null || after === null) return ''
  const ms = Date.parse(after.asOf.time) - Date.parse(before.asOf.time)
  if (ms === 0) return ', the same time'
  return `, ${duration(Math.abs(ms))} ${ms > 0 ? 'later' : 'EARLIER'}`
}

/** `41 → 42: 1 added, 0 removed, 2 modified`, or `41, no change` */
export function listText({ before, after, added, removed, modified }: ListDiff, arrow: string): string {
  const changes = added.length + removed.length + modified.length
  if (changes === 0 && !before.partial && !after.partial) return `${after.count}, no change`
  const gone = after.partial ? 'removed ones cannot be told' : `${removed.length} removed`
  const come = before.partial ? 'added ones cannot be told' : `${added.length} added`
  return `${size(before)} ${arrow} ${size(after)}: ${come}, ${gone}, ${modified.length} modified`
}

function size({ count, partial }: ListSide): string {
  return partial ? `${count} or more` : String(count)
}

export function missingText(kind: InventoryKind, { before, after }: Pick<Diff, 'before' | 'after'>): string {
  const reports = [before, after].filter((side) => side?.kind === 'report').length
  return `${kind}: not compared, ${reports > 0 ? 'a report has no inventory' : 'one input has no list that can be read'}`
}

/** `size: 9 → 12, mode: 420 → 384` */
export function changesText(changes: ListDiff['modified'][number]['changes'], arrow: string): string {
  return changes.map(({ field, before, after }) => `${field}: ${value(before)} ${arrow} ${value(after)}`).join(', ')
}

/** A checksum is told apart by its beginning. */
function value(text: string): string {
  return /^[0-9a-f]{32,}$/i.test(text) ? `${text.slice(0, 12)}…` : text
}

export function fieldsText(fields: Readonly<Record<string, string | null>>): string {
  return Object.entries(fields)
    .flatMap(([field, word]) => (word === null ? [] : [`${field}: ${value(word)}`]))
    .join(', ')
}
