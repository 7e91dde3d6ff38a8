import { readFile } from 'node:fs/promises'
import type { Log, Result } from 'sarif'
import { diffFindings, isTorn } from '../engine/diff.js'
import type { FindingDiff } from '../model/diff.js'
import type { EvidenceReport, FindingReport, HostReport, Report } from '../model/report.js'
import type { Rule, Severity } from '../model/rule.js'
import { FINGERPRINT, HOST_FINGERPRINT } from '../renderers/fingerprints.js'
import { rules } from '../rules/index.js'
import { noAccess } from '../sources/no-access.js'
import { isRecord, isReport } from './report-file.js'
import { UsageError } from './usage-error.js'

/** Findings of an earlier report, by host. */
export type Baseline = readonly Pick<HostReport, 'host' | 'findings'>[]

/** What `--baseline` names: an earlier report of ct-diag, in JSON or SARIF. A mistake is found before anything is read. */
export async function baselineOf(file: string | undefined): Promise<Baseline | null> {
  if (file === undefined) return null
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new UsageError(noAccess(`--baseline ${file}`, error))
  })
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new UsageError(`--baseline ${file} is no JSON; expected an earlier report in JSON or SARIF.`)
  }
  if (isReport(value)) return value.hosts
  if (isOwnLog(value)) return hostsOf(value)
  throw new UsageError(`--baseline ${file} is no report of ct-diag, in JSON or SARIF.`)
}

/** What has become of every finding of the baseline, and which are new, by host. */
export function sinceBaseline(
  report: Report,
  baseline: Baseline | null,
): { readonly baseline?: ReadonlyMap<string, readonly FindingDiff[]> } {
  if (baseline === null) return {}
  const { hosts } = report
  const [only] = baseline
  const earlier = (name: string): Baseline[number] | undefined =>
    baseline.find(({ host }) => host === name) ?? (hosts.length === 1 && baseline.length === 1 ? only : undefined)
  return {
    baseline: new Map(
      hosts.map((host) => [
        host.host,
        diffFindings(earlier(host.host), host, { before: false, after: isTorn(report, host) }),
      ]),
    ),
  }
}

function isOwnLog(value: unknown): value is Log {
  if (!isRecord(value) || value['version'] !== '2.1.0' || !Array.isArray(value['runs'])) return false
  return value['runs'].every((run: unknown) => {
    const tool = isRecord(run) ? run['tool'] : undefined
    const driver = isRecord(tool) ? tool['driver'] : undefined
    return isRecord(run) && isRecord(driver) && driver['name'] === 'ct-diag' && areResults(run['results'])
  })
}

/** It may have been changed on the way: what is read of a result is looked at. */
function areResults(results: unknown): boolean {
  return (
    Array.isArray(results) &&
    results.every(
      (result: unknown) =>
        isRecord(result) &&
        isRecord(result['message']) &&
        typeof result['message']['text'] === 'string' &&
        (result['locations'] === undefined ||
          (Array.isArray(result['locations']) && result['locations'].every(isRecord))),
    )
  )
}

function hostsOf({ runs }: Log): Baseline {
  const hosts = new Map<string, FindingReport[]>()
  for (const result of runs.flatMap(({ results }) => results ?? [])) {
    const host = result.partialFingerprints?.[HOST_FINGERPRINT]
    const rule = rules.find(({ id }) => id === result.ruleId)
    // What was absent then is no baseline, and what a later version no longer asks for has no answer.
    if (host === undefined || rule === undefined || result.baselineState === 'absent') continue
    const found = findingOf(result, rule)
    hosts.set(host, [...(hosts.get(host) ?? []), ...found])
  }
  return [...hosts].map(([host, findings]) => ({ host, findings }))
}

const SEVERITIES: Readonly<Record<string, Severity>> = { error: 'error', warning: 'warning', note: 'info' }

/** As much of a finding as SARIF keeps. */
function findingOf(
  { kind, level, message, locations, partialFingerprints, properties }: Result,
  rule: Rule,
): FindingReport[] {
  const fingerprint = partialFingerprints?.[FINGERPRINT]
  const severity = SEVERITIES[level ?? '']
  if (kind !== 'fail' || fingerprint === undefined || severity === undefined) return []
  const subject: unknown = properties?.['subject']
  return [
    {
      ruleId: rule.id,
      name: rule.name,
      title: rule.title,
      hop: rule.group,
      severity,
      confidence: rule.confidence,
      subject: typeof subject === 'string' ? subject : '',
      message: (message.text ?? rule.title).replaceAll('{{', '{').replaceAll('}}', '}'),
      data: {},
      remedy: rule.docs.fix,
      causes: [],
      causedBy: null,
      fingerprint,
      evidence: (locations ?? []).map(({ physicalLocation }): EvidenceReport => {
        const uri = physicalLocation?.artifactLocation?.uri ?? ''
        const line = physicalLocation?.region?.startLine
        const at = line === undefined ? ({ kind: 'entry' } as const) : ({ kind: 'line', line } as const)
        // Which input that was, this run does not know.
        return { source: [], path: decoded(uri), at, sha256: null, snippet: null }
      }),
    },
  ]
}

function decoded(uri: string): string {
  try {
    return decodeURIComponent(uri)
  } catch {
    return uri
  }
}
