// Damages good bundles of every format, far more often than the test run does: `node scripts/fuzz.mjs [inputs] [first]`, 100 000
// from 0 on by default. A failure names its input: `node scripts/fuzz.mjs 7 NUMBER` makes it again.
import { spawnSync } from 'node:child_process'

const FORMATS = 7
const inputs = Number(process.argv[2] ?? 100_000)
const { status } = spawnSync('npx', ['jest', '-w', '1', 'test/engine/hostile.test.ts', '-t', 'damaged bytes'], {
  stdio: 'inherit',
  env: { ...process.env, FUZZ_ROUNDS: String(Math.ceil(inputs / FORMATS)), FUZZ_FIRST: process.argv[3] ?? '0' },
})
process.exitCode = status ?? 1
