import { open, readFile } from 'node:fs/promises'
import { SEVERITY_ORDER } from '../engine/judge.js'
import type { Report } from '../model/report.js'
import { noAccess } from '../sources/no-access.js'
import { InputRefused } from '../sources/open.js'

/** An earlier report, in JSON. Throws `InputRefused`. */
export async function readReport(file: string): Promise<Report> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new InputRefused('input-unreadable', noAccess(file, error))
  })
  const value = parsed(text)
  if (value === undefined)
    throw new InputRefused('format-unsupported', `${file} is no JSON; expected a report made with --json.`)
  if (!isReport(value))
    throw new InputRefused(
      'format-unsupported',
      `${file} is no report of ct-diag: it has no schemaVersion 1 with hosts.`,
    )
  return value
}

/** The report that a file holds; null for anything else, which may be an input. Throws `InputRefused`. */
export async function reportIn(file: string): Promise<Report | null> {
  const head = await headOf(file)
  if (!/^\s*\{\s*"schemaVersion"/.test(head)) return null
  const value = parsed(await readFile(file, 'utf8'))
  if (isReport(value)) return value
  // As an input it would be one in which nothing is recognised.
  if (/"name":\s*"ct-diag"/.test(head))
    throw new InputRefused('format-unsupported', `${file} is of ct-diag, but no whole report of schemaVersion 1.`)
  return null
}

/** Most inputs are large, and none but a report begins like one. */
async function headOf(file: string): Promise<string> {
  try {
    const handle = await open(file, 'r')
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(512), 0, 512, 0)
      return buffer.toString('utf8', 0, bytesRead)
    } finally {
      await handle.close()
    }
  } catch {
    return ''
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

type Fields = Readonly<Record<string, unknown>>

/** It came from a file that anybody can have changed, so all that is read of it is looked at. */
export function isReport(value: unknown): value is Report {
  return (
    isRecord(value) &&
    value['schemaVersion'] === 1 &&
    isRecord(value['run']) &&
    areRecords(value['inputs'], (input) => areTexts(input, ['kind'])) &&
    areRecords(value['problems'], ({ code, source }) => typeof code === 'string' && Array.isArray(source)) &&
    areRecords(value['hosts'], isHost)
  )
}

function isHost(host: Fields): boolean {
  const { asOf, verdict, identity, path, findings, outcomes } = host
  return (
    areTexts(host, ['host', 'root', 'input']) &&
    isRecord(asOf) &&
    areTexts(asOf, ['time', 'source']) &&
    !Number.isNaN(Date.parse(String(asOf['time']))) &&
    isRecord(verdict) &&
    areTexts(verdict, ['status', 'sentence']) &&
    isRecord(identity) &&
    areRecords(path, (hop) => areTexts(hop, ['hop', 'status', 'sentence'])) &&
    areRecords(findings, isFinding) &&
    areRecords(outcomes, (outcome) => areTexts(outcome, ['ruleId', 'status'])) &&
    isRecord(host['coverage'])
  )
}

function isFinding(finding: Fields): boolean {
  const { severity, remedy, evidence } = finding
  return (
    areTexts(finding, ['ruleId', 'name', 'title', 'hop', 'confidence', 'subject', 'message', 'fingerprint']) &&
    SEVERITY_ORDER.some((known) => known === severity) &&
    Array.isArray(remedy) &&
    remedy.every((step) => typeof step === 'string') &&
    areRecords(evidence, ({ source, at }) => Array.isArray(source) && isRecord(at) && isSpot(at))
  )
}

function isSpot({ kind, looked, bucket }: Fields): boolean {
  if (kind === 'absence') return Array.isArray(looked)
  return typeof kind === 'string' && (kind !== 'bolt' || Array.isArray(bucket))
}

function areTexts(record: Fields, keys: readonly string[]): boolean {
  return keys.every((key) => typeof record[key] === 'string')
}

function areRecords(value: unknown, are: (record: Fields) => boolean): boolean {
  return Array.isArray(value) && value.every((one) => isRecord(one) && are(one))
}

export function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
