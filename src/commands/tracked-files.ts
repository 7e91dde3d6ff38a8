import { configChunk } from '../artifacts/dcr.js'
import { ctDb, fileJson } from '../artifacts/collection.js'
import { gather } from '../engine/gather.js'
import { hostsOf } from '../engine/hosts.js'
import { resolver } from '../engine/resolve.js'
import { trackedFiles } from '../facts/tracked-files.js'
import { asksFor, isExact, trackedPaths, type TrackedPath } from '../facts/tracked-paths.js'
import type { Artifact } from '../model/artifact.js'
import type { Source } from '../model/source.js'
import { hostFilesText } from '../parsers/host-files.js'
import { secretScanner } from '../parsers/secrets.js'
import { fileStates, type AskedFolder } from '../sources/file-states.js'

/** A live machine is one, whatever it is called. */
const ONE = { name: null, id: null, system: 'linux', taken: null, logged: null } as const

/**
 * What the machine has of the files that the agent recorded, and of those that its rules ask for: names, sizes, times and
 * checksums, never any content. Undefined where it recorded none.
 */
export async function trackedFilesText(
  root: string,
  sourceOf: (artifacts: readonly Artifact<unknown>[]) => Source,
  signal: AbortSignal,
): Promise<string | undefined> {
  // The database is large, and says the same.
  for (const list of [fileJson, ctDb]) {
    const wanted = [configChunk, list]
    const gathered = await gather(sourceOf(wanted), wanted, secretScanner, signal)
    const [host] = hostsOf(gathered, () => ONE).hosts
    if (host === undefined) continue
    const resolve = resolver(host, () => {
      throw new Error('No fact about files looks at the input itself')
    })
    const files = resolve.fact(trackedFiles)
    if (!files.met || files.value === null) continue
    const paths = resolve.fact(trackedPaths)
    const asked = paths.met ? paths.value.all : []
    const exact = asked.filter(isExact).map(({ pattern }) => pattern.root)
    const recorded = files.value.files.map(({ record }) => record.path)
    const found = await fileStates(root, { paths: [...recorded, ...exact], folders: foldersOf(asked) }, signal)
    return hostFilesText({ written: files.value.written, ...found })
  }
  return undefined
}

/** Rules name the same folder again and again; it is looked through once. */
function foldersOf(asked: readonly TrackedPath[]): AskedFolder[] {
  const byRoot = new Map<string, TrackedPath[]>()
  for (const tracked of asked) {
    const { root, vague } = tracked.pattern
    if (!vague && !isExact(tracked)) byRoot.set(root, [...(byRoot.get(root) ?? []), tracked])
  }
  return [...byRoot].map(([path, tracking]) => ({
    path,
    deep: tracking.some(({ entry }) => entry.recurse === true),
    wants: (file) => tracking.some((tracked) => asksFor(tracked, file)),
  }))
}
