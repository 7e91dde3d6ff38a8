import type { Diff, FindingDiff, HostDiff } from '../model/diff.js'
import type { FindingReport, HostReport, OutcomeReport, Report, ReportProblem } from '../model/report.js'
import type { Rule } from '../model/rule.js'
import { visible } from './escape.js'
import { byCommand } from './ask-list.js'
import { CLOCK } from './clock-words.js'
import { findingOf } from './diff-phrases.js'
import { placeText, suppressionText } from './phrases.js'
import type { Renderer } from './renderer.js'

/**
 * JUnit's XML: a suite a host, a case a rule. A finding that is only worth knowing does not fail its case; what is unknown or
 * does not apply is skipped with its reason; a rule that crashed is an error. What was wrong with the run is a suite of its own.
 */
export const junit: Renderer = (report, _options, rules) => {
  const names = new Map(rules.map((rule) => [rule.id, rule]))
  return suitesText([...report.hosts.map((host) => hostSuite(host, report, names)), ...runSuite(report)], report)
}

/** The same of a comparison: a case a finding of either side. Only what is new or worse fails. */
export function diffJunit(diff: Diff): string {
  const { run, before, after, problems } = diff
  const inputs = [before, after].flatMap((side) => side ?? [])
  return suitesText([...diff.hosts.map(diffSuite), ...runSuite({ run, inputs, problems })], diff)
}

function suitesText(suites: readonly Suite[], { run }: Pick<Report, 'run'>): string {
  const all = suites.flatMap(({ cases }) => cases)
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${attributes({ name: 'ct-diag', ...counts(all), time: seconds(run.durationMs) })}>`,
    ...suites.map(suiteElement),
    '</testsuites>\n',
  ].join('\n')
}

type Result = 'passed' | 'skipped' | 'error' | 'failure'

interface Case {
  readonly classname: string
  readonly name: string
  readonly result: Result
  /** One line; null where there is nothing to say. */
  readonly message: string | null
  readonly type: string
  readonly body: string
}

interface Suite {
  readonly name: string
  readonly timestamp: string
  readonly properties: Readonly<Record<string, string>>
  readonly cases: readonly Case[]
  readonly errors: readonly string[]
}

function hostSuite(host: HostReport, report: Report, rules: ReadonlyMap<string, Rule>): Suite {
  const { asOf, identity, verdict, path, ask } = host
  const hops = path.map(({ hop, status, sentence }): [string, string] => [`hop.${hop}`, `${status}: ${sentence}`])
  return {
    name: host.host,
    timestamp: asOf.time,
    properties: {
      input: host.input,
      asOf: `${asOf.time} (${CLOCK[asOf.source]})`,
      verdict: `${verdict.status}: ${verdict.sentence}`,
      ...Object.fromEntries(hops),
      ...(identity.amaVersion === null ? {} : { amaVersion: identity.amaVersion }),
      ...(identity.ctVersion === null ? {} : { ctVersion: identity.ctVersion }),
      ...Object.fromEntries(
        byCommand(ask).map(({ command }, index): [string, string] => [`ask.${index + 1}`, command]),
      ),
    },
    cases: host.outcomes.map((outcome) => ruleCase(outcome, host, rules.get(outcome.ruleId))),
    errors: report.problems.filter(({ source }) => source[0] === host.input).map(problemLine),
  }
}

function diffSuite({ host, before, after, verdict, findings }: HostDiff): Suite {
  const sides = Object.entries({ before, after }).flatMap(([word, side]): [string, string][] =>
    side === null ? [] : [[word, `${side.input}, as of ${side.asOf.time}`]],
  )
  return {
    name: host,
    timestamp: (after ?? before)?.asOf.time ?? '',
    properties: { ...Object.fromEntries(sides), verdict: `${verdict.status}: ${verdict.sentence}` },
    cases: findings.map((one) => diffCase(one, (one.after === null ? before : after)?.root ?? '')),
    errors: [],
  }
}

function diffCase(one: FindingDiff, root: string): Case {
  const found = findingOf(one)
  const { hop, name, ruleId, subject, severity, message } = found
  const base = { classname: `${hop}.${name}`, name: `${ruleId} ${subject}`, type: one.status, body: '' }
  const note = one.note === null ? '' : ` ${one.note}`
  if (one.after?.suppressed !== undefined)
    return { ...base, result: 'skipped', message: `Suppressed: ${suppressionText(found)}: ${message}` }
  if (one.status === 'unclear') return { ...base, result: 'skipped', message: `Unclear:${note} ${message}` }
  if (one.status !== 'new' && one.status !== 'worse') return { ...base, result: 'passed', message: null }
  const told = { message: `${one.status}: ${message}${note}`, type: severity, body: findingText(found, { root }) }
  return { ...base, ...told, result: severity === 'info' ? 'passed' : 'failure' }
}

function ruleCase({ ruleId, status, reason }: OutcomeReport, host: HostReport, rule: Rule | undefined): Case {
  const own = host.findings.filter((found) => found.ruleId === ruleId)
  const base = { classname: rule === undefined ? 'ct-diag' : `${rule.group}.${rule.name}`, name: ruleId }
  const told = { ...base, message: reason, type: status, body: '' }
  switch (status) {
    case 'pass':
      return { ...told, result: 'passed' }
    case 'not-applicable':
      return { ...told, result: 'skipped', message: `Not applicable: ${reason ?? ''}` }
    case 'unknown':
      return { ...told, result: 'skipped', message: `Unknown: ${reason ?? ''}` }
    case 'error':
      return { ...told, result: 'error' }
    case 'fail': {
      const left = own.filter(({ suppressed }) => suppressed === undefined)
      const [first] = own
      if (left.length === 0 && first !== undefined)
        return { ...told, result: 'skipped', message: `Suppressed: ${suppressionText(first)}: ${first.message}` }
      const [worst] = left
      const body = left.map((found) => findingText(found, host)).join('\n\n')
      const open = reason === null ? '' : `\n\nOpen: ${visible(reason)}`
      const counted = left.some(({ severity }) => severity !== 'info')
      return {
        ...base,
        result: counted ? 'failure' : 'passed',
        message: worst?.message ?? reason,
        type: worst?.severity ?? status,
        body: body + open,
      }
    }
  }
}

function findingText(
  { title, severity, message, evidence, remedy, causedBy }: FindingReport,
  host: Pick<HostReport, 'root'>,
): string {
  return [
    `${title} (${severity})`,
    message,
    ...evidence.flatMap((cited) => {
      const place = `  at ${placeText(cited, host.root)}`
      return cited.snippet === null ? [place] : [place, `     ${cited.snippet}`]
    }),
    'What to do',
    ...remedy.map((step, index) => `  ${index + 1}. ${step}`),
    ...(causedBy === null ? [] : [`A symptom of ${causedBy}.`]),
  ]
    .map((line) => visible(line))
    .join('\n')
}

/** Inputs that were refused, a mistaken command line, an interruption: a run that judged less than it was asked to is not green. */
function runSuite({
  run,
  inputs,
  problems,
}: Pick<Report, 'run' | 'problems'> & { readonly inputs: readonly { readonly name: string }[] }): Suite[] {
  const known = new Set(inputs.map(({ name }) => name))
  const cases: Case[] = problems
    .filter(({ source: [input] }) => input === undefined || !known.has(input))
    .map((problem) => ({
      classname: 'ct-diag',
      name: problem.source[0] ?? problem.code,
      result: 'error',
      message: problem.message,
      type: problem.code,
      body: '',
    }))
  const cut: Case[] = run.interrupted
    ? [{ classname: 'ct-diag', name: 'run', result: 'error', message: 'Interrupted.', type: 'interrupted', body: '' }]
    : []
  const all = [...cases, ...cut]
  return all.length === 0 ? [] : [{ name: 'ct-diag', timestamp: run.startedAt, properties: {}, cases: all, errors: [] }]
}

function problemLine({ code, message, path }: ReportProblem): string {
  return visible(`${path === null ? '' : `${path}: `}${message} [${code}]`)
}

function suiteElement({ name, timestamp, properties, cases, errors }: Suite): string {
  const words = { name, ...counts(cases), skipped: count(cases, 'skipped') }
  const entries = Object.entries(properties)
  return [
    // The form has no zone; it is UTC.
    `  <testsuite ${attributes({ ...words, time: '0', timestamp: timestamp.replace(/(\.\d+)?Z$/, ''), hostname: name })}>`,
    ...(entries.length === 0
      ? []
      : [
          '    <properties>',
          ...entries.map(([key, value]) => `      <property ${attributes({ name: key, value })}/>`),
          '    </properties>',
        ]),
    ...cases.map(caseElement),
    ...(errors.length === 0 ? [] : [`    <system-err>${escaped(errors.join('\n'))}</system-err>`]),
    '  </testsuite>',
  ].join('\n')
}

function caseElement({ classname, name, result, message, type, body }: Case): string {
  const open = `    <testcase ${attributes({ name, classname, time: '0' })}`
  const inside = ((): string => {
    switch (result) {
      case 'passed':
        return body === '' ? '' : `<system-out>${escaped(body)}</system-out>`
      case 'skipped':
        return `<skipped>${escaped(visible(message ?? ''))}</skipped>`
      case 'error':
      case 'failure':
        return `<${result} ${attributes({ message: message ?? '', type })}>${escaped(body)}</${result}>`
    }
  })()
  return inside === '' ? `${open}/>` : `${open}>${inside}</testcase>`
}

function counts(cases: readonly Case[]): Record<string, string> {
  return { tests: String(cases.length), failures: count(cases, 'failure'), errors: count(cases, 'error') }
}

function count(cases: readonly Case[], result: Result): string {
  return String(cases.filter((one) => one.result === result).length)
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3)
}

function attributes(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}="${escaped(visible(value))}"`)
    .join(' ')
}

/** Of text that is `visible` line by line. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
