import { configChunk } from '../artifacts/dcr.js'
import { hostname, osRelease } from '../artifacts/host.js'
import { fact } from '../model/fact.js'
import type { IdentityReport } from '../model/report.js'
import { amaInfo } from './ama-log.js'
import { amaVersions, ctVersions } from './versions.js'

/** What machine this is, as far as its own files say. */
export const identity = fact({
  id: 'identity',
  needs: {},
  optional: { os: osRelease, log: amaInfo, chunks: configChunk, ama: amaVersions, ct: ctVersions },
  compute: ({ os, log, chunks, ama, ct }): IdentityReport => {
    const told = log?.events(['resourceId']).at(-1)?.fields['id']
    const cached = chunks?.good
      .flatMap(({ value }) => value.channels.map(({ machineId }) => machineId))
      .find((id) => id !== null)
    const resourceId = told ?? cached ?? null
    return {
      environment: environmentOf(resourceId),
      resourceId,
      os: os?.good[0]?.value.prettyName ?? null,
      arch: null,
      amaVersion: ama?.[0]?.version ?? log?.events(['start']).at(-1)?.fields['version'] ?? null,
      ctVersion: ct?.[0]?.version ?? null,
    }
  },
})

function environmentOf(resourceId: string | null): IdentityReport['environment'] {
  if (resourceId === null) return 'unknown'
  if (/\/providers\/Microsoft\.HybridCompute\/machines\//i.test(resourceId)) return 'arc'
  return /\/providers\/Microsoft\.Compute\//i.test(resourceId) ? 'azure-vm' : 'unknown'
}

/** The host's own name, else the one its ARM id gives it. */
export const hostName = fact({
  id: 'hostName',
  needs: {},
  optional: { name: hostname, who: identity },
  compute: ({ name, who }): string | null => name?.good[0]?.value ?? who?.resourceId?.split('/').at(-1) ?? null,
})
