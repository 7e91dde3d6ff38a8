import { isCtSink } from '../artifacts/cache.js'
import { CT_STREAMS } from '../knowledge/names.js'
import type { RuleGroup } from '../model/hop.js'
import type { PassingLine, Said } from '../model/log-event.js'
import { isYearless } from '../model/time.js'
import type { LineMeaning, TimelineMark } from '../model/timeline.js'
import type { AgentEventKind } from '../parsers/agent-log.js'
import type { InstallEventKind } from '../parsers/command-log.js'
import type { JournalEventKind } from '../parsers/journal.js'
import type { MdsdEventKind } from '../parsers/mdsd-log.js'
import type { WatcherEventKind } from '../parsers/watcher-log.js'
import { isUpload } from './qos-blocks.js'

interface Row<K extends string> {
  readonly kind: K
  readonly hop: RuleGroup
  readonly mark?: TimelineMark
  /** Only of these. */
  readonly if?: (said: Said) => boolean
  readonly same?: (said: Said) => string
  readonly text?: (said: Said) => string
  readonly amount?: (said: Said) => number
}

const bySubject = ({ kind, subject }: Said): string => `${kind} ${subject}`
const field =
  (name: string) =>
  ({ fields }: Said): string =>
    fields[name] ?? ''
const isCtStream = ({ subject }: Said): boolean => CT_STREAMS.includes(subject)
const streamOf = (sink: string): string => sink.slice(sink.lastIndexOf(':') + 1)

/** A line that says several things is the first of these. */
const AGENT: readonly Row<AgentEventKind>[] = [
  { kind: 'outputStream', hop: 'sockets', mark: 'error', same: bySubject },
  { kind: 'bind', hop: 'agent', mark: 'error' },
  { kind: 'panic', hop: 'agent', mark: 'error', same: bySubject },
  { kind: 'error', hop: 'agent', mark: 'error', same: bySubject },
  { kind: 'warning', hop: 'agent', mark: 'warning', same: bySubject },
  // Another number of items is news.
  { kind: 'run', hop: 'collection', same: (said) => `${bySubject(said)} ${field('count')(said)}` },
]

const WATCHER: readonly Row<WatcherEventKind>[] = [
  { kind: 'restart', hop: 'agent', mark: 'restart' },
  { kind: 'launch', hop: 'agent', mark: 'restart' },
  ...AGENT,
]

const INSTALL: readonly Row<InstallEventKind>[] = [
  { kind: 'nonZeroExit', hop: 'agent', mark: 'error' },
  { kind: 'timeout', hop: 'agent', mark: 'error' },
  { kind: 'driverFailure', hop: 'agent', mark: 'error' },
  { kind: 'packagePayload', hop: 'agent', mark: 'error' },
  { kind: 'packageLock', hop: 'agent', mark: 'error' },
  { kind: 'execFormat', hop: 'agent', mark: 'error' },
  { kind: 'noexec', hop: 'agent', mark: 'warning' },
  {
    kind: 'command',
    hop: 'agent',
    text: (said) =>
      `Extension ${field('version')(said)}: ${said.subject} ${field('phase')(said) === 'start' ? 'began' : 'is done'}`,
  },
]

const JOURNAL: readonly Row<JournalEventKind>[] = [
  { kind: 'gaveUp', hop: 'agent', mark: 'error' },
  { kind: 'failed', hop: 'agent', mark: 'error' },
  { kind: 'exited', hop: 'agent', mark: 'warning' },
  { kind: 'restart', hop: 'agent', mark: 'restart' },
  { kind: 'started', hop: 'agent', mark: 'restart' },
  { kind: 'stopped', hop: 'agent' },
]

const MDSD: readonly Row<MdsdEventKind>[] = [
  { kind: 'start', hop: 'ama', mark: 'restart' },
  { kind: 'parent', hop: 'ama', mark: 'restart' },
  { kind: 'heartbeat', hop: 'ama', same: bySubject },
  { kind: 'msiFail', hop: 'ama', mark: 'error' },
  { kind: 'msiOk', hop: 'ama' },
  { kind: 'amcsFail', hop: 'dcr', mark: 'error' },
  { kind: 'loaded', hop: 'dcr', same: bySubject },
  { kind: 'sources', hop: 'dcr', same: bySubject },
  { kind: 'added', hop: 'dcr', same: bySubject },
  { kind: 'gigToken', hop: 'dcr', same: bySubject },
  { kind: 'socket', hop: 'sockets' },
  {
    kind: 'sinkRows',
    hop: 'cache',
    if: ({ subject }) => isCtSink({ sink: subject, stream: streamOf(subject) }),
    same: bySubject,
    text: (said) =>
      `Rows waiting, ${streamOf(said.subject)}: ${field('rows')(said)} (${said.subject.slice(0, said.subject.indexOf(':'))})`,
    amount: (said) => Number(field('rows')(said)),
  },
  { kind: 'noSpace', hop: 'cache', mark: 'error' },
  { kind: 'gc', hop: 'cache', mark: 'warning' },
  { kind: 'quota', hop: 'cache' },
  { kind: 'odsFail', hop: 'upload', mark: 'error', same: (said) => `${bySubject(said)} ${field('reason')(said)}` },
  { kind: 'odsException', hop: 'upload', mark: 'error' },
  {
    kind: 'uploadRows',
    hop: 'upload',
    if: isCtStream,
    same: bySubject,
    amount: (said) => Number(field('rows')(said)),
  },
]

/** Rows of the upload statistics, which the lines of mdsd.qos are. */
const QOS: readonly Row<'counted'>[] = [
  {
    kind: 'counted',
    hop: 'upload',
    mark: 'error',
    if: (said) => counts(said) && field('success')(said) !== field('total')(said),
    same: (said) => `${bySubject(said)} failed`,
    text: (said) => `Uploads, ${said.subject}: ${field('success')(said)} of ${field('total')(said)} succeeded`,
  },
  {
    kind: 'counted',
    hop: 'upload',
    if: counts,
    same: bySubject,
    text: (said) => `Uploads, ${said.subject}: ${field('total')(said)} in 15 min, ${field('rows')(said)} rows`,
    amount: (said) => Number(field('rows')(said)),
  },
]

function counts(said: Said): boolean {
  return isUpload({ operation: field('operation')(said) }) && !/windows/i.test(field('object')(said))
}

const LOGS: Readonly<Record<string, readonly Row<string>[]>> = {
  ctAgentLog: AGENT,
  ctHandlerLog: AGENT,
  ctWatcherLog: WATCHER,
  ctCommandLog: INSTALL,
  waagentLog: INSTALL,
  journal: JOURNAL,
  mdsdInfo: MDSD,
  mdsdErr: MDSD,
  mdsdWarn: MDSD,
  mdsdQos: QOS,
}

/** Files that are written when something moves; logs tell by their lines. */
const DATED: Readonly<Record<string, RuleGroup>> = {
  ...{ configChunk: 'dcr', mcsConfig: 'dcr', amaDefaults: 'ama' },
  ...{
    ctHandlerState: 'agent',
    ctHandlerStatus: 'agent',
    ctStatus: 'agent',
    applicationYml: 'agent',
    cxpUnit: 'agent',
  },
  ...{ ctDb: 'collection', fileJson: 'collection', packagesJson: 'collection', servicesJson: 'collection' },
  sinkFolders: 'cache',
}
const UNDATED: Readonly<Record<string, RuleGroup>> = {
  ...{ ctAgentLog: 'agent', ctHandlerLog: 'agent', ctWatcherLog: 'agent', ctCommandLog: 'agent' },
  ...{ mdsdInfo: 'ama', mdsdErr: 'ama', mdsdWarn: 'ama', mdsdQos: 'upload', unixSockets: 'sockets' },
}

/** The hop that an artifact tells of, and whether it matters when its file was last written. */
export function homeOf(artifact: string): { readonly hop: RuleGroup; readonly dated: boolean } {
  const hop = DATED[artifact]
  return hop === undefined ? { hop: UNDATED[artifact] ?? 'host', dated: false } : { hop, dated: true }
}

/** Whatever stands in it is an error. */
const ERRORS = 'mdsdErr'

/** What a line of a log is to somebody who follows the data; null for one that only tells of itself. */
export function lineMeaning(artifact: string, { time, said }: PassingLine): LineMeaning | null {
  for (const row of LOGS[artifact] ?? []) {
    const found = said.find((one) => one.kind === row.kind && (row.if?.(one) ?? true))
    if (found === undefined) continue
    const amount = row.amount?.(found) ?? Number.NaN
    return {
      kind: row.kind,
      hop: row.hop,
      mark: row.mark ?? null,
      same: row.same?.(found) ?? null,
      amount: Number.isSafeInteger(amount) ? amount : null,
      ...(row.text === undefined ? {} : { text: row.text(found) }),
      zoneless: isYearless(time) || found.fields['zone'] === 'unknown',
    }
  }
  return artifact === ERRORS && said.length === 0
    ? { kind: 'line', hop: 'ama', mark: 'error', same: null, amount: null, zoneless: false }
    : null
}
