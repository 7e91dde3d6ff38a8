import type { HostReport } from './report.js'
import type { RuleId } from './rule.js'

/** Rules with an error or a warning on a host, in order. What is only worth knowing tells no host from another. */
export function seriousRules({ findings }: Pick<HostReport, 'findings'>): RuleId[] {
  const serious = findings.filter(({ severity }) => severity !== 'info')
  return [...new Set(serious.map(({ ruleId }) => ruleId))].toSorted()
}
