import type { Spot } from '../model/locator.js'
import type { FindingReport, HostReport, Report } from '../model/report.js'
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
  const rows = hosts.flatMap((host) => host.findings.map((found) => row(found, host)))
  return [COLUMNS, ...rows].map((cells) => `${cells.map(cell).join(',')}\r\n`).join('')
}

function row(found: FindingReport, { host, root }: HostReport): string[] {
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
