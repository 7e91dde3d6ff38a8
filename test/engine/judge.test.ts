import { artifact } from '../../src/artifacts/artifact.js'
import { judge } from '../../src/engine/judge.js'
import { resolver } from '../../src/engine/resolve.js'
import type { HostEvidence } from '../../src/engine/hosts.js'
import { fact, seen } from '../../src/model/fact.js'
import { atEntry } from '../../src/model/locator.js'
import { parsed } from '../../src/model/parsed.js'
import {
  finding,
  notApplicable,
  rule,
  unknown,
  type Draft,
  type Rule,
  type RuleId,
  type Severity,
} from '../../src/model/rule.js'
import type { Needs } from '../../src/model/fact.js'

const reading = { how: 'bytes' as const, parse: () => parsed('x') }
const here = artifact('here', 'something', { host: ['a/here'] }, reading, { command: 'cat here' })
const gone = artifact('gone', 'something else', { host: ['a/gone'] }, reading, { command: 'cat gone' })
const torn = artifact('torn', 'a torn thing', { host: ['a/torn'] }, reading, { command: 'cat torn' })
const stat = { path: 'a/here', kind: 'file' as const, size: 1, mtime: null }
const host: HostEvidence = {
  root: '',
  folders: [],
  found: new Map([
    ['here', { good: [{ ...stat, value: 'x', problems: [] }], bad: [] }],
    ['torn', { good: [], bad: [{ ...stat, path: 'a/torn', problems: [{ code: 'empty', message: 'It is empty.' }] }] }],
  ]),
  sha256: new Map(),
  newest: null,
  secrets: [],
  problems: [],
}

const docs = { what: 'w', why: 'y', how: 'h', limits: 'l', fix: ['f'], proof: 'p', links: [] } as const

function make(
  id: RuleId,
  drafts: () => Iterable<Draft>,
  more: { needs?: Needs; causes?: RuleId[]; severity?: Severity } = {},
): Rule {
  return rule({
    id,
    name: id.toLowerCase(),
    title: id,
    group: 'dcr',
    severity: more.severity ?? 'error',
    confidence: 'certain',
    docs,
    needs: more.needs ?? { here },
    causes: more.causes ?? [],
    check: drafts,
  })
}

const fire = (subject = 's'): Draft => finding({ subject, message: 'It is so.', evidence: [atEntry('a/here')] })

function run(...rules: Rule[]): ReturnType<typeof judge> {
  return runBelow('', ...rules)
}

function runBelow(root: string, ...rules: Rule[]): ReturnType<typeof judge> {
  return judge(
    rules,
    resolver(host, () => ({
      kind: 'memory',
      torn: false,
      problems: [],
      secrets: [],
      clock: { asOf: 0, source: 'clock', newest: null },
    })),
    0,
    {
      cite: ({ path, at, snippet }) => ({ source: ['x'], path, at, snippet, sha256: null }),
      torn: false,
      folders: [root],
      notJudged: null,
    },
  )
}

test('the five outcomes', () => {
  const { outcomes } = run(
    make('CT1001', () => []),
    make('CT1002', () => [fire()]),
    make('CT1003', () => [notApplicable('no reason to look')]),
    make('CT1004', () => [unknown('the log is cut', [here])]),
    make('CT1005', () => {
      throw new Error('a bug')
    }),
  )
  expect(outcomes.map(({ status }) => status)).toEqual(['pass', 'fail', 'not-applicable', 'unknown', 'error'])
  expect(outcomes[4]?.reason).toContain('a bug')
})

test('a missing need is unknown, names the artifact and asks for it', () => {
  const { outcomes, ask } = run(
    make('CT1001', () => [fire()], { needs: { gone } }),
    make('CT1002', () => [fire()], { needs: { gone, here } }),
  )
  expect(outcomes.every(({ status, reason }) => status === 'unknown' && reason?.includes('/a/gone') === true)).toBe(
    true,
  )
  expect(ask).toEqual([{ artifact: 'gone', path: '/a/gone', command: 'cat gone', unlocks: ['CT1001', 'CT1002'] }])
})

test('an unreadable need is unknown with its problem, unless being seen is enough', () => {
  const { outcomes } = run(
    make('CT1001', () => [], { needs: { torn } }),
    make('CT1002', () => [], { needs: { torn: seen(torn) } }),
  )
  expect(outcomes.map(({ status }) => status)).toEqual(['unknown', 'pass'])
  expect(outcomes[0]?.reason).toContain('It is empty.')
})

test('a fact passes its missing needs on, and is computed once', () => {
  let computed = 0
  const there = fact({ id: 'there', needs: { here }, compute: () => ++computed })
  const absent = fact({ id: 'absent', needs: { gone, there }, compute: () => ++computed })
  const { outcomes } = run(
    make('CT1001', () => [], { needs: { there } }),
    make('CT1002', () => [], { needs: { there } }),
    make('CT1003', () => [], { needs: { absent } }),
  )
  expect(outcomes.map(({ status }) => status)).toEqual(['pass', 'pass', 'unknown'])
  expect(computed).toBe(1)
})

test('symptoms fold under the first cause that fired', () => {
  const { findings } = run(
    make('CT3001', () => [fire()], { causes: ['CT5001'] }),
    make('CT1003', () => [fire()], { causes: ['CT5001'] }),
    make('CT5001', () => [fire()]),
    make('CT1001', () => [], { causes: ['CT5001', 'CT3001'] }),
  )
  expect(findings.map(({ ruleId, causedBy, causes }) => [ruleId, causedBy, causes])).toEqual([
    ['CT1003', null, ['CT5001']],
    ['CT3001', null, ['CT5001']],
    ['CT5001', 'CT1003', []],
  ])
})

test('chains fold into a tree: a symptom belongs to its nearest cause', () => {
  const { findings } = run(
    make('CT1002', () => [fire()], { causes: ['CT3001', 'CT5001', 'CT7006'] }),
    make('CT3001', () => [fire('a'), fire('b')], { causes: ['CT5001'] }),
    make('CT5001', () => [fire()], { causes: ['CT7006'] }),
    make('CT7006', () => [fire()]),
    make('CT8001', () => [fire()], { causes: ['CT7006'] }),
  )
  expect(findings.map(({ ruleId, causedBy, causes }) => [ruleId, causedBy, causes])).toEqual([
    ['CT1002', null, ['CT3001', 'CT5001', 'CT7006']],
    ['CT3001', 'CT1002', ['CT5001']],
    ['CT3001', 'CT1002', ['CT5001']],
    ['CT5001', 'CT3001', ['CT7006']],
    // Of two causes that do not explain each other, the first along the path.
    ['CT7006', 'CT5001', []],
    ['CT8001', null, ['CT7006']],
  ])
})

test('a finding says which symptoms are its own', () => {
  const services = finding({
    ...{ subject: 'services', message: 'It is so.', evidence: [atEntry('a/here')] },
    explains: ({ ruleId, subject }) => ruleId === 'CT5001' && subject === 'services',
  })
  const { findings } = run(
    make('CT1010', () => [services], { causes: ['CT5001', 'CT6002'] }),
    make('CT5001', () => [fire('services'), fire('software')], { causes: ['CT6002'] }),
    make('CT6002', () => [fire()]),
  )
  expect(findings.map(({ ruleId, subject, causedBy, causes }) => [ruleId, subject, causedBy, causes])).toEqual([
    ['CT1010', 'services', null, ['CT5001']],
    ['CT5001', 'services', 'CT1010', ['CT6002']],
    ['CT5001', 'software', null, ['CT6002']],
    ['CT6002', 's', 'CT5001', []],
  ])
})

test('a link of the chain that did not fire is no link', () => {
  const { findings } = run(
    make('CT1002', () => [fire()], { causes: ['CT3001'] }),
    make('CT3001', () => [], { causes: ['CT5001'] }),
    make('CT5001', () => [fire()]),
  )
  expect(findings.map(({ ruleId, causedBy }) => [ruleId, causedBy])).toEqual([
    ['CT1002', null],
    ['CT5001', null],
  ])
})

test('a severity can be lowered, never raised; findings come worst first', () => {
  const { findings } = run(
    make('CT1001', () => [{ ...fire(), severity: 'error' } as Draft], { severity: 'info' }),
    make('CT1002', () => [{ ...fire('b'), severity: 'info' } as Draft, fire('a')]),
  )
  expect(findings.map(({ ruleId, subject, severity }) => [ruleId, subject, severity])).toEqual([
    ['CT1002', 'a', 'error'],
    ['CT1001', 's', 'info'],
    ['CT1002', 'b', 'info'],
  ])
})

test('a rule that found one subject and cannot tell of another fails, and says both', () => {
  const { outcomes, ask } = run(
    make('CT5001', () => [fire('services'), unknown('nothing proves a run.', [gone], 'files')]),
  )
  expect(outcomes[0]).toMatchObject({ status: 'fail', reason: 'files: nothing proves a run.' })
  expect(outcomes[0]?.subjects).toEqual([
    { subject: 'services', status: 'fail', reason: null },
    { subject: 'files', status: 'unknown', reason: 'nothing proves a run.' },
  ])
  expect(ask.map(({ artifact: id }) => id)).toEqual(['gone'])
})

test('what is not declared cannot be read', () => {
  rule({
    id: 'CT1001',
    name: 'x',
    title: 'x',
    group: 'dcr',
    severity: 'info',
    confidence: 'certain',
    docs,
    needs: { here },
    // @ts-expect-error -- `gone` is not declared
    check: ({ gone: undeclared }) => [fire(String(undeclared))],
  })
})

test('a subject does not tell where the host lies in the input', () => {
  const { findings } = runBelow(
    'top/vm-1',
    make('CT1001', () => [fire('top/vm-1/etc/a of top/vm-1/etc/b')]),
  )
  expect(findings.map(({ subject }) => subject)).toEqual(['etc/a of etc/b'])
})
