import { processList } from '../../artifacts/agent.js'
import { mdsdInfo } from '../../artifacts/ama.js'
import { unixSockets } from '../../artifacts/sockets.js'
import { amaInfo } from '../../facts/ama-log.js'
import { amaSockets } from '../../facts/ama-sockets.js'
import { configCache } from '../../facts/ct-dcrs.js'
import { DATA_SOCKET } from '../../knowledge/names.js'
import { atEntry, atLine } from '../../model/locator.js'
import { finding, notApplicable, rule, unknown } from '../../model/rule.js'
import { iso } from '../../model/time.js'
import { LINKS } from '../../knowledge/links.js'

/** An agent that wrote a line this recently is up. */
const ALIVE = 10 * 60_000

export const dataSocketMissing = rule({
  id: 'CT3001',
  name: 'data-socket-missing',
  title: 'The socket between Change Tracking and the Azure Monitor Agent is missing',
  group: 'sockets',
  severity: 'error',
  confidence: 'likely',
  docs: {
    what: 'Looks for the abstract UNIX socket CAgentStream_CloudAgentInfo_ChangeTracking-Linux_default_fluent.socket.',
    why: 'The Change Tracking agent hands its data over through this socket, which the Azure Monitor Agent opens once it has loaded the Change Tracking rule. Without it every run’s data is lost.',
    how: 'Needs a cached Change Tracking rule and a running Azure Monitor Agent. The list must show listening sockets, and at least one socket of the agent or the mdsd process: an empty list is what a container sees.',
    limits:
      'A list taken in the minute after a restart may lack the socket. Newer agents could use another kind of socket.',
    fix: [
      'Check that mdsd.info says the Change Tracking rule was loaded.',
      '`sudo systemctl restart azuremonitoragent`, wait two minutes, list the sockets again.',
      'Then restart the Change Tracking agent, which connects at start: `sudo systemctl restart cxp.service`.',
    ],
    proof: '`grep ChangeTracking-Linux /proc/net/unix` shows a listening socket and a connection.',
    links: [LINKS.amaTroubleshoot],
  },
  needs: { cache: configCache, lists: amaSockets },
  optional: { log: amaInfo },
  causes: ['CT5001', 'CT6002', 'CT7006'],
  *check({ cache, lists, log }, asOf) {
    if (cache.ctDcrs.length === 0) {
      yield notApplicable('No Change Tracking rule for Linux is cached, so the agent has no reason to open the socket.')
      return
    }
    const { sockets, complete, mdsdSeen, blind } = lists
    if (sockets.some(({ socket }) => socket.extension === DATA_SOCKET)) return
    const newest = log?.last?.time ?? null
    if (!mdsdSeen && newest === null) {
      yield unknown('Nothing shows whether the Azure Monitor Agent is up.', [mdsdInfo, processList])
    } else if (!mdsdSeen && newest !== null && newest < asOf - ALIVE) {
      yield notApplicable(`The Azure Monitor Agent itself is silent since ${iso(newest)}.`)
    } else if (complete === null) {
      yield unknown('The list shows connections only, not listening sockets.', [unixSockets])
    } else if (blind) {
      const reason = 'The list shows no socket of the Azure Monitor Agent at all, as inside a container.'
      yield unknown(reason, [unixSockets, processList])
    } else {
      const others = sockets.map(({ path, socket }) => atLine(path, socket.line, socket.text))
      const counted = `${complete.total} sockets, ${sockets.length} of the Azure Monitor Agent`
      yield finding({
        subject: DATA_SOCKET,
        message: `The Azure Monitor Agent is up and a Change Tracking rule is cached, but none of the ${complete.total} UNIX sockets is ${DATA_SOCKET}’s.`,
        evidence: [atEntry(complete.path, counted), ...others.slice(0, 5)],
      })
    }
  },
})
