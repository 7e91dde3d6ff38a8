import { amaInfo } from '../../facts/ama-log.js'
import { amaSockets } from '../../facts/ama-sockets.js'
import { configCache } from '../../facts/ct-dcrs.js'
import { DATA_SOCKET } from '../../knowledge/names.js'
import { rule } from '../../model/rule.js'
import { LINKS } from '../../knowledge/links.js'
import { missingSocket } from './missing-socket.js'

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
  causes: ['CT5001', 'CT5002', 'CT6002', 'CT7006'],
  check: ({ cache, lists, log }, asOf) => missingSocket(DATA_SOCKET, lists, cache, log, asOf),
})
