import { homePath, type Found } from '../model/artifact.js'
import type { Catalogue } from '../model/catalogue.js'
import type {
  ArtifactExplanation,
  FoundExplanation,
  HostExplanation,
  NeedExplanation,
  ReadValue,
  RuleExplanation,
  RuleSummary,
} from '../model/explanation.js'
import { artifactsOf, type Need } from '../model/fact.js'
import type { InputReport, OutcomeReport, ReportProblem } from '../model/report.js'
import type { Rule } from '../model/rule.js'
import type { Source } from '../model/source.js'
import { iso } from '../model/time.js'
import { hostReport, readSource, settingOf, uniquelyNamed, type AnalyzeOptions, type HostView } from './analyze.js'
import { judge } from './judge.js'
import { recordReads, type Recording } from './record-reads.js'

/** Occurrences of one artifact that are listed. */
const LISTED = 5
/** Characters of one value. */
const SHORT = 120

/** Why one rule did or did not fire on each host of a source. All rules are asked, since one finding can explain another. */
export async function explainSource(
  source: Source,
  rule: Rule,
  catalogue: Catalogue,
  options: AnalyzeOptions,
): Promise<{
  readonly input: InputReport
  readonly hosts: readonly HostExplanation[]
  readonly problems: readonly ReportProblem[]
}> {
  const { input, views, problems } = await readSource(source, catalogue, options)
  return { input, hosts: uniquelyNamed(views.map((view) => explainHost(view, rule, catalogue))), problems }
}

/** What a list of rules says of one. */
export function ruleSummary({ id, name, title, group, severity, confidence }: Rule): RuleSummary {
  return { id, name, title, hop: group, severity, confidence }
}

/** A rule's page as data. */
export function explainRule(rule: Rule): RuleExplanation {
  const { docs, causes } = rule
  return {
    ...ruleSummary(rule),
    docs,
    collect: artifactsOf(rule).map(({ artifact, optional }) => ({
      artifact: artifact.id,
      title: artifact.title,
      path: homePath(artifact),
      command: artifact.command,
      required: !optional,
    })),
    causes,
  }
}

function explainHost(view: HostView, rule: Rule, catalogue: Catalogue): HostExplanation {
  const report = hostReport(view, catalogue)
  const { outcomes, ask } = judge([rule], view.resolve, view.clock.asOf, settingOf(view))
  const outcome = outcomes[0] ?? { ruleId: rule.id, status: 'error', reason: 'The rule gave no answer.' }
  const findings = report.findings.filter(({ ruleId }) => ruleId === rule.id)
  const recording = record(rule, view)
  const needs = [
    ...Object.entries(rule.needs).map(([name, need]) => explainNeed(name, need, true, view, recording, catalogue)),
    ...Object.entries(rule.optional).map(([name, need]) => explainNeed(name, need, false, view, recording, catalogue)),
  ]
  return {
    host: view.name,
    root: view.evidence.root,
    asOf: view.clock.report,
    outcome,
    sentence: sentence(outcome, findings.length, recording !== null),
    findings,
    needs,
    ask,
  }
}

/** The rule runs a second time, watched; what it answers then does not count. Null when a need is missing. */
function record(rule: Rule, view: HostView): Recording<Readonly<Record<string, unknown>>> | null {
  const given = view.resolve.needs(rule.needs, rule.optional)
  if (!given.met) return null
  const recording = recordReads(given.value)
  try {
    Array.from(rule.check(recording.given, view.clock.asOf))
  } catch {
    // The outcome says that the rule fails; what it read before is still worth showing.
  }
  return recording
}

function sentence({ status, reason }: OutcomeReport, findings: number, started: boolean): string {
  switch (status) {
    case 'fail':
      return `It fired: ${findings === 1 ? 'one finding' : `${findings} findings`}${reason === null ? '.' : `, and for some subjects it cannot tell. ${reason}`}`
    case 'pass':
      return 'It did not fire: everything it needs was read, and nothing in it is what the rule looks for.'
    case 'not-applicable':
      return `It does not apply: ${reason ?? ''}`
    case 'unknown':
      return started ? `It cannot tell. ${reason ?? ''}` : `It could not be asked. ${reason ?? ''}`
    case 'error':
      return reason ?? 'The rule failed.'
  }
}

function explainNeed(
  name: string,
  need: Need,
  required: boolean,
  view: HostView,
  recording: Recording<unknown> | null,
  catalogue: Catalogue,
): NeedExplanation {
  return {
    name,
    kind: need.type === 'seen' ? 'artifact' : need.type,
    required,
    met: view.resolve.needs({ need }, {}).met,
    artifacts: artifactsOf({ needs: { need }, optional: {} }).map(({ artifact }) => {
      const found = occurrences(view.evidence.found.get(artifact.id))
      return {
        artifact: artifact.id,
        title: artifact.title,
        path: homePath(artifact),
        found: found.slice(0, LISTED),
        more: Math.max(0, found.length - LISTED),
      } satisfies ArtifactExplanation
    }),
    read: (recording?.reads(name) ?? []).map((value) => shown(value, catalogue)),
  }
}

function occurrences(found: Found<unknown> | undefined): FoundExplanation[] {
  return [...(found?.good ?? []), ...(found?.bad ?? [])]
    .map(({ path, problems }) => ({ path, problem: problems[0]?.message ?? null }))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1))
}

/** Values for people: instants as times, long text shortened, secrets left out. */
function shown({ at, count, values }: ReadValue, { secrets }: Catalogue): ReadValue {
  return {
    at: at.replaceAll(/\b\d{13}\b/g, (digits) => iso(Number(digits))),
    count,
    values: values.map((value) => {
      if (typeof value === 'number') return isInstant(value) ? iso(value) : value
      if (typeof value !== 'string') return value
      const scanner = secrets()
      scanner.push(Buffer.from(value))
      if (scanner.end().length > 0) return '(a secret, not shown)'
      return value.length > SHORT ? `${value.slice(0, SHORT - 1)}…` : value
    }),
  }
}

/** No count or size of a host comes near the milliseconds of this century. */
function isInstant(value: number): boolean {
  return value > Date.UTC(2001, 0) && value < Date.UTC(2100, 0)
}
