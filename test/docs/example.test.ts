import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { tarOf } from '../support/archives.js'
import { runCli } from '../support/cli.js'
import { demo } from '../support/samples.js'

const root = join(__dirname, '..', '..')
const example = join(root, 'examples', 'vm-01.tgz')
const readme = join(root, 'README.md')

test('the sample bundle is current', async () => {
  const tar = await tarOf(demo().entries)
  if (process.env['UPDATE_DOCS'] === '1') {
    mkdirSync(dirname(example), { recursive: true })
    writeFileSync(example, gzipSync(tar, { level: 9 }))
  }
  expect(gunzipSync(readFileSync(example)).equals(tar)).toBe(true)
})

test('the transcript in the README is what the program prints', async () => {
  const { stdout, code } = await runCli(['analyze', 'examples/vm-01.tgz'], { LANG: 'C.UTF-8' }, root)
  expect(code).toBe(3)
  const text = readFileSync(readme, 'utf8')
  const block = /(\$ ct-diag analyze examples\/vm-01\.tgz\n\n)[\s\S]*?(?=```)/
  const current = text.replace(block, (_, head: string) => `${head}${stdout}`)
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(readme, current)
  expect(readFileSync(readme, 'utf8')).toBe(current)
  expect(block.test(text)).toBe(true)
})
