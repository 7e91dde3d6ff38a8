import { Chalk, type ChalkInstance } from 'chalk'
import type { Explanation, HostExplanation, NeedExplanation, ReadValue } from '../model/explanation.js'
import type { EvidenceReport, OutcomeStatus } from '../model/report.js'
import { shorten, visible } from './escape.js'
import type { RenderOptions } from './renderer.js'
import { ascii, below, fold } from './wrap.js'

/** Values shown of one need; the JSON document has all. */
const READ_SHOWN = 8
const EVIDENCE_SHOWN = 4

/** Why a rule did or did not fire: per host the answer, then what the rule needed, where that was found and what it read there. */
export function explanation({ rule, hosts }: Explanation, options: RenderOptions): string {
  const paint = new Chalk({ level: options.color ? 1 : 0 })
  const width = Math.max(40, Math.min(options.width, 120))
  const pages = hosts.map((host) => hostPage(host, paint, width))
  const head = `${paint.bold(`${rule.id} ${rule.name}`)}\n${fold(rule.title, 0, width)}`
  const decides = `${paint.bold('How it decides')}\n${fold(rule.docs.how, 2, width)}`
  const page = fold(`The rule’s whole page: ct-diag explain ${rule.id}`, 0, width)
  const text = `${[head, ...pages, decides, paint.dim(page)].join('\n\n')}\n`
  return options.unicode ? text : ascii(text)
}

function hostPage(host: HostExplanation, paint: ChalkInstance, width: number): string {
  const { outcome, sentence, findings, needs, ask } = host
  const lines = [
    `${paint.bold(visible(host.host))}${host.root === '' ? '' : ` (below ${visible(host.root)})`}  ${colourOf(outcome.status, paint)(outcome.status.toUpperCase())}${paint.dim(`  as of ${host.asOf.time}`)}`,
    fold(visible(sentence), 2, width),
  ]
  for (const { message, evidence, causedBy, causes } of findings) {
    lines.push(fold(`- ${visible(message)}`, 2, width, 4))
    for (const cited of evidence.slice(0, EVIDENCE_SHOWN))
      lines.push(fold(`at ${place(cited, host.root)}`, 6, width, 9))
    if (evidence.length > EVIDENCE_SHOWN) lines.push(`      and ${evidence.length - EVIDENCE_SHOWN} more places`)
    if (causedBy !== null) lines.push(fold(`It is a symptom of ${causedBy}, which fired too.`, 4, width))
    if (causes.length > 0) lines.push(fold(`It explains ${causes.join(', ')}, which fired too.`, 4, width))
  }
  lines.push('', paint.bold('  What it needs'), ...needs.flatMap((need) => needLines(need, host.root, paint, width)))
  if (ask.length > 0) {
    lines.push('', paint.bold('  To settle it, ask for'))
    for (const command of new Set(ask.map((entry) => entry.command))) lines.push(`    ${command}`)
  }
  return lines.join('\n')
}

function needLines(need: NeedExplanation, root: string, paint: ChalkInstance, width: number): string[] {
  const { name, required, met, artifacts, read } = need
  const state = met ? paint.green('met') : required ? paint.red('missing') : paint.yellow('absent')
  const lines = [`    ${name}  ${state}${required ? '' : paint.dim(', only helps')}`]
  for (const { title, path, found, more } of artifacts) {
    if (found.length === 0) {
      lines.push(paint.dim(fold(`not here: ${title}, ${path}`, 6, width, 8)))
      continue
    }
    for (const entry of found) {
      const problem = entry.problem === null ? '' : ` (${visible(entry.problem)})`
      lines.push(fold(`from ${visible(below(root, entry.path))}${problem}`, 6, width, 8))
    }
    if (more > 0) lines.push(`      and ${more} more`)
  }
  const shown = read.slice(0, READ_SHOWN)
  lines.push(...shown.map((value) => fold(`read ${valueText(value)}`, 6, width, 8)))
  if (read.length > shown.length) lines.push(`      and ${read.length - shown.length} more, with --json`)
  return lines
}

function valueText({ at, count, values }: ReadValue): string {
  const texts = values.map((value) => shorten(visible(typeof value === 'string' ? value : JSON.stringify(value)), 100))
  const rest = count > texts.length ? ` (${count} places)` : ''
  return `${visible(at)} = ${texts.join(' | ')}${rest}`
}

function place({ path, at }: EvidenceReport, root: string): string {
  if (at.kind === 'absence') return `nothing at ${at.looked.join(', ')}`
  const spot = at.kind === 'line' ? `:${at.line}` : at.kind === 'json' ? ` ${at.pointer}` : ''
  return visible(`${below(root, path ?? '')}${spot}`)
}

function colourOf(status: OutcomeStatus, paint: ChalkInstance): ChalkInstance {
  return {
    pass: paint.green,
    fail: paint.red.bold,
    unknown: paint.magenta,
    'not-applicable': paint.dim,
    error: paint.red.bold,
  }[status]
}
