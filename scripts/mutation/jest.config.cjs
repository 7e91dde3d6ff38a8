const config = require('../../jest.config.cjs')

/** The tests of the rules alone: the catalogue's own say nothing of what a rule decides and import every one. */
module.exports = {
  ...config,
  rootDir: '../..',
  roots: ['<rootDir>/test/rules'],
  testPathIgnorePatterns: ['/catalogue\\.test\\.ts$', '/rule-tester\\.test\\.ts$'],
  reporters: ['default'],
}
