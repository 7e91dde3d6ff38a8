import { amaInfo } from '../../facts/ama-log.js'
import { amaSockets } from '../../facts/ama-sockets.js'
import { configCache } from '../../facts/ct-dcrs.js'
import { CONFIG_SOCKET } from '../../knowledge/names.js'
import { rule } from '../../model/rule.js'
import { LINKS } from '../../knowledge/links.js'
import { missingSocket } from './missing-socket.js'

export const configSocketMissing = rule({
  id: 'CT3003',
  name: 'config-socket-missing',
  title: 'The socket that gives the Change Tracking agent its settings is missing',
  group: 'sockets',
  severity: 'error',
  confidence: 'likely',
  docs: {
    what: 'Looks for the UNIX socket CAgentStream_CloudAgentInfo_config_default_fluent.socket.',
    why: 'The Change Tracking agent asks the Azure Monitor Agent for its rule through this socket, every five minutes. Without it the agent gets no settings, or keeps old ones.',
    how: 'Needs a cached Change Tracking rule and a running Azure Monitor Agent. The list must show listening sockets, and at least one socket of the agent or the mdsd process: an empty list is what a container sees. A socket that listens without a connection is normal here.',
    limits:
      'A list taken in the minute after a restart may lack the socket. Newer agents could use another kind of socket.',
    fix: [
      '`sudo systemctl restart azuremonitoragent`, wait two minutes, list the sockets again.',
      'If it is still missing, read the end of mdsd.err and mdsd.info for errors at the start.',
      'Then restart the Change Tracking agent, which asks at start: `sudo systemctl restart cxp.service`.',
    ],
    proof: '`grep CloudAgentInfo_config /proc/net/unix` shows a listening socket.',
    links: [LINKS.amaTroubleshoot],
  },
  needs: { cache: configCache, lists: amaSockets },
  optional: { log: amaInfo },
  causes: ['CT5001', 'CT5002', 'CT6002'],
  check: ({ cache, lists, log }, asOf) => missingSocket(CONFIG_SOCKET, lists, cache, log, asOf),
})
