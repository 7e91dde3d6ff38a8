import fc from 'fast-check'
import { compareIn, compareWith, u64 } from '../src/bytes.js'

/** Few different bytes, among them those that make zeros, NaN and infinities of eight. */
const key = fc.array(fc.constantFrom(0, 0, 0, 0x80, 0x7f, 0xff, 0xf0, 1), { maxLength: 40 })

test('keys are ordered as Buffer.compare orders them', () => {
  fc.assert(
    fc.property(key, key, fc.nat(40), fc.nat(7), (left, right, shared, shift) => {
      const second = [...left.slice(0, shared), ...right]
      const bytes = Uint8Array.from([...Array<number>(shift).fill(9), ...left, ...second])
      const view = new DataView(bytes.buffer)
      const middle = shift + left.length
      const expected = Math.sign(Buffer.compare(Uint8Array.from(left), Uint8Array.from(second)))
      expect(Math.sign(compareIn(view, shift, middle, middle, bytes.length))).toBe(expected)
      expect(Math.sign(compareWith(bytes, shift, middle, Uint8Array.from(second)))).toBe(expected)
    }),
    { numRuns: 5000 },
  )
})

test('the two zeros are different keys', () => {
  const bytes = new Uint8Array(16)
  bytes[15] = 0x80
  expect(compareIn(new DataView(bytes.buffer), 0, 8, 8, 16)).toBeLessThan(0)
})

test('equal bytes that are no number are equal', () => {
  const bytes = new Uint8Array(32).fill(0xff)
  expect(compareIn(new DataView(bytes.buffer), 0, 16, 16, 32)).toBe(0)
})

test('u64 in both byte orders', () => {
  const view = new DataView(Uint8Array.of(1, 2, 0, 0, 0, 0, 0, 0).buffer)
  expect(u64(view, 0, true)).toBe(0x201)
  expect(u64(view, 0, false)).toBe(0x0102000000000000)
})
