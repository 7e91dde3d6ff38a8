import { failed, parsed, type Parsed } from '../model/parsed.js'
import { readLines } from './text.js'

/** What the kernel says of the machine. */
export interface Uname {
  /** In the kernel's spelling: `x86_64`, `aarch64`. */
  readonly machine: string
  readonly line: number
  readonly text: string
}

const MACHINE = /^(?:x86_64|amd64|i[3-6]86|aarch64(?:_be)?|arm64|armv\d\w*|ppc64(?:le)?|s390x?|riscv64|loongarch64)$/i
const SPELLINGS: ReadonlyMap<string, string> = new Map([
  ['amd64', 'x86_64'],
  ['arm64', 'aarch64'],
])

/**
 * Reads what `uname -a` or `uname -m` printed:
 *
 *     Linux vm-01 5.15.0-1053-azure #61-Ubuntu SMP Thu Nov 30 15:00:00 UTC 2023 x86_64 x86_64 x86_64 GNU/Linux
 *
 * Fails with `uname-unrecognised` when no line names an architecture.
 */
export function parseUname(bytes: Uint8Array): Parsed<Uname> {
  const lines = readLines(bytes, 'The output of uname')
  if (!lines.ok) return lines
  for (const [index, line] of lines.value.entries()) {
    const words = line.trim().split(/\s+/)
    // The second word is the host's name, which may be anything.
    const machine = words.find((word, at) => (words.length === 1 || at > 1) && MACHINE.test(word))
    if (machine === undefined) continue
    return parsed({ machine: spelling(machine), line: index + 1, text: line })
  }
  return failed('uname-unrecognised', 'The output of uname should name an architecture such as x86_64, but does not.')
}

/** Debian and the kernel name the same architectures differently: `arm64` is `aarch64`. */
export function spelling(architecture: string): string {
  const lower = architecture.toLowerCase()
  return SPELLINGS.get(lower) ?? lower
}
