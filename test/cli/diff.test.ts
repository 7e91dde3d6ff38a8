import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bucket, build, freelist, leaf } from '../../packages/bbolt-reader-ts/test/support/build.js'
import type { Diff } from '../../src/model/diff.js'
import { scratch, tgzOf } from '../support/archives.js'
import { interruptedCli, runCli, type CliRun } from '../support/cli.js'
import { trackedFile } from '../support/database.js'
import { expectValidDiff } from '../support/diff.js'
import { readCsv, readJunit, readMarkdown, readSarif } from '../support/formats.js'
import { healthyHost, type HostTree } from '../support/host.js'
import { forbidden, logsOnly, twoDcrs } from '../support/samples.js'

const folder = scratch()
const READERS: Readonly<Record<string, (text: string) => unknown>> = {
  markdown: (text) => {
    expect(readMarkdown(text).blocks.length).toBeGreaterThan(0)
  },
  csv: readCsv,
  sarif: readSarif,
  junit: readJunit,
  ndjson: (text) => {
    for (const line of text.trimEnd().split('\n')) expectValidDiff(JSON.parse(line))
  },
}
const run = (...args: string[]): Promise<CliRun> => runCli(['diff', ...args], { LANG: 'C.UTF-8' }, folder)

beforeAll(async () => {
  const trees: Record<string, HostTree> = {
    healthy: healthyHost(),
    two: twoDcrs(),
    forbidden: forbidden(),
    logs: logsOnly(),
  }
  for (const [name, tree] of Object.entries(trees))
    writeFileSync(join(folder, `${name}.tgz`), await tgzOf(tree.entries))
  const { stdout } = await runCli(['analyze', 'healthy.tgz', '--json'], {}, folder)
  writeFileSync(join(folder, 'healthy.json'), stdout)
  writeFileSync(join(folder, 'broken.json'), stdout.replace('"findings": [', '"findings": [7,'))
  const report = JSON.parse(stdout) as object
  writeFileSync(join(folder, 'no-host.json'), JSON.stringify({ ...report, hosts: [] }))
  writeFileSync(join(folder, 'later.json'), JSON.stringify({ ...report, schemaVersion: 2 }))
  writeFileSync(join(folder, 'junk.bin'), 'x'.repeat(2000))
  const bytes = readFileSync(join(folder, 'two.tgz'))
  writeFileSync(join(folder, 'torn.tgz'), bytes.subarray(0, bytes.length * 0.9))
})

async function document(...args: string[]): Promise<Diff> {
  const diff: unknown = JSON.parse((await run(...args, '--json')).stdout)
  expectValidDiff(diff)
  return diff
}

describe('exit codes are the same in every format, and standard output is one document', () => {
  test.each<[string, string[], number]>([
    ['nothing new', ['healthy.tgz', 'healthy.tgz'], 0],
    ['an old error is not counted', ['two.tgz', 'two.tgz'], 0],
    ['a new error', ['healthy.tgz', 'two.tgz'], 3],
    ['a new error that may be', ['healthy.tgz', 'two.tgz', '--fail-on', 'never'], 0],
    ['a new error that is accepted', ['healthy.tgz', 'two.tgz', '--suppress', 'CT1003'], 0],
    ['an error that is fixed', ['two.tgz', 'healthy.tgz'], 0],
    ['an error that can no longer be told', ['two.tgz', 'logs.tgz'], 4],
    ['a report, then a bundle', ['healthy.json', 'two.tgz'], 3],
    ['a report that was changed by hand', ['broken.json', 'healthy.tgz'], 5],
    ['a report of another version', ['later.json', 'healthy.tgz'], 5],
    ['a report without a host', ['healthy.tgz', 'no-host.json'], 5],
    ['an error that may lie behind a tear', ['two.tgz', 'torn.tgz'], 4],
    ['a missing input', ['healthy.tgz', 'no-such.tgz'], 5],
    ['nothing recognised before', ['junk.bin', 'healthy.tgz'], 5],
    ['nothing recognised after', ['healthy.tgz', 'junk.bin'], 5],
    ['one input', ['healthy.tgz'], 2],
    ['standard input twice', ['-', '-'], 2],
    ['a format that is none', ['healthy.tgz', 'two.tgz', '--report', 'xml=x.xml'], 2],
    ['an unknown rule', ['healthy.tgz', 'two.tgz', '--only', 'CT9999'], 2],
  ])('%s', async (_, args, code) => {
    expect((await run(...args)).code).toBe(code)
    const json = await run(...args, '--format', 'json')
    expect(json.code).toBe(code)
    expectValidDiff(JSON.parse(json.stdout))
  })

  test.each([
    [['healthy.tgz', 'two.tgz'], 3],
    [['healthy.tgz', 'no-such.tgz'], 5],
    [['healthy.tgz', 'two.tgz', '--only', 'CT9999'], 2],
    [[], 2],
  ])('the other formats of %j', async (args, code) => {
    for (const [format, read] of Object.entries(READERS)) {
      const found = await run(...args, `--format=${format}`)
      expect([format, found.code]).toEqual([format, code])
      read(found.stdout)
    }
  })
})

test('every format tells what has become of each finding', async () => {
  const targets = Object.keys(READERS).flatMap((format) => ['--report', `${format}=diff.${format}`])
  expect((await run('forbidden.tgz', 'two.tgz', ...targets)).code).toBe(3)
  const text = (format: string): string => readFileSync(join(folder, `diff.${format}`), 'utf8')

  const rows = readCsv(text('csv')).map((row) => `${row['ruleId']} ${row['status']}`)
  expect(rows).toContain('CT1003 new')
  expect(rows).toContain('CT7002 fixed')

  const states = readSarif(text('sarif')).results?.map((result) => `${result.ruleId} ${result.baselineState}`)
  expect(states).toContain('CT1003 new')
  expect(states).toContain('CT7002 absent')

  const cases = readJunit(text('junit')).children.flatMap(({ children }) => children)
  const results = cases.flatMap(({ attributes, children }) =>
    attributes['name'] === undefined ? [] : [`${attributes['name'].slice(0, 6)} ${children[0]?.name ?? 'passed'}`],
  )
  expect(results).toContain('CT1003 failure')
  expect(results).toContain('CT7002 passed')
})

test('an earlier report has findings, and no inventory', async () => {
  const { hosts, before } = await document('healthy.json', 'two.tgz')
  expect(before?.kind).toBe('report')
  expect(hosts[0]?.findings.map(({ status, after }) => [status, after?.ruleId])).toContainEqual(['new', 'CT1003'])
  expect(Object.values(hosts[0]?.inventory ?? {})).toEqual([null, null, null])
  expect((await run('healthy.json', 'two.tgz')).stdout).toContain('a report has no inventory')
})

test('people see what is worse first; no line is wider than the terminal', async () => {
  for (const LANG of ['C.UTF-8', 'C']) {
    const { stdout } = await runCli(['diff', 'forbidden.tgz', 'two.tgz'], { LANG }, folder)
    const order = ['WORSE', 'Data path', 'New: 1', 'CT1003', 'Fixed: 2', 'CT7002', 'Versions', 'Inventory']
    const places = order.map((word) => stdout.indexOf(word))
    expect(places).not.toContain(-1)
    expect(places).toEqual(places.toSorted((a, b) => a - b))
    expect(stdout.split('\n').filter((line) => [...line].length > 80)).toEqual([])
    if (LANG === 'C') expect(stdout).toMatch(/^[\n\x20-\x7e]*$/)
  }
})

test('a database by itself says what its records were in between', async () => {
  const file = (path: string, Size: number): { key: string; value: string } => ({
    key: Buffer.from(path).toString('base64'),
    value: JSON.stringify(trackedFile(path, { Size })),
  })
  const database = (live: number, former: readonly number[]): Uint8Array =>
    build({
      freelist: 9n,
      pageSize: 4096,
      pages: [
        leaf(2, [{ key: 'b', value: bucket(3), isBucket: true }]),
        leaf(3, [file('/etc/a', live)]),
        ...former.map((size, index) => leaf(4 + index, [file('/etc/a', size)])),
        freelist(
          9,
          1,
          former.map((_, index) => 4 + index),
        ),
      ],
    })
  writeFileSync(join(folder, 'changetracking-1.db'), database(1, []))
  writeFileSync(join(folder, 'changetracking-2.db'), database(4, [1, 2]))
  const { hosts } = await document('changetracking-1.db', 'changetracking-2.db')
  const files = hosts[0]?.inventory.files
  expect(files?.modified).toEqual([{ name: '/etc/a', changes: [{ field: 'size', before: '1', after: '4' }] }])
  // What it was before is no news.
  expect(files?.former.map(({ name, fields }) => [name, fields['size']])).toEqual([['/etc/a', '2']])
  expect((await run('changetracking-1.db', 'changetracking-2.db')).stdout).toMatch(/< \/etc\/a: .*size: 2/)

  // What comes from standard input cannot be read again for its history.
  const piped = ['diff', 'changetracking-1.db', '-', '--json']
  const { code, stderr } = await runCli(piped, {}, folder, readFileSync(join(folder, 'changetracking-2.db')))
  expect([code, stderr]).toEqual([4, ''])
})

test('standard input can be one of both', async () => {
  const bytes = readFileSync(join(folder, 'two.tgz'))
  expect((await runCli(['diff', 'healthy.tgz', '-', '--json'], {}, folder, bytes)).code).toBe(3)
  expect((await runCli(['diff', '-', 'healthy.tgz', '--json'], {}, folder, bytes)).code).toBe(0)
})

test('an interrupted run is a document, marked so', async () => {
  const { code, stdout } = await interruptedCli(['diff', join(folder, 'healthy.tgz'), '-', '--json'])
  expect(code).toBe(130)
  const diff: unknown = JSON.parse(stdout)
  expectValidDiff(diff)
  expect(diff.run.interrupted).toBe(true)
})
