import { failed, parsed, type Parsed, type Problem } from '../model/parsed.js'
import { readLines } from './text.js'

/** Packages as a command of the package manager lists them. */
export interface PackageList {
  readonly packages: readonly ListedPackage[]
}

export interface ListedPackage {
  /** Without `:amd64`. */
  readonly name: string
  /** As written; null where the list has none. Names of rpm files leave the epoch out. */
  readonly version: string | null
  readonly architecture: string | null
  readonly installed: boolean
  readonly line: number
}

const LINE_MAX = 1000

/**
 * Reads what these print, told apart by their lines:
 *
 *     ii  bash           5.2.15-2+b8    amd64        GNU Bourne Again SHell          dpkg -l
 *     bash<TAB>5.2.15-2+b8<TAB>amd64<TAB>installed                                   dpkg-query -W, fields of one's choice
 *     bash; GNU Bourne …; …; Unknown; 7164; 5.2.15-2+b8; install ok installed; installed; amd64      what the agent asks dpkg
 *     bash; The GNU …; Example; 1767600000; 7738634; 0:5.1.8-9.el9; installed; x86_64                and rpm
 *     bash-5.1.8-9.el9.x86_64                    Mon 05 Jan 2026 08:00:00 AM UTC     rpm -qa
 *
 * Fails with `package-list-unknown`. Names cut by a narrow terminal are noted as `package-list-cut`.
 */
export function parsePackageList(bytes: Uint8Array): Parsed<PackageList> {
  const read = readLines(bytes, 'The list of packages')
  if (!read.ok) return read
  const lines = read.value
  for (const read of [dpkgTable, tabs, semicolons, rpmNames]) {
    const packages = read(lines)
    if (packages.length === 0) continue
    const cut = cutNames(lines, packages)
    return parsed({ packages }, cut === null ? [] : [cut])
  }
  return failed(
    'package-list-unknown',
    'The list of packages should be an output of dpkg or rpm, but is none that is known.',
  )
}

function dpkgTable(lines: readonly string[]): ListedPackage[] {
  if (!lines.some((line) => line.startsWith('+++-') || /^ii {1,2}\S/.test(line))) return []
  return lines.flatMap((line, index) => {
    const [, state = '', name = '', version = '', architecture = ''] =
      /^([a-zA-Z]{2}[a-zA-Z ]?) {1,3}(\S+) +(\S+) +(\S+)/.exec(line) ?? []
    if (name === '') return []
    return [listed(name, version, architecture, state.charAt(1) === 'i', index)]
  })
}

function tabs(lines: readonly string[]): ListedPackage[] {
  return lines.flatMap((line, index) => {
    const [name = '', version, architecture, status] = line.split('\t')
    if (version === undefined || !/^[\w][\w.+:-]*$/.test(name)) return []
    return [
      listed(name, version, architecture ?? null, status === undefined || /(?:^| )installed$/.test(status), index),
    ]
  })
}

/** The description, in second place, may hold line breaks and semicolons; the last fields tell where a record ends. */
function semicolons(lines: readonly string[]): ListedPackage[] {
  const packages: ListedPackage[] = []
  let open: { name: string; index: number } | null = null
  for (const [index, raw] of lines.entries()) {
    const line = raw.replace(/^@@/, '')
    const name = /^([\w][\w.+:-]*); /.exec(line)?.[1]
    if (name !== undefined) open = { name, index }
    const fields = line.split('; ')
    const [version, before, status, architecture] = fields.slice(-4)
    if (open === null || architecture === undefined || status === undefined || !/^[a-z-]+$/.test(status)) continue
    if (!/^\S+$/.test(architecture)) continue
    // dpkg gives its status in three words, and again in one.
    const dpkg = / ok | reinst-required /.test(before ?? '')
    packages.push(listed(open.name, (dpkg ? version : before) ?? '', architecture, status === 'installed', open.index))
    open = null
  }
  return packages
}

function rpmNames(lines: readonly string[]): ListedPackage[] {
  return lines.flatMap((line, index) => {
    // The pattern is tried at every dash.
    if (line.length > LINE_MAX) return []
    const [, name, version = '', architecture = ''] =
      /^([\w][\w.+-]*?)-([^-\s]+-[^-\s]+)\.(noarch|x86_64|i[3-6]86|aarch64|src|\(none\))(?:\s|$)/.exec(line) ?? []
    return name === undefined ? [] : [listed(name, version, architecture, true, index)]
  })
}

function listed(
  name: string,
  version: string,
  architecture: string | null,
  installed: boolean,
  index: number,
): ListedPackage {
  return {
    name: name.replace(/:[a-z0-9-]+$/, ''),
    version: version === '' ? null : version.replace(/^\(none\):/, '0:'),
    architecture: architecture === '' ? null : architecture,
    installed,
    line: index + 1,
  }
}

/** In a whole table only the longest name fills its column. */
function cutNames(lines: readonly string[], packages: readonly ListedPackage[]): Problem | null {
  const width = /^\+\+\+-(=+)-/.exec(lines.find((line) => line.startsWith('+++-')) ?? '')?.[1]?.length
  if (width === undefined) return null
  const full = packages.filter(({ line }) => {
    const name = /^.{2,3} {1,3}(\S+)/.exec(lines[line - 1] ?? '')?.[1]
    return name?.length === width
  })
  if (full.length < 4) return null
  const message = `${full.length} names fill their column of ${width} characters, so that they were cut to it.`
  return { code: 'package-list-cut', message, at: { kind: 'line', line: full[0]?.line ?? 1 } }
}
