import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { plant, scratch, tgzOf } from '../support/archives.js'
import { runCli } from '../support/cli.js'
import { healthyHost } from '../support/host.js'
import { SAMPLES } from '../support/samples.js'

const folder = scratch()

test('analyze writes the page to standard output, or to a file beside another format; the exit code is the same', async () => {
  writeFileSync(join(folder, 'b.tgz'), await tgzOf(SAMPLES['two-dcrs']().entries))
  const alone = await runCli(['analyze', 'b.tgz', '--format', 'html'], {}, folder)
  expect(alone.code).toBe(3)
  expect(alone.stderr).toBe('')
  expect(alone.stdout).toMatch(/^<!doctype html>[\s\S]*<\/html>\n$/)
  for (const part of ['style', 'script']) {
    const [, text = ''] = new RegExp(`<${part}>(.*)</${part}>`, 's').exec(alone.stdout) ?? []
    expect(alone.stdout).toContain(`'sha256-${createHash('sha256').update(text).digest('base64')}'`)
  }
  const beside = await runCli(['analyze', 'b.tgz', '--json', '--report', 'html=page.html'], {}, folder)
  expect(beside.code).toBe(3)
  expect(JSON.parse(beside.stdout)).toMatchObject({ schemaVersion: 1 })
  const withoutTheRun = (text: string): string => text.replace(/Written .* UTC/, '')
  expect(withoutTheRun(readFileSync(join(folder, 'page.html'), 'utf8'))).toBe(withoutTheRun(alone.stdout))
})

test('inspect does so too', async () => {
  mkdirSync(join(folder, 'disk'))
  plant(join(folder, 'disk'), healthyHost().entries)
  const { stdout } = await runCli(['inspect', '--root', 'disk', '--no-commands', '--format', 'html'], {}, folder)
  expect(stdout).toMatch(/^<!doctype html>/)
  expect(stdout).toContain('vm-01')
})

test('diff writes a page as well, alone or beside another format', async () => {
  writeFileSync(join(folder, 'a.tgz'), await tgzOf(healthyHost().entries))
  const alone = await runCli(['diff', 'a.tgz', 'b.tgz', '--format', 'html'], {}, folder)
  expect([alone.code, alone.stderr]).toEqual([3, ''])
  expect(alone.stdout).toMatch(/^<!doctype html>[\s\S]*<\/html>\n$/)
  const beside = await runCli(['diff', 'a.tgz', 'b.tgz', '--report', 'html=diff.html'], {}, folder)
  expect(beside.code).toBe(3)
  expect(readFileSync(join(folder, 'diff.html'), 'utf8')).toContain('two states compared')
})

test.each([
  [['analyze', 'no-such.tgz'], 5, 'no-such.tgz'],
  [['analyze', 'b.tgz', '--only', 'CT9999'], 2, 'CT9999'],
  [['analyze', 'b.tgz', '--no-such-flag'], 2, '--no-such-flag'],
  [['analyze'], 2, 'INPUT'],
  [['inspect', '--root', 'no-such-folder'], 2, 'no-such-folder'],
  [['diff', 'b.tgz'], 2, 'AFTER'],
  [['diff', 'b.tgz', 'no-such.tgz'], 5, 'no-such.tgz'],
])('a mistake or an input that cannot be read is a page that says so: %j', async (args, code, word) => {
  for (const words of [
    [...args, '--format', 'html'],
    [...args, '--format=html'],
  ]) {
    const told = await runCli(words, {}, folder)
    expect(told.code).toBe(code)
    expect(told.stdout).toMatch(/^<!doctype html>[\s\S]*<\/html>\n$/)
    expect(told.stdout).toMatch(new RegExp(`class="why">[^<]*${word}`))
  }
  const byVariable = await runCli(args, { CT_DIAG_FORMAT: 'html' }, folder)
  expect([byVariable.code, byVariable.stdout.startsWith('<!doctype html>')]).toEqual([code, true])
})
