import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { artifacts } from '../../src/artifacts/index.js'
import { RULE_GROUPS } from '../../src/model/hop.js'
import { artifactsOf } from '../../src/model/fact.js'
import { rules } from '../../src/rules/index.js'

const root = join(__dirname, '..', '..')
const DIGIT = { dcr: 1, ama: 2, sockets: 3, agent: 4, collection: 5, cache: 6, upload: 7, host: 8, input: 9 }

test('ids and names are unique, in order, and carry their hop', () => {
  const ids = rules.map(({ id }) => id)
  expect(ids).toEqual([...new Set(ids)].toSorted())
  expect(new Set(rules.map(({ name }) => name)).size).toBe(rules.length)
  for (const { id, group } of rules) expect(Number(id[2])).toBe(DIGIT[group])
})

test('every rule has its file and its page, and every file and page its rule', () => {
  const files = RULE_GROUPS.flatMap((group) => {
    const folder = join(root, 'src', 'rules', group)
    return (readdirSync(join(root, 'src', 'rules')).includes(group) ? readdirSync(folder) : []).filter((file) =>
      file.startsWith('CT'),
    )
  })
  expect(files.toSorted()).toEqual(rules.map(({ id, name }) => `${id}-${name}.ts`))
  const pages = readdirSync(join(root, 'docs', 'rules')).filter((file) => file !== 'README.md')
  expect(pages.toSorted()).toEqual(rules.map(({ id }) => `${id}.md`))
})

test('every rule that was promised is there, with its name and severity', () => {
  const promised = readFileSync(join(root, 'test', 'fixtures', 'catalogue', 'rules.txt'), 'utf8')
    .trim()
    .split('\n')
  expect(promised.length).toBeGreaterThanOrEqual(112)
  const here = rules.map(({ id, name, severity }) => `${id} ${name} ${severity}`)
  expect(promised.filter((line) => !here.includes(line))).toEqual([])
  // A new rule is promised from then on.
  expect(here.filter((line) => !promised.includes(line))).toEqual([])
})

test('every rule has its test', () => {
  const folder = join(root, 'test', 'rules')
  const tests = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'))
  // The upload rules are described by a loop; all others by name.
  const untested = rules.filter(({ id, name }) => !tests.some((text) => text.includes(`/${id}-${name}.js`)))
  expect(untested.map(({ id }) => id)).toEqual([])
})

test('the index lists every file, in order', () => {
  const index = readFileSync(join(root, 'src', 'rules', 'index.ts'), 'utf8')
  const imported = [...index.matchAll(/^import \{ (\w+) \} from '\.\/[a-z]+\/(CT\d{4})-/gm)]
  expect(imported.map(([, , id]) => id)).toEqual(rules.map(({ id }) => id))
})

test('causes name rules of the catalogue, never in a circle', () => {
  const byId = new Map(rules.map((rule) => [rule.id, rule]))
  const reach = (id: string, seen: string[]): void => {
    expect(seen).not.toContain(id)
    for (const next of byId.get(id as (typeof rules)[number]['id'])?.causes ?? []) {
      expect(byId.has(next)).toBe(true)
      reach(next, [...seen, id])
    }
  }
  for (const { id } of rules) reach(id, [])
})

test('rules rest on artifacts of the list', () => {
  const known = new Set(artifacts.map(({ id }) => id))
  for (const rule of rules) for (const { artifact } of artifactsOf(rule)) expect(known).toContain(artifact.id)
})

test('artifacts are unique and have a command', () => {
  expect(new Set(artifacts.map(({ id }) => id)).size).toBe(artifacts.length)
  for (const { command, places, reading } of artifacts) {
    expect(command).toMatch(/\S/)
    expect(places.length).toBeGreaterThan(0)
    expect(reading.how).toMatch(/bytes|stream|random|name/)
  }
})

test('the list of pages is current', () => {
  const rows = rules.map(
    ({ id, name, group, severity, title }) => `| [${id}](${id}.md) | ${name} | ${group} | ${severity} | ${title} |`,
  )
  const page = `# Rules\n\n| id | name | hop | severity | |\n|---|---|---|---|---|\n${rows.join('\n')}\n`
  const file = join(root, 'docs', 'rules', 'README.md')
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(file, page)
  expect(readFileSync(file, 'utf8')).toBe(page)
})
