import { failed, parsed, type Parsed } from '../model/parsed.js'
import { readLines } from './text.js'

/** One mounted file system; a later line covers an earlier one at the same place. */
export interface Mount {
  readonly point: string
  readonly type: string
  readonly options: readonly string[]
  readonly line: number
  readonly text: string
}

/** Longer than any option list; what is longer is no mount. */
const LINE_MAX = 4096
/** As the kernel lists them; blanks inside a name are written as octal escapes. */
const PROC = /^\S+ (\/\S*) (\S+) (\S+) \d+ \d+\s*$/
/** As `mount` prints them. */
const COMMAND = /^.* on (\/.*) type (\S+) \(([^)]*)\)/

/**
 * Reads `/proc/mounts`, or what `mount` prints:
 *
 *     /dev/mapper/rootvg-varlv /var xfs rw,seclabel,noexec,relatime 0 0
 *     /dev/mapper/rootvg-varlv on /var type xfs (rw,noexec,relatime)
 *
 * Fails with `mounts-unrecognised` when no line has one of the two forms.
 */
export function parseMounts(bytes: Uint8Array): Parsed<readonly Mount[]> {
  const lines = readLines(bytes, 'The list of mounts')
  if (!lines.ok) return lines
  const mounts = lines.value.flatMap((line, index): Mount[] => {
    if (line.length > LINE_MAX) return []
    const [, point, type, options] = PROC.exec(line) ?? COMMAND.exec(line) ?? []
    if (point === undefined || type === undefined || options === undefined) return []
    return [{ point: unescaped(point), type, options: options.split(','), line: index + 1, text: line }]
  })
  if (mounts.length > 0) return parsed(mounts)
  return failed(
    'mounts-unrecognised',
    'The list of mounts should hold lines of /proc/mounts or of mount, but has none.',
  )
}

/** The mount a path lies on: the longest point above it, of equal ones the last. */
export function mountOf(mounts: readonly Mount[], path: string): Mount | undefined {
  let best: Mount | undefined
  for (const mount of mounts) {
    if (!liesOn(path, mount.point)) continue
    if (best === undefined || mount.point.length >= best.point.length) best = mount
  }
  return best
}

/** Whether a path is the mount point or below it. */
export function liesOn(path: string, point: string): boolean {
  return point === '/' || path === point || path.startsWith(`${point.replace(/\/$/, '')}/`)
}

function unescaped(point: string): string {
  return point.replace(/\\([0-3][0-7]{2})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8)))
}
