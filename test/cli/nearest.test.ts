import { nearest } from '../../src/commands/nearest.js'

test.each([
  ['analyse', ['analyze', 'rules'], 'analyze'],
  ['ANALYZE', ['analyze', 'rules'], 'analyze'],
  ['CT103', ['CT1003', 'CT2004'], 'CT1003'],
  ['xyzzy', ['analyze', 'rules'], undefined],
  ['', ['analyze'], undefined],
])('%j', (typed, words, expected) => {
  expect(nearest(typed, words)).toBe(expected)
})
