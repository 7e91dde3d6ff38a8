import type { FindingReport, HostReport, IdentityReport, OutcomeStatus, Report } from '../../src/model/report.js'
import type { RuleId, Severity } from '../../src/model/rule.js'
import { analyzeHost, analyzeTree } from './analyze.js'
import { healthyHost } from './host.js'

/** How one host of a fleet differs from the healthy one. */
export interface Member {
  readonly identity?: Partial<IdentityReport>
  readonly findings?: readonly (RuleId | readonly [RuleId, Severity])[]
  /** Answers other than pass, of rules that found nothing. */
  readonly outcomes?: Readonly<Partial<Record<RuleId, OutcomeStatus>>>
  readonly asOf?: string
  readonly host?: string
}

let base: Promise<HostReport> | undefined

/** Copies of the healthy host, each a machine of its own, with findings made up. */
export async function fleetOf(members: readonly Member[]): Promise<HostReport[]> {
  base ??= analyzeHost(healthyHost())
  const healthy = await base
  return members.map(({ identity = {}, findings = [], outcomes = {}, asOf, host }, index) => {
    const name = host ?? `vm-${String(index).padStart(4, '0')}`
    const made = findings.map((word) => finding(...(typeof word === 'string' ? ([word, 'error'] as const) : word)))
    const broken = made.some(({ severity }) => severity === 'error')
    return {
      ...healthy,
      host: name,
      input: `${name}.tgz`,
      identity: { ...healthy.identity, resourceId: `/subscriptions/x/${name}`, ...identity },
      asOf: { ...healthy.asOf, ...(asOf === undefined ? {} : { time: asOf }) },
      findings: made,
      verdict: broken ? { hop: 'dcr', status: 'broken', sentence: `Data stops on ${name}.` } : healthy.verdict,
      outcomes: healthy.outcomes.map((outcome) => ({
        ...outcome,
        status: made.some(({ ruleId }) => ruleId === outcome.ruleId) ? 'fail' : (outcomes[outcome.ruleId] ?? 'pass'),
      })),
    }
  })
}

export async function fleetReport(hosts: readonly HostReport[]): Promise<Report> {
  const report = await analyzeTree(healthyHost())
  return { ...report, hosts, inputs: hosts.map(({ input }) => ({ ...one(report), name: input })) }
}

function one({ inputs: [input] }: Report): Report['inputs'][number] {
  if (input === undefined) throw new Error('The sample report has no input')
  return input
}

function finding(ruleId: RuleId, severity: Severity): FindingReport {
  return {
    ...{ ruleId, name: ruleId, title: `Title of ${ruleId}`, hop: 'dcr', severity, confidence: 'certain', subject: 'x' },
    ...{ message: `Message of ${ruleId}.`, data: {}, remedy: ['Mend it.'], causes: [], causedBy: null },
    ...{ fingerprint: ruleId },
    evidence: [{ source: ['x'], path: 'a', at: { kind: 'entry' }, sha256: null, snippet: null }],
  }
}
