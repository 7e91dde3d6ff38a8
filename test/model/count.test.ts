import { listed } from '../../src/model/count.js'

const names = ['a', 'b', 'c', 'd']

test.each([
  [listed([]), ''],
  [listed(names), 'a, b, c, d'],
  [listed(names, { shown: 4 }), 'a, b, c, d'],
  [listed(names, { shown: 3 }), 'a, b, c and 1 more'],
  [listed(names, { shown: 2, separator: '; ' }), 'a; b; and 2 more'],
  [listed(names, { shown: 2, separator: ' and ' }), 'a and b and 2 more'],
])('%s', (said, expected) => {
  expect(said).toBe(expected)
})
