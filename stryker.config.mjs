/**
 * Mutation testing of the rules, on demand: `npm run mutation`, or one hop with
 * `npm run mutation -- --mutate "src/rules/sockets/*.ts"`.
 * @type {import('@stryker-mutator/api/core').PartialStrykerOptions}
 */
export default {
  plugins: ['@stryker-mutator/mocha-runner', './scripts/mutation/rule-text.mjs'],
  buildCommand: 'node scripts/mutation/build.mjs',
  testRunner: 'mocha',
  mochaOptions: { spec: ['test/rules/all.cjs'] },
  coverageAnalysis: 'perTest',
  mutate: ['src/rules/*/*.ts'],
  ignorers: ['rule-text'],
  // Constants of a module are set once for all tests; a mutant there would run every one of them.
  ignoreStatic: true,
  concurrency: 1,
  // A busy machine must not pass for a test that noticed; loops without an end are counted, not timed.
  timeoutMS: 60_000,
  reporters: ['clear-text', 'json'],
  jsonReporter: { fileName: '.stryker-tmp/mutation.json' },
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  tempDirName: '.stryker-tmp/sandbox',
  ignorePatterns: ['dist', '.bench', 'coverage', '.stryker-tmp', 'examples'],
}
