import { osRelease } from '../artifacts/host.js'
import { fact } from '../model/fact.js'
import type { IdentityReport } from '../model/report.js'
import { architecture } from './architecture.js'
import { cachedIds, hostNames, machineKind, ownIds } from './machine-names.js'
import { runningAma } from './running-ama.js'
import { amaVersions, ctVersion } from './versions.js'

/** What machine this is, as far as its own files say. */
export const identity = fact({
  id: 'identity',
  needs: {},
  optional: {
    os: osRelease,
    machine: architecture,
    own: ownIds,
    cached: cachedIds,
    ama: amaVersions,
    running: runningAma,
    ct: ctVersion,
  },
  compute: ({ os, machine, own, cached, ama, running, ct }): IdentityReport => {
    const resourceId = own?.[0]?.name ?? cached?.[0]?.name ?? null
    return {
      environment: resourceId === null ? 'unknown' : machineKind(resourceId),
      resourceId,
      os: os?.good[0]?.value.prettyName ?? null,
      arch: machine?.machine ?? null,
      amaVersion: ama?.[0]?.version ?? running?.version ?? null,
      ctVersion: ct?.version ?? null,
    }
  },
})

/** The host's own name, else the one its ARM id gives it. */
export const hostName = fact({
  id: 'hostName',
  needs: {},
  optional: { names: hostNames, who: identity },
  compute: ({ names, who }): string | null => names?.[0]?.name ?? who?.resourceId?.split('/').at(-1) ?? null,
})
