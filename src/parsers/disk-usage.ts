import { failed, parsed, type Parsed } from '../model/parsed.js'
import { readLines } from './text.js'

/** The size of one folder, as `du -h` rounds it up. */
export interface FolderUsage {
  /** Absolute, as printed. */
  readonly path: string
  readonly bytes: number
  readonly line: number
  readonly text: string
}

const UNITS: Readonly<Record<string, number>> = { K: 1, M: 2, G: 3, T: 4, P: 5 }

/** One line of `du -h`; null for any other, also for a size without its unit, which `du` alone would mean in blocks. */
export function usageRow(text: string, line: number): FolderUsage | null {
  const [, size, unit, path] = /^\s*(\d+(?:[.,]\d+)?)([KMGTP])?i?B?\s+(\/.*\S)\s*$/i.exec(text) ?? []
  if (size === undefined || path === undefined) return null
  const number = Number(size.replace(',', '.'))
  if (unit === undefined && number !== 0) return null
  return { path, bytes: Math.ceil(number * 1024 ** (UNITS[unit?.toUpperCase() ?? ''] ?? 0)), line, text }
}

/**
 * Reads what `du -h` printed, sizes in binary units:
 *
 *     9.6M	/var/opt/microsoft/azuremonitoragent/events/dcr-0000000000000000000000000000000a:CTDataSource-Linux:CONFIG_DATA_BLOB_V2
 *
 * Fails with `usage-unrecognised` when no line has that form.
 */
export function parseDiskUsage(bytes: Uint8Array): Parsed<readonly FolderUsage[]> {
  const lines = readLines(bytes, 'The list of folder sizes')
  if (!lines.ok) return lines
  const rows = lines.value.flatMap((line, index) => usageRow(line, index + 1) ?? [])
  if (rows.length > 0) return parsed(rows)
  return failed('usage-unrecognised', 'The list of folder sizes should be the output of du -h, but has no such line.')
}
