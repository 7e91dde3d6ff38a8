import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { scratch, tgzOf } from '../support/archives.js'
import { HostTree } from '../support/host.js'
import { SAMPLES } from '../support/samples.js'
import { expectValidLine } from '../support/schema.js'

const root = join(__dirname, '..', '..')
const program = join(root, 'dist', 'ct-diag.cjs')
const page = readFileSync(join(root, 'docs', 'fleet.md'), 'utf8')
const folder = scratch()

/** Fenced blocks of one language, without those that need a network. */
function blocks(language: string): string[] {
  return [...page.matchAll(/^```(\S+)(.*)\n([\s\S]*?)^```$/gm)]
    .filter(([, own, note]) => own === language && note?.trim() !== 'online')
    .map(([, , , text = '']) => text)
}

const present = (tool: string): boolean => spawnSync('sh', ['-c', `command -v ${tool}`]).status === 0
const env = { PATH: `${folder}/bin:${process.env['PATH'] ?? ''}`, HOME: folder, LANG: 'C.UTF-8' }

function sh(script: string, more: NodeJS.ProcessEnv = {}): { code: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync('sh', ['-c', script], {
    cwd: folder,
    env: { ...env, ...more },
    encoding: 'utf8',
  })
  return { code: status, stdout, stderr }
}

interface Line {
  readonly host: string | null
  readonly input: string
  readonly problems: readonly { readonly code: string }[]
}

function linesOf(file: string): Line[] {
  const lines = readFileSync(join(folder, file), 'utf8').trimEnd().split('\n')
  return lines.map((text) => {
    const line = JSON.parse(text) as Line
    expectValidLine(line)
    return line
  })
}

const HOSTS = ['vm-a1', 'vm-a2', 'vm-a3', 'vm-a4', 'vm-a5', 'vm-a6']

beforeAll(async () => {
  mkdirSync(join(folder, 'bundles'))
  mkdirSync(join(folder, 'out'))
  mkdirSync(join(folder, 'bin'))
  const kinds = ['healthy', 'two-dcrs', 'logs-only'] as const
  for (const [index, name] of HOSTS.entries()) {
    const tree = SAMPLES[kinds[index % 3] ?? 'healthy']()
    const own = new HostTree(new Map([...tree.entries, ['etc/hostname', { content: `${name}\n` }]]))
    writeFileSync(join(folder, 'bundles', `${name}.tgz`), await tgzOf(own.entries))
  }
  writeFileSync(join(folder, 'bundles', 'vm-a7.tgz'), '')
  cpSync(join(root, 'dist'), join(folder, 'ct-diag'), { recursive: true })
  writeFileSync(join(folder, 'bin', 'ct-diag'), `#!/bin/sh\nexec node ${program} "$@"\n`)
  chmodSync(join(folder, 'bin', 'ct-diag'), 0o755)
})

const TOOLS = ['jq', 'parallel']
const scripts = blocks('sh')
  .flatMap((block) => block.split(/\n(?=\S)/))
  .filter((command) => command.trim() !== '')

test('there is something to run', () => {
  expect(scripts.length).toBeGreaterThanOrEqual(6)
})

describe('every command runs as it stands', () => {
  test.each(scripts)('%s', (command) => {
    const missing = TOOLS.filter((tool) => new RegExp(`\\b${tool}\\b`).test(command) && !present(tool))
    if (missing.length > 0) return console.warn(`Not run, for lack of ${missing.join(' and ')}: ${command}`)
    const { code, stderr } = sh(command)
    // The bundles hold an error, and one of them is empty.
    expect([0, 3]).toContain(code)
    expect(stderr.replaceAll(/^ct-diag: bundles\/vm-a7\.tgz is empty.*\n/gm, '')).toBe('')
    if (!command.includes('> hosts.ndjson')) return
    const lines = linesOf('hosts.ndjson')
    expect(lines.flatMap(({ host }) => host ?? []).toSorted()).toEqual(HOSTS)
    expect(lines.filter(({ host }) => host === null).map(({ problems }) => problems.map(({ code }) => code))).toEqual([
      ['input-empty'],
    ])
  })
})

test('the pods of the Kubernetes job read every bundle once', () => {
  const [text = ''] = blocks('yaml')
  const { spec } = parse(text) as {
    spec: { completions: number; template: { spec: { containers: { command: string[]; args: string[] }[] } } }
  }
  const [container] = spec.template.spec.containers
  expect(container?.command).toEqual(['/bin/sh', '-c'])
  const files = Array.from({ length: spec.completions }, (_, index) => {
    const script = (container?.args[0] ?? '').replaceAll('/fleet', folder)
    expect(script).toContain(`% ${spec.completions} ==`)
    expect(sh(script, { JOB_COMPLETION_INDEX: String(index) })).toMatchObject({ code: 0 })
    return linesOf(`out/${index}.ndjson`)
  })
  expect(
    files
      .flat()
      .map(({ input }) => input)
      .toSorted(),
  ).toEqual([...HOSTS, 'vm-a7'].map((name) => `bundles/${name}.tgz`))
})

test('the task of Azure Batch succeeds whatever the hosts have, and fails when nothing was read', () => {
  const [text = ''] = blocks('json')
  const task = JSON.parse(text) as { commandLine: string; outputFiles: { filePattern: string }[] }
  const [, script = ''] = /^\/bin\/sh -c '(.*)'$/.exec(task.commandLine) ?? []
  expect(sh(script)).toMatchObject({ code: 0 })
  expect(linesOf(task.outputFiles[0]?.filePattern ?? '')).toHaveLength(HOSTS.length + 1)
  expect(sh(script.replace('bundles/*', ''))).toMatchObject({ code: 1 })
})

test('the Kusto table takes a line: every column is mapped, and every path is there', () => {
  const [create = '', ...more] = blocks('kusto').flatMap((block) => block.split('\n\n'))
  const columns = [...create.matchAll(/(\w+):(?:string|datetime|dynamic|bool)/g)].map(([, name]) => name)
  const [, mapped = '[]'] = /ingestion json mapping "Lines" '(.*)'/.exec(more[0] ?? '') ?? []
  const mapping = JSON.parse(mapped) as { column: string; Properties: { Path: string } }[]
  expect(mapping.map(({ column }) => column)).toEqual(columns)
  sh('ct-diag analyze bundles/*.tgz --format ndjson > kusto.ndjson')
  const at = (line: unknown, path: string): unknown =>
    path
      .split('.')
      .slice(1)
      .reduce<unknown>((value, key) => (value as Record<string, unknown> | null | undefined)?.[key], line)
  for (const line of linesOf('kusto.ndjson').filter(({ host }) => host !== null))
    for (const { Properties } of mapping) expect([Properties.Path, at(line, Properties.Path)]).not.toContain(undefined)
  // What the queries use is a column, or made on the way.
  const words = blocks('kusto').slice(1).join('\n')
  const used = [...words.matchAll(/\b[A-Z]\w+\b/g)].map(([word]) => word)
  const made = ['CtDiag', ...[...words.matchAll(/\b([A-Z]\w+) =/g)].map(([, name]) => name)]
  expect(used.filter((word) => !columns.includes(word) && !made.includes(word))).toEqual([])
})

test('what the page says of cohorts is what the report has', () => {
  const schema = JSON.parse(readFileSync(join(root, 'docs', 'report.schema.json'), 'utf8')) as {
    properties: {
      cohorts: { properties: { separations: { items: { properties: Record<string, { enum?: string[] }> } } } }
    }
  }
  const { fact } = schema.properties.cohorts.properties.separations.items.properties
  for (const name of fact?.enum ?? []) expect(page).toContain(`\`${name}\``)
})
