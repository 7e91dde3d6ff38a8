import type { Unreadable } from '../model/artifact.js'
import { fact } from '../model/fact.js'
import { atEntry, atJson, type EntryPath, type Locator } from '../model/locator.js'
import type { Instant } from '../model/time.js'
import type { Worker } from '../knowledge/names.js'
import { chunkFiles } from './chunk-files.js'
import {
  ctDataSources,
  ctExtensions,
  dcrName,
  hasCt,
  type ChunkChannel,
  type ChunkDataSource,
  type ChunkExtension,
  type ConfigChunk,
  type CtFileInfo,
  type CtFlag,
  type CtSettings,
} from '../parsers/config-chunk.js'

/** One data collection rule that carries ChangeTracking-Linux, in every chunk file that holds it. */
export interface CtDcr {
  /** `dcr-<32 hex>`, or the chunk's path where the file names none. */
  readonly id: string
  /** The name people know, from the rule's ARM id. */
  readonly name: string | null
  readonly chunks: readonly CtChunk[]
}

export interface CtChunk {
  readonly path: EntryPath
  readonly mtime: Instant | null
  readonly chunk: ConfigChunk
  readonly extensions: readonly ChunkExtension[]
  readonly dataSources: readonly ChunkDataSource[]
}

export interface ConfigCache {
  /** Distinct rules for Linux, by id. */
  readonly ctDcrs: readonly CtDcr[]
  /** Chunks that carry Change Tracking for Windows and not for Linux. */
  readonly windowsOnly: readonly { readonly path: EntryPath; readonly chunk: ConfigChunk }[]
  readonly chunks: readonly { readonly path: EntryPath; readonly chunk: ConfigChunk }[]
  readonly unreadable: readonly Unreadable[]
}

/** The agent writes one rule a file. Every rule told apart looks at the whole file, so a file made to be slow is bounded. */
const RULES_MAX = 20

/** The config cache as Change Tracking sees it. Needs a chunk file, readable or not. */
export const configCache = fact({
  id: 'configCache',
  needs: { chunks: chunkFiles },
  compute: ({ chunks }): ConfigCache => {
    const byId = new Map<string, CtChunk[]>()
    for (const { path, mtime, value } of chunks.good) {
      const extensions = ctExtensions(value, 'Linux')
      const dataSources = ctDataSources(value, 'Linux')
      if (extensions.length === 0 && dataSources.length === 0) continue
      const ids = new Set(extensions.map(({ dcrId }) => dcrId).filter((id) => id !== null))
      const owners = ids.size > 0 ? [...ids].slice(0, RULES_MAX) : [value.dcrIds[0]?.id ?? path]
      for (const id of owners) {
        const own = extensions.filter(({ dcrId }) => dcrId === null || dcrId === id)
        byId.set(id, [...(byId.get(id) ?? []), { path, mtime, chunk: value, extensions: own, dataSources }])
      }
    }
    // A rule for Windows can name Linux with nothing behind it; it is one for Linux only where there is no better.
    const all = [...byId].toSorted(([a], [b]) => (a < b ? -1 : 1))
    const filled = all.filter(([, found]) => !found.every(isHollow))
    return {
      ctDcrs: (filled.length > 0 ? filled : all).map(([id, found]) => ({ id, name: nameOf(found), chunks: found })),
      windowsOnly: chunks.good
        .filter(({ value }) => hasCt(value, 'Windows') && !hasCt(value, 'Linux'))
        .map(({ path, value }) => ({ path, chunk: value })),
      chunks: chunks.good.map(({ path, value }) => ({ path, chunk: value })),
      unreadable: chunks.bad,
    }
  },
})

function isHollow({ extensions, dataSources }: CtChunk): boolean {
  const said = extensions.some(
    ({ id, settings, outputStreams }) => id !== null || settings !== null || outputStreams.size > 0,
  )
  return dataSources.length === 0 && !said
}

function nameOf(chunks: readonly CtChunk[]): string | null {
  const origins = chunks.flatMap(({ extensions }) => extensions.flatMap(({ originIds }) => originIds))
  return origins.map(dcrName).find((name) => name !== null) ?? null
}

/** `dcr-… (name)` for sentences. */
export function dcrLabel({ id, name }: Pick<CtDcr, 'id' | 'name'>): string {
  return name === null ? id : `${id} (${name})`
}

/** The settings of a rule with the chunk they stand in. */
export function settingsOf(dcr: CtDcr): { readonly path: EntryPath; readonly settings: CtSettings }[] {
  return dcr.chunks.flatMap(({ path, extensions }) =>
    extensions.flatMap(({ settings }) => (settings === null ? [] : [{ path, settings }])),
  )
}

/** Where a rule says that it is a Change Tracking rule. */
export function atCtDcr(chunk: CtChunk): Locator {
  const [extension] = chunk.extensions
  if (extension !== undefined)
    return atJson(chunk.path, extension.segments, { id: extension.id, originIds: extension.originIds })
  const [source] = chunk.dataSources
  if (source !== undefined)
    return atJson(chunk.path, source.segments, { id: source.id, extensionName: source.extensionName })
  return atEntry(chunk.path)
}

const ENABLE: Readonly<Record<Worker, 'enableFiles' | 'enableSoftware' | 'enableServices'>> = {
  files: 'enableFiles',
  software: 'enableSoftware',
  services: 'enableServices',
}

export function enableFlag(settings: CtSettings, worker: Worker): CtFlag | null {
  return settings[ENABLE[worker]]
}

/** Whether every rule on the machine switches a worker off. Unknown settings count as on: silence is no "off". */
export function isDisabled(cache: ConfigCache, worker: Worker): boolean {
  const all = cache.ctDcrs.flatMap(settingsOf)
  return all.length > 0 && all.every(({ settings }) => enableFlag(settings, worker)?.value === false)
}

/** The entries of a rule that track files: none where files are switched off. Silence is no "off". */
export function trackedEntries({ enableFiles, fileInfo }: CtSettings): readonly CtFileInfo[] {
  return enableFiles?.value === false ? [] : (fileInfo ?? []).filter(({ enabled }) => enabled !== false)
}

/** Whether the services settings stand under the misspelt name only, while services are on: CT1010. */
export function servicesMisnamed({ enableServices, serviceSettings, servicesSettings }: CtSettings): boolean {
  return enableServices?.value === true && serviceSettings !== null && servicesSettings === null
}

/** The workspaces that a rule sends Linux data to, by id, with the channel that leads there. */
export function workspacesOf(dcr: CtDcr): Map<string, { readonly path: EntryPath; readonly channel: ChunkChannel }> {
  const found = new Map<string, { path: EntryPath; channel: ChunkChannel }>()
  for (const { path, chunk, dataSources } of dcr.chunks) {
    const used = new Set(dataSources.flatMap(({ channels }) => channels.map((id) => id.toLowerCase())))
    for (const channel of chunk.channels) {
      const { id, workspaceId } = channel
      if (workspaceId === null || id === null || !used.has(id.toLowerCase()) || found.has(workspaceId)) continue
      found.set(workspaceId, { path, channel })
    }
  }
  return found
}

/** Whether any rule tracks at least one path. */
export function tracksFiles(cache: ConfigCache): boolean {
  return cache.ctDcrs
    .flatMap(settingsOf)
    .some(({ settings }) => (settings.fileInfo ?? []).some(({ enabled, path }) => enabled !== false && path !== null))
}

/**
 * The frequency of a worker in seconds. With several rules the agent follows one of them at random, so the longest counts.
 * Null when no rule says it.
 */
export function frequencyOf(cache: ConfigCache, worker: Worker): number | null {
  const seconds = cache.ctDcrs.flatMap(settingsOf).flatMap(({ settings }) => {
    const value =
      settings.frequencies[worker]?.value ?? (worker === 'services' ? settings.serviceSettings?.frequency?.value : null)
    return value != null && value > 0 ? [value] : []
  })
  return seconds.length === 0 ? null : Math.max(...seconds)
}
