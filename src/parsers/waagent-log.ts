import type { ReadingLimits } from '../model/limits.js'
import type { LogDigest, LogWatch } from '../model/log-event.js'
import type { Parsed } from '../model/parsed.js'
import { digestInstallLog, type InstallEventKind } from './command-log.js'

/** The name of the extension as it stands in every line about it, with or without publisher and version. */
const EXTENSION = 'ChangeTracking-Linux'

/**
 * Parses waagent.log, the guest agent's own log, for the events of the Change Tracking extension:
 *
 *     2026-01-10T08:10:02.000000Z ERROR ExtHandler ExtHandler Event: name=Microsoft.Azure.ChangeTrackingAndInventory.ChangeTracking-Linux, op=Install, message=[ExtensionOperationError] Non-zero exit code: 126, …
 *
 * A dated line and what follows it without a time are one event; it counts when the dated line names the extension. The
 * agent's own warning about a noexec mount names none and counts always: it is about the machine.
 */
export function parseWaagentLog(
  chunks: AsyncIterable<Uint8Array>,
  limits?: ReadingLimits,
  watch?: LogWatch,
): Promise<Parsed<LogDigest<InstallEventKind>>> {
  return digestInstallLog(
    chunks,
    limits,
    (text, head) => {
      return (head?.text ?? text).includes(EXTENSION) || text.includes('The noexec flag is set on ')
    },
    watch,
  )
}
