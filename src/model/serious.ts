import type { FindingReport, HostReport } from './report.js'
import type { RuleId } from './rule.js'

/** Findings that nobody has accepted. */
export function counting(findings: readonly FindingReport[]): FindingReport[] {
  return findings.filter(({ suppressed }) => suppressed === undefined)
}

/** Rules with an error or a warning on a host, in order. What is only worth knowing tells no host from another. */
export function seriousRules({ findings }: Pick<HostReport, 'findings'>): RuleId[] {
  const serious = counting(findings).filter(({ severity }) => severity !== 'info')
  return [...new Set(serious.map(({ ruleId }) => ruleId))].toSorted()
}
