import { failed, parsed, type Parsed } from '../model/parsed.js'
import type { Instant } from '../model/time.js'
import { instantAt } from './lines.js'
import { readText } from './text.js'

/** What AMA's own collector says of the machine and of its run. */
export interface AmaCollectorHead {
  readonly started: (HeadLine & { readonly time: Instant }) | null
  readonly hostname: HeadLine | null
  /** The machine's ARM id as the metadata service told it. */
  readonly resourceId: HeadLine | null
}

/** `value` is what stands after the name, `text` the whole line. */
export interface HeadLine {
  readonly value: string
  readonly line: number
  readonly text: string
}

/**
 * Reads `amalinux.out`, sections divided by lines of 80 dashes:
 *
 *     Log Collection Start Time: 2026-01-10T10.11.12.123456
 *     Hostname: vm-01
 *     resourceId: /subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-01/providers/Microsoft.Compute/virtualMachines/vm-01
 *
 * The first line of each name counts: outputs of commands follow. Fails with `not-ama-collector` when none is there.
 */
export function parseAmaCollectorHead(bytes: Uint8Array): Parsed<AmaCollectorHead> {
  const text = readText(bytes, 'The collector’s amalinux.out')
  if (!text.ok) return text
  const found = new Map<string, HeadLine>()
  for (const [index, raw] of text.value.split('\n').entries()) {
    const hit = /^(Log Collection Start Time|Hostname|resourceId): *(\S+)\s*$/i.exec(raw)
    const name = hit?.[1]?.toLowerCase()
    if (name === undefined || found.has(name)) continue
    found.set(name, { value: hit?.[2] ?? '', line: index + 1, text: raw.trimEnd() })
  }
  if (found.size === 0)
    return failed(
      'not-ama-collector',
      'The amalinux.out should have a line "Log Collection Start Time: …", "Hostname: …" or "resourceId: …", but has none.',
    )
  const start = found.get('log collection start time')
  // The collector writes dots where a time has colons.
  const stamp = start === undefined ? null : instantAt(start.value.replace(/T(\d\d)\.(\d\d)\./, 'T$1:$2:'))
  return parsed({
    started: start === undefined || stamp === null ? null : { ...start, time: stamp.time },
    hostname: found.get('hostname') ?? null,
    resourceId: found.get('resourceid') ?? null,
  })
}
