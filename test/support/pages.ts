import type { Report } from '../../src/model/report.js'
import { analyzeTree } from './analyze.js'
import { healthyHost, linuxSettings, withChunk } from './host.js'
import { demo, SAMPLES } from './samples.js'

/** What the page is looked at with: the main cases, many hosts, very many findings, and nothing at all. */
export async function reports(): Promise<Record<string, Report>> {
  const made: Record<string, Report> = { demo: await analyzeTree(demo()) }
  for (const [name, make] of Object.entries(SAMPLES)) made[name] = await analyzeTree(make())
  const singles = Object.values(made)
  const hosts = (count: number): Report['hosts'] =>
    Array.from({ length: count }, (_, index) => singles[index % singles.length]?.hosts[0])
      .filter((host) => host !== undefined)
      .map((host, index) => ({ ...host, host: `vm-${String(index + 1).padStart(2, '0')}` }))
  const [base] = singles
  if (base === undefined) throw new Error('no sample')
  const findings = base.hosts.flatMap((host) => host.findings)
  const many = Array.from({ length: 200 }, (_, index) => findings[index % findings.length])
    .filter((found) => found !== undefined)
    .map((found, index) => ({ ...found, ruleId: `CT${1000 + index}` as const, causedBy: null, causes: [] }))
  return {
    ...made,
    'many-hosts': { ...base, hosts: hosts(12) },
    fleet: { ...base, hosts: hosts(50) },
    'many-findings': { ...base, hosts: hosts(1).map((host) => ({ ...host, findings: many })) },
    degraded: await analyzeTree(withChunk(healthyHost(), (chunk) => (linuxSettings(chunk)['enableInventory'] = false))),
    refused: { ...base, inputs: [], hosts: [], problems: [refused('broken.tgz')] },
  }
}

function refused(name: string): Report['problems'][number] {
  return { code: 'not-an-archive', message: 'It is no archive.', source: [name], path: null, at: null }
}

/** The report as if everything in it that is not ours were `hostile`. */
export function disguised(report: Report, hostile: (text: string) => string): Report {
  return JSON.parse(JSON.stringify(report), (key, value: unknown) =>
    typeof value === 'string' && !OURS.has(key) ? hostile(value) : value,
  ) as Report
}

/** Enumerations, ids and times: the engine writes these, whatever the input says. */
const OURS = new Set(
  'hop status severity confidence environment ruleId causedBy kind measure lastSeen time last lastFailed from startedAt'.split(
    ' ',
  ),
)
