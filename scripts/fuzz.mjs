// Damages good bundles of every format, far more often than the test run does: `node scripts/fuzz.mjs [inputs]`, 100 000 by default.
import { spawnSync } from 'node:child_process'

const FORMATS = 7
const inputs = Number(process.argv[2] ?? 100_000)
const { status } = spawnSync('npx', ['jest', '-w', '1', 'test/engine/hostile.test.ts', '-t', 'damaged bytes'], {
  stdio: 'inherit',
  env: { ...process.env, FUZZ_ROUNDS: String(Math.ceil(inputs / FORMATS)) },
})
process.exitCode = status ?? 1
