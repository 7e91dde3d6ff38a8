// One CommonJS file holds every test of a rule, so that one process loads them once and runs them for mutant after mutant.
import { readdirSync } from 'node:fs'
import { build } from 'esbuild'

// They say nothing of what a rule decides: the catalogue's own tests, and those of the tester.
const OTHERS = ['catalogue.test.ts', 'rule-tester.test.ts']
const tests = readdirSync('test/rules').filter((name) => name.endsWith('.test.ts') && !OTHERS.includes(name))

await build({
  stdin: {
    contents: ['./scripts/mutation/globals.mjs', ...tests.map((name) => `./test/rules/${name}`)]
      .map((file) => `import '${file}'`)
      .join('\n'),
    resolveDir: '.',
  },
  // Beside the tests, which find their fixtures from where they lie. Only Stryker's copy of the project gets it.
  outfile: 'test/rules/all.cjs',
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  conditions: ['source'],
  external: ['typescript', 'ts-node', 'tsx', 'pnpapi'],
})
