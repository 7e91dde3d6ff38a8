import { ctAgentLog, ctWatcherLog } from '../artifacts/agent.js'
import { mdsdErr, mdsdInfo } from '../artifacts/ama.js'
import { isCtSink } from '../artifacts/cache.js'
import { DEFAULT_FREQUENCY, staleAfter } from '../knowledge/limits.js'
import { CT_STREAMS, LINUX_STREAMS } from '../knowledge/names.js'
import type { ActivityLane, ActivityMark, Span } from '../model/activity.js'
import type { Found } from '../model/artifact.js'
import { fact } from '../model/fact.js'
import type { EventSeries, LogDigest } from '../model/log-event.js'
import type { Instant } from '../model/time.js'
import { agentRuns, type AgentRuns } from './agent-runs.js'
import { amaFailures, amaInfo } from './ama-log.js'
import { configCache, frequencyOf, isDisabled, type ConfigCache } from './ct-dcrs.js'
import type { LogView } from './log-view.js'
import { isUpload, qosBlocks, type QosBlocks } from './qos-blocks.js'
import { watcherRestarts, type WatcherRestarts } from './watcher-restarts.js'
import type { MdsdEventKind } from '../parsers/mdsd-log.js'

/** What the logs show over time, in the order of the data path. The sockets write no log. */
export const activity = fact({
  id: 'activity',
  needs: {},
  optional: {
    ...{ info: amaInfo, infoFiles: mdsdInfo, failures: amaFailures, errFiles: mdsdErr },
    ...{ runs: agentRuns, agentFiles: ctAgentLog, watcher: watcherRestarts, watcherFiles: ctWatcherLog },
    ...{ qos: qosBlocks, cache: configCache },
  },
  compute: (given): readonly ActivityLane[] => {
    const { info, infoFiles, failures, errFiles, runs, agentFiles, watcher, watcherFiles, qos, cache } = given
    const ama = info && infoFiles ? new Log('mdsd.info', info, infoFiles) : null
    const err = failures && errFiles ? new Log('mdsd.err', failures, errFiles) : null
    return [
      ...(ama?.lanes('dcr', 'Rule loaded', ['loaded', 'sources', 'added', 'gigToken']) ?? []),
      ...(err?.failures('dcr', 'Failed fetches', ['amcsFail']) ?? []),
      ...(ama === null ? [] : [heartbeats(ama)]),
      ...(ama?.lanes('ama', 'Starts', ['start']) ?? []),
      ...(err?.failures('ama', 'Failed tokens', ['msiFail']) ?? []),
      ...(watcher && watcherFiles ? restarts(watcher, watcherFiles) : []),
      ...(runs && agentFiles ? agentLanes(runs, agentFiles, cache) : []),
      ...(ama === null ? [] : waitingRows(ama)),
      ...(qos === undefined ? [] : [uploaded(qos)]),
      ...(err?.failures('upload', 'Failed uploads', ['odsFail'], (type) => CT_STREAMS.includes(type)) ?? []),
    ]
  },
})

type OfSubject = (subject: string) => boolean
const ANY: OfSubject = () => true

/** They come every minute. */
const HEARTBEATS_CEASED = 5 * 60_000
/** Without a change nothing is uploaded but the inventory, every ten hours. */
const UPLOADS_CEASED = 12 * 3_600_000

/** One log as its view and its files, which alone know what they span and what memory forgot of them. */
class Log<K extends string> {
  constructor(
    readonly source: string,
    readonly view: LogView<K>,
    readonly files: Found<LogDigest<K>>,
  ) {}

  /** Something that is only worth a lane when it occurs. */
  lanes(hop: ActivityLane['hop'], name: string, kinds: readonly K[]): ActivityLane[] {
    const marks = marksOf(this.view.events(kinds))
    return marks.length === 0 ? [] : [this.lane({ hop, name, marks }, kinds)]
  }

  failures(hop: ActivityLane['hop'], name: string, kinds: readonly K[], of = ANY): ActivityLane[] {
    const failed = marksOf(this.view.events(kinds).filter(({ subject }) => of(subject)))
    return failed.length === 0 ? [] : [this.lane({ hop, name, marks: [], failed }, kinds, of)]
  }

  lane(own: Pick<ActivityLane, 'hop' | 'name' | 'marks'> & Partial<ActivityLane>, kinds: readonly K[], of = ANY) {
    const known = spansOf(this.files, this.view.whole, kinds, of)
    return { source: this.source, measure: 'events', silence: null, failed: null, known, ...own } as const
  }
}

function heartbeats(log: Log<MdsdEventKind>): ActivityLane {
  const marks = marksOf(log.view.events(['heartbeat']))
  return log.lane({ hop: 'ama', name: 'Heartbeats', silence: HEARTBEATS_CEASED, marks }, ['heartbeat'])
}

function restarts(
  { log, restarts: found }: WatcherRestarts,
  files: ConstructorParameters<typeof Log>[2],
): ActivityLane[] {
  if (found.length === 0) return []
  const watcher = new Log<string>('cta_linux_watcher.log', log, files)
  const own = { hop: 'agent', name: 'Worker restarts', marks: [], failed: marksOf(found) } as const
  return [watcher.lane(own, ['restart', 'launch'])]
}

function agentLanes(
  runs: AgentRuns,
  files: ConstructorParameters<typeof Log>[2],
  cache: ConfigCache | undefined,
): ActivityLane[] {
  const log = new Log<string>('cta_linux_agent.log', runs.log, files)
  return [
    ...log.failures('agent', 'Errors', ['error', 'panic']),
    ...(['files', 'software', 'services'] as const).flatMap((worker) => {
      const marks = runs.runs(worker).map(({ time }) => ({ time, amount: 1 }))
      // Not every version logs runs over files.
      if (marks.length === 0 && worker === 'files') return []
      const name = `Runs, ${worker}`
      const frequency = (cache && frequencyOf(cache, worker)) ?? DEFAULT_FREQUENCY[worker]
      const silence = cache !== undefined && isDisabled(cache, worker) ? null : staleAfter(frequency)
      return [log.lane({ hop: 'collection', name, silence, marks }, ['run'], (subject) => subject === worker)]
    }),
  ]
}

/** By stream; of several sinks of one stream the fullest counts. */
function waitingRows(log: Log<MdsdEventKind>): ActivityLane[] {
  return LINUX_STREAMS.flatMap((stream) => {
    const of: OfSubject = (sink) => sink.endsWith(`:${stream}`) && isCtSink({ sink, stream })
    const rows = log.view.events(['sinkRows']).filter(({ subject }) => of(subject))
    const marks = rows.flatMap(({ time, fields }) => markOf(time, Number(fields['rows'])))
    if (marks.length === 0) return []
    return [log.lane({ hop: 'cache', name: `Rows waiting, ${stream}`, measure: 'level', marks }, ['sinkRows'], of)]
  })
}

/** What one block of the statistics counts over. */
const BLOCK = 15 * 60_000

function uploaded({ blocks, whole }: QosBlocks): ActivityLane {
  const marks: ActivityMark[] = []
  const failed: ActivityMark[] = []
  const files = new Map<string, Span>()
  for (const { path, time, rows } of blocks) {
    for (const { total, success } of rows.filter(isUpload)) {
      if ((success ?? 0) > 0) marks.push(...markOf(time, success ?? 0))
      failed.push(...markOf(time, Math.max(0, (total ?? 0) - (success ?? 0))))
    }
    const known = files.get(path)
    files.set(path, { from: Math.min(known?.from ?? time, time - BLOCK), to: Math.max(known?.to ?? time, time) })
  }
  const known = whole ? openEnded([...files.values()]) : [...files.values()]
  return {
    ...{ hop: 'upload', name: 'Uploads', source: 'mdsd.qos', measure: 'events', silence: UPLOADS_CEASED },
    ...{ marks, failed, known },
  }
}

function marksOf(events: readonly { readonly time: Instant | null }[]): ActivityMark[] {
  return events.flatMap(({ time }) => markOf(time, 1))
}

function markOf(time: Instant | null, amount: number): ActivityMark[] {
  return time === null || !Number.isSafeInteger(amount) ? [] : [{ time, amount }]
}

/** Where a log would show events of some kinds: its files' spans, less what memory forgot of a long series. */
function spansOf(
  { good }: Found<LogDigest<string>>,
  whole: boolean,
  kinds: readonly string[],
  of: OfSubject,
): readonly Span[] {
  const spans = good.flatMap(({ value: { first, last, series } }): Span[] => {
    if (first?.time == null || last?.time == null) return []
    const forgotten = series.filter(({ kind, subject }) => kinds.includes(kind) && of(subject)).flatMap(blanks)
    return without({ from: first.time, to: last.time }, forgotten)
  })
  return whole ? openEnded(spans) : spans
}

/** Between which kept events of a series the forgotten ones may lie. */
function blanks({ count, kept }: EventSeries<string>): Span[] {
  const missing = count - kept.length
  if (missing <= 0) return []
  return kept.slice(1).flatMap((next, index) => {
    const before = kept[index]
    if (before?.time == null || next.time === null || next.line - before.line <= missing) return []
    return [{ from: before.time, to: next.time }]
  })
}

function without({ from, to }: Span, blanks: readonly Span[]): Span[] {
  const left: Span[] = []
  let start = from
  for (const blank of blanks.toSorted((a, b) => a.from - b.from)) {
    if (blank.from > start) left.push({ from: start, to: Math.min(blank.from, to) })
    start = Math.max(start, blank.to)
  }
  return start <= to ? [...left, { from: start, to }] : left
}

/** What was collected to its end says that nothing came after it. */
function openEnded(spans: readonly Span[]): Span[] {
  const end = spans.reduce((latest, { to }) => Math.max(latest, to), 0)
  return spans.map((span) => (span.to === end ? { from: span.from, to: Infinity } : span))
}
