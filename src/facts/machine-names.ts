import { amaOut, mdsdInfo } from '../artifacts/ama.js'
import { hostname, instanceMetadata } from '../artifacts/host.js'
import type { Evidence, Found } from '../model/artifact.js'
import { fact } from '../model/fact.js'
import { atEntry, atJson, atLine, baseName, type EntryPath, type Locator } from '../model/locator.js'
import type { LogDigest } from '../model/log-event.js'
import type { IdentityReport } from '../model/report.js'
import type { MdsdEventKind } from '../parsers/mdsd-log.js'
import { chunkFiles } from './chunk-files.js'
import { logView } from './log-view.js'

/** One name that something calls this machine by, as spelt there: an ARM id or a host name. */
export interface MachineName {
  readonly name: string
  readonly at: Locator
}

/**
 * ARM ids that the platform told the machine of itself, the surest first: the metadata that a collector asked for, then
 * mdsd.info. `sure` is false where a later line may be missing.
 */
export const ownIds = fact({
  id: 'ownIds',
  needs: {},
  optional: { metadata: instanceMetadata, overview: amaOut, info: mdsdInfo },
  compute: ({ metadata, overview, info }): readonly OwnId[] => [
    ...(metadata?.good ?? []).flatMap(({ path, value: { resourceId: told } }) =>
      told === null ? [] : [{ name: told.id, at: atJson(path, told.segments, told.id), sure: true }],
    ),
    ...(overview?.good ?? []).flatMap(({ path, value: { resourceId: told } }) =>
      told === null ? [] : [{ name: told.value, at: atLine(path, told.line, told.text), sure: true }],
    ),
    ...(info === undefined ? [] : logged(info)),
  ],
})

export interface OwnId extends MachineName {
  readonly sure: boolean
}

/** The machines that the cached rules were fetched for, each id of a chunk once. They may be others than this one. */
export const cachedIds = fact({
  id: 'cachedIds',
  needs: {},
  optional: { chunks: chunkFiles },
  compute: ({ chunks }): readonly CachedId[] =>
    (chunks?.good ?? []).flatMap(({ path, value }) => {
      const first = new Map<string, CachedId>()
      for (const { machineId, id, segments } of value.channels) {
        if (machineId === null || !/^\/subscriptions\//i.test(machineId)) continue
        const key = machineId.toLowerCase()
        if (!first.has(key)) first.set(key, { name: machineId, at: atJson(path, segments, { id, machineId }), path })
      }
      return [...first.values()]
    }),
})

export interface CachedId extends MachineName {
  readonly path: EntryPath
}

/** The ARM id of this machine, from the surest of all that name one; null where nothing does. */
export const resourceId = fact({
  id: 'resourceId',
  needs: {},
  optional: { own: ownIds, cached: cachedIds },
  compute: ({ own, cached }): string | null => own?.[0]?.name ?? cached?.[0]?.name ?? null,
})

/** Where the machine runs, in lower case, from the newest log that tells it. A rule’s region may be another. */
export const region = fact({
  id: 'region',
  needs: {},
  optional: { info: mdsdInfo },
  compute: ({ info }): string | null => {
    const told = (info?.good ?? []).flatMap(({ value: { series } }) => {
      const event = series.find(({ kind }) => kind === 'region')?.last
      const name = event?.fields['region']?.toLowerCase()
      return event === undefined || name === undefined ? [] : [{ name, time: event.time ?? 0 }]
    })
    return told.toSorted((a, b) => b.time - a.time)[0]?.name ?? null
  },
})

/** What the machine is called by its own files. */
export const hostNames = fact({
  id: 'hostNames',
  needs: {},
  optional: { host: hostname, overview: amaOut },
  compute: ({ host, overview }): readonly MachineName[] => [
    ...(host?.good ?? []).map(({ path, value }) => ({ name: value, at: atEntry(path, value) })),
    ...(overview?.good ?? []).flatMap(({ path, value: { hostname: told } }) =>
      told === null ? [] : [{ name: told.value, at: atLine(path, told.line, told.text) }],
    ),
  ],
})

/** A later log supersedes an earlier one, so that of a machine that was moved only the last id counts. */
function logged(info: Found<LogDigest<MdsdEventKind>>): OwnId[] {
  const { whole } = logView(info)
  const told = info.good.flatMap((log) => lastId(log) ?? []).toSorted((a, b) => b.until - a.until)
  const [newest] = told
  return told
    .filter((log) => log === newest || log.until > (newest?.since ?? 0))
    .map(({ name, at }) => ({ name, at, sure: whole }))
}

function lastId({ path, value }: Evidence<LogDigest<MdsdEventKind>>): LastId | null {
  const event = value.series.find(({ kind }) => kind === 'resourceId')?.last
  const name = event?.fields['id']?.replace(/[\s.,;'")\]/]+$/, '')
  if (event === undefined || name === undefined) return null
  const { first, last } = value
  return { name, at: atLine(path, event.line, event.text), since: first?.time ?? 0, until: last?.time ?? 0 }
}

interface LastId extends MachineName {
  readonly since: number
  readonly until: number
}

/** Which kind of machine an ARM id is of. */
export function machineKind(id: string): IdentityReport['environment'] {
  if (/\/providers\/Microsoft\.HybridCompute\/machines\//i.test(id)) return 'arc'
  return /\/providers\/Microsoft\.Compute\//i.test(id) ? 'azure-vm' : 'unknown'
}

const SCALE_SET = '/virtualmachinescalesets/'

/**
 * Whether two ARM ids can be of one machine: case, encoding and a slash at the end say nothing. A machine of a scale set has
 * two ids, and which of them is used where is not documented: then only subscription and resource group are compared.
 */
export function sameMachine(a: string, b: string): boolean {
  const [left, right] = [plain(a), plain(b)]
  if (left === right) return true
  if (left.includes(SCALE_SET) && right.includes(SCALE_SET))
    return left.startsWith(`${right}/`) || right.startsWith(`${left}/`)
  return (left.includes(SCALE_SET) || right.includes(SCALE_SET)) && groupOf(left) === groupOf(right)
}

/** Whether two ARM ids can be neither of one machine nor of one that was moved: in another resource group it keeps its name. */
export function otherMachine(a: string, b: string): boolean {
  return !sameMachine(a, b) && ownName(plain(a)) !== ownName(plain(b))
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

function ownName(id: string): string {
  const scaleSet = id.indexOf(SCALE_SET)
  return scaleSet < 0 ? baseName(id) : id.slice(scaleSet)
}
