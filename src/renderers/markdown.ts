import { HOP_TITLES } from '../model/hop.js'
import type {
  EvidenceReport,
  FindingReport,
  HostReport,
  OutcomeReport,
  Report,
  ReportProblem,
} from '../model/report.js'
import { shorten } from './escape.js'
import { block, code, opening, prose, table } from './markdown-text.js'
import { byCommand } from './ask-list.js'
import { byRule, causeTree } from './cause-tree.js'
import { CLOCK } from './clock-words.js'
import { belowRoot, findingCount, machineText, suppressionText } from './phrases.js'
import { spot } from './spot.js'
import type { Renderer } from './renderer.js'

/** Places shown for one finding, and characters of what was read there; the JSON report has all. */
const EVIDENCE_SHOWN = 6
const SNIPPET_SHOWN = 200
const ASK_SHOWN = 5
const PROBLEMS_SHOWN = 20

/** For a ticket: GitHub's Markdown, in the order in which somebody reads who has to act on it. */
export const markdown: Renderer = (report, { verbose }) => {
  const sections = [
    ...report.hosts.flatMap((host) => hostSections(host, report, verbose)),
    ...problemSection(report.problems, verbose),
    footer(report),
  ]
  return `${sections.join('\n\n')}\n`
}

function hostSections(host: HostReport, report: Report, verbose: boolean): string[] {
  const { verdict } = host
  const findings = host.findings.filter(({ suppressed }) => suppressed === undefined)
  const { leading } = causeTree(findings)
  return [
    `# ct-diag: ${prose(host.host)}`,
    `**${verdict.status.toUpperCase()}**: ${prose(verdict.sentence)}`,
    identityList(host, report),
    '## Data path',
    pathTable(host),
    ...(findings.length === 0 ? [] : [`## ${findingCount(findings)}`]),
    ...[...byRule(leading), ...byRule(findings.filter((found) => !leading.includes(found)))].flatMap((group) =>
      findingSections(group, host),
    ),
    ...suppressedList(host),
    '## Coverage',
    coverageText(host),
    ...openList(host, verbose),
    ...askSections(host, verbose),
  ]
}

function identityList({ identity, input, root, asOf }: HostReport, { tool }: Report): string {
  const { resourceId, amaVersion, ctVersion } = identity
  const machine = machineText(identity)
  const lines = [
    ...(machine === '' ? [] : [`Machine: ${prose(machine)}`]),
    ...(resourceId === null ? [] : [`Resource: ${code(resourceId)}`]),
    `Versions: Azure Monitor Agent ${prose(amaVersion ?? 'not known')}, Change Tracking ${prose(ctVersion ?? 'not known')}`,
    `Input: ${code(input)}${root === '' ? '' : `, below ${code(root)}`}`,
    `As of: ${asOf.time} (${CLOCK[asOf.source]}), by ct-diag ${prose(tool.version)}`,
  ]
  return lines.map((line) => `- ${line}`).join('\n')
}

function pathTable({ path }: HostReport): string {
  return table(
    ['', 'hop', 'status', 'last seen working', 'what is known'],
    path.map(({ hop, applies, status, lastSeen, sentence }, index) => [
      String(index + 1),
      `${hop}: ${HOP_TITLES[hop]}`,
      applies === false ? 'not applicable' : status === 'ok' ? status : `**${status}**`,
      lastSeen ?? '-',
      prose(sentence, true),
    ]),
  )
}

function findingSections(group: readonly [FindingReport, ...FindingReport[]], host: HostReport): string[] {
  const [{ ruleId, title, severity, confidence, remedy, causedBy }] = group
  const sure = confidence === 'certain' ? '' : `, ${confidence}`
  return [
    `### ${ruleId} ${prose(title)} (${severity}${sure})`,
    ...group.flatMap((found) => [opening(found.message), evidenceList(found, host)]),
    ...(causedBy === null ? [] : [`A symptom of ${causedBy}: see there first.`]),
    'What to do:',
    remedy.map((step, index) => `${index + 1}. ${opening(step)}`).join('\n'),
  ]
}

function evidenceList({ evidence }: FindingReport, { root }: HostReport): string {
  const shown = evidence.slice(0, EVIDENCE_SHOWN).map((cited) => evidenceItem(cited, root))
  const rest = evidence.length - shown.length
  return [...shown, ...(rest > 0 ? [`- and ${rest} more places, in the JSON report`] : [])].join('\n')
}

function evidenceItem({ source, path, at, snippet }: EvidenceReport, root: string): string {
  const archives = source.slice(1).map((name) => `in ${code(name)}, `)
  const place =
    at.kind === 'absence'
      ? `nothing at ${at.looked.map((one) => code(one)).join(', ')}`
      : `${archives.join('')}${code(`${belowRoot(path, root)}${spot(at)}`)}`
  // A list item goes on where its text began.
  return snippet === null || snippet === '' ? `- ${place}` : `- ${place}\\\n  ${code(shorten(snippet, SNIPPET_SHOWN))}`
}

function suppressedList({ findings }: HostReport): string[] {
  const hidden = findings.filter(({ suppressed }) => suppressed !== undefined)
  if (hidden.length === 0) return []
  const items = hidden.map(
    (found) =>
      `- ${found.ruleId} ${prose(found.title)} (${found.severity}), ${prose(found.subject)}: ${prose(suppressionText(found))}`,
  )
  return [`## Suppressed: ${hidden.length}`, items.join('\n')]
}

function coverageText({ coverage, outcomes }: HostReport): string {
  const { pass, fail, notApplicable, unknown, error } = coverage
  const crashed = error > 0 ? `, ${error} crashed` : ''
  return `${pass + fail + notApplicable} of ${outcomes.length} rules answered: ${pass} passed, ${fail} failed, ${notApplicable} not applicable, ${unknown} unknown${crashed}.`
}

function openList({ outcomes }: HostReport, verbose: boolean): string[] {
  const shown = verbose ? outcomes : outcomes.filter(({ status }) => status === 'error')
  return shown.length === 0 ? [] : [shown.map(outcomeItem).join('\n')]
}

function outcomeItem({ ruleId, status, reason }: OutcomeReport): string {
  const word = status === 'error' ? '**crashed**' : status
  return `- ${ruleId} ${word}${reason === null ? '' : `: ${prose(reason)}`}`
}

function askSections({ ask }: HostReport, verbose: boolean): string[] {
  if (ask.length === 0) return []
  const commands = byCommand(ask)
  const shown = verbose ? commands : commands.slice(0, ASK_SHOWN)
  const rest = commands.length - shown.length
  return [
    '## To settle what is unknown, please send the output of',
    block(
      shown.map(({ command }) => command),
      'sh',
    ),
    ...(rest > 0 ? [`And ${rest} more with \`--verbose\`.`] : []),
  ]
}

function problemSection(problems: readonly ReportProblem[], verbose: boolean): string[] {
  if (problems.length === 0) return []
  const shown = verbose ? problems : problems.slice(0, PROBLEMS_SHOWN)
  const rest = problems.length - shown.length
  const items = shown.map(
    ({ code: word, message, path }) => `- ${path === null ? '' : `${code(path)}: `}${prose(message)} (${prose(word)})`,
  )
  return [
    `## Problems with the input: ${problems.length}`,
    [...items, ...(rest > 0 ? [`- and ${rest} more with \`--verbose\``] : [])].join('\n'),
  ]
}

function footer({ tool, run }: Report): string {
  return run.interrupted
    ? `**Interrupted**: ct-diag ${prose(tool.version)} reports what was known by then.`
    : `Made by ct-diag ${prose(tool.version)}, offline; evidence in full is in its JSON report.`
}
