import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { plant, scratch, tgzOf } from '../support/archives.js'
import { interruptedCli, runCli } from '../support/cli.js'
import { readCsv, readJunit, readMarkdown, readNdjson, readSarif } from '../support/formats.js'
import { healthyHost } from '../support/host.js'
import { logsOnly, twoDcrs } from '../support/samples.js'

const folder = scratch()

/** Reads one whole document, and nothing before or after it. */
const READERS: Readonly<Record<string, (text: string) => unknown>> = {
  ndjson: readNdjson,
  sarif: readSarif,
  junit: readJunit,
  markdown: (text) => {
    expect(readMarkdown(text).blocks.filter((type) => type === 'heading_open').length).toBeGreaterThan(0)
  },
  csv: readCsv,
}
const FORMATS = Object.keys(READERS)

beforeAll(async () => {
  writeFileSync(join(folder, 'two-dcrs.tgz'), await tgzOf(twoDcrs().entries))
  writeFileSync(join(folder, 'logs-only.tgz'), await tgzOf(logsOnly().entries))
  plant(join(folder, 'healthy'), healthyHost().entries)
})

describe.each(FORMATS)('%s', (format) => {
  test.each([
    ['findings', ['two-dcrs.tgz'], 3],
    ['a folder where all is well', ['healthy'], 0],
    ['open questions', ['logs-only.tgz'], 4],
    ['a missing input', ['no-such.tgz'], 5],
    ['a missing one among others', ['two-dcrs.tgz', 'no-such.tgz', '--verbose'], 3],
    ['an unknown rule', ['two-dcrs.tgz', '--only', 'CT9999'], 2],
    ['an unknown flag', ['two-dcrs.tgz', '--nonsense'], 2],
    ['no input', [], 2],
  ])('%s: standard output is one document, and the exit code is that of every format', async (_, args, code) => {
    const found = await runCli(['analyze', ...args, '--format', format], { LANG: 'C.UTF-8' }, folder)
    expect(found.code).toBe(code)
    READERS[format]?.(found.stdout)
  })

  test('an interrupted run is a document too', async () => {
    const { code, stdout } = await interruptedCli(['analyze', '-', `--format=${format}`])
    expect(code).toBe(130)
    READERS[format]?.(stdout)
  })
})

test('several formats at once say the same', async () => {
  const files = FORMATS.map((format) => [format, join(folder, `out.${format}`)] as const)
  const reports = files.flatMap(([format, file]) => ['--report', `${format}=${file}`])
  const { code, stdout } = await runCli(['analyze', 'two-dcrs.tgz', ...reports], { LANG: 'C.UTF-8' }, folder)
  expect(code).toBe(3)
  expect(stdout).toContain('CT1003')
  for (const [format, file] of files) {
    const text = readFileSync(file, 'utf8')
    READERS[format]?.(text)
    expect(text).toContain('CT1003')
  }
})

test.each([
  [['--report', 'html=one.out', '--report', 'json=./one.out'], './one.out can take one report, not two.'],
  [['--output', 'one.out', '--report', 'json=one.out'], 'one.out can take one report, not two.'],
  [['--output', '-'], '- is no file: standard output takes the one report that is not given a file.'],
  [['--report', 'json=-'], '- is no file: standard output takes the one report that is not given a file.'],
])('%j is a mistake, and nothing is written', async (flags, message) => {
  const own = mkdtempSync(join(folder, 'own-'))
  const { code, stdout, stderr } = await runCli(['analyze', join(folder, 'two-dcrs.tgz'), ...flags], {}, own)
  expect([code, stdout, stderr]).toEqual([2, '', `ct-diag: ${message}\n`])
  expect(readdirSync(own)).toEqual([])
})

test('inspect speaks them too', async () => {
  for (const format of FORMATS) {
    const args = ['inspect', '--root', join(folder, 'healthy'), '--no-commands', '--format', format]
    const { code, stdout } = await runCli(args, {}, folder)
    expect(code).not.toBe(1)
    READERS[format]?.(stdout)
  }
})

test.each([
  ['analyze', ['analyze', 'kept.tgz', '-o', 'kept.tgz']],
  ['analyze, by another name', ['analyze', './kept.tgz', '--report', 'json=kept.tgz']],
  ['diff', ['diff', 'two-dcrs.tgz', 'kept.tgz', '-o', 'kept.tgz']],
])('%s never writes over its input', async (_, args) => {
  const bytes = readFileSync(join(folder, 'two-dcrs.tgz'))
  writeFileSync(join(folder, 'kept.tgz'), bytes)
  expect((await runCli(args, {}, folder)).code).toBe(2)
  expect(readFileSync(join(folder, 'kept.tgz')).equals(bytes)).toBe(true)
})

test('a full disk is told in one sentence, and standard output is still one document', async () => {
  const args = ['analyze', 'two-dcrs.tgz', '--json', '--report', 'html=/dev/full']
  const { code, stdout, stderr } = await runCli(args, {}, folder)
  expect([code, stderr.trim().split('\n').length]).toEqual([1, 1])
  expect(JSON.parse(stdout)).toMatchObject({ hosts: [], problems: [{ code: 'disk-full' }] })
})

test.each(['rules', '--help', '--version'])('so is standard output that takes nothing more: %s', (words) => {
  const command = `'${process.execPath}' bin/run.js ${words} > /dev/full`
  const { status, stderr } = spawnSync('sh', ['-c', command], { cwd: join(__dirname, '..', '..'), encoding: 'utf8' })
  expect([status, stderr.trim().split('\n').length]).toEqual([1, 1])
})
