import type { FindingReport, HostReport, Report } from '../../src/model/report.js'
import type { RuleId } from '../../src/model/rule.js'
import { terminal } from '../../src/renderers/terminal.js'
import { wrapPath } from '../../src/renderers/wrap.js'
import { analyzeTree } from '../support/analyze.js'
import { healthyHost } from '../support/host.js'
import { reports } from '../support/pages.js'
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

describe('what is unusual', () => {
  const pages = reports()
  /** Columns: wide letters take two, combining marks none. */
  const columns = (line: string): number =>
    [...line].reduce(
      (sum, letter) =>
        sum +
        (/\p{M}/u.test(letter)
          ? 0
          : /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Emoji_Presentation}ー]/u.test(letter)
            ? 2
            : 1),
      0,
    )
  async function page(name: string): Promise<Report> {
    const report = (await pages)[name]
    if (report === undefined) throw new Error(`no report ${name}`)
    return report
  }

  test('of 200 findings the first come in full, the others in a line each, and --verbose has all', async () => {
    const many = await page('many-findings')
    const lines = terminal(many, LOOK).split('\n')
    const at = (text: string): number => lines.findIndex((line) => line.includes(text))
    expect(at('BROKEN')).toBeLessThan(10)
    expect(at('CT1000')).toBeLessThan(35)
    expect(at('What to do')).toBeLessThan(50)
    expect(lines.length).toBeLessThan(450)
    for (const { ruleId } of many.hosts[0]?.findings ?? []) expect([ruleId, at(ruleId) >= 0]).toEqual([ruleId, true])
    const whole = terminal(many, { ...LOOK, verbose: true })
    expect(whole.match(/What to do/g)).toHaveLength(200)
    expect(whole).not.toContain('More findings')
  })

  test('of one rule with 200 subjects some are told, and how many more', async () => {
    const many = await page('many-findings')
    const alike = (host: HostReport): FindingReport[] =>
      host.findings.map((found, index) => ({
        ...found,
        ...{ ruleId: 'CT5001' as const, severity: 'error' as const, remedy: ['Wait.'] },
        message: `Worker number ${index + 1} is late.`,
      }))
    const report = { ...many, hosts: many.hosts.map((host) => ({ ...host, findings: alike(host) })) }
    const text = terminal(report, LOOK)
    expect(text).toContain('Worker number 5 is late.')
    expect(text).not.toContain('Worker number 6 is late.')
    expect(text).toContain('and 195 more like these, with --verbose')
    expect(terminal(report, { ...LOOK, verbose: true })).toContain('Worker number 200 is late.')
  })

  const NAME = '資料庫伺服器-東京-👩💻-e\u0301-本番環境-ホスト'
  const abroad = (report: Report): Report =>
    JSON.parse(
      JSON.stringify(report)
        .replaceAll(/vm-0?1/g, NAME)
        .replaceAll('var/log/azure', 'var/log/非常に長い日本語のフォルダ名前/azure'),
    ) as Report

  test.each([40, 80, 120])('letters of every width stay within %i columns, with Unicode and without', async (width) => {
    for (const name of ['demo', 'many-hosts', 'forbidden'])
      for (const unicode of [true, false]) {
        const text = terminal(abroad(await page(name)), { ...LOOK, width, unicode })
        // A command is one line to copy, however long.
        const wide = text.split('\n').filter((line) => columns(line) > width && !line.startsWith('  sudo '))
        expect([name, unicode, wide]).toEqual([name, unicode, []])
      }
  })

  test('columns stand below each other whatever hosts are called', async () => {
    for (const unicode of [true, false]) {
      const lines = terminal(abroad(await page('many-hosts')), { ...LOOK, unicode }).split('\n')
      const head = lines.findIndex((line) => line.includes('Hosts and findings')) + 1
      const start = (lines[head] ?? '').indexOf('CT')
      const mark = /\s{2}(?:✖|\[XX\]|\.|\?)/
      for (const line of lines.slice(head + 1, head + 7)) {
        let from = line.length
        while (from > 0 && columns(line.slice(0, from)) > start) from--
        expect([line, columns(line.slice(0, from))]).toEqual([line, start])
        expect(line.slice(from)).toMatch(new RegExp(`^${mark.source}`))
      }
    }
  })

  test('a path goes on in the next line only when the line is full, by columns and not by letters', () => {
    expect(wrapPath('/é́́́́/ab/cd', 10)).toBe('/é́́́́/ab/cd')
    expect(wrapPath('/漢字/漢字', 8)).toBe('/漢字/\n漢字')
    // The slash that begins a path stays with its first name.
    expect(wrapPath('at 1 → /var/log', 9)).toBe('at 1 →\n/var/log')
    expect(wrapPath('see https://a.b/c/d', 14)).toBe('see\nhttps://a.b/c/\nd')
  })
})

test('a sentence without end takes eight lines, unless all is asked for', async () => {
  const message = Array.from({ length: 500 }, (_, index) => `word-${index}`).join(' ')
  const count = (lines: readonly string[]): number => lines.filter((line) => /word-\d/.test(line)).length
  expect(count(await shown([found('CT1003', null, { message })]))).toBeLessThanOrEqual(9)
  expect(count(await shown([found('CT1003', null, { message })], { ...LOOK, verbose: true }))).toBeGreaterThan(50)
})

test('on a narrow terminal the time stands below the sentence', async () => {
  const text = terminal(await analyzeTree(healthyHost()), { ...LOOK, width: 60 })
  expect(text).toMatch(/✔ 2 ama +Running and heartbeating\.\n +2026-\S+Z\n/)
})

test.each([
  [5, 5, null],
  [9, 9, 'and 4 more, in the JSON report'],
  [25, 10, 'and 20 more; the JSON report has 5 of them'],
])(
  'of %i tracked files that are not there, %i of them listed, it says how many are left',
  async (missing, listed, rest) => {
    const report = await analyzeTree(healthyHost())
    const counts = { checked: 30, missing, extra: 0, different: 0, changedSince: 3, unreadable: 2 }
    const first = Array.from({ length: listed }, (_, n) => ({ path: `/etc/${n}`, what: 'missing' as const }))
    const hosts = report.hosts.map((host): HostReport => {
      const { files } = host.inventory
      return { ...host, inventory: { ...host.inventory, files: { ...files, differences: { ...counts, first } } } }
    })
    const text = terminal({ ...report, hosts }, LOOK)
    const section = text.slice(text.indexOf('Tracked files:'), text.indexOf('Coverage:'))
    expect(/and \d+ more.*/.exec(section)?.[0] ?? null).toBe(rest)
  },
)

test('first comes what the verdict names, though its own severity is less', async () => {
  const lines = await shown([
    found('CT4012', null),
    found('CT6003', null),
    found('CT2004', 'CT7003'),
    found('CT7003', null),
    found('CT8002', null, { severity: 'warning' }),
    found('CT4022', null, { severity: 'warning' }),
    found('CT3002', 'CT4022'),
  ])
  const titles = lines.flatMap((line) => /^[^ ]+ (CT\d{4}) Title/.exec(line)?.[1] ?? [])
  expect(titles).toEqual(['CT7003', 'CT4022', 'CT4012', 'CT6003', 'CT8002'])
})
