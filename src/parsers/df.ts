import { failed, parsed, type Parsed } from '../model/parsed.js'
import { readLines } from './text.js'

/** Free space by file system. */
export interface DiskFree {
  /** In the order of the listing; pseudo file systems, which have no size, are left out. */
  readonly mounts: readonly Mount[]
}

export interface Mount {
  readonly mountPoint: string
  /** Bytes an ordinary program can still write. Human-readable listings round up. */
  readonly available: number
  readonly line: number
  readonly text: string
}

/** Size, used, available, percentage, mount point. The name before them may hold blanks, or stand on the line above. */
const ROW = /^(?:.*\S)?\s+([\d.,]+[A-Za-z]*)\s+([\d.,]+[A-Za-z]*|-)\s+(-?[\d.,]+[A-Za-z]*|-)\s+(\d+%|-)\s+(\/.*)$/
/** A path has 4096 characters at most, and a row two of them. */
const LINE_MAX = 10_000
const UNITS = ['', 'K', 'M', 'G', 'T', 'P', 'E']

/**
 * Reads what `df` printed, with `-P`, `-k`, `-h`, `-a`, `-T` or a block size of its own:
 *
 *     Filesystem     1K-blocks    Used Available Use% Mounted on
 *     /dev/sda1       30298176 5242880  25038912  18% /
 *
 * Fails with `df-unrecognised` when there is no such header. Programs are files named `df` too: what is no text has no rows.
 */
export function parseDf(bytes: Uint8Array): Parsed<DiskFree> {
  if (bytes[0] === 0x7f && bytes[1] === 0x45) return parsed({ mounts: [] })
  const read = readLines(bytes, 'The list of file systems')
  if (!read.ok) return read
  const lines = read.value
  const top = lines.findIndex((line) => blockSize(line) !== null)
  const block = blockSize(lines[top] ?? '')
  if (block === null) {
    const message = `The list of file systems should be the output of df, but none of its ${lines.length} lines is the header.`
    return failed('df-unrecognised', message)
  }

  const mounts: Mount[] = []
  for (const [index, line] of lines.entries()) {
    if (index <= top || line.length > LINE_MAX) continue
    const [, size = '', , free = '', , mountPoint = ''] = ROW.exec(line.trimEnd()) ?? []
    const available = bytesOf(free, block)
    if (available === null || !((bytesOf(size, block) ?? 0) > 0)) continue
    mounts.push({ mountPoint, available, line: index + 1, text: line })
  }
  return parsed({ mounts })
}

/** Bytes of one block by the header; 1 where values carry their unit; null for another line, such as the header of `df -i`. */
function blockSize(line: string): number | null {
  if (!/\bMounted on\s*$/.test(line)) return null
  const [, count, unit, decimal] = /\s(\d+)([KMGT]?)(B?)-blocks\s/i.exec(line) ?? []
  if (count !== undefined) return Number(count) * unitOf(unit ?? '', (decimal ?? '') !== '')
  return /\sSize\s+Used\s+Avail/.test(line) ? 1 : null
}

function bytesOf(value: string, block: number): number | null {
  const [, digits, unit] = /^(-?\d+(?:[.,]\d+)?)([KMGTPE]?)(?:i?B)?$/i.exec(value) ?? []
  if (digits === undefined) return null
  return Number(digits.replace(',', '.')) * unitOf(unit ?? '', false) * block
}

function unitOf(letter: string, decimal: boolean): number {
  return (decimal ? 1000 : 1024) ** Math.max(0, UNITS.indexOf(letter.toUpperCase()))
}
