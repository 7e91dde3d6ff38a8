import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { FORMATS } from '../../src/commands/output.js'
import { scratch } from '../support/archives.js'
import { runCli } from '../support/cli.js'

const root = join(__dirname, '..', '..')
const page = readFileSync(join(root, 'docs', 'formats.md'), 'utf8')
const commands = Array.from(page.matchAll(/^ {4}ct-diag (.+)$/gm), ([, words = '']) => words)
const folder = scratch()

/** The findings of the sample are errors; with `diff` of the same twice none is new. */
const code = (words: string): number => (words.startsWith('diff') ? 0 : 3)

beforeAll(async () => {
  mkdirSync(join(folder, 'examples'))
  cpSync(join(root, 'examples', 'vm-01.tgz'), join(folder, 'examples', 'vm-01.tgz'))
  writeFileSync(join(folder, 'accepted.yml'), /```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? '')
  const { stdout } = await runCli(['analyze', 'examples/vm-01.tgz', '--json'], {}, folder)
  writeFileSync(join(folder, 'report.json'), stdout)
})

test('the page shows commands, and names every format', () => {
  expect(commands.length).toBeGreaterThan(6)
  for (const format of FORMATS) expect(page).toContain(`\`${format}\``)
})

test.each(commands)('ct-diag %s', async (words) => {
  const args = words.split(' ').map((word) => word.replaceAll("'", ''))
  const found = await runCli(args, { LANG: 'C.UTF-8' }, folder)
  expect([found.code, found.stderr]).toEqual([code(words), ''])
  expect(found.stdout).not.toBe('')
  if (words.includes('accepted.yml')) expect(found.stdout).toContain('Suppressed: 1')
})
