import { failed, parsed, type Parsed } from '../model/parsed.js'
import { readLines } from './text.js'

/** One path, with the owner and mode of every folder on it. */
export interface NameiPath {
  readonly path: string
  /** From `/` down; folders behind a symbolic link on the way are left out. */
  readonly folders: readonly NameiFolder[]
}

export interface NameiFolder {
  /** Absolute. */
  readonly path: string
  /** Ten characters, such as `drwxr-x---`. */
  readonly mode: string
  readonly owner: string
  readonly group: string
  readonly line: number
  readonly text: string
}

const STEP = /^(\s*)([dl][rwxsStT-]{9})\s+(\S+)\s+(\S+)\s+(\S.*)$/

/** Reads blocks of `namei -om` among any other lines; `from` is the number of the first line. */
export function nameiPaths(lines: readonly string[], from = 1): NameiPath[] {
  const paths: NameiPath[] = []
  let folders: NameiFolder[] = []
  let here = ''
  let margin: number | null = null
  for (const [index, text] of lines.entries()) {
    const start = /^f:\s+(\/.*\S)\s*$/.exec(text)?.[1]
    if (start !== undefined) {
      folders = []
      here = ''
      margin = null
      paths.push({ path: start, folders })
      continue
    }
    const [, indent = '', mode = '', owner = '', group = '', name = ''] = STEP.exec(text) ?? []
    if (paths.length === 0 || mode === '') continue
    margin ??= indent.length
    // What a link points at stands further in.
    if (indent.length > margin) continue
    const own = name.replace(/ -> .*$/, '')
    here = own === '/' ? '/' : `${here === '/' ? '' : here}/${own}`
    if (mode.startsWith('d')) folders.push({ path: here, mode, owner, group, line: from + index, text })
  }
  return paths
}

/**
 * Reads what `namei -om` printed for some paths:
 *
 *     f: /etc/opt/microsoft/azuremonitoragent/config-cache
 *      drwxr-xr-x root   root   /
 *      drwxr-xr-x root   root   etc
 *      drwxr-x--- root   root   microsoft
 *
 * Fails with `namei-unrecognised` when no path with a folder is in it.
 */
export function parseNamei(bytes: Uint8Array): Parsed<readonly NameiPath[]> {
  const lines = readLines(bytes, 'The list of folder modes')
  if (!lines.ok) return lines
  const paths = nameiPaths(lines.value)
  if (paths.some(({ folders }) => folders.length > 0)) return parsed(paths)
  return failed(
    'namei-unrecognised',
    'The list of folder modes should be the output of namei -om, but has no such path.',
  )
}
