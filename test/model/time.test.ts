import { latest } from '../../src/model/time.js'

describe('latest', () => {
  it('passes over what is not known', () => {
    expect(latest([3, null, 7, undefined, 5])).toBe(7)
    expect(latest([-1, null])).toBe(-1)
    expect(latest([null, undefined])).toBeNull()
    expect(latest([])).toBeNull()
  })

  it('takes as many times as a database has records', () => {
    expect(latest(Array.from({ length: 300_000 }, (_, index) => index))).toBe(299_999)
  })
})
