import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EXIT_MEANINGS } from '../../src/commands/exit-code.js'
import { VARIABLES, variableOf } from '../../src/commands/environment.js'
import { rules } from '../../src/rules/index.js'
import { runCli } from '../support/cli.js'

const root = join(__dirname, '..', '..')
const example = join(root, 'examples', 'vm-01.tgz')
const has = (program: string): boolean => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0

let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ct-diag-habits-'))
  for (const shell of ['bash', 'zsh'])
    writeFileSync(join(folder, `_ct-diag.${shell}`), (await runCli(['completion', shell])).stdout)
})
afterAll(() => rmSync(folder, { recursive: true }))

describe('help', () => {
  test('begins with examples and ends with exit codes and environment', async () => {
    const { stdout, code } = await runCli(['--help'])
    expect(code).toBe(0)
    const titles = [...stdout.matchAll(/^[A-Z ]+$/gm)].map(([title]) => title)
    expect(titles).toEqual(['EXAMPLES', 'USAGE', 'COMMANDS', 'EXIT CODES', 'ENVIRONMENT'])
    for (const [exit] of EXIT_MEANINGS) expect(stdout).toMatch(new RegExp(`^  ${exit}  `, 'm'))
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([])
  })

  test.each([[[]], [['help']], [['-h']], [['help', '--help']]])('%j shows the same page', async (words) => {
    expect(await runCli(words)).toEqual(await runCli(['--help']))
  })

  test.each([['analyze'], ['db check'], ['completion']])('of %s shows its examples before its flags', async (name) => {
    const words = name.split(' ')
    const { stdout } = await runCli([...words, '--help'])
    expect(stdout.indexOf('EXAMPLES')).toBeLessThan(stdout.indexOf('USAGE'))
    expect(stdout).toContain(`\n  ct-diag ${name} `)
    expect((await runCli(['help', ...words])).stdout).toBe(stdout)
    expect((await runCli([...words, '--', '--help'])).stdout).not.toBe(stdout)
  })

  test('a word that only begins commands lists them', async () => {
    const { stdout } = await runCli(['db'])
    expect(stdout).toContain('db history')
    expect(stdout).toMatch(/^Look into a BoltDB file/)
    expect((await runCli(['help', 'db'])).stdout).toBe(stdout)
  })

  test('the README tells the same exit codes', () => {
    const readme = readFileSync(join(root, 'README.md'), 'utf8')
    const rows = [...readme.matchAll(/^\| (\d[\d, ]*?) +\| (.*?) +\|$/gm)].map(([, code, meaning]) => [code, meaning])
    expect(rows).toEqual(EXIT_MEANINGS.map(([code, meaning]) => [String(code), meaning]))
  })
})

describe('the environment', () => {
  test('speaks for a flag that is not given, and a flag wins', async () => {
    const env = { CT_DIAG_FORMAT: 'json', CT_DIAG_FAIL_ON: 'never' }
    const { stdout, code } = await runCli(['analyze', example], env)
    expect([JSON.parse(stdout), code]).toEqual([expect.objectContaining({ schemaVersion: 1 }), 0])
    const flags = await runCli(['analyze', example, '--format=terminal', '--fail-on', 'error'], env)
    expect(flags.stdout).toContain('BROKEN')
    expect(flags.code).toBe(3)
  })

  test('sets widths and lists of rules', async () => {
    const { stdout } = await runCli(['analyze', example], { CT_DIAG_WIDTH: '50', CT_DIAG_ONLY: 'CT1003,CT1004' })
    expect(stdout.split('\n').filter((line) => line.length > 50)).toEqual([])
    expect(stdout).toContain('of 2 rules')
  })

  test('turns switches on and off', async () => {
    const on = await runCli(['analyze', example], { CT_DIAG_VERBOSE: '1', FORCE_COLOR: '1' })
    const off = await runCli(['analyze', example], { CT_DIAG_VERBOSE: '0', CT_DIAG_COLOR: '0', FORCE_COLOR: '1' })
    expect(on.stdout).toContain('\u001b[')
    expect(off.stdout).not.toContain('\u001b[')
    expect(on.stdout.length).toBeGreaterThan(off.stdout.length + 1000)
  })

  test.each([
    ['CT_DIAG_FORMAT', 'yaml'],
    ['CT_DIAG_FAIL_ON', 'critical'],
    ['CT_DIAG_WIDTH', 'wide'],
    ['CT_DIAG_WIDTH', '3'],
    ['CT_DIAG_VERBOSE', 'loud'],
    ['CT_DIAG_ONLY', 'CT1234'],
  ])('%s=%s is a mistake that is told by its name', async (name, value) => {
    const { stdout, stderr, code } = await runCli(['analyze', example], { [name]: value })
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain(name)
    expect(stderr).not.toContain(`--${name.slice(8).toLowerCase().replace('_', '-')}`)
  })

  test('sets several bounds', async () => {
    const { stdout, code } = await runCli(['analyze', example], { CT_DIAG_LIMIT: 'time=600,entries=5' })
    expect([code, stdout.includes('limit-reached')]).toEqual([4, true])
  })

  test('names rules: timeline, whose --only takes hops, is left alone', async () => {
    expect((await runCli(['timeline', example], { CT_DIAG_ONLY: 'CT1003' })).code).toBe(0)
    expect((await runCli(['timeline', '--only', 'ama', example])).code).toBe(0)
  })

  test('does not touch commands without the flag, and empty is not set', async () => {
    expect((await runCli(['rules', '--json'], { CT_DIAG_FORMAT: 'yaml', CT_DIAG_WIDTH: '' })).code).toBe(0)
  })

  test('is in the help, all of it', async () => {
    const { stdout } = await runCli(['--help'])
    const all = (await Promise.all(['analyze', 'inspect'].map((name) => runCli([name, '--help'])))).map(
      (one) => one.stdout,
    )
    for (const name of VARIABLES)
      expect(stdout.includes(variableOf(name))).toBe(
        all.some((text) => new RegExp(`--(\\[no-\\])?${name}\\b`).test(text)),
      )
  })
})

describe('completion', () => {
  function bash(line: string, env = {}): string[] {
    const words = line.split(/(?<=\S)\s+|(?==)|(?<==)/)
    const script = `source "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _ct_diag; printf '%s\\n' "\${COMPREPLY[@]}"`
    const args = ['--norc', '-c', script, join(folder, '_ct-diag.bash'), ...words]
    return execFileSync('bash', args, { encoding: 'utf8', env })
      .split('\n')
      .filter((word) => word !== '')
  }

  test('is registered in bash', () => {
    const script = `source "$0"; complete -p ct-diag`
    const shown = execFileSync('bash', ['--norc', '-c', script, join(folder, '_ct-diag.bash')], { encoding: 'utf8' })
    expect(shown).toContain('-F _ct_diag ct-diag')
  })

  test.each([
    ['ct-diag an', ['analyze']],
    ['ct-diag db ch', ['check']],
    ['ct-diag db ', ['buckets', 'check', 'dump', 'get', 'history', 'info', 'keys', 'pages']],
    ['ct-diag help exp', ['explain']],
    ['ct-diag analyze --fo', ['--format']],
    ['ct-diag analyze --format t', ['terminal']],
    ['ct-diag analyze --format=j', ['json', 'junit']],
    ['ct-diag analyze --format=', ['terminal', 'json', 'ndjson', 'html', 'sarif', 'junit', 'markdown', 'csv']],
    ['ct-diag analyze --fail-on ', ['error', 'warning', 'info', 'never']],
    ['ct-diag bundle --archive z', ['zip']],
    ['ct-diag analyze --only CT100', rules.map(({ id }) => id).filter((id) => id.startsWith('CT100'))],
    ['ct-diag analyze --only CT1001,multiple', ['CT1001,multiple-ct-dcrs']],
    ['ct-diag explain CT900', rules.map(({ id }) => id).filter((id) => id.startsWith('CT900'))],
    ['ct-diag timeline --only c', ['collection', 'cache']],
    ['ct-diag completion b', ['bash']],
    ['ct-diag db check --j', ['--json']],
    // Files, which bash offers itself.
    ['ct-diag analyze exam', []],
    ['ct-diag analyze -o exam', []],
    ['ct-diag nonsense ', []],
  ])('%j', (line, words) => expect(bash(line)).toEqual(words))

  test('offers what every command’s help tells', async () => {
    for (const name of bash('ct-diag ').filter((word) => !['db', 'help'].includes(word))) {
      const help = (await runCli([name, '--help'])).stdout
      for (const flag of bash(`ct-diag ${name} --`).filter((word) => word !== '--help' && !word.startsWith('--no-')))
        expect(help).toMatch(new RegExp(`--(\\[no-\\])?${flag.slice(2)}\\b`))
    }
  })

  test('zsh reads its file', () => {
    const file = join(folder, '_ct-diag.zsh')
    expect(readFileSync(file, 'utf8')).toMatch(/^#compdef ct-diag\n/)
    if (!has('zsh')) return
    const script = `autoload -U compinit && compinit -D && source ${file} && print $_comps[ct-diag]`
    expect(execFileSync('zsh', ['-f', '-c', script], { encoding: 'utf8' })).toBe('_ct-diag\n')
  })
})

describe('the manual page', () => {
  const page = join(root, 'dist', 'ct-diag.1')

  test('has every command, exit code and variable', async () => {
    const text = readFileSync(page, 'utf8').replaceAll('\\-', '-')
    for (const name of ['analyze', 'db check', 'completion']) expect(text).toContain(`.SS ct-diag ${name}`)
    for (const [code] of EXIT_MEANINGS) expect(text).toContain(`.B ${code}\n`)
    expect(text).toContain('.B CT_DIAG_FAIL_ON')
  })

  test('gives groff no cause to warn', () => {
    if (!has('groff')) return
    const { stderr, status } = spawnSync('groff', ['-man', '-Kutf8', '-Tutf8', '-ww', '-z', page], { encoding: 'utf8' })
    expect([status, stderr]).toEqual([0, ''])
  })
})

test('a pipe that closes early is quiet', () => {
  const command = `set -o pipefail; '${process.execPath}' bin/run.js explain CT1003 | head -c 1; echo " $?"`
  const { stdout, stderr } = spawnSync('bash', ['-c', command], { cwd: root, encoding: 'utf8' })
  expect([stdout.endsWith(' 0\n'), stderr]).toEqual([true, ''])
})

test('a standard error that nobody can write to is no reason to go on for ever', () => {
  const { status } = spawnSync('bash', ['-c', 'node bin/run.js inspect --root /no/such/folder 2> /dev/full'], {
    cwd: root,
    timeout: 60_000,
  })
  expect(status).toBe(2)
})

test.each(['> /dev/full', '--json > /dev/full', '--report html=/dev/full > /dev/null'])(
  'a disk that is full is told in one line: %s',
  (rest) => {
    const command = `'${process.execPath}' bin/run.js analyze '${example}' ${rest}`
    const { status, stderr } = spawnSync('bash', ['-c', command], { cwd: root, encoding: 'utf8' })
    expect([status, stderr]).toEqual([1, expect.stringMatching(/^ct-diag: There is no room left [^\n]*\n$/)])
  },
)
