import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pjson from '../../package.json' with { type: 'json' }
import { artifacts } from '../../src/artifacts/index.js'
import { plant, scratch, tgzOf, zipOf } from '../support/archives.js'
import { DB, healthyHost } from '../support/host.js'
import { pagesOfRepository, readPage, ROOT, type Fence } from '../support/markdown.js'
import { logsOnly, twoDcrs } from '../support/samples.js'

/** What only programs know; each is the command that its artifact names, so that the answer is recognised. */
const SUPPLIES = ['unitState', 'unitList', 'amaDefaults', 'processList', 'diskFree'].map(
  (id) => artifacts.find((artifact) => artifact.id === id)?.command,
)

/** Blocks that need another machine, another tool, or minutes: looked at by a person, so they are listed one by one. */
const ELSEWHERE = [
  'CONTRIBUTING.md: npm run docs',
  'CONTRIBUTING.md: npm run mutation -- --mutate "src/rules/ama/CT2011*.ts"',
  'CONTRIBUTING.md: npm run bench:rules',
  'README.md: npm ci && npm run demo',
  ...SUPPLIES.map((command) => `docs/collecting.md: ${command}`),
  'docs/first-five-minutes.md: npm ci && npm install --global .',
  'docs/first-five-minutes.md: npm run build:binary',
  'docs/first-five-minutes.md: scp build/ct-diag-linux-x64 vm-01:ct-diag',
  'docs/performance.md: npm run bench -- --write',
  'docs/performance.md: npm run bench',
  'docs/performance.md: npm run bench -- --quick',
]

/** fleet.test.ts runs the commands of that page among many bundles; generated pages show commands for the customer's machine. */
const OTHERS = /^(docs\/fleet\.md|docs\/rules\/.*|docs\/decisions\/.*|test\/.*|CHANGELOG\.md)$/
const pages = pagesOfRepository().filter((page) => !OTHERS.test(page))
const isCommands = ({ language }: Fence): boolean => language === 'sh' || language === 'console'
const blocks = pages.flatMap((page) =>
  readPage(readFileSync(join(ROOT, page), 'utf8'))
    .fences.filter(isCommands)
    .map((fence) => ({ page, ...fence })),
)
const runnable = blocks.filter(({ note }) => note === '')

const folder = scratch()
const bin = join(folder, 'bin')
const machine = join(folder, 'machine')
const samples = join(folder, 'samples')

beforeAll(async () => {
  const script = (name: string, text: string): void => {
    writeFileSync(join(bin, name), `#!/bin/bash\n${text}\n`)
    chmodSync(join(bin, name), 0o755)
  }
  mkdirSync(bin)
  mkdirSync(join(samples, 'examples'), { recursive: true })
  // The machine that is looked at is a folder, also where a page means the one it runs on.
  const root = `case "$1 $*" in *--root*) ;; inspect*|bundle*) set -- "$@" --root ${machine} ;; esac`
  script('ct-diag', `${root}\nexec ${process.execPath} ${join(ROOT, 'bin', 'run.js')} "$@"`)
  script('sudo', 'exec "$@"')
  plant(machine, twoDcrs().entries)
  const write = (name: string, bytes: Uint8Array | string): void => writeFileSync(join(samples, name), bytes)
  const example = readFileSync(join(ROOT, 'examples', 'vm-01.tgz'))
  for (const name of ['support.tgz', 'tuesday.tgz', 'examples/vm-01.tgz']) write(name, example)
  const healthy = await tgzOf(healthyHost().entries)
  for (const name of ['monday.tgz', 'after.tgz']) write(name, healthy)
  write('logs.zip', zipOf(new Map([...logsOnly().entries].map(([path, { content }]) => [path, { content }]))))
  write('changetracking.db', healthyHost().entries.get(DB)?.content ?? '')
  write('ps-ef.txt', String(healthyHost().entries.get('ps-ef.txt')?.content))
  const formats = readPage(readFileSync(join(ROOT, 'docs', 'formats.md'), 'utf8'))
  write('accepted.yml', formats.fences.find(({ language }) => language === 'yaml')?.text ?? '')
  bash('ct-diag analyze support.tgz --json > report.json; ct-diag analyze monday.tgz --json > before.json', samples)
})

interface Run {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs a block in a folder. It ends with 99 at the first command that was mistaken, refused or broken. */
function bash(text: string, cwd: string): Run {
  const stands: Readonly<Record<string, string>> = {
    '/mnt/disk': machine,
    'cd / ': `cd ${machine} `,
    '/tmp/': `${cwd}/`,
  }
  const script = text.replaceAll(/\/mnt\/disk|cd \/ |\/tmp\//g, (place) => stands[place] ?? place)
  const guard = 'trap \'case $? in 0|3|4|5) ;; *) echo "not done: $BASH_COMMAND"; exit 99 ;; esac >&2\' ERR'
  const env = { PATH: `${bin}:${process.env['PATH'] ?? ''}`, HOME: folder, LANG: 'C.UTF-8' }
  const { status, stdout, stderr } = spawnSync('bash', ['-o', 'pipefail', '-c', `${guard}\n${script}`], {
    cwd,
    env,
    encoding: 'utf8',
  })
  return { code: status, stdout, stderr }
}

/** A folder with the samples, so that no block depends on another. */
function world(name: string): string {
  const own = join(folder, name)
  cpSync(samples, own, { recursive: true })
  return own
}

const lacks = (tool: string): boolean => spawnSync('sh', ['-c', `command -v ${tool}`]).status !== 0
const TOOLS = ['jq'].filter(lacks)

/** What bundle and redact say on standard error of their success, and tar of what a machine does not have. */
const SAID = /^(ct-diag: (?:\d+ entries, |no former value ).*|tar: .*(Cannot stat|Exiting|Removing).*)\n/gm

/** Of a transcript, what the program does not print. A line `…` stands for any lines. */
function untold(transcript: string, cwd: string): string[] {
  const [, ...steps] = `\n${transcript}`.split(/\n\$ /)
  const commands = steps.map((step) => step.split('\n', 1)[0] ?? '')
  // A NUL parts what the commands print; each one sees the code of the one before it.
  const { stdout, stderr } = bash(commands.join("\n( code=$?; printf '\\0'; exit $code )\n"), cwd)
  const outputs = stdout.split('\0')
  const untrue = steps.flatMap((step, index) => {
    const shown = step.split('\n').slice(1).join('\n').trim()
    let rest = `\n${(outputs[index] ?? '').trim()}\n`
    if (!shown.split('\n').includes('…')) return `\n${shown}\n` === rest ? [] : [shown]
    return `\n${shown}\n`.split('\n…').flatMap((part) => {
      const at = rest.indexOf(part)
      rest = rest.slice(at + part.length)
      return at === -1 ? [part.trim()] : []
    })
  })
  return [...untrue, ...(stderr === '' ? [] : [stderr])]
}

describe('every command on the pages runs as it stands', () => {
  test.each(runnable.map((block, index) => ({ ...block, index, title: `${block.page}: ${block.text.trim()}` })))(
    '$title',
    ({ language, text, index }) => {
      const missing = TOOLS.filter((tool) => new RegExp(`\\b${tool}\\b`).test(text))
      if (missing.length > 0) return console.warn(`Not run, for lack of ${missing.join(' and ')}: ${text}`)
      if (language === 'console') return expect(untold(text, world(`block-${index}`))).toEqual([])
      const { code, stdout, stderr } = bash(text, world(`block-${index}`))
      expect(stderr.replaceAll(SAID, '')).toBe('')
      expect([0, 3, 4]).toContain(code)
      if (!/ -o | > |-czf /.test(text)) expect(stdout).not.toBe('')
    },
    120_000,
  )
})

test('what cannot run here is marked and known, and nothing else is', () => {
  expect(blocks.filter(({ note }) => note !== '' && note !== 'elsewhere')).toEqual([])
  const marked = blocks
    .filter(({ note }) => note === 'elsewhere')
    .flatMap(({ page, text }) =>
      text
        .trimEnd()
        .split('\n')
        .map((line) => `${page}: ${line}`),
    )
  expect(marked.toSorted()).toEqual(ELSEWHERE.toSorted())
  expect(runnable.length).toBeGreaterThan(30)
})

test('no command hides in a block that nobody runs', () => {
  const START = /^\s*(\$ |sudo |ct-diag |npm |npx |node |az |scp |tar )/m
  const hidden = pages.flatMap((page) => {
    const { fences, indented } = readPage(readFileSync(join(ROOT, page), 'utf8'))
    const others = fences.filter((fence) => !isCommands(fence)).map(({ text }) => text)
    return [...others, ...indented].filter((text) => START.test(text)).map((text) => `${page}: ${text}`)
  })
  expect(hidden).toEqual([])
})

test('every npm script that a page names is there', () => {
  const named = pages.flatMap((page) =>
    Array.from(readFileSync(join(ROOT, page), 'utf8').matchAll(/npm run ([\w:]+)/g), ([, name = '']) => name),
  )
  expect(new Set(named).size).toBeGreaterThan(5)
  expect(named.filter((name) => !(name in pjson.scripts))).toEqual([])
})

test('a command that fails, says something odd or prints something else is noticed', () => {
  const own = world('wrong')
  expect(bash('ct-diag analyse support.tgz', own).code).toBe(99)
  expect(bash('ct-diag analyze gone.tgz || true\nct-diag rules --no-such | cat', own).code).toBe(99)
  expect(bash('no-such-program; true', own).code).toBe(99)
  expect(untold('$ echo one; echo two\none\n…\n$ echo $?\n0\n', own)).toEqual([])
  expect(untold('$ echo one; echo two\none\n$ echo $?\n0\n', own)).toEqual(['one'])
  expect(untold('$ echo one; echo two\n…\nthree\n$ ct-diag analyze support.tgz > x\n$ echo $?\n0\n', own)).toEqual([
    'three',
    '0',
  ])
})

test('the files that the plain tar command takes prove what the machine itself does', () => {
  const page = readPage(readFileSync(join(ROOT, 'docs', 'collecting.md'), 'utf8'))
  const tar = page.fences.find(({ text }) => text.includes('cd / && tar'))?.text ?? ''
  const own = world('tar')
  expect(bash(tar, own)).toMatchObject({ code: 0 })
  const answers = (words: string): [string, string][] => {
    const { hosts } = JSON.parse(bash(`ct-diag ${words} --json`, own).stdout) as {
      hosts: { outcomes: { ruleId: string; status: string }[] }[]
    }
    return hosts.flatMap(({ outcomes }) => outcomes.map(({ ruleId, status }): [string, string] => [ruleId, status]))
  }
  const there = new Map(answers('inspect'))
  const others = answers('analyze ct-files.tgz').filter(([id, status]) => there.get(id) !== status)
  // The defaults can hold a password, and the event cache is taken as names: that is asked for by itself.
  const asked = ['CT2009', 'CT2010', 'CT2011', 'CT6004', 'CT6005']
  expect(others).toEqual(asked.map((id) => [id, 'unknown']))
})
