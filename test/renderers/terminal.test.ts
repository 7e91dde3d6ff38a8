import type { FindingReport, HostReport, Report } from '../../src/model/report.js'
import type { RuleId } from '../../src/model/rule.js'
import { terminal } from '../../src/renderers/terminal.js'
import { analyzeTree } from '../support/analyze.js'
import { healthyHost } from '../support/host.js'
import { demo } from '../support/samples.js'

const LOOK = { color: false, unicode: true, width: 80, verbose: false }

function found(ruleId: RuleId, causedBy: RuleId | null, more: Partial<FindingReport> = {}): FindingReport {
  return {
    ...{ ruleId, name: ruleId, title: `Title of ${ruleId}`, hop: 'dcr', severity: 'error', confidence: 'certain' },
    ...{ subject: `subject of ${ruleId}`, message: `Message of ${ruleId}.`, data: {}, remedy: [`Mend ${ruleId}.`] },
    ...{ causes: [], causedBy, fingerprint: ruleId },
    evidence: [{ source: ['x'], path: 'a', at: { kind: 'entry' }, sha256: null, snippet: null }],
    ...more,
  }
}

async function shown(findings: readonly FindingReport[], look = LOOK): Promise<string[]> {
  const report = await analyzeTree(healthyHost())
  const hosts = report.hosts.map((host): HostReport => ({ ...host, findings }))
  const text = terminal({ ...report, hosts }, look)
  return text.slice(text.indexOf('Findings:'), text.indexOf('Coverage:')).trimEnd().split('\n')
}

const explained = (lines: readonly string[]): string[] => {
  const from = lines.findIndex((line) => line.trim() === 'Explains')
  return lines.slice(from + 1)
}

test('a chain folds into a tree below its first cause', async () => {
  const lines = await shown([
    found('CT1002', null),
    found('CT3001', 'CT1002'),
    found('CT5001', 'CT3001', { subject: 'services' }),
    found('CT5001', 'CT3001', { subject: 'software' }),
    found('CT6001', 'CT1002', { severity: 'warning' }),
    found('CT7006', 'CT5001', { severity: 'info' }),
  ])
  expect(explained(lines)).toEqual([
    '      ✖ CT3001 Title of CT3001 (subject of CT3001)',
    '        ✖ CT5001 Title of CT5001 (services, software)',
    '          · CT7006 Title of CT7006 (subject of CT7006)',
    '      ▲ CT6001 Title of CT6001 (subject of CT6001)',
  ])
})

test('nothing is said twice, though a cause has several subjects with remedies of their own', async () => {
  const lines = await shown([
    found('CT1002', null, { subject: 'a', remedy: ['Mend a.'] }),
    found('CT1002', null, { subject: 'b', remedy: ['Mend b.'] }),
    found('CT3001', 'CT1002'),
    found('CT5001', 'CT3001'),
  ])
  for (const id of ['CT3001', 'CT5001']) expect(lines.filter((line) => line.includes(`Title of ${id}`))).toHaveLength(1)
})

test('nothing is lost: an unknown cause, and causes in a circle', async () => {
  const lines = await shown([
    found('CT1002', 'CT1001'),
    found('CT3001', 'CT5001'),
    found('CT5001', 'CT3001'),
    found('CT7006', 'CT5001'),
  ])
  for (const id of ['CT1002', 'CT3001', 'CT5001', 'CT7006'])
    expect(lines.filter((line) => line.includes(`Title of ${id}`))).toHaveLength(1)
})

test('a deep tree keeps within the width, with Unicode or without', async () => {
  const title = 'A rather long title that needs more than one line of a narrow terminal'
  const chain: FindingReport[] = (['CT1002', 'CT2012', 'CT3001', 'CT5001', 'CT6002'] as const).map((id, index, all) =>
    found(id, all[index - 1] ?? null, { title }),
  )
  for (const unicode of [true, false]) {
    const lines = await shown(chain, { ...LOOK, unicode, width: 60 })
    expect(lines.filter((line) => line.length > 60)).toEqual([])
  }
})

test('every finding of a real chain shows once', async () => {
  const report: Report = await analyzeTree(demo())
  const text = terminal(report, LOOK)
  const ids = report.hosts.flatMap(({ findings }) => findings.map(({ ruleId }) => ruleId))
  expect(report.hosts.flatMap(({ findings }) => findings.filter(({ causedBy }) => causedBy !== null))).not.toEqual([])
  const part = text.slice(text.indexOf('Findings:'), text.indexOf('Coverage:'))
  for (const id of new Set(ids)) expect(part.match(new RegExp(`[✖▲·] ${id} `, 'g'))).toHaveLength(1)
})
