import { execFile } from 'node:child_process'
import { access, constants } from 'node:fs/promises'
import { join } from 'node:path'
import type { LiveCommand } from '../model/artifact.js'

/** Where programs are looked for: PATH belongs to whoever is logged in. */
const FOLDERS = ['/usr/bin', '/bin', '/usr/sbin', '/sbin']
/** Milliseconds. */
const TIME_LIMIT = 30_000
/** Bytes of output kept; a program that prints more is ended. */
const OUTPUT_LIMIT = 32 * 1024 * 1024

/** What a program printed, or why it could not be asked. */
export type CommandOutput = { readonly command: LiveCommand } & (
  { readonly ok: true; readonly output: Uint8Array } | { readonly ok: false; readonly reason: string }
)

/**
 * Asks every program at once, and where several give the same output one after the other, until one prints something. No shell,
 * no input, the C locale, and an end after half a minute. A program that fails but prints is believed, except where its command
 * says otherwise: systemctl tells of inactive units with exit code 3.
 */
export async function runCommands(
  commands: readonly LiveCommand[],
  signal: AbortSignal,
  folders: readonly string[] = FOLDERS,
): Promise<CommandOutput[]> {
  const byOutput = new Map<string, LiveCommand[]>()
  for (const command of commands) byOutput.set(command.output, [...(byOutput.get(command.output) ?? []), command])
  return Promise.all([...byOutput.values()].map((choices) => firstOf(choices, signal, folders)))
}

async function firstOf(
  choices: readonly LiveCommand[],
  signal: AbortSignal,
  folders: readonly string[],
): Promise<CommandOutput> {
  let silent: CommandOutput | undefined
  for (const command of choices) {
    const file = await locate(command.program, folders)
    if (file === undefined) continue
    const answer = await run(file, command, signal)
    // A machine may have the other family's package manager, too, with nothing in its database.
    if (answer.ok && answer.output.length > 0) return answer
    silent ??= answer
  }
  if (silent !== undefined) return silent
  const [command] = choices as [LiveCommand, ...LiveCommand[]]
  const names = choices.map(({ program }) => program).join(' or ')
  return { command, ok: false, reason: `${names} is not on this machine` }
}

async function locate(program: string, folders: readonly string[]): Promise<string | undefined> {
  for (const folder of folders) {
    const file = join(folder, program)
    const there = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (there) return file
  }
  return undefined
}

function run(file: string, command: LiveCommand, signal: AbortSignal): Promise<CommandOutput> {
  return new Promise((resolve) => {
    const options = {
      encoding: 'buffer',
      env: { LC_ALL: 'C', PATH: FOLDERS.join(':') },
      timeout: TIME_LIMIT,
      killSignal: 'SIGKILL',
      maxBuffer: OUTPUT_LIMIT,
      signal,
      cwd: '/',
    } as const
    const child = execFile(file, command.args, options, (error, output, complaint) => {
      const told = output.length > 0 && command.wholeOnly === undefined && typeof error?.code === 'number'
      if (error === null || told) resolve({ command, ok: true, output })
      else resolve({ command, ok: false, reason: reasonOf(file, error, complaint) })
    })
    child.stdin?.end()
  })
}

function reasonOf(
  file: string,
  error: { killed?: boolean; code?: unknown; message: string },
  complaint: Buffer,
): string {
  if (error.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER')
    return `${file} printed more than ${OUTPUT_LIMIT} bytes and was ended`
  if (error.killed === true) return `${file} did not end within ${TIME_LIMIT / 1000} s and was killed`
  const [first = ''] = complaint.toString('utf8').split('\n')
  return `${file} failed: ${first === '' ? error.message.split('\n', 1)[0] : first}`
}
