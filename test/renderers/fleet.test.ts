import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cohortsOf } from '../../src/engine/cohorts.js'
import type { Report } from '../../src/model/report.js'
import type { RuleId } from '../../src/model/rule.js'
import { terminal } from '../../src/renderers/terminal.js'
import { rules } from '../../src/rules/index.js'
import { fleetOf, fleetReport, type Member } from '../support/fleet.js'

const LOOK = { color: false, unicode: true, width: 80, verbose: false }
const PLAIN = { ...LOOK, unicode: false }

async function reportOf(members: readonly Member[]): Promise<Report> {
  const hosts = await fleetOf(members)
  const cohorts = cohortsOf(hosts)
  return { ...(await fleetReport(hosts)), ...(cohorts === undefined ? {} : { cohorts }) }
}

/** What a fleet of any size may look like: most are well, some share a fault, a few are odd. */
function mixed(size: number): Member[] {
  return Array.from({ length: size }, (_, i): Member => {
    if (i % 5 === 1) return { findings: ['CT1003', 'CT5001'], identity: { ctVersion: '2.20.0.0' } }
    if (i % 9 === 2) return { findings: ['CT7002', ['CT1008', 'warning']] }
    if (i % 17 === 3) return { outcomes: { CT7002: 'unknown' } }
    return {}
  })
}

const matrixOf = (text: string): string[] => {
  const lines = text.split('\n')
  const from = lines.indexOf('Hosts and findings') + 1
  return lines.slice(from, lines.indexOf('', from))
}

describe('what people see', () => {
  test.each([3, 20, 1000])('%i hosts', async (size) => {
    const text = terminal(await reportOf(mixed(size)), LOOK)
    const file = join(__dirname, '..', 'goldens', `fleet-${size}.txt`)
    if (process.env['UPDATE_DOCS'] === '1') {
      mkdirSync(join(file, '..'), { recursive: true })
      writeFileSync(file, text)
    }
    expect(text).toBe(existsSync(file) ? readFileSync(file, 'utf8') : '')
  })
})

test.each([2, 3, 4, 20, 1000])(
  '%i hosts: the matrix stands first, within 80 columns, with Unicode or without',
  async (size) => {
    const report = await reportOf(mixed(size))
    for (const look of [LOOK, PLAIN]) {
      const lines = terminal(report, look).split('\n')
      expect(lines[1]).toMatch(new RegExp(`^Fleet +${size} hosts from ${size} inputs: `))
      expect(lines.indexOf('Hosts and findings')).toBeLessThan(5)
      const commands = /^ {2}(sudo|cat|systemctl|ls|ps) /
      expect(lines.filter((line) => [...line].length > 80 && !commands.test(line))).toEqual([])
      if (!look.unicode) expect(lines.join('\n').replaceAll('’', '')).toMatch(/^[\n\x20-\x7e]*$/)
    }
  },
)

test('a thousand hosts fit on a few screens', async () => {
  expect(terminal(await reportOf(mixed(1000)), LOOK).split('\n').length).toBeLessThan(80)
})

test('hosts with the same findings are one row that counts them; what is not known shows', async () => {
  const report = await reportOf([
    ...Array.from({ length: 12 }, (): Member => ({ findings: ['CT1003', 'CT5001'] })),
    { findings: ['CT5001'] },
    { outcomes: { CT1003: 'unknown' } },
    { findings: [['CT4021', 'info']] },
  ])
  expect(matrixOf(terminal(report, PLAIN)).map((line) => line.replaceAll(/ {2,}/g, ' '))).toEqual([
    ' CT5001 CT1003',
    ' [XX] 12 vm-0000, vm-0001, vm-0002, vm-0003 and 8 more [XX] [XX]',
    ' [XX] 1 vm-0012 [XX] .',
    ' [ok] 2 vm-0013, vm-0014 . ?',
  ])
})

test('colour adds nothing', async () => {
  const report = await reportOf(mixed(20))
  // eslint-disable-next-line no-control-regex -- taking the colour away is the point
  const bare = terminal(report, { ...LOOK, color: true }).replaceAll(/\u001b\[[0-9;]*m/g, '')
  expect(bare).toBe(terminal(report, LOOK))
})

test('more findings than fit side by side go below, each with the hosts that have it', async () => {
  const ids = rules.map(({ id }) => id).slice(0, 30)
  const report = await reportOf(ids.map((id): Member => ({ findings: [id] })))
  const text = terminal(report, LOOK)
  const lines = text.slice(0, text.indexOf('Verdicts')).split('\n')
  for (const [index, id] of ids.entries()) {
    const header = lines.findIndex((line) => /^ +CT/.test(line) && line.includes(id))
    const column = lines[header]?.indexOf(id) ?? -1
    const end = lines.indexOf('', header)
    const marked = lines.slice(header + 1, end).filter((line) => line[column + 2] === '✖')
    expect(marked).toHaveLength(1)
    expect(marked[0]).toContain(`vm-${String(index).padStart(4, '0')}`)
  }
})

test('of very different hosts the first are shown, the others counted, all with --verbose', async () => {
  const ids = rules.map(({ id }) => id)
  const pairs = Array.from({ length: 40 }, (_, i): Member => ({ findings: [ids[i] as RuleId, ids[i + 1] as RuleId] }))
  const report = await reportOf(pairs)
  expect(terminal(report, LOOK)).toContain('and 10 hosts with other findings, with --verbose')
  const all = terminal(report, { ...LOOK, verbose: true })
  expect(all).not.toContain('with --verbose\n')
  for (const { host } of report.hosts) expect(all).toContain(`Host        ${host}`)
})

test('few hosts get a page each, many their verdict', async () => {
  const few = terminal(await reportOf(mixed(3)), LOOK)
  expect(few.match(/^Host {8}/gm)).toHaveLength(3)
  expect(few.match(/^ct-diag /gm)).toHaveLength(1)
  const many = terminal(await reportOf(mixed(4)), LOOK)
  expect(many).not.toMatch(/^Host {8}/m)
  expect(many).toContain('Data stops on vm-0001.')
})

test('what sets hosts apart is told with its counts', async () => {
  const text = terminal(await reportOf(mixed(100)), LOOK)
  expect(text).toContain('CT1003  on 20 of 20 with Change Tracking 2.20.0.0, on 0 of 80 others')
})

test('names that clash are told apart by input and time, and a hostile one does no harm', async () => {
  const report = await reportOf([
    { host: 'vm\u001b[2J', asOf: '2026-01-10T10:00:00Z' },
    { host: 'vm\u001b[2J#2', asOf: '2026-01-11T10:00:00Z' },
    { host: 'other' },
  ])
  const text = terminal(report, LOOK)
  const section = text.slice(text.indexOf('Hosts of the same name')).split('\n\n', 1)[0] ?? ''
  expect(
    section
      .split('\n')
      .slice(1)
      .map((line) => line.trim().replaceAll(/\s+/g, ' ')),
  ).toEqual([
    '✔ vm\\u{1b}[2J, as of 2026-01-10T10:00:00Z, vm\\u{1b}[2J.tgz',
    '✔ vm\\u{1b}[2J#2, as of 2026-01-11T10:00:00Z, vm\\u{1b}[2J#2.tgz',
  ])
  expect(text).not.toContain('\u001b')
})

test('problems of many inputs name theirs', async () => {
  const report = await reportOf(mixed(4))
  const problem = (input: string): Report['problems'][number] => ({
    ...{ code: 'tar-truncated', message: 'It breaks off.', source: [input, 'in.tar'], path: 'etc/x', at: null },
  })
  const text = terminal({ ...report, problems: [problem('a.tgz'), problem('b.tgz')] }, LOOK)
  expect(text).toContain('a.tgz: in.tar: etc/x: It breaks off.')
  expect(terminal({ ...report, problems: [problem('a.tgz')] }, LOOK)).toContain('- etc/x: It breaks off.')
})
