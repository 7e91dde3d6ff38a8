import { counted } from '../model/count.js'
import type { CohortFact, FindingReport, HopStatus, HostReport, Report, SeparationReport } from '../model/report.js'
import type { RuleId, Severity } from '../model/rule.js'
import { counting, seriousRules } from '../model/serious.js'
import { visible } from './escape.js'
import { colourOf, hanging, heading, indented, plainTable, severityColour, trimLines, type Pen } from './pen.js'
import { fits } from './wrap.js'

/** Groups of hosts shown without --verbose; the JSON report has all. */
const GROUPS_SHOWN = 30
const SEPARATIONS_SHOWN = 12
const REPEATED_SHOWN = 10
/** A rule's id and a blank. */
const COLUMN = 7
const NAMES_MIN = 20
const WORST_FIRST: readonly HopStatus[] = ['broken', 'degraded', 'unknown', 'ok']

/** Hosts of the same state with the same errors and warnings. */
interface Group {
  readonly status: HopStatus
  readonly ruleIds: readonly RuleId[]
  readonly hosts: readonly [HostReport, ...HostReport[]]
}

/** What many hosts have, host by finding, and what they have in common. */
export function fleet(report: Report, pen: Pen): string {
  const groups = groupsOf(report.hosts)
  const rules = rulesOf(report.hosts)
  return [
    overview(report, pen),
    ...matrix(groups, rules, pen),
    ...(rules.length === 0 ? [] : [legend(rules, pen)]),
    ...separations(report, pen),
    ...repeated(report.hosts, pen),
  ].join('\n\n')
}

/** In place of a page for each host: who is in which state, and why. */
export function verdictList({ hosts }: Report, pen: Pen): string {
  const groups = groupsOf(hosts)
  const blocks = groups.slice(0, GROUPS_SHOWN).map(({ status, hosts: own }) => {
    const mark = pen.marks[status]
    const indent = mark.length + 1
    const [{ host, verdict }] = own
    const alike = own.every((other) => other.verdict.sentence === verdict.sentence)
    const room = 4 * (pen.width - indent) - 12
    const sentence = `${alike ? '' : `${host}: `}${verdict.sentence}`
    return [
      hanging(colourOf(status, pen.paint)(mark), names(own, 2 * (pen.width - indent) - 12), indent, pen),
      indented(pen.ellipsis(sentence, room), indent, pen),
    ].join('\n')
  })
  const [{ input } = { input: 'INPUT' }] = groups[0]?.hosts ?? []
  return [
    heading('Verdicts', pen),
    ...blocks,
    ...rest(groups, pen),
    `\n${indented(`One host in full: ct-diag analyze ${visible(input)}. All of them: --verbose.`, 0, pen)}`,
  ].join('\n')
}

function groupsOf(hosts: readonly HostReport[]): Group[] {
  const groups = new Map<string, { status: HopStatus; ruleIds: RuleId[]; hosts: [HostReport, ...HostReport[]] }>()
  for (const host of hosts) {
    const ruleIds = seriousRules(host)
    const key = [host.verdict.status, ...ruleIds].join(' ')
    const group = groups.get(key)
    if (group === undefined) groups.set(key, { status: host.verdict.status, ruleIds, hosts: [host] })
    else group.hosts.push(host)
  }
  return [...groups.values()].toSorted(
    (a, b) => WORST_FIRST.indexOf(a.status) - WORST_FIRST.indexOf(b.status) || b.hosts.length - a.hosts.length,
  )
}

interface FoundRule {
  readonly ruleId: RuleId
  readonly title: string
  readonly severity: Severity
  readonly hosts: number
}

/** Errors before warnings, then the most frequent first. */
function rulesOf(hosts: readonly HostReport[]): FoundRule[] {
  const rules = new Map<RuleId, FoundRule>()
  for (const { findings } of hosts) {
    const first = new Map<RuleId, FindingReport>()
    for (const found of counting(findings))
      if (found.severity !== 'info' && !first.has(found.ruleId)) first.set(found.ruleId, found)
    for (const { ruleId, title, severity } of first.values()) {
      const known = rules.get(ruleId)
      const worst = severity === 'error' ? severity : (known?.severity ?? severity)
      rules.set(ruleId, { ruleId, title, severity: worst, hosts: (known?.hosts ?? 0) + 1 })
    }
  }
  const weight = ({ severity }: FoundRule): number => (severity === 'error' ? 0 : 1)
  return [...rules.values()].toSorted(
    (a, b) => weight(a) - weight(b) || b.hosts - a.hosts || (a.ruleId < b.ruleId ? -1 : 1),
  )
}

function overview({ hosts, inputs }: Report, pen: Pen): string {
  const states = WORST_FIRST.flatMap((status) => {
    const count = hosts.filter(({ verdict }) => verdict.status === status).length
    return count === 0 ? [] : [colourOf(status, pen.paint)(`${count} ${status}`)]
  })
  const size = `${counted(hosts.length, 'host')} from ${counted(inputs.length, 'input')}`
  return hanging(pen.paint.dim('Fleet'.padEnd(10)), `${size}: ${states.join(', ')}`, 12, pen)
}

/** As many findings side by side as the terminal takes; the others below, with the hosts that have them. */
function matrix(groups: readonly Group[], rules: readonly FoundRule[], pen: Pen): string[] {
  const mark = Math.max(...Object.values(pen.marks).map(({ length }) => length))
  const count = Math.max(...groups.map(({ hosts }) => String(hosts.length).length))
  const fixed = 2 + mark + 1 + count + 1
  const columns = Math.max(1, Math.floor((pen.width - fixed - NAMES_MIN - 1) / COLUMN))
  const shown = pen.verbose ? groups : groups.slice(0, GROUPS_SHOWN)
  const blocks: string[] = []
  for (let from = 0; from === 0 || from < rules.length; from += columns) {
    const own = rules.slice(from, from + columns)
    const room = pen.width - fixed - 1 - own.length * COLUMN
    const table = plainTable([2 + mark + 1, count + 1, room + 1, ...own.map(() => COLUMN)])
    if (own.length > 0) table.push(['', '', '', ...own.map(({ ruleId }) => ruleId)])
    for (const group of shown) {
      if (from > 0 && !own.some(({ ruleId }) => group.ruleIds.includes(ruleId))) continue
      const colour = colourOf(group.status, pen.paint)
      table.push([
        `  ${colour(pen.marks[group.status])}`,
        String(group.hosts.length).padStart(count),
        pen.ellipsis(names(group.hosts, room - 2), room),
        ...own.map((rule) => cell(group, rule, pen)),
      ])
    }
    blocks.push(trimLines(table.toString()))
  }
  const [first = '', ...others] = blocks
  return [[heading('Hosts and findings', pen), first, ...rest(groups, pen)].join('\n'), ...others]
}

function cell({ ruleIds, hosts }: Group, { ruleId, severity }: FoundRule, pen: Pen): string {
  if (ruleIds.includes(ruleId)) return `  ${severityColour(severity, pen.paint)(pen.severities[severity])}`
  const open = hosts.some(({ outcomes }) =>
    outcomes.some(
      (outcome) => outcome.ruleId === ruleId && (outcome.status === 'unknown' || outcome.status === 'error'),
    ),
  )
  return open ? '  ?' : '  .'
}

function legend(rules: readonly FoundRule[], pen: Pen): string {
  const lines = rules.map(({ ruleId, title, severity, hosts }) => {
    const mark = pen.severities[severity]
    const label = `  ${severityColour(severity, pen.paint)(mark)} ${ruleId}`
    return hanging(label, `${title} ${pen.paint.dim(`(${counted(hosts, 'host')})`)}`, mark.length + 10, pen)
  })
  return [...lines, pen.paint.dim(indented('. not found, ? not known of every host of the row', 2, pen))].join('\n')
}

function rest(groups: readonly Group[], pen: Pen): string[] {
  const left = pen.verbose ? [] : groups.slice(GROUPS_SHOWN)
  const hosts = left.reduce((sum, group) => sum + group.hosts.length, 0)
  return left.length === 0 ? [] : [pen.paint.dim(`  and ${counted(hosts, 'host')} with other findings, with --verbose`)]
}

/** As many names as fit, then how many more there are. */
function names(hosts: readonly HostReport[], room: number): string {
  const shown: string[] = []
  for (const { host } of hosts) {
    const left = hosts.length - shown.length - 1
    const next = [...shown, visible(host)].join(', ')
    const more = left === 0 ? '' : ` and ${left} more`
    if (shown.length > 0 && !fits(next + more, room)) break
    shown.push(visible(host))
  }
  const left = hosts.length - shown.length
  return `${shown.join(', ')}${left === 0 ? '' : ` and ${left} more`}`
}

const FACT_NAMES: Readonly<Record<CohortFact, string>> = {
  amaVersion: 'Azure Monitor Agent',
  arch: 'architecture',
  ctVersion: 'Change Tracking',
  dcr: 'data collection rule',
  distribution: 'distribution',
  environment: 'environment',
  region: 'region',
  release: 'release',
  workspace: 'workspace',
}

function separations({ cohorts }: Report, pen: Pen): string[] {
  if (cohorts === undefined || cohorts.separations.length === 0) return []
  const shown = pen.verbose ? cohorts.separations : cohorts.separations.slice(0, SEPARATIONS_SHOWN)
  const left = cohorts.separations.length - shown.length
  return [
    [
      heading('What sets hosts with a finding apart', pen),
      ...shown.map((one) => hanging(`  ${one.ruleId}`, separation(one), 10, pen)),
      ...(left > 0 ? [pen.paint.dim(`  and ${left} more with --verbose`)] : []),
    ].join('\n'),
  ]
}

function separation({ fact, value, having, others, unknown }: SeparationReport): string {
  const open = unknown === 0 ? '' : `; ${unknown} not known`
  return `on ${having.found} of ${having.hosts} with ${FACT_NAMES[fact]} ${visible(value)}, on ${others.found} of ${others.hosts} others${open}`
}

/** The same name again: one machine at several times, or several machines that call themselves alike. */
function repeated(hosts: readonly HostReport[], pen: Pen): string[] {
  const byName = new Map<string, HostReport[]>()
  for (const host of hosts) {
    const name = host.host.replace(/#\d+$/, '')
    byName.set(name, [...(byName.get(name) ?? []), host])
  }
  const again = [...byName.values()].filter(({ length }) => length > 1).flat()
  if (again.length === 0) return []
  const shown = pen.verbose ? again : again.slice(0, REPEATED_SHOWN)
  const left = again.length - shown.length
  return [
    [
      heading('Hosts of the same name', pen),
      ...shown.map(({ host, input, root, asOf, verdict }) => {
        const place = `${input}${root === '' ? '' : ` (below ${root})`}`
        return hanging(
          `  ${colourOf(verdict.status, pen.paint)(pen.marks[verdict.status])}`,
          visible(`${host}, as of ${asOf.time}, ${place}`),
          7,
          pen,
        )
      }),
      ...(left > 0 ? [pen.paint.dim(`  and ${left} more with --verbose`)] : []),
    ].join('\n'),
  ]
}
