import fc from 'fast-check'
import { createRequire } from 'node:module'
import type { Report } from '../../src/model/report.js'
import { escapeHtml } from '../../src/renderers/escape.js'
import { page as pieces } from '../../src/renderers/html/page.js'
import { disguised, reports } from '../support/pages.js'

let all: Record<string, Report>
beforeAll(async () => {
  all = await reports()
})

function of(name: string): Report {
  const report = all[name]
  if (report === undefined) throw new Error(`no report ${name}`)
  return report
}

const page = (report: Report): string => [...pieces(report)].join('')
const body = (text: string): string => text.replace(/<style>.*?<\/style>/s, '').replace(/<script>.*?<\/script>/s, '')
const tags = (text: string): string[] => body(text).match(/<[^>]*>/g) ?? []
const VOID = /^<(?:!doctype|meta|br|wbr)/i

/** Whether every element is closed, in the order in which they were opened. */
function unclosed(text: string): string[] {
  const open: string[] = []
  for (const tag of tags(text)) {
    const name = /^<\/?([a-z0-9]+)/i.exec(tag)?.[1] ?? ''
    if (VOID.test(tag) || tag.endsWith('/>')) continue
    if (!tag.startsWith('</')) open.push(name)
    else if (open.at(-1) === name) open.pop()
    else return [...open, tag]
  }
  return open
}

test('every page is whole: what is opened is closed', () => {
  for (const [name, report] of Object.entries(all)) expect([name, unclosed(page(report))]).toEqual([name, []])
})

test('ids are there once, and what refers to one finds it', () => {
  for (const report of Object.values(all)) {
    const text = body(page(report))
    const ids = Array.from(text.matchAll(/ id="([^"]*)"/g), ([, id]) => id)
    expect(new Set(ids).size).toBe(ids.length)
    for (const [, id] of text.matchAll(/(?:href="#|url\(#|labelledby=")([^")]*)/g)) expect(ids).toContain(id)
  }
})

test('nothing refers to anything outside, and nothing runs but the one script', () => {
  for (const report of Object.values(all)) {
    const text = page(report)
    expect(text).toContain(`content="default-src 'none'; style-src 'sha256-`)
    expect(text.match(/<script/g)).toHaveLength(1)
    const used = tags(text).join('\n')
    expect(used).not.toMatch(/\s(?:src|srcset|style|on\w+|action|formaction|background|poster|data)=/i)
    expect(used.match(/href="(?!#[a-z0-9-]+")/)).toBeNull()
    expect(text.replaceAll(/<style>|url\(#hatch\)/g, '')).not.toMatch(/url\(|@import|<link|<iframe|<base/)
  }
})

test('whatever the input says, it is text: no string adds a tag or an attribute', () => {
  const naughty = (createRequire(__filename)('big-list-of-naughty-strings') as unknown[]).filter(
    // Pairs of backticks set commands apart in what rules say; what is between them is text all the same.
    (text): text is string => typeof text === 'string' && !text.includes('`'),
  )
  expect(naughty.length).toBeGreaterThan(400)
  const report = of('demo')
  const plain = tags(page(report))
  for (let next = 0; next < naughty.length;) {
    // What is alike stays alike: equal commands are asked for once.
    const known = new Map<string, string>()
    const hostile = page(
      disguised(report, (text) => {
        if (!known.has(text)) known.set(text, `${text} ${naughty[next++] ?? ''}`)
        return known.get(text) ?? ''
      }),
    )
    expect(tags(hostile)).toEqual(plain)
  }
})

test.each([
  '</title></style></script><script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '<!--',
  ']]><svg onload=alert(1)>',
  '&lt;script&gt;',
  '\u202e\u2066\u200b\u0000\u001b[2J\ud800',
])('a host that says %j everywhere', (text) => {
  const report = of('demo')
  const hostile = page(disguised(report, (own) => own + text))
  expect(tags(hostile)).toEqual(tags(page(report)))
  // eslint-disable-next-line no-control-regex -- that none is there is the point
  expect(hostile).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b\u202a-\u202e\u2066-\u2069]/)
})

test('what is escaped holds nothing that markup acts on, and is still readable', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(escapeHtml(text).replaceAll(/&(?:amp|lt|gt|quot|#39|#96);/g, '')).not.toMatch(/[<>"'`&]/)
    }),
  )
  expect(escapeHtml('a < b && "c"')).toBe('a &lt; b &amp;&amp; &quot;c&quot;')
})

test('the same report is the same page', () => {
  expect(page(of('demo'))).toBe(page(structuredClone(of('demo'))))
})

test('without evidence a page is small, also with 200 findings and for 50 hosts', () => {
  const bare = (report: Report): Report => ({
    ...report,
    hosts: report.hosts.map((host) => ({
      ...host,
      findings: host.findings.map((found) => ({ ...found, evidence: [] })),
    })),
  })
  const size = (name: string): number => Buffer.byteLength(page(bare(of(name)))) / 1000
  for (const name of ['demo', 'healthy', 'logs-only']) expect(size(name)).toBeLessThan(60)
  expect(size('many-findings')).toBeLessThan(300)
  expect(size('fleet')).toBeLessThan(50 * 30)
})

const plainText = (report: Report): string =>
  body(page(report))
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll(/\s+/g, ' ')

test('first the verdict with what to do, then the path, then the findings, then the rest', () => {
  const text = plainText(of('agent-stopped'))
  const at = [
    'Data stops at hop 5 of 7',
    'What to do',
    'data stops here',
    'Findings',
    'Over time',
    'Inventory cross-check',
  ]
    .concat(['Coverage', 'To settle what is unknown', 'The input'])
    .map((words) => text.indexOf(words))
  expect(at).toEqual(at.toSorted((a, b) => a - b))
  expect(at).not.toContain(-1)
})

test('a gap has words beside its picture; where the log does not tell nobody says silence', () => {
  expect(plainText(of('agent-stopped'))).toContain('none for 2 h 4 min')
  expect(plainText(of('healthy'))).not.toMatch(/none for|a gap of/)
  const cut = of('agent-stopped')
  const hosts = cut.hosts.map((host) => ({
    ...host,
    activity: host.activity && {
      ...host.activity,
      lanes: host.activity.lanes.map((lane) => ({ ...lane, values: lane.values.map((value) => value || null) })),
    },
  }))
  expect(plainText({ ...cut, hosts })).not.toContain('none for')
  expect(plainText({ ...cut, hosts })).toContain('its end is not in the input')
})

test('the first differences between the agent’s lists and the host are named', () => {
  const report = of('demo')
  const hosts = report.hosts.map((host) => ({
    ...host,
    findings: host.findings.slice(0, 1).map((found) => ({
      ...found,
      ruleId: 'CT5012' as const,
      data: { onlyHost: ['curl', 'vim'], onlyAgent: [], version: ['bash'] },
    })),
  }))
  const text = plainText({ ...report, hosts })
  expect(text).toMatch(/Packages only on the host ?curl vim/)
  expect(text).toMatch(/Packages of another version ?bash/)
  expect(text).not.toContain('only in the agent’s list')
})

test('an input that was refused is still a page', () => {
  expect(plainText(of('refused'))).toContain('It is no archive.')
})

test('beside the verdict stands what to do about the cause it names', () => {
  const [report] = Object.values(all)
  const [host] = report?.hosts ?? []
  if (report === undefined || host === undefined) throw new Error('no report')
  const [some] = Object.values(all).flatMap(({ hosts }) => hosts.flatMap(({ findings }) => findings))
  if (some === undefined) throw new Error('no finding')
  const made = (ruleId: 'CT3002' | 'CT4014' | 'CT4018', hop: 'sockets' | 'agent', causedBy: typeof ruleId | null) => ({
    ...{ ...some, ruleId, hop, severity: 'error' as const, causedBy, causes: [], remedy: [`Mend ${ruleId}.`] },
  })
  const findings = [
    made('CT3002', 'sockets', 'CT4014'),
    made('CT4014', 'agent', 'CT4018'),
    made('CT4018', 'agent', null),
  ]
  const verdict = { hop: 'sockets' as const, status: 'broken' as const, sentence: 'Data stops at hop 3: x' }
  const text = body(page({ ...report, hosts: [{ ...host, verdict, findings }] }))
  expect(/<ol class="remedy">.*?<\/ol>/s.exec(text)?.[0]).toContain('Mend CT4018.')
})
