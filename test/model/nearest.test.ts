import { nearest } from '../../src/model/nearest.js'

test.each([
  ['analyse', ['analyze', 'rules'], 'analyze'],
  ['ANALYZE', ['analyze', 'rules'], 'analyze'],
  ['CT103', ['CT1003', 'CT2004'], 'CT1003'],
  ['xyzzy', ['analyze', 'rules'], undefined],
  ['', ['analyze'], undefined],
  [`${'a'.repeat(62)}bc`, ['a'.repeat(62)], 'a'.repeat(62)],
  [`${'a'.repeat(63)}bc`, ['a'.repeat(63)], undefined],
])('%j', (typed, words, expected) => {
  expect(nearest(typed, words)).toBe(expected)
})
