import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { FORMATS } from '../../src/commands/output.js'

test('the page names every format', () => {
  const page = readFileSync(join(__dirname, '..', '..', 'docs', 'formats.md'), 'utf8')
  for (const format of FORMATS) expect(page).toContain(`| \`${format}\``)
})
