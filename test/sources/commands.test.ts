import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runCommands } from '../../src/sources/commands.js'
import { processTable } from '../../src/sources/processes.js'
import { parseProcessList } from '../../src/parsers/process-list.js'

const folder = mkdtempSync(join(tmpdir(), 'ct-diag-commands-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function program(name: string, script: string): void {
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
}

const ask = (name: string, output = `${name}.txt`): { program: string; args: string[]; output: string } => ({
  program: name,
  args: ['a b', '$HOME', ';', 'touch x'],
  output,
})
const never = new AbortController().signal

async function run(...names: string[]): Promise<unknown[]> {
  const answers = await runCommands(
    names.map((name) => ask(name)),
    never,
    [folder],
  )
  return answers.map((answer) => (answer.ok ? Buffer.from(answer.output).toString() : answer.reason))
}

test('arguments arrive as they are, in the C locale', async () => {
  program('echoes', 'printf "%s|" "$@"; printf "%s" "$LC_ALL"')
  expect(await run('echoes')).toEqual(['a b|$HOME|;|touch x|C'])
})

test('a program that fails and prints is believed; one that fails without a word is not', async () => {
  program('tells', 'echo inactive; exit 3')
  program('silent', 'echo "no bus" >&2; exit 1')
  expect(await run('tells', 'silent')).toEqual(['inactive\n', `${join(folder, 'silent')} failed: no bus`])
})

test('half a list is none, where only a whole one counts', async () => {
  program('breaks', 'echo bash; echo "error: rpmdb: damaged header" >&2; exit 1')
  const [answer] = await runCommands([{ ...ask('breaks'), wholeOnly: true }], never, [folder])
  expect(answer).toMatchObject({ ok: false, reason: `${join(folder, 'breaks')} failed: error: rpmdb: damaged header` })
})

test('a program that is not there, and the second of two', async () => {
  program('second', 'echo from the second')
  expect(await run('nothere')).toEqual(['nothere is not on this machine'])
  const [answer] = await runCommands([ask('first', 'x.txt'), ask('second', 'x.txt')], never, [folder])
  expect(answer?.ok === true && Buffer.from(answer.output).toString()).toBe('from the second\n')
})

test('of two the second is asked where the first has nothing to say', async () => {
  program('silent', 'exit 0')
  program('failing', 'echo "no packages found" >&2; exit 1')
  program('telling', 'echo bash')
  const first = async (...names: string[]): Promise<unknown> => {
    const [answer] = await runCommands(
      names.map((name) => ask(name, 'list.txt')),
      never,
      [folder],
    )
    return answer?.ok === true ? String(answer.output) : answer?.reason
  }
  expect(await first('silent', 'telling')).toBe('bash\n')
  expect(await first('failing', 'telling')).toBe('bash\n')
  expect(await first('telling', 'failing')).toBe('bash\n')
  expect(await first('failing', 'silent')).toContain('no packages found')
})

test('a program that hangs ends when the user interrupts', async () => {
  program('hangs', 'exec sleep 60')
  const controller = new AbortController()
  setTimeout(() => controller.abort(), 100)
  const [answer] = await runCommands([ask('hangs')], controller.signal, [folder])
  expect(answer?.ok).toBe(false)
})

test('the process table of this machine is what ps would print', async () => {
  const text = await processTable('/')
  const parsed = parseProcessList(Buffer.from(text ?? ''))
  expect(
    parsed.ok && parsed.value.processes.some(({ pid, command }) => pid === process.pid && command.includes('node')),
  ).toBe(true)
  expect(await processTable(folder)).toBeNull()
})

test('the process table of another machine’s tree waits for nothing and never is this machine’s', async () => {
  const root = join(folder, 'disk')
  for (const pid of ['7', '8', '9']) mkdirSync(join(root, 'proc', pid), { recursive: true })
  writeFileSync(join(root, 'proc/7/status'), 'Name:\tmdsd\nPPid:\t1\nUid:\t0\t0\t0\t0\n')
  writeFileSync(join(root, 'proc/7/cmdline'), `mdsd\0${'x'.repeat(100_000)}`)
  execFileSync('mkfifo', [join(root, 'proc/8/status')])
  writeFileSync(join(root, 'proc/8/cmdline'), 'mdsd')
  symlinkSync('/proc/1', join(root, 'proc/10'))
  symlinkSync('/proc/1/status', join(root, 'proc/9/status'))
  symlinkSync('/proc/1/cmdline', join(root, 'proc/9/cmdline'))
  const [head = '', ...rows] = ((await processTable(root)) ?? '').trimEnd().split('\n')
  expect(head).toMatch(/^UID/)
  expect(rows).toHaveLength(1)
  expect(rows[0]).toMatch(/^root +7 +1 .* mdsd x+$/)
  expect(rows[0]?.length).toBeLessThan(70_000)

  const linked = join(folder, 'linked')
  mkdirSync(linked)
  symlinkSync('/proc', join(linked, 'proc'))
  expect(await processTable(linked)).toBeNull()
})
