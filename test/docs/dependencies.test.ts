import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import pjson from '../../package.json' with { type: 'json' }

const root = join(__dirname, '..', '..')

test('the list of dependencies is the one in package.json', () => {
  const text = readFileSync(join(root, 'docs', 'decisions', '001-dependencies.md'), 'utf8')
  const rows = [...text.matchAll(/^\| ([@a-z].*?) +\|/gm)]
    .map(([, cell = '']) => cell)
    .filter((cell) => cell !== 'package')
  const listed = rows.flatMap((cell) => cell.split(', ')).map((name) => name.replace(/ \d+$/, ''))
  expect(listed.sort()).toEqual(Object.keys(pjson.devDependencies).sort())
})

test('an installed ct-diag depends on nothing and runs no script', () => {
  expect(Object.keys(pjson)).not.toContain('dependencies')
  expect(Object.keys(pjson.scripts).filter((name) => /^(pre|post)?install$/.test(name))).toEqual([])
})

const LICENCES = ['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', 'BlueOak-1.0.0', '(MIT AND CC0-1.0)']

test('what is bundled may be passed on, and its licences come along', () => {
  const chunks = JSON.parse(readFileSync(join(root, 'dist', 'chunks.json'), 'utf8')) as Record<string, string[]>
  const folders = new Set(Object.values(chunks).flat().map(packageOf))
  expect(folders.size).toBeGreaterThan(20)
  const notices = readFileSync(join(root, 'dist', 'LICENSES.txt'), 'utf8')
  for (const folder of folders) {
    const { name, version, license } = manifest(folder)
    expect([name, LICENCES.includes(license ?? '')]).toEqual([name, true])
    if (folder !== root) expect(notices).toContain(`${name} ${version}\n`)
  }
})

test('what is used for development is free to use as well', () => {
  const licences = Object.keys(pjson.devDependencies).map((name) => [
    name,
    manifest(join(root, 'node_modules', name)).license,
  ])
  // MPL is about changes to the package itself, which is not bundled.
  expect(licences.filter(([, license]) => ![...LICENCES, 'MPL-2.0'].includes(license ?? ''))).toEqual([])
})

interface Manifest {
  readonly name: string
  readonly version?: string
  readonly license?: string
}

function manifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest
}

function packageOf(file: string): string {
  let folder = dirname(join(root, file))
  while (!existsSync(join(folder, 'package.json')) || manifest(folder).version === undefined) folder = dirname(folder)
  return folder
}
