import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const root = join(__dirname, '..')

test('the package depends on nothing', () => {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<string, unknown>
  for (const kind of ['dependencies', 'peerDependencies', 'optionalDependencies'])
    expect(manifest[kind]).toBeUndefined()
})

test('only one file knows Node', () => {
  const users = readdirSync(join(root, 'src')).filter((file) => {
    const text = readFileSync(join(root, 'src', file), 'utf8')
    return (
      /from '(?!\.\/)/.test(text) ||
      /\b(Buffer|process|require)\b/.test(text.replaceAll(/\/\*\*[\s\S]*?\*\/|\/\/.*/g, ''))
    )
  })
  expect(users).toEqual(['node-file.ts'])
})

test('it loads from ES modules and from CommonJS alike', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bbolt-reader-load-'))
  try {
    const installed = join(folder, 'node_modules', 'bbolt-reader-ts')
    mkdirSync(installed, { recursive: true })
    copyFileSync(join(root, 'package.json'), join(installed, 'package.json'))
    const tsc = require.resolve('typescript/bin/tsc')
    const built = spawnSync(process.execPath, [
      tsc,
      '-p',
      join(root, 'tsconfig.build.json'),
      '--outDir',
      join(installed, 'dist'),
    ])
    expect(built.stdout.toString()).toBe('')
    const env = { ...process.env, NODE_OPTIONS: '' }
    const run = (...args: string[]): string => {
      const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, env, encoding: 'utf8' })
      return `${stdout}${stderr}`
    }
    expect(
      run(
        '-e',
        "console.log(Object.keys(require('bbolt-reader-ts')).sort().join(), typeof require('bbolt-reader-ts/node').liveSource)",
      ),
    ).toBe('bytesSource,openBolt,salvage,touchesZeroSector function\n')
    expect(
      run('--input-type=module', '-e', "import { openBolt } from 'bbolt-reader-ts'; console.log(typeof openBolt)"),
    ).toBe('function\n')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
