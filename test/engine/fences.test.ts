import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'

const root = join(__dirname, '..', '..')
const depcruise = (...paths: string[]): { status: number | null; stdout: string } =>
  spawnSync('npx', ['depcruise', '--config', '.dependency-cruiser.cjs', ...paths], { cwd: root, encoding: 'utf8' })

test('the rooms keep their doors', () => {
  const { status, stdout } = depcruise('src', 'packages/bbolt-reader-ts/src')
  expect(stdout).toContain('no dependency violations')
  expect(status).toBe(0)
}, 60_000)

test('a door that is forced is noticed', () => {
  const intruder = join(root, 'src', 'rules', 'dcr', 'intruder.ts')
  mkdirSync(join(root, 'src', 'rules', 'dcr'), { recursive: true })
  writeFileSync(
    intruder,
    "import { readFileSync } from 'node:fs'\nimport { json } from '../../renderers/json.js'\nexport const x = [readFileSync, json]\n",
  )
  try {
    const { status, stdout } = depcruise('src/rules/dcr/intruder.ts')
    expect(status).not.toBe(0)
    expect(stdout).toContain('rules-doors')
    expect(stdout).toContain('pure-rooms')
  } finally {
    rmSync(intruder)
  }
}, 60_000)
