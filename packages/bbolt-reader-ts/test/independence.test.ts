import { readdirSync, readFileSync } from 'node:fs'
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
