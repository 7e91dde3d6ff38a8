import { artifact } from '../../src/artifacts/artifact.js'
import { inputItself } from '../../src/model/input.js'
import { parsed } from '../../src/model/parsed.js'
import { HostTree } from '../support/host.js'
import { needFaults, weaknesses, type RuleCases } from '../support/rule-tester.js'

const host = new HostTree(new Map())
const log = artifact('log', 'a log', { host: ['log'] }, { how: 'bytes', parse: () => parsed('x') }, { command: 'cat' })
const rule = { group: 'dcr', needs: { log }, optional: {} } as const
const quiet = (count: number): RuleCases['ok'] =>
  Array.from({ length: count }, (_, index) => ({ name: `quiet ${index}`, host }))
const hits = (count: number): RuleCases['found'] =>
  // None is what the tester must refuse, though its type refuses it too.
  Array.from({ length: count }, (_, index) => ({
    name: `hit ${index}`,
    host,
    subjects: [],
  })) as unknown as RuleCases['found']

test.each<[string, Parameters<typeof weaknesses>, number]>([
  ['enough of everything', [rule, { found: hits(1), ok: quiet(1) }], 0],
  ['it never fires', [rule, { found: hits(0), ok: quiet(1) }], 1],
  ['it is never silent', [rule, { found: hits(1), ok: [], notApplicable: quiet(3) }], 1],
  ['as many near misses as hits', [rule, { found: hits(2), ok: quiet(1) }], 1],
  ['cases in which it cannot tell are no near misses', [rule, { found: hits(2), ok: quiet(1), unknown: quiet(5) }], 1],
  ['cases in which it does not apply are', [rule, { found: hits(2), ok: quiet(1), notApplicable: quiet(1) }], 0],
  [
    'it can always tell',
    [
      { ...rule, needs: {}, optional: { log } },
      { found: hits(1), ok: quiet(1) },
    ],
    1,
  ],
  [
    'a rule of the input may always tell',
    [
      { group: 'input', needs: { i: inputItself }, optional: {} },
      { found: hits(1), ok: quiet(1) },
    ],
    0,
  ],
])('weak cases are refused: %s', (_, args, count) => {
  expect(weaknesses(...args)).toHaveLength(count)
})

test.each<[string, readonly string[], number]>([
  ['exactly what is declared', ['log', 'more'], 0],
  ['one declared need is never read', ['log'], 1],
  ['an optional one is not, and another is read', ['log', 'secret'], 2],
])('needs that do not match are refused: %s', (_, touched, count) => {
  expect(needFaults({ needs: { log }, optional: { more: log } }, new Set(touched))).toHaveLength(count)
})
