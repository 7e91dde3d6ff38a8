import { configChunk } from '../artifacts/dcr.js'
import { hostname, instanceMetadata, osRelease } from '../artifacts/host.js'
import { fact } from '../model/fact.js'
import { atJson, type EntryPath, type Locator } from '../model/locator.js'
import type { IdentityReport } from '../model/report.js'
import { amaInfo } from './ama-log.js'
import { atEvent } from './log-view.js'
import { amaVersions, ctVersions } from './versions.js'

/** An ARM id that something calls this machine by, as spelt there. */
export interface MachineId {
  readonly id: string
  readonly at: Locator
}

export interface MachineIds {
  /**
   * What the platform told the machine of itself: the last line of that kind in mdsd.info, and the metadata a collector asked
   * for. `sure` is false where a later line may be missing.
   */
  readonly own: readonly (MachineId & { readonly sure: boolean })[]
  /** The machines that the cached rules were fetched for, each id of a chunk once. */
  readonly cached: readonly (MachineId & { readonly path: EntryPath })[]
}

/** Every ARM id the machine goes by, and who says so. */
export const machineIds = fact({
  id: 'machineIds',
  needs: {},
  optional: { log: amaInfo, metadata: instanceMetadata, chunks: configChunk },
  compute: ({ log, metadata, chunks }): MachineIds => {
    const logged = log?.events(['resourceId']).at(-1)
    const asked = (metadata?.good ?? []).flatMap(({ path, value: { resourceId } }) =>
      resourceId === null
        ? []
        : [{ id: resourceId.id, at: atJson(path, resourceId.segments, resourceId.id), sure: true }],
    )
    const told = logged?.fields['id']?.replace(/[\s.,;'")\]/]+$/, '')
    return {
      own: [
        ...asked,
        ...(logged === undefined || told === undefined
          ? []
          : [{ id: told, at: atEvent(logged), sure: log?.whole === true }]),
      ],
      cached: (chunks?.good ?? []).flatMap(({ path, value }) => {
        const first = new Map<string, MachineId & { path: EntryPath }>()
        for (const { machineId, id, segments } of value.channels) {
          if (machineId === null || !/^\/subscriptions\//i.test(machineId)) continue
          const key = machineId.toLowerCase()
          if (!first.has(key)) first.set(key, { id: machineId, at: atJson(path, segments, { id, machineId }), path })
        }
        return [...first.values()]
      }),
    }
  },
})

/** What machine this is, as far as its own files say. */
export const identity = fact({
  id: 'identity',
  needs: {},
  optional: { os: osRelease, log: amaInfo, ids: machineIds, ama: amaVersions, ct: ctVersions },
  compute: ({ os, log, ids, ama, ct }): IdentityReport => {
    const resourceId = ids?.own.at(-1)?.id ?? ids?.cached[0]?.id ?? null
    return {
      environment: resourceId === null ? 'unknown' : machineKind(resourceId),
      resourceId,
      os: os?.good[0]?.value.prettyName ?? null,
      arch: null,
      amaVersion: ama?.[0]?.version ?? log?.events(['start']).at(-1)?.fields['version'] ?? null,
      ctVersion: ct?.[0]?.version ?? null,
    }
  },
})

/** Which kind of machine an ARM id is of. */
export function machineKind(resourceId: string): IdentityReport['environment'] {
  if (/\/providers\/Microsoft\.HybridCompute\/machines\//i.test(resourceId)) return 'arc'
  return /\/providers\/Microsoft\.Compute\//i.test(resourceId) ? 'azure-vm' : 'unknown'
}

/**
 * Whether two ARM ids can be of one machine: case, encoding and a slash at the end say nothing. A machine of a scale set has
 * two ids, and which of them is used where is not documented: then only subscription and resource group are compared.
 */
export function sameMachine(a: string, b: string): boolean {
  const [left, right] = [plain(a), plain(b)]
  if (left === right) return true
  const scaleSet = '/virtualmachinescalesets/'
  if (left.includes(scaleSet) && right.includes(scaleSet))
    return left.startsWith(`${right}/`) || right.startsWith(`${left}/`)
  return (left.includes(scaleSet) || right.includes(scaleSet)) && groupOf(left) === groupOf(right)
}

function plain(id: string): string {
  const trimmed = id.replace(/\/+$/, '')
  try {
    return decodeURIComponent(trimmed).toLowerCase()
  } catch {
    return trimmed.toLowerCase()
  }
}

function groupOf(id: string): string {
  return id.split('/providers/', 1)[0] ?? id
}

/** The host's own name, else the one its ARM id gives it. */
export const hostName = fact({
  id: 'hostName',
  needs: {},
  optional: { name: hostname, who: identity },
  compute: ({ name, who }): string | null => name?.good[0]?.value ?? who?.resourceId?.split('/').at(-1) ?? null,
})
