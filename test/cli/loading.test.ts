import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const root = join(__dirname, '..', '..')

/** Runs the built program and says which sources and packages were read, by the list that the build keeps. */
function loaded(words: readonly string[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'ct-diag-loading-'))
  try {
    const hook = join(folder, 'hook.cjs')
    const list = join(folder, 'list')
    const dump = `require('node:fs').writeFileSync(${JSON.stringify(list)}, Object.keys(require.cache).join('\\n'))`
    writeFileSync(hook, `process.on('exit', () => ${dump})`)
    spawnSync(process.execPath, ['--require', hook, join(root, 'bin', 'run.js'), ...words], { env: {} })
    const chunks = JSON.parse(readFileSync(join(root, 'dist', 'chunks.json'), 'utf8')) as Record<string, string[]>
    const files = readFileSync(list, 'utf8').split('\n')
    return files.flatMap((file) => chunks[file.slice(join(root, 'dist').length + 1)] ?? [])
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const has = (inputs: readonly string[], part: string): boolean => inputs.some((input) => input.includes(part))

test.each([['--version'], ['--help']])('%s loads nothing but itself', (word) => {
  expect(loaded([word]).sort()).toEqual(['package.json', 'src/main.ts'])
})

const LATE = ['renderers/html', 'xz-decompress', 'fzstd', 'sources/bzip2', 'yazl', 'node_modules/yaml', 'cli-table3']

test('an analysis loads what its input and its format need', () => {
  const json = loaded(['analyze', 'examples/vm-01.tgz', '--json'])
  expect(has(json, 'node_modules/tar-stream')).toBe(true)
  expect(LATE.filter((part) => has(json, part))).toEqual(USED_BY_THE_EXAMPLE)
  expect(has(loaded(['analyze', 'examples/vm-01.tgz', '--format', 'html']), 'renderers/html')).toBe(true)
  expect(has(loaded(['analyze', 'examples/vm-01.tgz']), 'cli-table3')).toBe(true)
})

/** The agent's settings are YAML. */
const USED_BY_THE_EXAMPLE: string[] = ['node_modules/yaml']
