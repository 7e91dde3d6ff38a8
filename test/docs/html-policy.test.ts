import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SCRIPT } from '../../src/renderers/html/script.js'
import { STYLE } from '../../src/renderers/html/style.js'

const FILE = join(__dirname, '..', '..', 'src', 'renderers', 'html', 'policy.ts')

test('the page’s policy names the style and the script that are in it', () => {
  const before = readFileSync(FILE, 'utf8')
  const hash = (text: string): string => `sha256-${createHash('sha256').update(text).digest('base64')}`
  const after = before
    .replace(/STYLE_HASH = '.*'/, `STYLE_HASH = '${hash(STYLE)}'`)
    .replace(/SCRIPT_HASH = '.*'/, `SCRIPT_HASH = '${hash(SCRIPT)}'`)
  if (process.env['UPDATE_DOCS'] !== undefined) writeFileSync(FILE, after)
  else expect(before).toBe(after)
})
