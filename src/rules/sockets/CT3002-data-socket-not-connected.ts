import { processList } from '../../artifacts/agent.js'
import { unixSockets } from '../../artifacts/sockets.js'
import { amaSockets } from '../../facts/ama-sockets.js'
import { runningAma } from '../../facts/running-ama.js'
import { serviceUptime } from '../../facts/service-journal.js'
import { unitStates } from '../../facts/unit-states.js'
import { AMA_UNIT, DATA_SOCKET } from '../../knowledge/names.js'
import { LINKS } from '../../knowledge/links.js'
import { atEntry, atLine } from '../../model/locator.js'
import { finding, notApplicable, rule, unknown } from '../../model/rule.js'

/** The agent asks for its rule every five minutes, and needs a moment of its own. */
const REJOIN = 6 * 60_000

export const dataSocketNotConnected = rule({
  id: 'CT3002',
  name: 'data-socket-not-connected',
  title: 'The Change Tracking agent is not connected to the Azure Monitor Agent',
  group: 'sockets',
  severity: 'error',
  confidence: 'likely',
  docs: {
    what: 'Looks for a connection to the UNIX socket CAgentStream_CloudAgentInfo_ChangeTracking-Linux_default_fluent.socket.',
    why: 'The Azure Monitor Agent listens there for Change Tracking data. Nobody is connected: the Change Tracking agent does not run, or has lost the connection, and no data arrives.',
    how: 'Fires when a list of UNIX sockets shows the socket listening and no connection to it. A list that shows no connection of any program is one of listeners only, and does not count; nor does a list of connections only. When either agent started within the last six minutes the answer is unknown.',
    limits: 'Where no log shows that either agent was restarted, a list taken minutes later may lack the connection.',
    fix: [
      'See whether the Change Tracking agent runs: `systemctl status cxp.service`.',
      'Restart it: `sudo systemctl restart cxp.service`, wait one minute, list the sockets again.',
      'If that does not help, restart both in this order: `sudo systemctl restart azuremonitoragent`, wait two minutes, `sudo systemctl restart cxp.service`.',
    ],
    proof:
      '`grep ChangeTracking-Linux /proc/net/unix` shows two lines, one with 01 (listening) and one with 03 (connected) before the inode.',
    links: [LINKS.amaTroubleshoot, LINKS.overview],
  },
  needs: { lists: amaSockets },
  optional: { states: unitStates, running: runningAma, uptime: serviceUptime },
  causes: ['CT6002', 'CT7006'],
  *check({ lists: { sockets, complete, blind }, states, running, uptime }, asOf) {
    const own = sockets.filter(({ socket }) => socket.extension === DATA_SOCKET)
    if (own.some(({ socket }) => socket.state === 'connected')) return
    const listening = own.filter(({ socket }) => socket.state === 'listening')
    const [first, ...others] = listening
      .filter(({ connectionsShown }) => connectionsShown)
      .map(({ path, socket }) => atLine(path, socket.line, socket.text))
    const started = running?.event.time ?? null
    const fresh = (started !== null && asOf - started <= REJOIN) || (uptime != null && uptime <= REJOIN)
    if (first !== undefined && fresh) {
      yield unknown('One of the two agents has only just started, and the other may not have asked for it yet.', [
        unixSockets,
      ])
    } else if (first !== undefined) {
      const path = first.path ?? ''
      yield finding({
        subject: DATA_SOCKET,
        message: `The Azure Monitor Agent listens on the data socket of ${DATA_SOCKET}, but nobody is connected to it.`,
        evidence: [first, ...others, atEntry(path, 'no connection to that socket in the list')],
      })
    } else if (listening.length > 0) {
      yield unknown('The list shows listening sockets only, not connections.', [unixSockets])
    } else if (complete !== null && !blind) {
      yield notApplicable('The socket is not there at all, which CT3001 judges.')
    } else if (blind && /^(?:inactive|failed)$/.test(states?.of(AMA_UNIT)?.active?.value ?? '')) {
      yield notApplicable('The Azure Monitor Agent is down, so nobody listens.')
    } else {
      yield unknown('The list does not show whether the socket listens.', [unixSockets, processList])
    }
  },
})
