import type { FindingReport } from '../model/report.js'

/** Findings that no other explains, and a way to take what a rule explains: each finding is handed out once. */
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
    leading: findings.filter(leads),
    take: (cause) => {
      const own = folded.filter((found) => found.causedBy === cause && !taken.has(found))
      for (const found of own) taken.add(found)
      return own
    },
  }
}

/** One rule can speak of several subjects; its remedy is said once. */
export function byRule(findings: readonly FindingReport[]): [FindingReport, ...FindingReport[]][] {
  const groups = new Map<string, [FindingReport, ...FindingReport[]]>()
  for (const found of findings) {
    const key = `${found.ruleId} ${found.severity} ${found.remedy.join(' ')}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [found])
    else group.push(found)
  }
  return [...groups.values()]
}
