import fc from 'fast-check'
import { fisher } from '../../src/engine/fisher.js'

/** Counts every way to deal the finding out, which is what the test is about. */
function byCounting(a: number, n: number, b: number, m: number): number {
  const ways = new Map<number, number>()
  let all = 0
  for (let set = 0; set < 2 ** (n + m); set++) {
    const bits = [...set.toString(2).padStart(n + m, '0')]
    if (bits.filter((bit) => bit === '1').length !== a + b) continue
    const here = bits.slice(0, n).filter((bit) => bit === '1').length
    ways.set(here, (ways.get(here) ?? 0) + 1)
    all += 1
  }
  const own = ways.get(a) ?? 0
  const uneven = [...ways.values()].filter((count) => count <= own)
  return uneven.reduce((sum, count) => sum + count, 0) / all
}

test.each([
  [[5, 5, 0, 5], 2 / 252],
  [[3, 3, 0, 14], 1 / 680],
  // The lady tasting tea.
  [[3, 4, 1, 4], 34 / 70],
  [[0, 5, 0, 5], 1],
  [[2, 4, 2, 4], 1],
] as const)('%j', ([a, n, b, m], p) => {
  expect(fisher(a, n, b, m)).toBeCloseTo(p, 12)
})

test('it is what counting says', () => {
  const side = fc.integer({ min: 1, max: 6 }).chain((n) => fc.tuple(fc.integer({ min: 0, max: n }), fc.constant(n)))
  fc.assert(
    fc.property(side, side, ([a, n], [b, m]) => {
      expect(fisher(a, n, b, m)).toBeCloseTo(byCounting(a, n, b, m), 9)
    }),
    { numRuns: 40 },
  )
})

test('a thousand hosts neither overflow nor vanish into what is no number', () => {
  expect(fisher(500, 500, 0, 500)).toBeGreaterThanOrEqual(0)
  expect(fisher(500, 500, 0, 500)).toBeLessThan(1e-100)
  expect(fisher(250, 500, 250, 500)).toBeCloseTo(1, 6)
})
