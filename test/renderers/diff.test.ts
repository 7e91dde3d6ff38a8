import { createRequire } from 'node:module'
import type { Diff } from '../../src/model/diff.js'
import { diffCsv } from '../../src/renderers/csv.js'
import { diffJson } from '../../src/renderers/diff-json.js'
import { diffMarkdown } from '../../src/renderers/diff-markdown.js'
import { diffTerminal } from '../../src/renderers/diff-terminal.js'
import { diffJunit } from '../../src/renderers/junit.js'
import { visible } from '../../src/renderers/escape.js'
import { diffOf, poisoned, statesOf } from '../support/diff.js'
import { readCsv, readJunit, readMarkdown } from '../support/formats.js'
import { healthyHost } from '../support/host.js'
import { forbidden, twoDcrs } from '../support/samples.js'

const LOOK = { color: false, unicode: true, width: 80, verbose: false }
const naughty = (createRequire(__filename)('big-list-of-naughty-strings') as unknown[]).filter(
  (one): one is string => typeof one === 'string' && one.trim() !== '',
)
const strings = [
  'a | b',
  '``` ` ```',
  '`a` | `b',
  '# x',
  '1. x',
  '<img src=x>',
  '[x](y)',
  'x\u001b[2J\u202e',
  ...naughty,
]

const sample = (async () => diffOf(await statesOf(forbidden()), await statesOf(twoDcrs())))()

test('strings made to break programs keep the shape of the Markdown', async () => {
  const harmless = readMarkdown(diffMarkdown(poisoned(await sample, 'harmless'), LOOK)).blocks
  const allowed = ['text', 'text_special', 'code_inline', 'hardbreak', 'softbreak', 'strong_open', 'strong_close']
  for (const text of strings) {
    const { blocks, inside } = readMarkdown(diffMarkdown(poisoned(await sample, text), LOOK))
    expect([text, blocks]).toEqual([text, harmless])
    expect([text, [...inside].filter((type) => !allowed.includes(type))]).toEqual([text, []])
  }
})

test('they reach a terminal visibly only, and the JSON whole', async () => {
  for (const text of strings) {
    const diff = poisoned(await sample, text)
    expect(diffTerminal(diff, LOOK).replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u)
    expect(JSON.parse(diffJson(diff))).toEqual(JSON.parse(JSON.stringify(diff)))
  }
  expect(diffTerminal(poisoned(await sample, 'x\u001b[2J'), LOOK)).toContain(visible('x\u001b[2J'))
})

test('they keep the shape of CSV and JUnit', async () => {
  const columns = ['host', 'status', 'ruleId']
  for (const text of strings) {
    const diff = poisoned(await sample, text)
    const rows = readCsv(diffCsv(diff))
    expect(rows).toHaveLength(diff.hosts[0]?.findings.length ?? -1)
    expect(Object.keys(rows[0] ?? {}).slice(0, 3)).toEqual(columns)
    expect(readJunit(diffJunit(diff)).children.map(({ name }) => name)).toEqual(['testsuite'])
  }
})

test('long lists are cut for people, and whole when asked', async () => {
  const diff = diffOf(await statesOf(healthyHost()), await statesOf(healthyHost()))
  const [host] = diff.hosts
  const list = host?.inventory.files
  if (host === undefined || list == null) throw new Error('The sample has no files')
  const added = Array.from({ length: 50 }, (_, index) => `/etc/${index}.conf`)
  const many: Diff = { ...diff, hosts: [{ ...host, inventory: { ...host.inventory, files: { ...list, added } } }] }
  for (const render of [diffTerminal, diffMarkdown]) {
    expect(render(many, LOOK)).not.toContain('/etc/49.conf')
    expect(render(many, LOOK)).toMatch(/and \d+ more with/)
    expect(render(many, { ...LOOK, verbose: true })).toContain('/etc/49.conf')
  }
})
