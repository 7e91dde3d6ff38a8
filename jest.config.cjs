/**
 * Tests run as CommonJS, transformed by swc: no --experimental-vm-modules needed.
 * swc does not check types; `npm run typecheck` does.
 */
const esmOnly = [
  'chalk',
  'wrap-ansi',
  'string-width',
  'strip-ansi',
  'ansi-regex',
  'ansi-styles',
  'get-east-asian-width',
]

/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  // Some tests start the program or a compiler many times, on a machine that may be busy.
  testTimeout: 60_000,
  roots: ['<rootDir>/test', '<rootDir>/packages'],
  testMatch: ['**/*.test.ts'],
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/packages/.*/dist'],
  moduleNameMapper: {
    '^(\\.{1,2}/.*)\\.js$': '$1',
    '^bbolt-reader-ts/node$': '<rootDir>/packages/bbolt-reader-ts/src/node-file.ts',
    '^bbolt-reader-ts$': '<rootDir>/packages/bbolt-reader-ts/src/index.ts',
  },
  transform: {
    '^.+\\.[cm]?[jt]s$': [
      '@swc/jest',
      {
        swcrc: false,
        jsc: { target: 'es2023', parser: { syntax: 'typescript' } },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
  },
  reporters: ['default', '<rootDir>/test/support/summary-reporter.cjs'],
  transformIgnorePatterns: [`/node_modules/(?!(?:${esmOnly.join('|')})/)`],
}
