import type { Catalogue } from '../../model/catalogue.js'
import type { RuleGroup } from '../../model/hop.js'
import { baseName, type EntryPath } from '../../model/locator.js'
import type { Source } from '../../model/source.js'
import { duration, iso, isYearless, type Instant } from '../../model/time.js'
import type {
  ClockSkew,
  DatedLog,
  TimelineEvent,
  TimelineHead,
  TimelineHost,
  TimelineKnowledge,
} from '../../model/timeline.js'
import { mergeSorted } from '../../sources/sorted-records.js'
import { readSource, required, uniquelyNamed, type AnalyzeOptions, type HostView } from '../analyze.js'
import { fold, single, type Folded, type Occurrence } from './fold.js'
import { gapsOf } from './gaps.js'
import { KeptLines, type Place } from './lines.js'

export interface TimelineOptions extends AnalyzeOptions {
  /** Milliseconds before the bundle was taken; null for everything. */
  readonly window: number | null
  readonly only: readonly RuleGroup[] | null
  /** Every dated line, nothing folded. */
  readonly all: boolean
}

export interface Timeline {
  readonly head: Pick<TimelineHead, 'input' | 'hosts' | 'problems'>
  /** In order of time, as often as wanted. */
  events(): Generator<TimelineEvent>
  close(): void
}

/** Reads a source in one pass; the lines that matter wait outside of memory until they are asked for, in order. */
export async function timelineOf(
  source: Source,
  catalogue: Catalogue,
  knowledge: TimelineKnowledge,
  options: TimelineOptions,
): Promise<Timeline> {
  const wants = (hop: RuleGroup): boolean => options.only?.includes(hop) ?? true
  const kept = new KeptLines(knowledge, { all: options.all, hop: wants })
  try {
    // Secrets are a matter of rules.
    const quiet = { ...catalogue, secrets: () => ({ push: () => undefined, end: () => [] }) }
    const { input, views, problems } = await readSource(source, quiet, { ...options, watching: kept.watching })
    const hosts = uniquelyNamed(views.map((view) => ({ host: view.name, view }))).map(({ host: name, view }): Host => {
      const from = options.window === null ? -Infinity : view.clock.asOf - options.window
      const logs = required(view.resolve.fact(knowledge.logs)).map((log) => ({ ...log, skew: skewOf(log, view) }))
      return { name, view, from, logs, zone: zoneOf(logs) }
    })
    const names = sourceNames(hosts)
    const others = hosts.flatMap((host, index) => [
      ...fileTimes(host, index, knowledge, options.all),
      ...notes(host, index, knowledge),
      ...gaps(host, index, catalogue),
    ])
    return {
      head: { input, hosts: hosts.map((host) => headOf(host, names)), problems },
      events: () =>
        eventsOf(
          hosts,
          kept,
          others.filter(({ meaning }) => wants(meaning.hop)),
          names,
          options.all,
        ),
      close: () => kept.close(),
    }
  } catch (error) {
    kept.close()
    throw error
  }
}

interface Host {
  readonly name: string
  readonly view: HostView
  /** Nothing before is shown. */
  readonly from: Instant
  readonly logs: readonly DatedLog[]
  /** How far local time is ahead of UTC. */
  readonly zone: number
}

function headOf({ name, view, from, logs }: Host, names: ReadonlyMap<EntryPath, string>): TimelineHost {
  const time = (instant: Instant | null): string | null =>
    instant === null || isYearless(instant) ? null : iso(instant)
  return {
    host: name,
    root: view.evidence.root,
    asOf: view.clock.report,
    from: Number.isFinite(from) ? iso(from) : null,
    logs: logs.map(({ path, lines, first, last, skew }) => {
      return { source: names.get(path) ?? path, path, lines, first: time(first), last: time(last), skew }
    }),
  }
}

/** A newest line so long after the bundle was taken shows another clock, not how long taking it took. */
const AHEAD = 60_000

function skewOf({ last, skew }: DatedLog, { clock }: HostView): ClockSkew | null {
  const ahead = (last ?? 0) - clock.asOf
  if (ahead <= AHEAD || skew?.how === 'backwards') return skew
  return { how: 'bundle-time', seconds: Math.round(ahead / 1000), against: null }
}

/** Logs that contradict each other tell nothing. */
function zoneOf(logs: readonly DatedLog[]): number {
  const zones = new Set(logs.flatMap(({ skew }) => (skew?.how === 'zone' ? [skew.seconds * 1000] : [])))
  const [zone = 0] = zones
  return zones.size === 1 ? zone : 0
}

/** Base names without what all have in common; where two are the same, as much of the path as tells them apart. */
function sourceNames(hosts: readonly Host[]): ReadonlyMap<EntryPath, string> {
  const names = new Map<EntryPath, string>()
  const uses = new Map<string, number>()
  for (const { logs } of hosts)
    for (const { path } of logs) {
      const name = baseName(path)
        .replace(/^cta_linux_/, '')
        .replace(/\.log(?=\.|$)/, '')
      const use = (uses.get(name) ?? 0) + 1
      uses.set(name, use)
      names.set(path, use === 1 ? name : `${name}#${use}`)
    }
  return names
}

/** An event of which only the path says what it stands in. */
type Other = Omit<Occurrence, 'log'> & { readonly path: EntryPath }

const NO_LINE = { local: false, line: null, amount: null } as const

/** When files were last written. What is no part of the data path says it only to those who want everything. */
function fileTimes({ view }: Host, host: number, { homeOf }: TimelineKnowledge, all: boolean): Other[] {
  const seen = new Set<EntryPath>()
  return [...view.evidence.found].flatMap(([artifact, { good, bad }]) => {
    const { hop, dated } = homeOf(artifact)
    if (!all && !dated) return []
    return [...good, ...bad].flatMap(({ path, kind, size, mtime }): Other[] => {
      if (kind !== 'file' || mtime === null || seen.has(path)) return []
      seen.add(path)
      const folder = path.slice(0, path.lastIndexOf('/'))
      const meaning = { kind: 'file', hop, mark: null, same: `file ${artifact}` } as const
      const text = `Last written, ${size} bytes${folder === '' ? '' : `, in ${baseName(folder)}`}`
      return [{ ...NO_LINE, time: mtime, host, path, meaning, text }]
    })
  })
}

function notes({ view }: Host, host: number, knowledge: TimelineKnowledge): Other[] {
  return required(view.resolve.fact(knowledge.notes)).map(({ time, path, hop, text }) => {
    return { ...NO_LINE, time, host, path, meaning: { kind: 'note', hop, mark: null, same: null }, text }
  })
}

function gaps({ view, logs }: Host, host: number, catalogue: Catalogue): Other[] {
  const { asOf } = view.clock
  return gapsOf(required(view.resolve.fact(catalogue.activity)), asOf).map(({ hop, name, log, from, until, open }) => {
    const what = name.charAt(0).toLowerCase() + name.slice(1).replace(/, (.*)$/, ' ($1)')
    const text = `no ${what} for ${duration(until - from)}${open ? ', and none after' : ''}`
    const path = logs.find((one) => baseName(one.path) === log)?.path ?? log
    const meaning = { kind: 'gap', hop, mark: 'gap', same: null } as const
    return { ...NO_LINE, time: from, until, host, path, meaning, text }
  })
}

function* eventsOf(
  hosts: readonly Host[],
  kept: KeptLines,
  others: readonly Other[],
  names: ReadonlyMap<EntryPath, string>,
  all: boolean,
): Generator<TimelineEvent> {
  const owners = new Map<EntryPath, number>()
  hosts.forEach(({ logs }, host) => logs.forEach(({ path }) => owners.set(path, host)))
  // An archive may hold a path twice: the last one counts, as when it is unpacked.
  const last = new Map(kept.logs.map(({ path }, log) => [path, log]))
  const placeOf = (log: number): (Host & { readonly index: number }) | null => {
    const path = kept.logs[log]?.path ?? ''
    const index = last.get(path) === log ? owners.get(path) : undefined
    const host = index === undefined ? undefined : hosts[index]
    return host === undefined || index === undefined ? null : { ...host, index }
  }
  const places = kept.logs.map((_, log) => placeOf(log))
  const from = hosts.reduce((least, host) => Math.min(least, host.from), Infinity)
  const inWindow = ({ time, until, host }: Pick<Occurrence, 'time' | 'until' | 'host'>): boolean =>
    (until ?? time) >= (hosts[host]?.from ?? Infinity)

  const paths = kept.logs.map(({ path }) => path)
  const lines = function* (): Generator<Occurrence> {
    const asked = (log: number): Place | null => {
      const host = places[log]
      return host == null ? null : { asOf: host.view.clock.asOf, zone: host.zone }
    }
    for (const line of kept.read(from, asked)) yield { ...line, host: places[line.log]?.index ?? 0 }
  }
  const rest = others
    .toSorted((a, b) => a.time - b.time)
    .map(({ path, ...other }): Occurrence => ({ ...other, log: paths.push(path) - 1 }))
  const merged = mergeSorted<Occurrence>([lines(), rest], ({ time }) => time)
  const shown = function* (): Generator<Occurrence> {
    for (const one of merged) if (inWindow(one)) yield one
  }
  const told: Iterable<Folded> = all ? singles(shown()) : fold(shown())
  for (const { time, local, host, log, meaning, line, text, count, last, until, amount } of told) {
    const path = paths[log] ?? ''
    const end = until ?? (count > 1 ? last : null)
    yield {
      time: new Date(time).toISOString(),
      local,
      host: hosts[host]?.name ?? '',
      ...{ hop: meaning.hop, kind: meaning.kind, mark: meaning.mark },
      source: names.get(path) ?? baseName(path),
      ...{ path, line, text, count },
      until: end === null ? null : new Date(end).toISOString(),
      amount,
    }
  }
}

function* singles(occurrences: Iterable<Occurrence>): Generator<Folded> {
  for (const one of occurrences) yield single(one)
}
