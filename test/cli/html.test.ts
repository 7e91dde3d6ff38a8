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
