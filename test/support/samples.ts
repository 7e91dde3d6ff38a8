import {
  agentLog,
  AMA_LOG,
  ASSIGNED,
  CT_LOG,
  ctChunk,
  DCR_A,
  DCR_D,
  healthyHost,
  HostTree,
  MCSCONFIG,
  mcsConfig,
  mdsdErr,
  mdsdInfo,
  mdsdQos,
  MINUTE,
  odsFailure,
  procNetUnix,
  SECOND_CHUNK,
  sinkFiles,
  START,
  TAKEN,
} from './host.js'

const LISTS = /File\.json|Packages\.json|Services\.json|changetracking\.db|cta_linux_agent/
const STOPPED = TAKEN - 120 * MINUTE

export function twoDcrs(): HostTree {
  return healthyHost()
    .with(MCSCONFIG, mcsConfig([...ASSIGNED, [DCR_D, SECOND_CHUNK.replace(/.*\//, '')]]))
    .with(SECOND_CHUNK, JSON.stringify(ctChunk({ dcr: DCR_D, name: 'Microsoft-CT-DCR' })), START - 3600_000)
    .with(`${AMA_LOG}/mdsd.info`, mdsdInfo({ dcrs: [DCR_A, DCR_D] }))
    .and(new HostTree(new Map(sinkFiles(DCR_D))))
}

export function agentStopped(): HostTree {
  return healthyHost()
    .with(`${CT_LOG}/cta_linux_agent.log`, agentLog({ from: START - 300 * MINUTE, until: STOPPED }))
    .stamped(LISTS, STOPPED)
}

/** What the demo shows: two rules compete, and the agent stopped two hours before the bundle was taken. */
export function demo(): HostTree {
  return twoDcrs()
    .with(`${CT_LOG}/cta_linux_agent.log`, agentLog({ from: START - 300 * MINUTE, until: STOPPED }))
    .with('proc/net/unix', procNetUnix({ data: 'listening' }))
    .stamped(LISTS, STOPPED)
    .under('support-vm-01')
}

export function forbidden(): HostTree {
  return healthyHost()
    .with(`${AMA_LOG}/mdsd.info`, mdsdInfo({ rows: () => 613 }))
    .with(`${AMA_LOG}/mdsd.qos`, mdsdQos({ success: false }))
    .with(
      `${AMA_LOG}/mdsd.err`,
      mdsdErr(
        [35, 20, 5].map((ago) => [
          TAKEN - ago * MINUTE,
          `${odsFailure('403', 'CONFIG_DATA_BLOB_V2')}\nHTTP/1.1 403 Forbidden\nServer: Microsoft-IIS/10.0`,
        ]),
      ),
    )
}

/** What a customer sends first: the agent's log folder and nothing else. */
export function logsOnly(): HostTree {
  return new HostTree(new Map([...healthyHost().entries].filter(([path]) => path.startsWith(CT_LOG))))
}

export const SAMPLES = {
  healthy: () => healthyHost(),
  'two-dcrs': twoDcrs,
  'agent-stopped': agentStopped,
  forbidden,
  'logs-only': logsOnly,
} as const
