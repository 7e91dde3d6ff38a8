import { counted } from '../model/count.js'
import type {
  EvidenceReport,
  FileDifferencesReport,
  FindingReport,
  HostReport,
  OutcomeReport,
  Report,
} from '../model/report.js'
import { counting } from '../model/serious.js'
import { byCommand } from './ask-list.js'
import { byRule, causeTree, type CauseTree } from './cause-tree.js'
import { CLOCK } from './clock-words.js'
import { visible } from './escape.js'
import { differenceSentence } from './file-differences.js'
import { fleet, verdictList } from './fleet.js'
import {
  colourOf,
  hanging,
  heading,
  indented,
  makePen,
  plainTable,
  severityColour,
  trimLines,
  type Pen,
} from './pen.js'
import { findingCount, machineText, suppressionText } from './phrases.js'
import type { RenderOptions } from './renderer.js'
import { spot } from './spot.js'
import { ascii, wrap, wrapPath } from './wrap.js'

/**
 * The first screen of one host: who, the verdict, the seven hops, then findings with evidence and remedy, then what is not
 * known. Of many hosts it is what they have and what they have in common; the page of each follows while they are few.
 */
export function terminal(report: Report, options: RenderOptions): string {
  const pen = makePen(options)
  const { hosts } = report
  const title = pen.paint.bold(`ct-diag ${report.tool.version}`)
  const paged = hosts.length <= PAGES_SHOWN || pen.verbose
  const pages = paged ? hosts.map((host) => hostPage(host, pen)) : [verdictList(report, pen)]
  const [first = '', ...rest] = [...(hosts.length > 1 ? [fleet(report, pen)] : []), ...pages]
  const parts = [first === '' ? '' : `${title}\n${first}`, ...rest, problemSection(report, pen)]
  const text = `${parts.filter((part) => part !== '').join('\n\n')}\n`
  return options.unicode ? text : ascii(text)
}

/** Hosts that get a page each without being asked for. */
const PAGES_SHOWN = 3

/** Columns below which a sentence is hard to read. */
const SENTENCE_MIN = 32
/** Lines of a sentence; the JSON report has it whole. */
const LINES_SHOWN = 8
/** Rules told in full, worst first; the others get a line each. */
const BLOCKS_SHOWN = 8
/** Subjects of one rule. */
const SUBJECTS_SHOWN = 5
/** Commands shown when not all are asked for. */
const ASK_SHOWN = 5
/** Places shown for one finding; the JSON report has all. */
const EVIDENCE_SHOWN = 6
/** They hold what a log line has to say; the JSON report has it whole. */
const SNIPPET_LINES = 3
/** Names of tracked files; the JSON report has more. */
const FILES_SHOWN = 5

function hostPage(host: HostReport, pen: Pen): string {
  const findings = counting(host.findings)
  const tree = causeTree(findings)
  return [
    identity(host, pen),
    verdictLines(host, pen),
    pathTable(host, pen),
    ...(findings.length === 0 ? [] : [heading(findingCount(findings), pen)]),
    ...findingBlocks(tree, host.root, pen),
    ...suppressedSection(host, pen),
    ...trackedFiles(host, pen),
    coverageSection(host, pen),
  ].join('\n\n')
}

function identity(host: HostReport, pen: Pen): string {
  const { resourceId, amaVersion, ctVersion } = host.identity
  const machine = machineText(host.identity)
  const rows: (readonly [string, string])[] = [
    ['Host', [host.host, ...(machine === '' ? [] : [machine])].join('  ')],
    ['Input', `${host.input}${host.root === '' ? '' : ` (below ${host.root})`}`],
    ...(resourceId === null ? [] : [['Resource', resourceId] as const]),
    ['Versions', `Azure Monitor Agent ${amaVersion ?? 'not known'}, Change Tracking ${ctVersion ?? 'not known'}`],
    ['As of', `${host.asOf.time} (${CLOCK[host.asOf.source]})`],
  ]
  return rows
    .map(([label, value]) => hanging(pen.paint.dim(label.padEnd(10)), visible(value), 12, pen, wrapPath))
    .join('\n')
}

function verdictLines({ verdict }: HostReport, pen: Pen): string {
  const paint = colourOf(verdict.status, pen.paint)
  return hanging(paint(verdict.status.toUpperCase().padEnd(10)), paint(said(verdict.sentence, 12, pen)), 12, pen)
}

function said(sentence: string, indent: number, pen: Pen): string {
  return pen.verbose ? visible(sentence) : pen.ellipsis(sentence, LINES_SHOWN * (pen.width - indent))
}

function pathTable(host: HostReport, pen: Pen): string {
  const { marks, paint, width } = pen
  const mark = Math.max(...Object.values(marks).map((text) => text.length))
  const [hopWidth, timeWidth] = [12, 20]
  const room = width - (2 + mark + 1) - (hopWidth + 1)
  // Where both do not fit side by side the time stands below the sentence.
  const beside = room - 1 - timeWidth >= SENTENCE_MIN
  const sentenceWidth = beside ? room - 1 - timeWidth : room
  const table = plainTable([2 + mark + 1, hopWidth + 1, sentenceWidth + 1, ...(beside ? [timeWidth + 1] : [])])
  for (const [index, { hop, applies, status, lastSeen, sentence }] of host.path.entries()) {
    const colour = applies === false ? paint.dim : colourOf(status, paint)
    const said = wrap(pen.ellipsis(sentence, sentenceWidth * 3 - 8), sentenceWidth)
    table.push([
      `  ${colour(applies === false ? '-' : marks[status])}`,
      `${index + 1} ${status === 'ok' ? hop : colour(hop)}`,
      ...(beside ? [said, lastSeen ?? '-'] : [`${said}\n${paint.dim(lastSeen ?? '-')}`]),
    ])
  }
  const title = beside
    ? `${'Data path'.padEnd(width - timeWidth)}${paint.dim('last seen working')}`
    : `Data path, ${paint.dim('last seen working')}`
  return `${heading(title, pen)}\n${trimLines(table.toString())}`
}

/** A screen holds one or two: the worst come first, and what nobody would scroll to is a line each. */
export function findingBlocks(tree: CauseTree, root: string, pen: Pen): string[] {
  const groups = byRule(tree.leading)
  const shown = pen.verbose || groups.length <= BLOCKS_SHOWN + 1 ? groups : groups.slice(0, BLOCKS_SHOWN)
  const blocks = shown.map((group) => findingBlock(group, root, tree, pen))
  const rest = groups.slice(shown.length)
  if (rest.length === 0) return blocks
  const lines = rest.map((group) => {
    const [{ ruleId, title, severity }] = group
    const mark = pen.severities[severity]
    const label = `${severityColour(severity, pen.paint)(mark)} ${ruleId}`
    const more = group.length === 1 ? '' : `, ${group.length} times`
    return hanging(`  ${label}`, `${title} (${severity}${more})`, mark.length + 10, pen)
  })
  return [...blocks, [`${heading('More findings', pen)}, in full with --verbose`, ...lines].join('\n')]
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
  const shown = pen.verbose ? group : group.slice(0, SUBJECTS_SHOWN)
  for (const { message, evidence } of shown) {
    lines.push(indented(said(message, 4, pen), 4, pen))
    lines.push(...evidence.slice(0, EVIDENCE_SHOWN).map((cited) => evidenceLines(cited, root, pen)))
    const rest = evidence.length - EVIDENCE_SHOWN
    if (rest > 0) lines.push(paint.dim(`      and ${rest} more places, in the JSON report`))
  }
  if (group.length > shown.length)
    lines.push(paint.dim(`    and ${group.length - shown.length} more like these, with --verbose`))
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
  const room = pen.width - 9
  const said = wrap(pen.ellipsis(snippet, SNIPPET_LINES * room - 16), room).split('\n')
  return [where, ...said.map((line) => pen.paint.dim(`         ${line}`))].join('\n')
}

function suppressedSection({ findings }: HostReport, pen: Pen): string[] {
  const hidden = findings.filter(({ suppressed }) => suppressed !== undefined)
  if (hidden.length === 0) return []
  const title = heading(`Suppressed: ${hidden.length}`, pen)
  if (!pen.verbose) {
    const ids = [...new Set(hidden.map(({ ruleId }) => ruleId))].join(' ')
    return [hanging(title, `(${ids}) --verbose says why`, 15, pen)]
  }
  const lines = hidden.map((found) =>
    hanging(`  ${found.ruleId}`, visible(`${found.title} (${found.subject}): ${suppressionText(found)}`), 10, pen),
  )
  return [[title, ...lines].join('\n')]
}

/** What the machine has of the files that the agent recorded, when somebody looked. */
function trackedFiles({ inventory: { files } }: HostReport, pen: Pen): string[] {
  if (files.differences === null) return []
  const { first, ...counts } = files.differences
  const shown = first.slice(0, FILES_SHOWN).map(({ path, what }) => {
    const label = `    ${FILE_WORDS[what].padEnd(16)}`
    return hanging(pen.paint.dim(label), visible(path), label.length + 1, pen, wrapPath)
  })
  const { missing, different, extra } = counts
  const rest = missing + different + extra - shown.length
  const listed = first.length - shown.length
  const where = listed === rest ? ', in the JSON report' : listed > 0 ? `; the JSON report has ${listed} of them` : ''
  return [
    [
      heading(`Tracked files: ${counted(counts.checked, 'recorded file')} compared with the machine`, pen),
      indented(`${differenceSentence(counts)}.`, 2, pen),
      ...shown,
      ...(rest > 0 ? [pen.paint.dim(`    and ${rest} more${where}`)] : []),
    ].join('\n'),
  ]
}

const FILE_WORDS: Readonly<Record<FileDifferencesReport['first'][number]['what'], string>> = {
  missing: 'not there',
  size: 'another size',
  mode: 'another mode',
  checksum: 'another checksum',
  extra: 'not recorded',
}

function coverageSection(host: HostReport, pen: Pen): string {
  const { paint } = pen
  const { pass, fail, notApplicable, unknown, error } = host.coverage
  const total = host.outcomes.length
  const answered = pass + fail + notApplicable
  const lines = [
    heading(`Coverage: ${answered} of ${total} rules answered`, pen),
    indented(
      `${pass} passed, ${fail} failed, ${notApplicable} not applicable, ${unknown} unknown${error > 0 ? `, ${error} crashed` : ''}`,
      2,
      pen,
    ),
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
      lines.push(`  ${command}`, paint.dim(indented(effect, 6, pen)))
    }
    if (shown.length < commands.length)
      lines.push(paint.dim(`  and ${commands.length - shown.length} more with --verbose`))
  }
  return lines.join('\n')
}

function outcomeLine({ ruleId, reason }: OutcomeReport, status: string, pen: Pen): string {
  return hanging(`  ${ruleId}`, `${status}${reason === null ? '' : `: ${visible(reason)}`}`, 10, pen)
}

export function problemSection(report: Pick<Report, 'problems'>, pen: Pen): string {
  if (report.problems.length === 0) return ''
  const shown = pen.verbose ? report.problems : report.problems.slice(0, 8)
  const many = new Set(report.problems.map(({ source }) => source[0])).size > 1
  const lines = shown.map(({ code, message, path, source }) => {
    const place = path === null ? [] : many ? [...source, path] : [path]
    return hanging('  -', `${[...place, message].map(visible).join(': ')} ${pen.paint.dim(`[${code}]`)}`, 4, pen)
  })
  const rest = report.problems.length - shown.length
  return [
    heading(`Problems with the input: ${report.problems.length}`, pen),
    ...lines,
    ...(rest > 0 ? [pen.paint.dim(`  and ${rest} more with --verbose`)] : []),
  ].join('\n')
}
