import type { FindingReport } from '../model/report.js'

/**
 * Findings that no other explains, the one first whose tree holds the worst and breaks the path first; and a way to take what a
 * rule explains: each finding is handed out once.
 */
export interface CauseTree {
  readonly leading: readonly FindingReport[]
  take(cause: string): FindingReport[]
}

export function causeTree(findings: readonly FindingReport[]): CauseTree {
  const fired = new Map(findings.map((found) => [found.ruleId, found]))
  /** Whether following the causes upwards ends. */
  const rooted = (found: FindingReport, above: readonly string[] = []): boolean => {
    const cause = found.causedBy === null ? undefined : fired.get(found.causedBy)
    return cause === undefined || (!above.includes(cause.ruleId) && rooted(cause, [...above, cause.ruleId]))
  }
  const leads = (found: FindingReport): boolean =>
    found.causedBy === null || !fired.has(found.causedBy) || !rooted(found)
  const folded = findings.filter((found) => !leads(found))
  const taken = new Set<FindingReport>()
  return {
    leading: inOrder(findings.filter(leads), folded),
    take: (cause) => {
      const own = folded.filter((found) => found.causedBy === cause && !taken.has(found))
      for (const found of own) taken.add(found)
      return own
    },
  }
}

const ORDER = ['error', 'warning', 'info']

/** By the worst that each stands for, then along the path: a warning that explains an error is more than a warning. */
function inOrder(leading: readonly FindingReport[], folded: readonly FindingReport[]): FindingReport[] {
  const own = ({ severity, ruleId }: FindingReport): string => `${ORDER.indexOf(severity)} ${ruleId}`
  const effects = new Map<string, FindingReport[]>()
  for (const found of folded) {
    const known = effects.get(found.causedBy ?? '')
    if (known === undefined) effects.set(found.causedBy ?? '', [found])
    else known.push(found)
  }
  const ranks = new Map<string, string>()
  /** Of all that a rule explains; what lies on a circle counts once. */
  const below = (ruleId: string): string => {
    const known = ranks.get(ruleId)
    if (known !== undefined) return known
    ranks.set(ruleId, LAST)
    const rank = (effects.get(ruleId) ?? []).reduce((least, found) => min(least, own(found), below(found.ruleId)), LAST)
    ranks.set(ruleId, rank)
    return rank
  }
  const ranked = leading.map((found) => ({ found, rank: min(own(found), below(found.ruleId)) }))
  return ranked.toSorted((a, b) => (a.rank < b.rank ? -1 : a.rank > b.rank ? 1 : 0)).map(({ found }) => found)
}

/** Behind every rank. */
const LAST = '9'

function min(...ranks: readonly string[]): string {
  return ranks.reduce((least, one) => (one < least ? one : least))
}

/** One rule can speak of several subjects; its remedy is said once. */
export function byRule(findings: readonly FindingReport[]): [FindingReport, ...FindingReport[]][] {
  const groups = new Map<string, [FindingReport, ...FindingReport[]]>()
  for (const found of findings) {
    const key = `${found.ruleId} ${found.severity} ${found.causedBy ?? ''} ${found.remedy.join(' ')}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [found])
    else group.push(found)
  }
  return [...groups.values()]
}
