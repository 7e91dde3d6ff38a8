// What tests written for jest take from their surroundings, out of jest's own parts, where mocha runs them.
import { expect } from 'expect'
import { bind } from 'jest-each'

const { it, before, after } = globalThis
Object.assign(globalThis, {
  expect,
  test: Object.assign(it, { each: bind(it, false) }),
  beforeAll: before,
  afterAll: after,
})
