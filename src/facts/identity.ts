import { osRelease } from '../artifacts/host.js'
import type { MachineSystem } from '../model/catalogue.js'
import { fact } from '../model/fact.js'
import { inputItself } from '../model/input.js'
import type { IdentityReport } from '../model/report.js'
import { architecture } from './architecture.js'
import { configCache, workspacesOf, type ConfigCache, type CtDcr } from './ct-dcrs.js'
import { hostNames, machineKind, ownIds, region, resourceId } from './machine-names.js'
import { machineSystem } from './machine-system.js'
import { runningAma } from './running-ama.js'
import { amaVersions, ctVersion } from './versions.js'

/** What machine this is, as far as its own files say. */
export const identity = fact({
  id: 'identity',
  needs: { input: inputItself, runs: machineSystem },
  optional: {
    os: osRelease,
    machine: architecture,
    resource: resourceId,
    ama: amaVersions,
    running: runningAma,
    ct: ctVersion,
    place: region,
    cache: configCache,
  },
  compute: ({ input, runs, os, machine, resource, ama, running, ct, place, cache }): IdentityReport => {
    const id = resource ?? null
    const system = os?.good[0]?.value
    const dcrs = cache === undefined || input.torn ? null : allNamed(cache)
    return {
      environment: id === null ? 'unknown' : machineKind(id),
      resourceId: id,
      os: system?.prettyName ?? (runs.system === 'windows' ? 'Windows' : null),
      arch: machine?.machine ?? null,
      amaVersion: ama?.[0]?.version ?? running?.version ?? null,
      ctVersion: ct?.version ?? null,
      distribution: system?.id ?? null,
      distributionVersion: system?.versionId ?? null,
      region: place ?? null,
      dcrs: dcrs === null ? null : dcrs.map(({ id: dcr }) => dcr),
      workspaces: dcrs === null ? null : workspaceIds(dcrs),
    }
  },
})

/** Every rule of the cache; null where one cannot be read, or does not say which it is. */
function allNamed({ ctDcrs, unreadable }: ConfigCache): readonly CtDcr[] | null {
  return unreadable.length > 0 || ctDcrs.some(({ id }) => !id.startsWith('dcr-')) ? null : ctDcrs
}

function workspaceIds(dcrs: readonly CtDcr[]): string[] {
  return [...new Set(dcrs.flatMap((dcr) => [...workspacesOf(dcr).keys()]))].toSorted()
}

/** What the machine's own files call it. Cached rules may be another machine's, so they do not count. */
export const machine = fact({
  id: 'machine',
  needs: { runs: machineSystem },
  optional: { names: hostNames, ids: ownIds },
  compute: ({ runs, names, ids }): { name: string | null; id: string | null; system: MachineSystem['system'] } => ({
    name: names?.[0]?.name ?? null,
    id: ids?.[0]?.name ?? null,
    system: runs.system,
  }),
})

/** The host's own name, else the one its ARM id gives it. */
export const hostName = fact({
  id: 'hostName',
  needs: {},
  optional: { names: hostNames, resource: resourceId },
  compute: ({ names, resource }): string | null => names?.[0]?.name ?? resource?.split('/').at(-1) ?? null,
})
