import type { Diff } from '../model/diff.js'
import type { Spot } from '../model/locator.js'
import type { FindingReport, HostReport, Report } from '../model/report.js'
import { findingOf } from './diff-phrases.js'
import { visible } from './escape.js'
import { belowRoot, suppressionText } from './phrases.js'
import { spot } from './spot.js'

const COLUMNS = [
  'host',
  'ruleId',
  'name',
  'severity',
  'confidence',
  'hop',
  'subject',
  'message',
  'path',
  'at',
  'remedy',
  'suppressed',
]

/** One row a finding, after a row of names (RFC 4180). No cell is a formula to a spreadsheet. */
export function csv({ hosts }: Report): string {
  return table(
    COLUMNS,
    hosts.flatMap((host) => host.findings.map((found) => row(found, host))),
  )
}

/** The same of a comparison: a row a finding of either side, and behind the host what has become of it. */
export function diffCsv({ hosts }: Diff): string {
  const [host = '', ...others] = COLUMNS
  const rows = hosts.flatMap((one) =>
    one.findings.map((finding) => {
      const side = finding.after === null ? one.before : one.after
      const [, ...cells] = row(findingOf(finding), { host: one.host, root: side?.root ?? '' })
      return [one.host, finding.status, ...cells]
    }),
  )
  return table([host, 'status', ...others], rows)
}

function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  return [columns, ...rows].map((cells) => `${cells.map(cell).join(',')}\r\n`).join('')
}

function row(found: FindingReport, { host, root }: Pick<HostReport, 'host' | 'root'>): string[] {
  const { ruleId, name, severity, confidence, hop, subject, message, remedy, evidence } = found
  const [first] = evidence
  const path = first === undefined ? '' : belowRoot(first.path, root)
  const steps = remedy.length === 1 ? remedy : remedy.map((step, index) => `${index + 1}. ${step}`)
  return [
    host,
    ruleId,
    name,
    severity,
    confidence,
    hop,
    subject,
    message,
    path,
    first === undefined ? '' : spotOf(first.at),
    steps.join(' '),
    suppressionText(found),
  ]
}

function spotOf(at: Spot): string {
  if (at.kind === 'line') return `line ${at.line}`
  return at.kind === 'absence' ? `nothing at ${at.looked.join(', ')}` : spot(at).trim()
}

function cell(text: string): string {
  const safe = /^[=+\-@\t\r\n]/.test(text) ? `'${visible(text)}` : visible(text)
  return /[",]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
