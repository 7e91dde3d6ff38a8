// Builds the program and runs it on the sample bundle, as a user would.
import { spawnSync } from 'node:child_process'

const sample = 'examples/vm-01.tgz'
const run = (args, options = {}) => spawnSync(process.execPath, args, { stdio: 'inherit', ...options })

if (run(['scripts/build.mjs']).status !== 0) process.exit(1)
console.log(`$ ct-diag analyze ${sample}\n`)
const { status } = run(['bin/run.js', 'analyze', sample, '--fail-on', 'error'])
console.log(`\nExit code ${status}: 3 means that at least one error was found, as it should be for this sample.`)
process.exit(status === 3 ? 0 : 1)
