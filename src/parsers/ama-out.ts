import { failed, parsed, type Parsed } from '../model/parsed.js'
import { usageRow, type FolderUsage } from './disk-usage.js'
import { nameiPaths, type NameiPath } from './namei.js'
import { readText } from './text.js'

/** The overview that the Azure Monitor Agent's own collector writes. */
export interface AmaOut {
  readonly installed: (OutLine & { readonly value: boolean }) | null
  /** Versions of the extension, in the order told. */
  readonly versions: readonly (OutLine & { readonly value: string })[]
  /** `x86_64`, `aarch64`. */
  readonly machine: (OutLine & { readonly value: string }) | null
  /** ARM id of the machine. */
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
 *     Machine Type: x86_64
 *     AMA Install Status: installed
 *     AMA Version: 1.35.8
 *     Output of command: du -h -d 1  /var/opt/microsoft/azuremonitoragent/events
 *     ========================================
 *     9.6M	/var/opt/microsoft/azuremonitoragent/events
 *
 * Lines are taken by their form, wherever they stand. Fails with `ama-out-unrecognised` when none is known.
 */
export function parseAmaOut(bytes: Uint8Array): Parsed<AmaOut> {
  const text = readText(bytes, 'The collector’s overview')
  if (!text.ok) return text
  const lines = text.value.split(/\r?\n/)
  const first = (pattern: RegExp): (OutLine & { readonly value: string }) | null => {
    const index = lines.findIndex((line) => pattern.test(line))
    const line = lines[index] ?? ''
    const value = pattern.exec(line)?.[1]?.trim()
    return value === undefined ? null : { value, line: index + 1, text: line }
  }
  const status = first(/^\s*AMA Install Status:\s*(\S.*)/i)
  const told = first(/^\s*AMA Version:\s*(\S+)/i) ?? first(/^\s*Multiple AMA versions detected:\s*(\S.*)/i)
  const out = {
    installed: status === null ? null : { ...status, value: !/\bnot\b/i.test(status.value) },
    versions: (told?.value ?? '')
      .split(/[\s,]+/)
      .filter((version) => /^\d+(\.\d+)+$/.test(version))
      .map((value) => ({ value, line: told?.line ?? 0, text: told?.text ?? '' })),
    machine: first(/^\s*Machine Type:\s*(\S+)/i),
    resourceId: first(/^\s*resourceId:\s*(\/subscriptions\/\S+)/i),
    usage: lines.flatMap((line, index) => usageRow(line, index + 1) ?? []),
    paths: nameiPaths(lines),
  }
  const known = out.versions.length + out.usage.length + out.paths.length
  if (known > 0 || out.installed !== null || out.machine !== null || out.resourceId !== null) return parsed(out)
  return failed(
    'ama-out-unrecognised',
    'The collector’s overview should tell of the agent’s installation, but does not.',
  )
}
