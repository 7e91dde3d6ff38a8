import { createRequire } from 'node:module'
import type { HostReport, Report } from '../../src/model/report.js'
import { csv } from '../../src/renderers/csv.js'
import { visible } from '../../src/renderers/escape.js'
import { junit } from '../../src/renderers/junit.js'
import { markdown } from '../../src/renderers/markdown.js'
import { ndjson } from '../../src/renderers/ndjson.js'
import { sarif } from '../../src/renderers/sarif.js'
import { rule } from '../../src/model/rule.js'
import { rules } from '../../src/rules/index.js'
import { analyzeTree } from '../support/analyze.js'
import { readCsv, readJunit, readMarkdown, readNdjson, readSarif, readXml, type Element } from '../support/formats.js'
import { demo, logsOnly, SAMPLES } from '../support/samples.js'

const LOOK = { color: false, unicode: true, width: 80, verbose: false }
const LOUD = { ...LOOK, verbose: true }

const crashing = rule({
  ...{ id: 'CT9999', name: 'crashes', title: 'It crashes', group: 'input', severity: 'info', confidence: 'certain' },
  docs: { what: 'a', why: 'b', how: 'c', limits: 'd', fix: ['e'], proof: 'f', links: [] },
  needs: {},
  check: () => {
    throw new Error('a <bug> of "ours"')
  },
})

const sample = analyzeTree(demo())
/** Findings, open questions, and a rule that crashed. */
const odd = analyzeTree(logsOnly(), [...rules, crashing])

function cases(suite: Element): Map<string, Element> {
  return new Map(
    suite.children.filter(({ name }) => name === 'testcase').map((one) => [one.attributes['name'] ?? '', one]),
  )
}

describe.each(Object.entries(SAMPLES))('every format of %s is what it says it is', (_, tree) => {
  test('and agrees with the report', async () => {
    const report = await analyzeTree(tree())
    const [host] = report.hosts
    const findings = host?.findings ?? []
    const ids = findings.map(({ ruleId }) => ruleId)
    expect(readSarif(sarif(report, LOOK, rules)).results?.map(({ ruleId }) => ruleId)).toEqual(ids)
    expect(readCsv(csv(report)).map(({ ruleId }) => ruleId)).toEqual(ids)
    expect(readNdjson(ndjson(report))).toMatchObject(report.hosts)
    const suite = readJunit(junit(report, LOOK, rules)).children[0]
    const failed = new Set(findings.filter(({ severity }) => severity !== 'info').map(({ ruleId }) => ruleId))
    expect(suite?.attributes['failures']).toBe(String(failed.size))
    expect(cases(suite as Element).size).toBe(rules.length)
    const { texts } = readMarkdown(markdown(report, LOOK, rules))
    for (const { message } of findings) expect(texts).toContain(message.replaceAll('`', ''))
    expect(texts.some((text) => text.includes(host?.verdict.sentence ?? '?'))).toBe(true)
  })
})

describe('sarif', () => {
  test('every failure has a place, a rule with help, and a fingerprint of its own', async () => {
    const run = readSarif(sarif(await sample, LOOK, rules))
    const listed = run.tool.driver.rules ?? []
    for (const { ruleIndex, ruleId, locations, kind, level } of run.results ?? []) {
      expect(listed[ruleIndex ?? -1]?.id).toBe(ruleId)
      expect(locations?.[0]?.physicalLocation?.artifactLocation?.uri).toMatch(/./)
      expect([kind, level]).toEqual(['fail', 'error'])
    }
    const prints = run.results?.map(({ partialFingerprints }) => JSON.stringify(partialFingerprints))
    expect(new Set(prints).size).toBe(run.results?.length)
    for (const { help } of listed) expect([help?.text, help?.markdown].every((text) => text !== '')).toBe(true)
    expect(run.tool.driver.version).toBe('0.0.0')
    expect(run.invocations?.[0]?.executionSuccessful).toBe(true)
  })

  test('what passed, does not apply or is open is told when asked for; a crash always', async () => {
    const report = await odd
    const kinds = (look: typeof LOOK): string[] =>
      (readSarif(sarif(report, look, [...rules, crashing])).results ?? []).map(({ kind }) => kind ?? '')
    expect(new Set(kinds(LOOK)).size).toBeLessThan(2)
    const { coverage } = report.hosts[0] ?? {}
    const count = (kind: string): number => kinds(LOUD).filter((one) => one === kind).length
    expect(count('pass')).toBe(coverage?.pass)
    expect(count('open')).toBe(coverage?.unknown)
    expect(count('notApplicable')).toBe(coverage?.notApplicable)
    const [invocation] = readSarif(sarif(report, LOOK, [...rules, crashing])).invocations ?? []
    expect(invocation?.executionSuccessful).toBe(false)
    expect(invocation?.toolExecutionNotifications?.map(({ associatedRule }) => associatedRule?.id)).toContain('CT9999')
  })

  test('a cited entry is an artifact with its hash, inside the archive that it lies in', async () => {
    const report = await sample
    const nested = JSON.parse(
      JSON.stringify(report).replaceAll('"source":["sample.tgz"]', '"source":["sample.tgz","in ner.tgz"]'),
    ) as Report
    const { artifacts = [], results = [] } = readSarif(sarif(nested, LOOK, rules))
    const place = results[0]?.locations?.[0]?.physicalLocation?.artifactLocation
    const entry = artifacts[place?.index ?? -1]
    const inner = artifacts[entry?.parentIndex ?? -1]
    const outer = artifacts[inner?.parentIndex ?? -1]
    expect(entry?.hashes?.['sha-256']).toBe(report.hosts[0]?.findings[0]?.evidence[0]?.sha256)
    expect([inner?.location?.uri, outer?.location?.uri]).toEqual(['in%20ner.tgz', 'sample.tgz'])
    expect(place?.uri).toBe(`in%20ner.tgz!/${entry?.location?.uri ?? ''}`)
  })

  test('a problem of the whole input is a notification, with words wherever there is a place for them', async () => {
    const problem = { code: 'gzip-truncated', message: 'It ends.', source: ['sample.tgz'], path: null, at: null }
    const run = readSarif(sarif({ ...(await sample), problems: [problem] }, LOOK, rules))
    const [told] = run.invocations?.[0]?.toolExecutionNotifications ?? []
    expect([told?.descriptor?.id, told?.level]).toEqual(['gzip-truncated', 'warning'])
    expect(told?.locations?.[0]?.physicalLocation?.artifactLocation?.uri).toBe('sample.tgz')
    expect(JSON.stringify(run)).not.toContain('"text":""')
  })

  test('the same host makes the same category, another host another', async () => {
    const report = await sample
    const other = { ...report, hosts: report.hosts.map((host) => ({ ...host, host: 'vm/02' })) }
    const id = (one: Report): string | undefined => readSarif(sarif(one, LOOK, rules)).automationDetails?.id
    expect(id({ ...report, run: { ...report.run, durationMs: 9 } })).toBe(id(report))
    expect([id(report), id(other)]).toEqual(['ct-diag/vm-01/', 'ct-diag/vm%2F02/'])
  })
})

describe('junit', () => {
  test('unknown is skipped with its reason, a crash is an error, what is worth knowing does not fail', async () => {
    const report = await odd
    const [suite] = readJunit(junit(report, LOOK, [...rules, crashing])).children
    const found = cases(suite as Element)
    for (const { ruleId, status, reason } of report.hosts[0]?.outcomes ?? []) {
      const inside = found.get(ruleId)?.children[0]
      if (status === 'pass') expect(inside).toBeUndefined()
      if (status === 'unknown' || status === 'not-applicable') {
        expect(inside?.name).toBe('skipped')
        expect(inside?.text).toContain(visible(reason ?? '?'))
      }
      if (status === 'error') expect([inside?.name, inside?.attributes['message']]).toEqual(['error', reason])
    }
    expect(found.get('CT9999')?.children[0]?.attributes['message']).toContain('a <bug> of "ours"')
    const mild = { ...report.hosts[0], findings: [], outcomes: [{ ruleId: 'CT1023', status: 'fail', reason: null }] }
    const [finding] = (await sample).hosts[0]?.findings ?? []
    const info = { ...mild, findings: [{ ...finding, ruleId: 'CT1023', severity: 'info' }] }
    const text = junit({ ...report, hosts: [info] } as Report, LOOK, rules)
    expect(cases(readJunit(text).children[0] as Element).get('CT1023')?.children[0]?.name).toBe('system-out')
  })

  test('a run that judged less than it was asked to is not green', async () => {
    const report = await sample
    const problem = { code: 'input-missing', message: 'x does not exist.', source: ['x'], path: null, at: null }
    const red = (one: Report): string | undefined => readJunit(junit(one, LOOK, rules)).attributes['errors']
    expect(red(report)).toBe('0')
    expect(red({ ...report, problems: [problem] })).toBe('1')
    expect(red({ ...report, problems: [{ ...problem, source: ['sample.tgz'] }] })).toBe('0')
    expect(red({ ...report, run: { ...report.run, interrupted: true } })).toBe('1')
  })
})

test('ndjson loses no input and no problem', async () => {
  const report = await sample
  const problem = { code: 'input-missing', message: 'x does not exist.', source: ['x'], path: null, at: null }
  const own = { ...problem, source: ['sample.tgz'] }
  const twice = report.hosts.flatMap((host) => [host, { ...host, host: 'vm-02' }])
  const lines = readNdjson(ndjson({ ...report, hosts: twice, problems: [own, problem] }))
  expect(lines.map(({ host, problems }) => [host, problems])).toEqual([
    ['vm-01', [own]],
    ['vm-02', []],
    [null, [problem]],
  ])
})

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1'])(
  '%j is no formula to a spreadsheet',
  async (text) => {
    const report = poisoned(await sample, text)
    for (const row of readCsv(csv(report)))
      for (const cell of Object.values(row)) expect(cell).not.toMatch(/^[=+\-@\t\r\n]/)
    expect(readCsv(csv(report))[0]?.['subject']).toBe(`'${visible(text)}`)
  },
)

/** Words that mean something to programs; everything else in a report can come from a stranger's machine. */
const FIXED = new Set(
  'ruleId hop severity confidence status kind causedBy startedAt time lastSeen sha256 code environment version'.split(
    ' ',
  ),
)

/** The report with one text in every place where foreign text can be. A short report, with every kind of evidence. */
function poisoned(report: Report, text: string): Report {
  const [host] = report.hosts
  if (host === undefined) throw new Error('The sample has no host')
  const [first] = host.findings
  if (first === undefined) throw new Error('The sample has no finding')
  const cited = { source: ['x', 'x'], path: 'x', sha256: null, snippet: 'x' }
  const evidence = [
    { ...cited, at: { kind: 'json', pointer: 'x' } },
    { ...cited, at: { kind: 'bolt', bucket: ['x'], key: 'x', page: 1 } },
    { ...cited, at: { kind: 'line', line: 3 } },
    { ...cited, at: { kind: 'bytes', offset: 1, length: 2 } },
    { ...cited, path: null, at: { kind: 'absence', looked: ['x', 'x'] } },
  ] as const
  const small: Report = {
    ...report,
    hosts: [
      {
        ...host,
        root: 'x',
        findings: [
          { ...first, remedy: ['x', 'x'], evidence },
          {
            ...first,
            ruleId: 'CT1004',
            remedy: ['x'],
            evidence: [evidence[0]],
            suppressed: { reason: 'x', expires: null, origin: 'x' },
          },
        ],
        outcomes: [
          { ruleId: first.ruleId, status: 'fail', reason: 'x' },
          { ruleId: 'CT1004', status: 'fail', reason: null },
          { ruleId: 'CT5001', status: 'unknown', reason: 'x' },
          { ruleId: 'CT5002', status: 'error', reason: 'x' },
        ],
        ask: [{ artifact: 'x', path: 'x', command: 'x', unlocks: ['CT5001'] }],
      },
    ],
    problems: [{ code: 'odd', message: 'x', source: ['x'], path: 'x', at: null }],
  }
  const visit = (value: unknown, key: string): unknown => {
    if (typeof value === 'string') return FIXED.has(key) ? value : key === 'pointer' ? `/${visible(text)}` : text
    if (Array.isArray(value))
      return ['ruleIds', 'causes', 'unlocks'].includes(key) ? value : value.map((one) => visit(one, key))
    if (typeof value !== 'object' || value === null) return value
    if (key === 'asOf') return value
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, visit(one, name)]))
  }
  return {
    ...report,
    ...(visit({ ...small, tool: null, run: null }, '') as object),
    tool: report.tool,
    run: report.run,
  }
}

describe('strings made to break programs, in every place at once', () => {
  const naughty = (createRequire(__filename)('big-list-of-naughty-strings') as unknown[]).filter(
    (one): one is string => typeof one === 'string' && one.trim() !== '',
  )
  const own = [
    ...[
      'a | b',
      '``` ` ```',
      '`',
      '\\',
      '\\`',
      '`a` | `b',
      '- [ ] x',
      '# x',
      '1. x',
      '> x',
      '=====',
      '---',
      '<!-- ',
      '&lt;',
    ],
    ...['[x](http://example.invalid)', '![x](y)', 'http://example.invalid/?a=b', 'www.example.invalid', 'a@b.invalid'],
    ...[
      '<img src=x onerror=alert(1)>',
      ']]>',
      '<![CDATA[',
      '--> <x>',
      '{0} {{1}}',
      'a\u0000b\u0008\ufffe\uffff\ud800c',
    ],
    ...[
      '..',
      '.',
      '//host/x',
      'C:\\x',
      'javascript:x',
      '%00%',
      'two\n\nlines',
      '    code',
      '\tcode',
      '~~x~~ **y** _z_',
    ],
  ]
  const strings = [...own, ...naughty]

  test('csv keeps its columns and its words', async () => {
    const report = await sample
    for (const text of strings) {
      const [row, ...others] = readCsv(csv(poisoned(report, text)))
      expect(others).toHaveLength(1)
      expect(Object.keys(row ?? {})).toHaveLength(12)
      expect(row?.['message']?.replace(/^'/, '')).toBe(visible(text).replace(/^'/, ''))
    }
  })

  test('xml stays well formed and keeps its words', async () => {
    const report = await sample
    for (const text of strings) {
      const [suite] = readJunit(junit(poisoned(report, text), LOOK, rules)).children
      const failure = cases(suite as Element).get(report.hosts[0]?.findings[0]?.ruleId ?? '')?.children[0]
      expect(failure?.attributes['message']).toBe(visible(text))
      expect(failure?.text).toContain(visible(text))
    }
  })

  test('sarif stays valid, and no address leaves its input', async () => {
    const report = await sample
    for (const text of strings) {
      const run = readSarif(sarif(poisoned(report, text), LOUD, rules))
      const uris = JSON.stringify(run).matchAll(/"uri":"([^"]*)"/g)
      for (const [, uri = ''] of uris) {
        expect(uri).toMatch(/^[\w.~!'()*%/-]*$/)
        expect(new URL(uri, 'file:///a/b/c/d/e/').protocol).toBe('file:')
        expect(new URL(uri, 'file:///a/b/c/d/e/').host).toBe('')
      }
    }
  })

  test('ndjson is one line', async () => {
    const report = await sample
    for (const text of strings) {
      const [line = '', ...others] = ndjson(poisoned(report, text)).split('\n')
      expect([(JSON.parse(line) as HostReport).host, others]).toEqual([text, ['']])
    }
  })

  test('markdown keeps its shape: no link, no tag, no emphasis, no cell more', async () => {
    const report = await sample
    const harmless = readMarkdown(markdown(poisoned(report, 'harmless'), LOUD, rules))
    const plain = (text: string): string => text.replaceAll(/[`\s]/g, '')
    for (const text of strings) {
      const read = readMarkdown(markdown(poisoned(report, text), LOUD, rules))
      expect([text, read.blocks]).toEqual([text, harmless.blocks])
      const allowed = ['text', 'text_special', 'code_inline', 'hardbreak', 'softbreak', 'strong_open', 'strong_close']
      expect([text, [...read.inside].filter((type) => !allowed.includes(type))]).toEqual([text, []])
      const index = harmless.texts.indexOf('harmless')
      expect(plain(read.texts[index] ?? '')).toBe(plain(visible(text)))
    }
  })
})

test('a validator that cannot fail would prove nothing', async () => {
  const report = await sample
  expect(() => readXml('<a>\u0008</a>')).toThrow()
  expect(() => readJunit(junit(report, LOOK, rules).replace(' tests="', ' tests="1'))).toThrow()
  expect(() => readCsv(`${csv(report)}one cell\r\n`)).toThrow()
  expect(() => readSarif(sarif(report, LOOK, rules).replace('"kind": "fail"', '"kind": "broken"'))).toThrow()
  expect(readMarkdown('a <b>').inside).toContain('html_inline')
})
