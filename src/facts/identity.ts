import { osRelease } from '../artifacts/host.js'
import { fact } from '../model/fact.js'
import type { IdentityReport } from '../model/report.js'
import { architecture } from './architecture.js'
import { hostNames, machineKind, ownIds, resourceId } from './machine-names.js'
import { runningAma } from './running-ama.js'
import { amaVersions, ctVersion } from './versions.js'

/** What machine this is, as far as its own files say. */
export const identity = fact({
  id: 'identity',
  needs: {},
  optional: {
    os: osRelease,
    machine: architecture,
    resource: resourceId,
    ama: amaVersions,
    running: runningAma,
    ct: ctVersion,
  },
  compute: ({ os, machine, resource, ama, running, ct }): IdentityReport => {
    const id = resource ?? null
    return {
      environment: id === null ? 'unknown' : machineKind(id),
      resourceId: id,
      os: os?.good[0]?.value.prettyName ?? null,
      arch: machine?.machine ?? null,
      amaVersion: ama?.[0]?.version ?? running?.version ?? null,
      ctVersion: ct?.version ?? null,
    }
  },
})

/** What the machine's own files call it. Cached rules may be another machine's, so they do not count. */
export const machine = fact({
  id: 'machine',
  needs: {},
  optional: { names: hostNames, ids: ownIds },
  compute: ({ names, ids }): { name: string | null; id: string | null } => ({
    name: names?.[0]?.name ?? null,
    id: ids?.[0]?.name ?? null,
  }),
})

/** The host's own name, else the one its ARM id gives it. */
export const hostName = fact({
  id: 'hostName',
  needs: {},
  optional: { names: hostNames, resource: resourceId },
  compute: ({ names, resource }): string | null => names?.[0]?.name ?? resource?.split('/').at(-1) ?? null,
})
