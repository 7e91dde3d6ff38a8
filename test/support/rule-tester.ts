import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Artifact } from '../../src/model/artifact.js'
import type { EvidenceReport, HostReport } from '../../src/model/report.js'
import type { Rule } from '../../src/model/rule.js'
import { placeIndex } from '../../src/engine/places.js'
import { artifactsOf } from '../../src/model/fact.js'
import { rulePage } from '../../src/renderers/rule-page.js'
import { analyzeHost } from './analyze.js'
import { healthyHost, HostTree } from './host.js'
import { redacted } from './redaction.js'

export interface FoundCase {
  readonly name: string
  readonly host: HostTree
  readonly subjects: readonly string[]
  readonly severity?: 'error' | 'warning' | 'info'
  readonly confidence?: 'certain' | 'likely' | 'possible'
  /** Subjects that the rule leaves open at the same time. */
  readonly open?: readonly string[]
  /** Parts that some evidence must name: a path, its line or pointer, and what is shown: `path:12 text`, `path#/pointer text`. */
  readonly cites?: readonly string[]
  /** What the data of its findings must hold, in their order. */
  readonly data?: readonly Readonly<Record<string, unknown>>[]
  /** What its messages must name: values, never the sentence around them. */
  readonly says?: readonly string[]
}

export interface QuietCase {
  readonly name: string
  readonly host: HostTree
  /** Ids of the artifacts that would settle it, where it cannot tell. */
  readonly asks?: readonly string[]
}

export interface RuleCases {
  readonly found: readonly [FoundCase, ...FoundCase[]]
  /** Near misses: it must pass, not apply, or stay unknown only where `unknown` says so. The healthy host is added. */
  readonly ok: readonly QuietCase[]
  readonly notApplicable?: readonly QuietCase[]
  /** A host on which it cannot tell; one for every missing need is added. */
  readonly unknown?: readonly QuietCase[]
}

const DOCS = join(__dirname, '..', '..', 'docs', 'rules')

/** Why these cases are too weak a test of the rule; empty when they are not. */
export function weaknesses(rule: Pick<Rule, 'group' | 'needs' | 'optional'>, cases: RuleCases): string[] {
  const hits: number = cases.found.length
  // The healthy host is a near miss of every rule, and added to each.
  const misses = cases.ok.length + (cases.notApplicable?.length ?? 0) + 1
  const open = requiredBy(rule).length + (cases.unknown?.length ?? 0)
  return [
    ...(hits === 0 ? ['no case in which it fires'] : []),
    ...(cases.ok.length === 0 ? ['no case in which it looks and is silent'] : []),
    ...(misses <= hits ? [`${misses} near misses for ${hits} hits`] : []),
    // The input itself is always there, so that some of its rules can always tell.
    ...(open === 0 && rule.group !== 'input' ? ['no case in which it cannot tell'] : []),
  ]
}

/** Needs that were declared and never read, and needs that were read and never declared. */
export function needFaults(rule: Pick<Rule, 'needs' | 'optional'>, touched: ReadonlySet<string>): string[] {
  const declared = [...Object.keys(rule.needs), ...Object.keys(rule.optional)]
  return [
    ...declared.filter((name) => !touched.has(name)).map((name) => `${name} is declared and never read`),
    ...[...touched].filter((name) => !declared.includes(name)).map((name) => `${name} is read and not declared`),
  ]
}

function requiredBy(rule: Pick<Rule, 'needs' | 'optional'>): Artifact<unknown>[] {
  return artifactsOf(rule).flatMap(({ artifact, optional }) => (optional ? [] : [artifact]))
}

/** Tests one rule and its page. Refuses weak tests: near misses must outnumber hits. */
export function describeRule(rule: Rule, cases: RuleCases): void {
  const touched = new Set<string>()
  const watched: Rule = {
    ...rule,
    check: (given, asOf) => {
      const noting = new Proxy(given, {
        get: (target, key) => {
          if (typeof key === 'string') touched.add(key)
          return Reflect.get(target, key) as unknown
        },
      })
      return rule.check(noting, asOf)
    },
  }
  const reports = new Map<HostTree, Promise<HostReport>>()
  const run = (host: HostTree): Promise<HostReport> => {
    const report = reports.get(host) ?? analyzeHost(host, [watched])
    reports.set(host, report)
    return report
  }
  const outcomeOf = (report: HostReport): string =>
    report.outcomes.find(({ ruleId }) => ruleId === rule.id)?.status ?? 'none'

  describe(`${rule.id} ${rule.name}`, () => {
    // The same tests may run again on a changed rule, without being loaded again.
    beforeAll(() => {
      reports.clear()
    })

    test('is tested well enough', () => {
      expect(weaknesses(rule, cases)).toEqual([])
    })

    test.each(cases.found.map((found) => [found.name, found] as const))('fires: %s', async (_, found) => {
      const report = await run(found.host)
      expect(report.findings.map(({ subject }) => subject)).toEqual(found.subjects.toSorted())
      expect(outcomeOf(report)).toBe('fail')
      for (const { severity, confidence, evidence, message, remedy } of report.findings) {
        if (found.confidence !== undefined) expect(confidence).toBe(found.confidence)
        expect(severity).toBe(found.severity ?? rule.severity)
        expect(message).toMatch(/[.!?]$/)
        // What a sentence shows when a part of it was never there.
        expect(message).not.toMatch(/undefined|NaN|\[object|\s\s/)
        expect(remedy.length).toBeGreaterThan(0)
        for (const cited of evidence) expectReal(cited, found.host)
      }
      const cited = report.findings
        .flatMap(({ evidence }) => evidence)
        .map((at) => `${placeOf(at)} ${at.snippet ?? ''}`)
      for (const part of found.cites ?? []) expect(cited).toContainEqual(expect.stringContaining(part))
      const messages = report.findings.map(({ message }) => message).join('\n')
      for (const part of found.says ?? []) expect(messages).toContain(part)
      if (found.data !== undefined) expect(report.findings.map(({ data }) => data)).toMatchObject(found.data)
      const open = report.outcomes[0]?.subjects
        ?.filter(({ status }) => status === 'unknown')
        .map(({ subject }) => subject)
      expect(open ?? []).toEqual(found.open ?? [])
    })

    const quiet = [{ name: 'the healthy host', host: healthyHost() }, ...cases.ok]
    test.each(quiet.map(({ name, host }) => [name, host] as const))('passes: %s', async (_, host) => {
      expect(outcomeOf(await run(host))).toBe('pass')
    })

    for (const { name, host } of cases.notApplicable ?? []) {
      test(`does not apply: ${name}`, async () => {
        expect(outcomeOf(await run(host))).toBe('not-applicable')
      })
    }

    for (const artifact of requiredBy(rule)) {
      test(`is unknown without ${artifact.id}`, async () => {
        const recognise = placeIndex([artifact])
        const entries = [...cases.found[0].host.entries].filter(
          ([path]) => !ancestors(path).some((part) => recognise(part).length > 0),
        )
        const report = await run(new HostTree(new Map(entries)))
        expect(outcomeOf(report)).toBe('unknown')
        expect(report.ask.length).toBeGreaterThan(0)
      })
    }

    for (const { name, host, asks } of cases.unknown ?? []) {
      test(`is unknown: ${name}`, async () => {
        const report = await run(host)
        expect(outcomeOf(report)).toBe('unknown')
        expect(report.outcomes[0]?.reason).toMatch(/\S/)
        expect(report.ask.length).toBeGreaterThan(0)
        if (asks !== undefined) expect(report.ask.map(({ artifact }) => artifact).toSorted()).toEqual(asks.toSorted())
      })
    }

    // Twice as long as all the rest, so only when asked for.
    if (process.env['REDACTED'] === '1') {
      const all = [...cases.found, ...quiet, ...(cases.notApplicable ?? []), ...(cases.unknown ?? [])]
      test.each(all.map(({ name, host }) => [name, host] as const))(
        'says the same of a redacted copy: %s',
        async (_, host) => {
          const copy = await redacted(host.entries)
          const told = ({ findings, outcomes }: HostReport, spell: (text: string) => string): unknown => [
            outcomes.map(({ status }) => status),
            findings.map(({ subject, severity }) => `${severity} ${spell(subject)}`.toLowerCase()).toSorted(),
          ]
          const after = await analyzeHost(new HostTree(copy.entries), [rule])
          expect(told(after, (text) => text)).toEqual(told(await run(host), (text) => copy.redactor.redactText(text)))
        },
      )
    }

    test('reads what it declares, and nothing else', async () => {
      const all = [...cases.found, ...quiet, ...(cases.notApplicable ?? []), ...(cases.unknown ?? [])]
      for (const { host } of all) await run(host)
      expect(needFaults(rule, touched)).toEqual([])
    })

    test('has a current page', async () => {
      const report = await analyzeHost(cases.found[0].host, [rule])
      const page = rulePage(rule) + exampleOf(report)
      const file = join(DOCS, `${rule.id}.md`)
      if (process.env['UPDATE_DOCS'] === '1') {
        mkdirSync(DOCS, { recursive: true })
        writeFileSync(file, page)
      }
      expect(existsSync(file) ? readFileSync(file, 'utf8') : '').toBe(page)
    })
  })
}

function ancestors(path: string): string[] {
  const parts = path.split('/')
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'))
}

function placeOf({ path, at }: EvidenceReport): string {
  return `${path ?? ''}${at.kind === 'line' ? `:${at.line}` : at.kind === 'json' ? `#${at.pointer}` : ''}`
}

/** Evidence must be real: the entry is there, the line says what the snippet says, the pointer leads somewhere. */
function expectReal(cited: EvidenceReport, host: HostTree): void {
  if (cited.path === null) {
    // Only a name that was not let in has no path.
    expect(cited.at.kind === 'absence' || (cited.at.kind === 'entry' && cited.snippet !== null)).toBe(true)
    return
  }
  const prefix = `${cited.path}/`
  // An absolute name is read as if it were relative.
  const entry = host.entries.get(cited.path) ?? host.entries.get(`/${cited.path}`)
  const isFolder = [...host.entries.keys()].some((path) => path.startsWith(prefix))
  expect(entry !== undefined || isFolder).toBe(true)
  if (entry === undefined) return
  const text = typeof entry.content === 'string' ? entry.content : Buffer.from(entry.content).toString()
  if (cited.at.kind === 'line') {
    const line = text.split('\n')[cited.at.line - 1]?.trimEnd() ?? ''
    expect(line).toContain((cited.snippet ?? '').replace(/…$/, ''))
  }
  if (cited.at.kind === 'json' && !cited.path.endsWith('.json.gz')) {
    const keys = cited.at.pointer
      .split('/')
      .slice(1)
      .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
    let value: unknown = JSON.parse(text)
    for (const key of keys) {
      if (typeof value === 'string') break
      expect(value).toHaveProperty([key])
      value = (value as Record<string, unknown>)[key]
    }
  }
}

function exampleOf(report: HostReport): string {
  const [found] = report.findings
  if (found === undefined) return ''
  const places = found.evidence.slice(0, 3).map((cited) => `    ${placeOf(cited) || 'nothing at the places looked at'}`)
  return `\n## Example\n\n> ${found.message}\n\n${places.join('\n')}\n`
}
