import { processList } from '../../artifacts/agent.js'
import { mdsdInfo } from '../../artifacts/ama.js'
import { unixSockets } from '../../artifacts/sockets.js'
import type { AmaSockets } from '../../facts/ama-sockets.js'
import type { ConfigCache } from '../../facts/ct-dcrs.js'
import type { LogView } from '../../facts/log-view.js'
import { atEntry, atLine } from '../../model/locator.js'
import { finding, notApplicable, unknown, type Draft } from '../../model/rule.js'
import { iso, type Instant } from '../../model/time.js'

/** An agent that wrote a line this recently is up. */
const ALIVE = 10 * 60_000

/** The answers of the rules about a socket that a running Azure Monitor Agent should have opened. */
export function* missingSocket(
  extension: string,
  { sockets, complete, mdsdSeen, blind }: AmaSockets,
  cache: ConfigCache,
  log: LogView<string> | undefined,
  asOf: Instant,
): Iterable<Draft> {
  if (cache.ctDcrs.length === 0) {
    yield notApplicable('No Change Tracking rule for Linux is cached, so the agent has no reason to open the socket.')
    return
  }
  if (sockets.some(({ socket }) => socket.extension === extension)) return
  const newest = log?.last?.time ?? null
  if (!mdsdSeen && newest === null) {
    yield unknown('Nothing shows whether the Azure Monitor Agent is up.', [mdsdInfo, processList])
  } else if (!mdsdSeen && newest !== null && newest < asOf - ALIVE) {
    yield notApplicable(`The Azure Monitor Agent itself is silent since ${iso(newest)}.`)
  } else if (complete === null) {
    yield unknown('The list shows connections only, or only lines picked out of it.', [unixSockets])
  } else if (blind) {
    const reason = 'The list shows no socket of the Azure Monitor Agent at all, as inside a container.'
    yield unknown(reason, [[unixSockets, processList]])
  } else {
    const others = sockets.map(({ path, socket }) => atLine(path, socket.line, socket.text))
    const counted = `${complete.total} sockets, ${sockets.length} of the Azure Monitor Agent`
    yield finding({
      subject: extension,
      message: `The Azure Monitor Agent is up and a Change Tracking rule is cached, but the socket of ${extension} is not among the ${complete.total} UNIX sockets.`,
      evidence: [atEntry(complete.path, counted), ...others.slice(0, 5)],
    })
  }
}
