import { ctAgentLog, ctHandlerLog, ctWatcherLog, waagentLog } from '../artifacts/agent.js'
import { mdsdErr, mdsdInfo, mdsdWarn } from '../artifacts/ama.js'
import { fact } from '../model/fact.js'
import type { EntryPath } from '../model/locator.js'
import type { LogDigest, LogEvent } from '../model/log-event.js'
import { namesZone } from '../parsers/lines.js'

/** How one log file ends. */
export interface LogEnd {
  readonly path: EntryPath
  /** The line with the newest time. */
  readonly newest: LogEvent
  /** The last regular line in the file’s order, where several stand after the newest one. */
  readonly after: LogEvent | null
}

/** The ends of all logs whose times say their zone: local time goes back by itself once a year. */
export const logEnds = fact({
  id: 'logEnds',
  needs: {},
  optional: {
    agent: ctAgentLog,
    handler: ctHandlerLog,
    watcher: ctWatcherLog,
    info: mdsdInfo,
    err: mdsdErr,
    warn: mdsdWarn,
    guest: waagentLog,
  },
  compute: ({ agent, handler, watcher, info, err, warn, guest }): readonly LogEnd[] =>
    [agent, handler, watcher, info, err, warn, guest].flatMap((found) =>
      (found?.good ?? []).flatMap(({ path, value }) => endOf(path, value) ?? []),
    ),
})

/** Lines that come again and again while the agent works: where these run backwards, the clock did. */
const REGULAR: readonly string[] = ['run', 'heartbeat', 'sinkRows']
const ENOUGH = 3

function endOf(path: EntryPath, { last, series }: LogDigest<string>): LogEnd | null {
  if (last?.time == null || !namesZone(last.text)) return null
  const newest = last.time
  const back = series
    .filter(({ kind }) => REGULAR.includes(kind))
    .flatMap(({ kept }) => kept)
    .filter(({ line, time }) => time !== null && line > last.line && time < newest)
  const after = back.length < ENOUGH ? null : back.reduce((a, b) => (b.line > a.line ? b : a))
  return { path, newest: last, after }
}
