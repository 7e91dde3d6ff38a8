import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Writable } from 'node:stream'
import { gzipSync } from 'node:zlib'

const BINARY = join(__dirname, '..', '..', 'bin', 'run.js')

export interface CliRun {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs the built program in a bare environment, as a user's shell would. */
export function runCli(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  cwd?: string,
  input?: Uint8Array | ((stdin: Writable) => void),
  uid?: number,
): Promise<CliRun> {
  if (!existsSync(join(__dirname, '..', '..', 'dist', 'ct-diag.cjs'))) throw new Error('Build first: npm run build')
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [BINARY, ...args], {
      env: { PATH: process.env['PATH'], ...env },
      ...(cwd === undefined ? {} : { cwd }),
      ...(uid === undefined ? {} : { uid }),
    })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, stdout, stderr }))
    child.stdin.on('error', () => undefined)
    if (typeof input === 'function') input(child.stdin)
    else child.stdin.end(input)
  })
}

/** Runs the program on a standard input that never ends, and interrupts it once it reads: more was taken than a pipe holds. */
export async function interruptedCli(args: readonly string[]): Promise<Pick<CliRun, 'code' | 'stdout'>> {
  const child = spawn(process.execPath, [BINARY, ...args])
  let stdout = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stdin.on('error', () => undefined)
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  const begun = gzipSync(randomBytes(1024 * 1024)).subarray(0, 1024 * 1024)
  await new Promise((resolve) => child.stdin.write(begun, resolve))
  child.kill('SIGINT')
  return { code: await ended, stdout }
}
