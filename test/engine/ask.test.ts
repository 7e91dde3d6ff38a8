import fc from 'fast-check'
import { artifact } from '../../src/artifacts/artifact.js'
import { askList, type OpenRule } from '../../src/engine/ask.js'
import type { Artifact } from '../../src/model/artifact.js'
import { parsed } from '../../src/model/parsed.js'
import type { Ask, RuleId } from '../../src/model/rule.js'

const reading = { how: 'bytes' as const, parse: () => parsed('x') }

function make(id: string, command: string): Artifact<unknown> {
  return artifact(id, `the ${id}`, { host: [`var/${id}`] }, reading, { command })
}

const a = make('a', 'cat a')
const b = make('b', 'cat b')
const c = make('c', 'cat c')
/** Two artifacts that one command packs. */
const p = make('p', 'tar pq')
const q = make('q', 'tar pq')

const open = (ruleId: RuleId, ...questions: Ask[]): OpenRule => ({ ruleId, questions })
const brief = (...rules: OpenRule[]): string[] =>
  askList(rules).map(({ artifact: id, unlocks }) => `${id} ${unlocks.join(' ')}`)

test('nothing open, nothing asked', () => {
  expect(askList([])).toEqual([])
})

test('an entry names the missing file and the command', () => {
  expect(askList([open('CT1001', [a])])).toEqual([
    { artifact: 'a', path: '/var/a', command: 'cat a', unlocks: ['CT1001'] },
  ])
})

test('what settles most comes first', () => {
  expect(brief(open('CT1001', [a]), open('CT1002', [b]), open('CT1003', [b]))).toEqual(['b CT1002 CT1003', 'a CT1001'])
})

test('a tie goes to the rule that comes first', () => {
  expect(brief(open('CT1001', [b]), open('CT1002', [a]))).toEqual(['b CT1001', 'a CT1002'])
})

test('one command that packs several artifacts counts once', () => {
  expect(
    brief(open('CT1001', [a]), open('CT1002', [a]), open('CT1003', [p]), open('CT1004', [q]), open('CT1005', [[p, q]])),
  ).toEqual(['p CT1003 CT1005', 'q CT1004 CT1005', 'a CT1001 CT1002'])
})

test('a rule that needs two artifacts is named by both, and weighs half for each command', () => {
  expect(brief(open('CT1001', [[a, b]]), open('CT1002', [c]))).toEqual(['c CT1002', 'a CT1001', 'b CT1001'])
  expect(
    brief(open('CT1001', [[a, b]]), open('CT1002', [[a, b]]), open('CT1003', [[a, b]]), open('CT1004', [c])),
  ).toEqual(['a CT1001 CT1002 CT1003', 'b CT1001 CT1002 CT1003', 'c CT1004'])
})

test('of alternatives the one that is asked for anyway is taken', () => {
  expect(brief(open('CT1001', [a, b]), open('CT1002', [b]))).toEqual(['b CT1001 CT1002'])
})

test('of alternatives the shorter one is taken, and of equals the first', () => {
  expect(brief(open('CT1001', [[a, b], c]))).toEqual(['c CT1001'])
  expect(brief(open('CT1001', [b, a]))).toEqual(['b CT1001'])
})

test('one alternative that serves many replaces several that serve one', () => {
  expect(brief(open('CT1001', [a, c]), open('CT1002', [b, c]))).toEqual(['c CT1001 CT1002'])
})

test('every question of a rule has to be settled', () => {
  expect(brief(open('CT1001', [a], [b, c]), open('CT1002', [c]))).toEqual(['c CT1001 CT1002', 'a CT1001'])
})

test('a question that nothing answers keeps no other from being asked', () => {
  expect(brief(open('CT1001', []), open('CT1002', [], [a]))).toEqual(['a CT1002'])
})

/** Rules over a few artifacts; `d` and `e` share a command with `a` and `b`. */
const shelf = [a, b, c, make('d', 'cat a'), make('e', 'cat b'), make('f', 'cat f')]
const catalogue = fc.array(
  fc.array(fc.array(fc.subarray(shelf, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 }), {
    minLength: 1,
    maxLength: 2,
  }),
  { maxLength: 8 },
)

function settles(rules: readonly OpenRule[], commands: ReadonlySet<string>): boolean {
  return rules.every(({ questions }) =>
    questions.every((ask) =>
      ask.some((way) => ('id' in way ? [way] : way).every(({ command }) => commands.has(command))),
    ),
  )
}

test('the list settles everything, and leaving out any command of it does not', () => {
  fc.assert(
    fc.property(catalogue, (asks) => {
      const rules = asks.map((questions, index) => open(`CT${1001 + index}`, ...questions))
      const commands = [...new Set(askList(rules).map(({ command }) => command))]
      expect(settles(rules, new Set(commands))).toBe(true)
      for (const command of commands)
        expect(settles(rules, new Set(commands.filter((other) => other !== command)))).toBe(false)
    }),
  )
})

test('a rule is settled by the entries that name it, and entries of one command stand together', () => {
  fc.assert(
    fc.property(catalogue, (asks) => {
      const rules = asks.map((questions, index) => open(`CT${1001 + index}`, ...questions))
      const list = askList(rules)
      for (const rule of rules) {
        const own = list.filter(({ unlocks }) => unlocks.includes(rule.ruleId))
        expect(settles([rule], new Set(own.map(({ command }) => command)))).toBe(true)
      }
      const runs = list.filter(({ command }, index) => command !== list[index - 1]?.command)
      expect(runs).toHaveLength(new Set(list.map(({ command }) => command)).size)
    }),
  )
})
