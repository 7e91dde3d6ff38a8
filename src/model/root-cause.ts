import type { FindingReport } from './report.js'

/** The finding that explains a hop: findings come ordered by severity; one that is no symptom of another goes first. */
export function leading(findings: readonly FindingReport[]): FindingReport | undefined {
  const [first] = findings
  return findings.find((found) => found.severity === first?.severity && found.causedBy === null) ?? first
}

/** What is to be mended first, the finding itself where no other explains it: it can lie on a later hop. */
export function rootOf(symptom: FindingReport, findings: readonly FindingReport[]): FindingReport {
  const passed = new Set([symptom.ruleId])
  let root = symptom
  const next = (): FindingReport | undefined => {
    const all = findings.filter(({ ruleId }) => ruleId === root.causedBy)
    return all.find(({ causes }) => causes.includes(root.ruleId)) ?? all[0]
  }
  for (let cause = next(); cause !== undefined && !passed.has(cause.ruleId); cause = next()) {
    passed.add(cause.ruleId)
    root = cause
  }
  return root
}
