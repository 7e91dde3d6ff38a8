import { failed, parsed, type Parsed } from '../model/parsed.js'
import { readLines } from './text.js'

/** A process table. */
export interface ProcessList {
  /** The line of column titles; null in a list without one, as grep leaves it. */
  readonly header: string | null
  readonly processes: readonly Process[]
}

export interface Process {
  /** The command line with its arguments. */
  readonly command: string
  readonly pid: number | null
  readonly line: number
  readonly text: string
}

/** Columns before the command, and which of them is the PID. */
interface Columns {
  readonly before: number
  readonly pid: number
}

const EF: Columns = { before: 7, pid: 1 }
const AUX: Columns = { before: 10, pid: 1 }
const EF_ROW = /^\s*\S+\s+\d+\s+\d+\s+\d+\s+\S+\s+\S+\s+(?:\d+-)?\d+:\d\d:\d\d\s+\S/
/** How ps draws which process started which. */
const BRANCH = /^(?:[| ]*\\_ )+/
const AUX_ROW = /^\s*\S+\s+\d+\s+[\d.]+\s+[\d.]+\s+\d+\s+\d+\s+\S+\s+[A-Z-]\S*\s+\S+\s+\d+:\d\d\s+\S/

/**
 * Reads what `ps -ef`, `ps aux`, `ps auxf` or `ps auxwwwm` printed, or any list whose header ends in CMD or COMMAND, whole or
 * grepped:
 *
 *     UID        PID  PPID  C STIME TTY          TIME CMD
 *     root      9937  9934  0 07:49 ?        00:00:02 /opt/microsoft/changetracking/change_tracking_agent_linux_amd64 /var/lib/waagent/Microsoft.Azure.ChangeTrackingAndInventory.ChangeTracking-Linux-2.35.0.0
 *
 * Fails with `processes-unrecognised` when there is neither a header nor a line of a known form.
 */
export function parseProcessList(bytes: Uint8Array): Parsed<ProcessList> {
  const read = readLines(bytes, 'The process list')
  if (!read.ok) return read
  const lines = read.value
  const top = lines.findIndex(isHeader)
  const titles = lines[top]?.trim().split(/\s+/)
  const titled = titles === undefined ? null : { before: titles.length - 1, pid: titles.indexOf('PID') }

  const processes: Process[] = []
  for (const [index, line] of lines.entries()) {
    if (index <= top) continue
    const columns = titled ?? (EF_ROW.test(line) ? EF : AUX_ROW.test(line) ? AUX : null)
    const words = columns === null ? null : cells(line, columns.before)
    // With threads shown, each thread is a line of its own with a dash for its command.
    if (columns === null || words === null || words.command === '-') continue
    const pid = words.before[columns.pid] ?? ''
    processes.push({ command: words.command, pid: /^\d+$/.test(pid) ? Number(pid) : null, line: index + 1, text: line })
  }
  if (titled !== null || processes.length > 0) return parsed({ header: lines[top] ?? null, processes })
  const message = `The process list should be the output of ps, but none of its ${lines.length} lines has that form.`
  return failed('processes-unrecognised', message)
}

function isHeader(line: string): boolean {
  const titles = line.trim().split(/\s+/)
  return titles.includes('PID') && ['CMD', 'COMMAND'].includes(titles.at(-1) ?? '')
}

function cells(line: string, before: number): { before: string[]; command: string } | null {
  const [head] = new RegExp(`^\\s*(?:\\S+\\s+){${before}}`).exec(line) ?? []
  const command = head === undefined ? '' : line.slice(head.length).replace(BRANCH, '').trimEnd()
  return head === undefined || command === '' ? null : { before: head.trim().split(/\s+/), command }
}
