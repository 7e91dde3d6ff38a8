import type { Catalogue, ClockWitness } from '../model/catalogue.js'
import type { HostReport } from '../model/report.js'
import { iso, type Instant } from '../model/time.js'
import type { HostEvidence } from './hosts.js'
import type { Resolver } from './resolve.js'

/** The bundle's own time. Nothing is judged against today. */
export interface Clock {
  readonly asOf: Instant
  readonly report: HostReport['asOf']
}

const ORDER = ['manifest', 'archive-name', 'log', 'mtime', 'clock'] as const

/** The strongest witness decides: the collector's own word, then the newest time inside any log, then file times. */
export function clockOf(
  host: HostEvidence,
  resolver: Resolver,
  catalogue: Catalogue,
  names: Iterable<string>,
  flag: Instant | null,
  now: Instant,
  live: boolean,
): Clock {
  const witnesses: ClockWitness[] = []
  for (const name of names) {
    const time = collectorTime(name)
    if (time !== undefined) witnesses.push({ source: 'archive-name', time })
  }
  const told = resolver.fact(catalogue.clock)
  if (told.met) witnesses.push(...told.value)
  if (host.newest !== null) witnesses.push({ source: 'mtime', time: host.newest.time })
  witnesses.push({ source: 'clock', time: now })

  if (flag !== null) return { asOf: flag, report: { time: iso(flag), source: 'flag' } }
  if (live) return { asOf: now, report: { time: iso(now), source: 'clock' } }
  for (const source of ORDER) {
    const times = witnesses.filter((witness) => witness.source === source).map((witness) => witness.time)
    if (times.length === 0) continue
    const asOf = Math.max(...times)
    return { asOf, report: { time: iso(asOf), source } }
  }
  throw new Error('The clock always has one witness: now')
}

/** `amalogs-azurevm-2026-01-10T10.11.12.123456`, with or without an archive's extension: the collector's start, UTC. */
function collectorTime(name: string): Instant | undefined {
  const hit = /amalogs-(?:azurevm|azurearc)-(\d{4}-\d\d-\d\d)T(\d\d)\.(\d\d)\.(\d\d)/.exec(name)
  if (hit === null) return undefined
  const time = Date.parse(`${hit[1]}T${hit[2]}:${hit[3]}:${hit[4]}Z`)
  return Number.isNaN(time) ? undefined : time
}
