import type { EvidenceReport, FindingReport, HostReport, Report } from '../model/report.js'

/** What became of a finding when its input was read again. */
export interface Verification {
  readonly host: string
  readonly ruleId: string
  readonly subject: string
  /**
   * `confirmed`: the rule fires again, and every place it cited says the same. `changed`: it fires, but a place says something else
   * or the finding does. `gone`: it no longer fires.
   */
  readonly status: 'confirmed' | 'changed' | 'gone'
  /** A clause: what is different; null when nothing is. */
  readonly difference: string | null
}

/** Compares every finding of a report with those of the same input, read again. `fresh` holds the hosts as they are now. */
export function verifyReport(report: Report, fresh: readonly HostReport[]): Verification[] {
  return report.hosts.flatMap((host) => {
    const now = counterpart(host, report, fresh)
    return host.findings.map((finding) => verifyFinding(finding, host, now))
  })
}

/** The host of the same name; of a single host the single one, whatever it is called now. */
function counterpart(host: HostReport, report: Report, fresh: readonly HostReport[]): HostReport | undefined {
  const named = fresh.find((other) => other.host === host.host)
  return named ?? (report.hosts.length === 1 && fresh.length === 1 ? fresh[0] : undefined)
}

function verifyFinding(finding: FindingReport, host: HostReport, now: HostReport | undefined): Verification {
  const { ruleId, subject } = finding
  const base = { host: host.host, ruleId, subject }
  if (now === undefined) return { ...base, status: 'gone', difference: 'the host is not in the input' }
  const same = now.findings.find((other) => other.ruleId === ruleId && other.subject === subject)
  if (same === undefined) {
    const outcome = now.outcomes.find((other) => other.ruleId === ruleId)
    const answer = outcome === undefined ? 'is not known' : `says ${outcome.status} now`
    return { ...base, status: 'gone', difference: `the rule ${answer}` }
  }
  const difference = differenceOf(finding, host, same, now)
  return { ...base, status: difference === null ? 'confirmed' : 'changed', difference }
}

function differenceOf(before: FindingReport, host: HostReport, after: FindingReport, now: HostReport): string | null {
  for (const cited of before.evidence) {
    const path = below(cited.path, host.root)
    const again = after.evidence.filter((other) => below(other.path, now.root) === path)
    const spot = again.find(({ at }) => JSON.stringify(at) === JSON.stringify(cited.at))
    const where = path ?? 'a place'
    if (again.length === 0) return `${where} is not cited any more`
    if (cited.sha256 !== null && again.some(({ sha256 }) => sha256 !== cited.sha256))
      return `${where} has other bytes: SHA-256 ${again[0]?.sha256 ?? 'not known'}, not ${cited.sha256}`
    if (spot === undefined) return `${where} says it at another spot`
    if (spot.snippet !== cited.snippet) return `${where} says something else: ${spot.snippet ?? 'nothing'}`
  }
  if (before.severity !== after.severity) return `its severity is ${after.severity}, not ${before.severity}`
  return before.message === after.message ? null : `it says: ${after.message}`
}

/** Another top folder, or none, makes it no other file. */
function below(path: EvidenceReport['path'], root: string): string | null {
  if (path === null || root === '') return path
  return path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path
}
