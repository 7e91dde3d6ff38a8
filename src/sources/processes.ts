import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { resolveBelow, startOf } from './files.js'

/** Bytes: command lines of megabytes are possible, and no name that counts is as long. */
const TEXT_MAX = 64 * 1024

/**
 * The processes in the `proc` below a root as `ps -ef` would print them, with numeric users: what the kernel says itself, whatever `ps` the
 * machine has. Null where there is no process to be seen.
 */
export async function processTable(root: string): Promise<string | null> {
  // On another machine's disk it may be a link to this machine's own, and what lies in it anything.
  const real = await resolveBelow(root, 'proc', 'stays')
  if (real === undefined) return null
  const proc = join(root, real)
  const entries = await readdir(proc, { withFileTypes: true }).catch(() => [])
  const pids = entries
    .filter((entry) => entry.isDirectory() && /^\d+$/.test(entry.name))
    .map(({ name }) => Number(name))
  const rows: string[] = []
  for (const pid of pids.sort((a, b) => a - b)) {
    const row = await describe(proc, pid).catch(() => null)
    // A process may end between the listing and the look at it.
    if (row !== null) rows.push(row)
  }
  return rows.length === 0 ? null : `UID          PID    PPID  C STIME TTY          TIME CMD\n${rows.join('\n')}\n`
}

async function describe(proc: string, pid: number): Promise<string> {
  const read = async (name: string): Promise<string> => String(await startOf(join(proc, String(pid), name), TEXT_MAX))
  const [status, cmdline] = await Promise.all([read('status'), read('cmdline')])
  const field = (name: string): string => new RegExp(`^${name}:\\s*(\\S+)`, 'm').exec(status)?.[1] ?? '?'
  // A kernel thread has no command line; a program may write line ends into its own.
  const command = cmdline === '' ? `[${field('Name')}]` : cmdline.replace(/\0+$/, '').replaceAll(/[\0\r\n]/g, ' ')
  const uid = field('Uid')
  return [
    (uid === '0' ? 'root' : uid).padEnd(8),
    String(pid).padStart(7),
    field('PPid').padStart(7),
    '  0 00:00 ?        00:00:00',
    command,
  ].join(' ')
}
