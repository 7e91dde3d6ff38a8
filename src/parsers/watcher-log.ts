import type { ReadingLimits } from '../model/limits.js'
import type { LogDigest, LogWatch } from '../model/log-event.js'
import type { Parsed } from '../model/parsed.js'
import { digestAgentLog, type AgentEventKind } from './agent-log.js'

/**
 * What a line of the watcher's log says beyond what the agent's logs share.
 *
 * `restart`, the worker was found gone or is started again · `launch`, it was started, pid.
 */
export type WatcherEventKind = AgentEventKind | 'restart' | 'launch'

/**
 * Parses cta_linux_watcher.log. None of its messages is public, so that several wordings are taken:
 *
 *     time="2026-01-10T08:05:00Z" level=warning msg="made-up: worker is not running, restarting it" pid=4242
 */
export function parseWatcherLog(
  chunks: AsyncIterable<Uint8Array>,
  limits?: ReadingLimits,
  watch?: LogWatch,
): Promise<Parsed<LogDigest<WatcherEventKind>>> {
  return digestAgentLog<WatcherEventKind>(chunks, limits, watch, {
    scan: SCAN,
    read: (fields, add) => {
      const message = fields.get('msg') ?? ''
      if (RESTARTED.test(message) || GONE.test(message)) {
        if (!HYPOTHETICAL.test(message)) add('restart', '', { msg: message })
        return
      }
      const pid = /^\d+$/.exec(fields.get('pid') ?? '')?.[0] ?? /\bpid\W{0,3}(\d+)/i.exec(message)?.[1]
      if (pid !== undefined && LAUNCHED.test(message)) add('launch', '', { pid })
    },
  })
}

const SCAN = [
  'estart',
  'xited',
  ' died',
  'rashed',
  'illed',
  'erminated',
  'not running',
  'tarted',
  'tarting',
  'aunch',
  'pawn',
].join('|')

const WHO = '(?:worker|agent|process|child|change_?tracking\\w*)'
const RESTARTED = /\bre-?start(?:ed|ing)\b/i
const GONE = new RegExp(
  `\\b${WHO}\\b.{0,80}\\b(?:exited|died|crashed|killed|terminated|not running|stopped unexpectedly)\\b`,
  'i',
)
/** A message about what is not done, or only might be, is no restart. */
const HYPOTHETICAL =
  /\b(?:no|not(?! running)|never|without|if|whether|when|until|would|could|skip\w*|avoid\w*)\b[^,;.]{0,40}\b(?:re-?start|exited|died|crashed|killed|terminated)|\b(?:0|no|none) (?:were |was )?re-?started\b/i
const LAUNCHED = new RegExp(
  `\\b(?:start|launch|spawn)(?:ed|ing)\\b.{0,60}\\b${WHO}\\b|\\b${WHO}\\b.{0,60}\\b(?:started|launched|spawned)\\b`,
  'i',
)
