import { failed, parsed, type Parsed } from '../model/parsed.js'
import type { Instant } from '../model/time.js'
import { usageRow, type FolderUsage } from './disk-usage.js'
import { instantAt } from './lines.js'
import { nameiPaths, type NameiPath } from './namei.js'
import { readLines } from './text.js'

/** The overview that the Azure Monitor Agent's own collector writes. */
export interface AmaOut {
  /** When the collector began. */
  readonly started: (OutLine & { readonly time: Instant }) | null
  readonly hostname: (OutLine & { readonly value: string }) | null
  readonly installed: (OutLine & { readonly value: boolean }) | null
  /** Versions of the extension, in the order told. */
  readonly versions: readonly (OutLine & { readonly value: string })[]
  /** `x86_64`, `aarch64`. */
  readonly machine: (OutLine & { readonly value: string }) | null
  /** ARM id of the machine, as the metadata service told it. */
  readonly resourceId: (OutLine & { readonly value: string }) | null
  /** From `du -h`. */
  readonly usage: readonly FolderUsage[]
  /** From `namei -om`. */
  readonly paths: readonly NameiPath[]
}

export interface OutLine {
  readonly line: number
  readonly text: string
}

/**
 * Reads `amalinux.out`: sections between lines of dashes, answers of commands below `Output of command: …`.
 *
 *     Log Collection Start Time: 2026-01-10T10.11.12.123456
 *     Hostname: vm-01
 *     Machine Type: x86_64
 *     AMA Install Status: installed
 *     AMA Version: 1.35.8
 *     Output of command: du -h -d 1  /var/opt/microsoft/azuremonitoragent/events
 *     ========================================
 *     9.6M	/var/opt/microsoft/azuremonitoragent/events
 *
 * Lines are taken by their form, wherever they stand; of a name that comes twice the first, because the answers of commands
 * follow. Fails with `ama-out-unrecognised` when none is known.
 */
export function parseAmaOut(bytes: Uint8Array): Parsed<AmaOut> {
  const read = readLines(bytes, 'The collector’s overview')
  if (!read.ok) return read
  const lines = read.value
  const first = (pattern: RegExp): (OutLine & { readonly value: string }) | null => {
    const index = lines.findIndex((line) => pattern.test(line))
    const line = lines[index] ?? ''
    const value = pattern.exec(line)?.[1]?.trim()
    return value === undefined ? null : { value, line: index + 1, text: line }
  }
  const status = first(/^\s*AMA Install Status:\s*(\S.*)/i)
  const version = first(/^\s*AMA Version:\s*(\S+)/i) ?? first(/^\s*Multiple AMA versions detected:\s*(\S.*)/i)
  const start = first(/^\s*Log Collection Start Time:\s*(\S+)/i)
  // The collector writes dots where a time has colons.
  const stamp = start === null ? null : instantAt(start.value.replace(/T(\d\d)\.(\d\d)\./, 'T$1:$2:'))
  const out = {
    started: start === null || stamp === null ? null : { line: start.line, text: start.text, time: stamp.time },
    hostname: first(/^Hostname:\s*(\S+)\s*$/i),
    installed: status === null ? null : { ...status, value: !/\bnot\b/i.test(status.value) },
    versions: (version?.value ?? '')
      .split(/[\s,]+/)
      .filter((value) => /^\d+(\.\d+)+$/.test(value))
      .map((value) => ({ value, line: version?.line ?? 0, text: version?.text ?? '' })),
    machine: first(/^\s*Machine Type:\s*(\S+)/i),
    resourceId: first(/^\s*resourceId:\s*(\/subscriptions\/\S+)/i),
    usage: lines.flatMap((line, index) => usageRow(line, index + 1) ?? []),
    paths: nameiPaths(lines),
  }
  const { usage, paths, versions, ...lone } = out
  const told = [usage, paths, versions].some(({ length }) => length > 0)
  if (told || Object.values(lone).some((line) => line !== null)) return parsed(out)
  return failed(
    'ama-out-unrecognised',
    'The collector’s overview should tell of the machine or of the agent’s installation, but does not.',
  )
}
