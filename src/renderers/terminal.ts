import { Chalk, type ChalkInstance } from 'chalk'
import Table from 'cli-table3'
import type { EvidenceReport, FindingReport, HopStatus, HostReport, OutcomeReport, Report } from '../model/report.js'
import type { Severity } from '../model/rule.js'
import { byCommand } from './ask-list.js'
import { byRule, causeTree, type CauseTree } from './cause-tree.js'
import { CLOCK } from './clock-words.js'
import { shorten, visible } from './escape.js'
import type { RenderOptions } from './renderer.js'
import { spot } from './spot.js'
import { ascii, wrap, wrapPath } from './wrap.js'

/** The first screen: who, the verdict, the seven hops, then findings with evidence and remedy, then what is not known. */
export function terminal(report: Report, options: RenderOptions): string {
  const pen = makePen(options)
  const hosts = report.hosts.map((host) => hostPage(host, report, pen))
  const problems = problemSection(report, pen)
  const text = `${[...hosts, problems].filter((part) => part !== '').join('\n\n')}\n`
  return options.unicode ? text : ascii(text)
}

interface Pen {
  readonly paint: ChalkInstance
  readonly width: number
  readonly verbose: boolean
  readonly marks: Readonly<Record<HopStatus, string>>
  readonly severities: Readonly<Record<Severity, string>>
  readonly ellipsis: (text: string, max: number) => string
}

/** Commands shown when not all are asked for. */
const ASK_SHOWN = 5
/** Places shown for one finding; the JSON report has all. */
const EVIDENCE_SHOWN = 6

const UNICODE_MARKS: Readonly<Record<HopStatus, string>> = { ok: '✔', degraded: '▲', broken: '✖', unknown: '?' }
const ASCII_MARKS: Readonly<Record<HopStatus, string>> = {
  ok: '[ok]',
  degraded: '[!!]',
  broken: '[XX]',
  unknown: '[??]',
}

function makePen({ color, unicode, width, verbose }: RenderOptions): Pen {
  const paint = new Chalk({ level: color ? 1 : 0 })
  const marks = unicode ? UNICODE_MARKS : ASCII_MARKS
  return {
    paint,
    width: Math.max(40, Math.min(width, 120)),
    verbose,
    marks,
    severities: { error: marks.broken, warning: marks.degraded, info: unicode ? '·' : '[i]' },
    ellipsis: (text, max) => {
      const short = shorten(visible(text), unicode ? max : max - 2)
      return unicode ? short : ascii(short)
    },
  }
}

function colourOf(status: HopStatus, paint: ChalkInstance): ChalkInstance {
  return { ok: paint.green, degraded: paint.yellow, broken: paint.red.bold, unknown: paint.magenta }[status]
}

function severityColour(severity: Severity, paint: ChalkInstance): ChalkInstance {
  return { error: paint.red.bold, warning: paint.yellow, info: paint.cyan }[severity]
}

function hostPage(host: HostReport, report: Report, pen: Pen): string {
  const tree = causeTree(host.findings)
  return [
    identity(host, report, pen),
    verdictLines(host, pen),
    pathTable(host, pen),
    ...(host.findings.length === 0 ? [] : [heading(findingCount(host.findings), pen)]),
    ...byRule(tree.leading).map((found) => findingBlock(found, host.root, tree, pen)),
    coverageSection(host, pen),
  ].join('\n\n')
}

function identity(host: HostReport, report: Report, pen: Pen): string {
  const { environment, resourceId, os, arch, amaVersion, ctVersion } = host.identity
  const machine = [
    { 'azure-vm': 'Azure VM', arc: 'Arc-enabled server', unknown: undefined }[environment],
    os ?? undefined,
    arch ?? undefined,
  ].filter((part) => part !== undefined)
  const rows: (readonly [string, string])[] = [
    ['Host', [host.host, ...(machine.length > 0 ? [machine.join(', ')] : [])].join('  ')],
    ['Input', `${host.input}${host.root === '' ? '' : ` (below ${host.root})`}`],
    ...(resourceId === null ? [] : [['Resource', resourceId] as const]),
    ['Versions', `Azure Monitor Agent ${amaVersion ?? 'not known'}, Change Tracking ${ctVersion ?? 'not known'}`],
    ['As of', `${host.asOf.time} (${CLOCK[host.asOf.source]})`],
  ]
  const lines = rows.map(([label, value]) =>
    hanging(pen.paint.dim(label.padEnd(10)), visible(value), 12, pen, wrapPath),
  )
  return [pen.paint.bold(`ct-diag ${report.tool.version}`), ...lines].join('\n')
}

function verdictLines({ verdict }: HostReport, pen: Pen): string {
  const paint = colourOf(verdict.status, pen.paint)
  return hanging(paint(verdict.status.toUpperCase().padEnd(10)), paint(visible(verdict.sentence)), 12, pen)
}

function heading(text: string, { paint }: Pen): string {
  return paint.bold(text)
}

function pathTable(host: HostReport, pen: Pen): string {
  const { marks, paint, width } = pen
  const mark = Math.max(...Object.values(marks).map((text) => text.length))
  const [hopWidth, timeWidth] = [12, 20]
  const sentenceWidth = width - (2 + mark + 1) - (hopWidth + 1) - 1 - timeWidth
  const table = plainTable([2 + mark + 1, hopWidth + 1, sentenceWidth + 1, timeWidth + 1])
  for (const [index, { hop, status, lastSeen, sentence }] of host.path.entries()) {
    const colour = colourOf(status, paint)
    table.push([
      `  ${colour(marks[status])}`,
      `${index + 1} ${status === 'ok' ? hop : colour(hop)}`,
      wrap(pen.ellipsis(sentence, sentenceWidth * 3 - 8), sentenceWidth),
      lastSeen ?? '-',
    ])
  }
  const title = `${'Data path'.padEnd(width - timeWidth)}${paint.dim('last seen working')}`
  return `${heading(title, pen)}\n${trimLines(table.toString())}`
}

/** A table without lines. Cells come wrapped: cli-table3 loses text when it wraps by itself. */
function plainTable(colWidths: number[]): Table.Table {
  const none = ''
  return new Table({
    colWidths,
    style: { 'padding-left': 0, 'padding-right': 1, head: [], border: [] },
    chars: {
      ...{ top: none, 'top-mid': none, 'top-left': none, 'top-right': none },
      ...{ bottom: none, 'bottom-mid': none, 'bottom-left': none, 'bottom-right': none },
      ...{ left: none, 'left-mid': none, mid: none, 'mid-mid': none, right: none, 'right-mid': none, middle: none },
    },
  })
}

function trimLines(text: string): string {
  return text
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
}

function findingCount(findings: readonly FindingReport[]): string {
  const parts = (['error', 'warning', 'info'] as const).flatMap((severity) => {
    const count = findings.filter((found) => found.severity === severity).length
    return count === 0 ? [] : [`${count} ${severity}${count > 1 && severity !== 'info' ? 's' : ''}`]
  })
  return `Findings: ${parts.join(', ')}`
}

function findingBlock(
  group: readonly [FindingReport, ...FindingReport[]],
  root: string,
  tree: CauseTree,
  pen: Pen,
): string {
  const { paint } = pen
  const [{ ruleId, title, severity, confidence, remedy }] = group
  const sure = confidence === 'certain' ? '' : `, ${confidence}`
  const colour = severityColour(severity, paint)
  const mark = pen.severities[severity]
  const heading = `${colour(`${ruleId} ${title}`)}${paint.dim(` (${severity}${sure})`)}`
  const lines = [hanging(colour(mark), heading, mark.length + 1, pen)]
  for (const { message, evidence } of group) {
    lines.push(indented(visible(message), 4, pen))
    lines.push(...evidence.slice(0, EVIDENCE_SHOWN).map((cited) => evidenceLines(cited, root, pen)))
    const rest = evidence.length - EVIDENCE_SHOWN
    if (rest > 0) lines.push(paint.dim(`      and ${rest} more places, in the JSON report`))
  }
  lines.push(
    paint.dim('    What to do'),
    ...remedy.map((step, index) => hanging(`      ${index + 1}.`, visible(step), 9, pen)),
  )
  const effects = effectLines(ruleId, tree, 6, pen)
  if (effects.length > 0) lines.push(paint.dim('    Explains'), ...effects)
  return lines.join('\n')
}

/** What a rule explains, one line a rule, and below each what that one explains in turn. */
function effectLines(cause: string, tree: CauseTree, indent: number, pen: Pen): string[] {
  const rules = new Map<string, [FindingReport, ...FindingReport[]]>()
  for (const found of tree.take(cause)) {
    const known = rules.get(found.ruleId)
    if (known === undefined) rules.set(found.ruleId, [found])
    else known.push(found)
  }
  return [...rules].flatMap(([ruleId, own]) => {
    const [{ severity, title }] = own
    const label = `${' '.repeat(indent)}${pen.severities[severity]} ${ruleId}`
    const text = `${title} (${own.map(({ subject }) => visible(subject)).join(', ')})`
    return [hanging(label, text, label.length + 1, pen), ...effectLines(ruleId, tree, indent + 2, pen)]
  })
}

function evidenceLines({ path, at, snippet }: EvidenceReport, root: string, pen: Pen): string {
  const inside = path?.startsWith(`${root}/`) === true && root !== '' ? path.slice(root.length + 1) : (path ?? '')
  const place = at.kind === 'absence' ? `nothing at ${at.looked.join(', ')}` : `${inside}${spot(at)}`
  const where = hanging(pen.paint.dim('      at'), visible(place), 9, pen, wrapPath)
  if (snippet === null || snippet === '') return where
  // Two lines hold what a log line has to say; the JSON report has it whole.
  const room = pen.width - 9
  const said = wrap(pen.ellipsis(snippet, 2 * room - 12), room).split('\n')
  return [where, ...said.map((line) => pen.paint.dim(`         ${line}`))].join('\n')
}

function coverageSection(host: HostReport, pen: Pen): string {
  const { paint } = pen
  const { pass, fail, notApplicable, unknown, error } = host.coverage
  const total = host.outcomes.length
  const answered = pass + fail + notApplicable
  const lines = [
    heading(`Coverage: ${answered} of ${total} rules answered`, pen),
    `  ${pass} passed, ${fail} failed, ${notApplicable} not applicable, ${unknown} unknown${error > 0 ? `, ${error} crashed` : ''}`,
  ]
  const crashed = host.outcomes.filter(({ status }) => status === 'error')
  for (const outcome of crashed) lines.push(outcomeLine(outcome, paint.red('crashed'), pen))
  for (const outcome of host.outcomes) {
    for (const { subject, status, reason } of outcome.subjects ?? []) {
      if (status !== 'unknown' || outcome.status === 'unknown') continue
      lines.push(hanging(`  ${outcome.ruleId}`, `unknown for ${visible(subject)}: ${visible(reason ?? '')}`, 10, pen))
    }
  }
  if (pen.verbose) {
    for (const outcome of host.outcomes) lines.push(outcomeLine(outcome, outcome.status, pen))
  }
  if (host.ask.length > 0) {
    lines.push('', heading('To settle what is unknown, ask for', pen))
    const commands = byCommand(host.ask)
    const shown = pen.verbose ? commands : commands.slice(0, ASK_SHOWN)
    for (const { command, settles } of shown) {
      const rules =
        settles.length > 6 ? `${settles.slice(0, 5).join(' ')} and ${settles.length - 5} more` : settles.join(' ')
      const effect = rules === '' ? 'needed together with the next one' : `settles ${rules}`
      lines.push(`  ${command}`, paint.dim(`      ${effect}`))
    }
    if (shown.length < commands.length)
      lines.push(paint.dim(`  and ${commands.length - shown.length} more with --verbose`))
  }
  return lines.join('\n')
}

function outcomeLine({ ruleId, reason }: OutcomeReport, status: string, pen: Pen): string {
  return hanging(`  ${ruleId}`, `${status}${reason === null ? '' : `: ${visible(reason)}`}`, 10, pen)
}

function problemSection(report: Report, pen: Pen): string {
  if (report.problems.length === 0) return ''
  const shown = pen.verbose ? report.problems : report.problems.slice(0, 8)
  const lines = shown.map(({ code, message, path }) =>
    hanging(
      '  -',
      `${path === null ? '' : `${visible(path)}: `}${visible(message)} ${pen.paint.dim(`[${code}]`)}`,
      4,
      pen,
    ),
  )
  const rest = report.problems.length - shown.length
  return [
    heading(`Problems with the input: ${report.problems.length}`, pen),
    ...lines,
    ...(rest > 0 ? [pen.paint.dim(`  and ${rest} more with --verbose`)] : []),
  ].join('\n')
}

function indented(text: string, indent: number, { width }: Pen): string {
  const blank = ' '.repeat(indent)
  return wrap(text, width - indent)
    .split('\n')
    .map((line) => blank + line)
    .join('\n')
}

/** A label, then text that wraps with a hanging indent. `label` may carry colour; its visible width is taken as `indent`. */
function hanging(label: string, text: string, indent: number, pen: Pen, fold = wrap): string {
  const [first = '', ...rest] = fold(text, pen.width - indent).split('\n')
  // eslint-disable-next-line no-control-regex -- colour codes have no width
  const bare = label.replaceAll(/\u001b\[[0-9;]*m/g, '')
  const gap = ' '.repeat(Math.max(1, indent - bare.length))
  return [`${label}${gap}${first}`, ...rest.map((line) => ' '.repeat(indent) + line)].join('\n')
}
