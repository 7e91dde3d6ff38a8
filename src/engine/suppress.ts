import { counted } from '../model/count.js'
import type { FindingReport, HopReport, HostReport, Report, ReportProblem } from '../model/report.js'
import type { Suppression } from '../model/suppression.js'
import { iso, type Instant } from '../model/time.js'
import { leading } from '../model/root-cause.js'
import { verdict } from './data-path.js'

/**
 * Marks the findings that somebody has decided to live with, judged by each host's own clock. They stay in the report; hops
 * keep their status, which is about the data. The verdict is about what is left, and says so where nothing is.
 */
export function suppress(report: Report, suppressions: readonly Suppression[]): Report {
  if (suppressions.length === 0) return report
  const hosts = report.hosts.map((host) => suppressOnHost(host, suppressions))
  return { ...report, hosts, problems: [...report.problems, ...complaints(report.hosts, suppressions)] }
}

function suppressOnHost(host: HostReport, suppressions: readonly Suppression[]): HostReport {
  const asOf = Date.parse(host.asOf.time)
  const findings = host.findings.map((found) => {
    const by = suppressions.find((one) => matches(one, found) && !isOver(one, asOf))
    if (by === undefined) return found
    const { reason, expires, origin } = by
    return { ...found, suppressed: { reason, expires: expires === null ? null : iso(expires), origin } }
  })
  if (!findings.some(isSuppressed)) return host
  const path = host.path.map((hop) => markHop(hop, findings))
  return { ...host, findings, path, verdict: verdictOf(host, path, findings) }
}

export function isSuppressed({ suppressed }: FindingReport): boolean {
  return suppressed !== undefined
}

function markHop(hop: HopReport, findings: readonly FindingReport[]): HopReport {
  const worst = leading(findings.filter((found) => found.hop === hop.hop))
  const colours = hop.status === 'broken' || hop.status === 'degraded'
  return colours && worst?.suppressed !== undefined ? { ...hop, sentence: `${hop.sentence} (suppressed)` } : hop
}

function verdictOf(
  host: HostReport,
  path: readonly HopReport[],
  findings: readonly FindingReport[],
): HostReport['verdict'] {
  const left = findings.filter((found) => !isSuppressed(found))
  const leftPath = path.map((hop): HopReport => {
    if (hop.status !== 'broken' && hop.status !== 'degraded') return hop
    const worst = leading(left.filter((found) => found.hop === hop.hop))
    return {
      ...hop,
      status: worst?.severity === 'error' ? 'broken' : worst?.severity === 'warning' ? 'degraded' : 'ok',
    }
  })
  const ofLeft = verdict(leftPath, left)
  if (ofLeft.hop !== null) return ofLeft
  const { hop, sentence } = host.verdict
  // Nothing else is wrong; that it was accepted does not make it well.
  return hop === null ? host.verdict : { ...host.verdict, sentence: `${sentence} (suppressed)` }
}

function matches({ rules, covers }: Suppression, { ruleId, subject }: FindingReport): boolean {
  return rules.has(ruleId) && covers(subject)
}

function isOver({ expires }: Suppression, asOf: Instant): boolean {
  return expires !== null && asOf >= expires
}

/** Suppressions that do nothing: they hide that the world has changed. */
function complaints(hosts: readonly HostReport[], suppressions: readonly Suppression[]): ReportProblem[] {
  const asked = new Set(hosts.flatMap(({ outcomes }) => outcomes.map(({ ruleId }) => ruleId)))
  return suppressions.flatMap((one) => {
    const found = hosts.map(({ findings, asOf }) => ({
      count: findings.filter((finding) => matches(one, finding)).length,
      over: isOver(one, Date.parse(asOf.time)),
    }))
    const count = found.reduce((sum, { count: own }) => sum + own, 0)
    const late = found.filter(({ over }) => over).reduce((sum, { count: own }) => sum + own, 0)
    if (one.expires !== null && late > 0)
      return problem(
        one,
        'suppression-expired',
        `no longer holds since ${iso(one.expires)}: ${counted(late, 'finding')} counted again.`,
      )
    // A rule that was not asked cannot have fired.
    if (count > 0 || ![...one.rules].some((id) => asked.has(id))) return []
    return problem(one, 'suppression-unused', 'matches no finding.')
  })
}

function problem({ words, origin }: Suppression, code: string, says: string): ReportProblem[] {
  return [{ code, message: `The suppression ${words} ${says}`, source: [origin], path: null, at: null }]
}
