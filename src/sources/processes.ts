import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * The processes below a `/proc` as `ps -ef` would print them, with numeric users: what the kernel says itself, whatever `ps` the
 * machine has. Null where there is no process to be seen.
 */
export async function processTable(proc: string): Promise<string | null> {
  const pids = (await readdir(proc).catch(() => [])).filter((name) => /^\d+$/.test(name)).map(Number)
  const rows: string[] = []
  for (const pid of pids.sort((a, b) => a - b)) {
    const row = await describe(proc, pid).catch(() => null)
    // A process may end between the listing and the look at it.
    if (row !== null) rows.push(row)
  }
  return rows.length === 0 ? null : `UID          PID    PPID  C STIME TTY          TIME CMD\n${rows.join('\n')}\n`
}

async function describe(proc: string, pid: number): Promise<string> {
  const [status, cmdline] = await Promise.all([
    readFile(join(proc, String(pid), 'status'), 'utf8'),
    readFile(join(proc, String(pid), 'cmdline'), 'utf8'),
  ])
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
