import type { Catalogue, ClockWitness } from '../model/catalogue.js'
import type { HostReport } from '../model/report.js'
import { iso, type ClockSource, type Instant } from '../model/time.js'
import type { HostEvidence } from './hosts.js'
import type { Resolver } from './resolve.js'

/** The bundle's own time. Nothing is judged against today. */
export interface Clock {
  readonly asOf: Instant
  readonly report: HostReport['asOf']
}

const ORDER = ['manifest', 'archive-name', 'log', 'mtime'] as const

/** What a host's files themselves, and the names of folders and archives around them, say of the time. */
export function witnessesOf(host: HostEvidence, resolver: Resolver, catalogue: Catalogue): ClockWitness[] {
  const names = new Set(host.folders.flatMap((folder) => folder.split('/')))
  const told = resolver.fact(catalogue.clock)
  return [...[...names].flatMap(named), ...(told.met ? told.value : [])]
}

/** When the first of the collectors began: what it took must not look old by the others. */
export function collectedAt(witnesses: readonly ClockWitness[]): Instant | null {
  return timeBy('manifest', witnesses) ?? timeBy('archive-name', witnesses)
}

/** The strongest witness decides: the collector's own word, then the newest time inside any log, then file times. */
export function clockOf(
  host: HostEvidence,
  resolver: Resolver,
  catalogue: Catalogue,
  input: string,
  flag: Instant | null,
  now: Instant,
  live: boolean,
): Clock {
  if (flag !== null) return { asOf: flag, report: { time: iso(flag), source: 'flag' } }
  if (live) return { asOf: now, report: { time: iso(now), source: 'clock' } }
  const inside = witnessesOf(host, resolver, catalogue)
  const witnesses = [...(collectedAt(inside) === null ? named(input) : []), ...inside]
  if (host.newest !== null) witnesses.push({ source: 'mtime', time: host.newest.time })
  for (const source of ORDER) {
    const asOf = timeBy(source, witnesses)
    if (asOf !== null) return { asOf, report: { time: iso(asOf), source } }
  }
  return { asOf: now, report: { time: iso(now), source: 'clock' } }
}

/** Collectors say when they began; of what the machine wrote, the newest was written last. */
export function timeBy(source: ClockSource, witnesses: readonly ClockWitness[]): Instant | null {
  const times = witnesses.filter((witness) => witness.source === source).map(({ time }) => time)
  if (times.length === 0) return null
  return source === 'manifest' || source === 'archive-name' ? Math.min(...times) : Math.max(...times)
}

/** `amalogs-azurevm-2026-01-10T10.11.12.123456`, with or without an archive's extension: the collector's start, UTC. */
function named(name: string): ClockWitness[] {
  const hit = /amalogs-(?:azurevm|azurearc)-(\d{4}-\d\d-\d\d)T(\d\d)\.(\d\d)\.(\d\d)/.exec(name)
  if (hit === null) return []
  const time = Date.parse(`${hit[1]}T${hit[2]}:${hit[3]}:${hit[4]}Z`)
  return Number.isNaN(time) ? [] : [{ source: 'archive-name', time }]
}
