import { ctCommandLog, ctHandlerStatus, waagentLog } from '../artifacts/agent.js'
import { wasCutOff, type Evidence } from '../model/artifact.js'
import { fact } from '../model/fact.js'
import { atJson, clip, type Locator } from '../model/locator.js'
import type { Instant } from '../model/time.js'
import { installFailuresIn, type InstallEventKind } from '../parsers/command-log.js'
import type { HandlerStatus } from '../parsers/handler-status.js'
import { agentRuns, type AgentRuns } from './agent-runs.js'
import { atEvent, logView, type LoggedEvent, type LogView } from './log-view.js'
import { ofNewest } from './versions.js'

export type InstallFailureKind = Exclude<InstallEventKind, 'command'>

/** A failure of a command of the extension, or a reason that its output gives, and nothing that proves it is over. */
export interface InstallFailure {
  readonly kind: InstallFailureKind
  /** Null where its log has no time above it; HandlerStatus has none at all. */
  readonly time: Instant | null
  readonly text: string
  readonly fields: Readonly<Record<string, string>>
  readonly at: Locator
  /** install, enable, disable, update, uninstall; null where nothing says it. */
  readonly action: string | null
  /** A later attempt shows, and what would tell how it ended was not collected. */
  readonly unsure: boolean
}

export interface InstallEvidence {
  /** In time order; those without a time first, those of HandlerStatus last. */
  readonly open: readonly InstallFailure[]
  /** Something was collected in which a failure would show, so that silence means there was none. */
  readonly answered: boolean
}

/** Older guest agents write local times without a zone. */
const ZONE_SLACK = 14 * 3_600_000
/** A file time before this is an archive's default, not a time. */
const BOGUS = Date.UTC(2015, 0, 1)

/**
 * What went wrong when the extension was installed or enabled, from the three places that show it: CommandExecution.log (what
 * commands that succeed print), waagent.log and HandlerStatus (where failures go). A failure is over when the command went
 * well later, when HandlerStatus says Ready since, or when the agent began to log after it.
 */
export const installEvidence = fact({
  id: 'installEvidence',
  needs: {},
  optional: { command: ctCommandLog, guest: waagentLog, status: ctHandlerStatus, runs: agentRuns },
  compute: ({ command, guest, status, runs }): InstallEvidence => {
    const commands = command === undefined ? undefined : logView(command)
    const views = [commands, guest === undefined ? undefined : logView(guest)].filter((view) => view !== undefined)
    const current = status === undefined ? undefined : ofNewest(status.good)
    const logged = inOrder(views)
    const settle = settler(logged, commands, current, runs)
    const open = logged.flatMap(({ event, kind, action, done }): InstallFailure[] => {
      if (kind === 'command') return []
      const state = settle(event, kind, action, done)
      if (state === 'over') return []
      const { time, text, fields } = event
      return [{ kind, time, text, fields, at: atEvent(event), action, unsure: state === 'unsure' }]
    })
    return {
      open: [...open, ...(current === undefined ? [] : reported(current))],
      answered: current !== undefined || logged.some(({ kind }) => kind === 'command'),
    }
  },
})

interface Logged {
  readonly event: LoggedEvent
  readonly kind: InstallEventKind
  readonly action: string | null
  /** It stands in the output of a command that ended well all the same. */
  readonly done: boolean
}

const KINDS: Readonly<Record<InstallEventKind, true>> = {
  command: true,
  nonZeroExit: true,
  timeout: true,
  execFormat: true,
  noexec: true,
  packageLock: true,
  packagePayload: true,
  driverFailure: true,
}

/** Events of all logs in time order, each with the command it belongs to. */
function inOrder(views: readonly LogView<InstallEventKind>[]): Logged[] {
  const all = views.flatMap((view) =>
    // The keys of a record over the kinds are the kinds.
    (Object.keys(KINDS) as InstallEventKind[]).flatMap((kind) => view.events([kind]).map((event) => ({ kind, event }))),
  )
  all.sort(
    (a, b) =>
      (a.event.time ?? 0) - (b.event.time ?? 0) ||
      (a.event.path < b.event.path ? -1 : a.event.path > b.event.path ? 1 : a.event.line - b.event.line),
  )
  let head: LoggedEvent | null = null
  return all.map(({ kind, event }): Logged => {
    if (kind === 'command') head = event
    const own = kind === 'command' ? event.subject : (actionIn(event.text) ?? head?.subject ?? null)
    const under = head !== null && head.time === event.time && head.path === event.path
    return { kind, event, action: own, done: kind !== 'command' && under && head?.fields['phase'] === 'done' }
  })
}

function actionIn(text: string): string | null {
  const [, command, operation] =
    /cta_linux_handler\W{1,3}(install|enable|disable|update|uninstall)\b|\bop=(\w+)/i.exec(text) ?? []
  return (command ?? operation)?.toLowerCase() ?? null
}

type State = 'open' | 'over' | 'unsure'

function settler(
  logged: readonly Logged[],
  commands: LogView<InstallEventKind> | undefined,
  status: Evidence<HandlerStatus> | undefined,
  runs: AgentRuns | undefined,
): (event: LoggedEvent, kind: InstallFailureKind, action: string | null, done: boolean) => State {
  const tainted = new Set(logged.filter(({ done }) => done).map(({ event }) => `${event.path} ${event.time}`))
  const succeeded = logged.filter(
    ({ kind, event }) =>
      kind === 'command' && event.fields['phase'] === 'done' && !tainted.has(`${event.path} ${event.time}`),
  )
  const lastDone = new Map<string, number>()
  for (const { event, action } of succeeded) {
    const key = `${action} ${event.fields['zone'] ?? ''}`
    lastDone.set(key, Math.max(event.time ?? -Infinity, lastDone.get(key) ?? -Infinity))
  }
  const lastAttempt = logged.findLast(({ kind }) => kind === 'command')?.event.time ?? -Infinity
  const firstLine = runs?.log.first?.time ?? null
  const lastRun = runs?.log.events(['run']).at(-1)?.time ?? null

  return (event, kind, action, done) => {
    const zone = event.fields['zone'] ?? ''
    const time = event.time ?? -Infinity
    // Where zones differ, the earliest moment the line can mean: rather silent than wrong.
    const earliest = zone === '' ? time : time - ZONE_SLACK
    for (const command of provenBy(kind, action)) {
      if ((lastDone.get(`${command} ${zone}`) ?? -Infinity) > time) return 'over'
      if (zone !== '' && (lastDone.get(`${command} `) ?? -Infinity) > earliest) return 'over'
    }
    if (firstLine !== null && lastRun !== null && firstLine > earliest && lastRun > earliest) return 'over'
    const ready = status?.value.status?.toLowerCase() === 'ready'
    // An installation that fails and says it did not leaves the extension Ready. And a success is logged where the log is whole.
    const telling = ready && !done && !(zone === '' && commands?.covers(time) === true)
    if (telling && isSince(status?.mtime ?? null, earliest)) return 'over'
    if (status === undefined && commands?.whole !== true && lastAttempt > time) return 'unsure'
    return status === undefined && commands?.whole === false ? 'unsure' : 'open'
  }
}

/** The commands whose later success proves a failure over. Enabling can go well without a package, so it proves no installation. */
function provenBy(kind: InstallFailureKind, action: string | null): readonly string[] {
  switch (kind) {
    case 'packageLock':
    case 'packagePayload':
    case 'driverFailure':
      return ['install', 'update']
    case 'execFormat':
    case 'noexec':
      return ['install', 'update', 'enable']
    case 'nonZeroExit':
    case 'timeout':
      return action === null ? ['enable'] : ['enable', action]
  }
}

function isSince(mtime: Instant | null, time: number): boolean {
  return mtime === null || mtime < BOGUS || mtime >= time - 1000
}

/** Failures that the guest agent's current report on the newest version holds. */
function reported({ path, value, problems }: Evidence<HandlerStatus>): InstallFailure[] {
  if (value.status?.toLowerCase() === 'ready' || value.message === null || wasCutOff({ problems })) return []
  const found = installFailuresIn(value.message)
  const action = found.map(({ text }) => actionIn(text)).find((told) => told !== null) ?? null
  return found.flatMap(({ kind, text, fields }): InstallFailure[] =>
    kind === 'command' ? [] : [{ kind, time: null, text, fields, at: at(text), action, unsure: false }],
  )

  function at(text: string): Locator {
    return { ...atJson(path, value.messageSegments, text), snippet: clip(text) }
  }
}
