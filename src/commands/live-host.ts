import { liveSource } from 'bbolt-reader-ts/node'
import { realpathSync } from 'node:fs'
import { join } from 'node:path'
import { artifacts } from '../artifacts/index.js'
import { ctDb } from '../artifacts/collection.js'
import type { Artifact } from '../model/artifact.js'
import type { Budget } from '../model/limits.js'
import type { EntryPath } from '../model/locator.js'
import type { Source } from '../model/source.js'
import { listeningPortsText, parseListeningPorts, type ListeningPort } from '../parsers/listening-ports.js'
import { runCommands } from '../sources/commands.js'
import { resolveBelow, startOf } from '../sources/files.js'
import { hostSource, type HostOutput } from '../sources/host.js'
import { processTable } from '../sources/processes.js'
import { spool, wholeOf } from '../sources/spool.js'
import { trackedFilesText } from './tracked-files.js'

/** Where the outputs of programs go, beside the machine's own tree. */
export const OUTPUTS = 'ct-diag'
/** A database larger than this is read in place. */
const DB_COPY_MAX = 64 * 1024 * 1024
const DB_TRIES = 3
/** Bytes of a list of sockets: 200 000 of them. */
const PORTS_MAX = 32 * 1024 * 1024

export interface LiveHost {
  readonly source: Source
  /** Why a program's output is missing. */
  readonly missing: readonly { readonly output: string; readonly reason: string }[]
}

/** This machine, or the tree of another one below `root`: its files where the artifacts have them, and what programs say. */
export async function liveHost(
  root: string,
  withCommands: boolean,
  signal: AbortSignal,
  budget?: Budget,
): Promise<LiveHost> {
  const own = isOwnRoot(root)
  const outputs: HostOutput[] = []
  const missing: { output: string; reason: string }[] = []
  const keep = (name: string, content: Uint8Array, mtime: number | null = Date.now()): void => {
    outputs.push({ path: `${OUTPUTS}/${name}`, content, mtime })
  }
  const processes = await processTable(root)
  if (processes !== null) keep('ps-ef.txt', Buffer.from(processes))
  const ports = await listening(root)
  if (ports.length > 0) keep('ss-ltn.txt', Buffer.from(listeningPortsText(ports)))
  if (own && withCommands) {
    for (const answer of await runCommands(
      artifacts.flatMap(({ live }) => live),
      signal,
    )) {
      const { output } = answer.command
      if (answer.ok) {
        if (!saysNothing(answer.output)) keep(output, answer.output)
      } else missing.push({ output, reason: answer.reason })
    }
  }
  const files = (wanted: readonly Artifact<unknown>[], more: readonly HostOutput[] = [], own?: Budget): Source =>
    hostSource({
      root,
      places: placesOf(wanted),
      outputs: more,
      reader: consistently,
      ...(own === undefined ? {} : { budget: own }),
    })
  const tracked = await trackedFilesText(root, files, signal)
  // Another machine's tree says itself how old it is.
  if (tracked !== undefined) keep('tracked-files.ndjson', Buffer.from(tracked), own ? Date.now() : null)
  return { source: files(artifacts, outputs, budget), missing }
}

function placesOf(wanted: readonly Artifact<unknown>[]): string[] {
  const globs = wanted.flatMap(({ places }) => places.flatMap(({ layout, glob }) => (layout === 'host' ? [glob] : [])))
  return [...new Set(globs)]
}

/** Of both families: the kernel shows them apart. */
async function listening(root: string): Promise<ListeningPort[]> {
  const found: ListeningPort[] = []
  for (const family of ['tcp', 'tcp6']) {
    const path = await resolveBelow(root, `proc/net/${family}`, 'stays')
    try {
      const list = parseListeningPorts(await startOf(join(root, path ?? ''), PORTS_MAX))
      if (list.ok) found.push(...list.value.ports)
    } catch {
      // Without IPv6 there is one family.
      if (family === 'tcp') return []
    }
  }
  return found
}

export function isOwnRoot(root: string): boolean {
  try {
    return realpathSync(root) === '/'
  } catch {
    return false
  }
}

/** journalctl's way to say that there is no line. */
function saysNothing(output: Uint8Array): boolean {
  return output.length < 100 && Buffer.from(output).toString().trim() === '-- No entries --'
}

/** The agent may be writing its database. */
function consistently(path: EntryPath, file: string): AsyncIterable<Uint8Array> | undefined {
  return path.endsWith('/changetracking.db') ? snapshot(file) : undefined
}

/** A large one is read in place, and kept until it is known to be of one state: a mixture would look like damage. */
async function* snapshot(file: string): AsyncGenerator<Uint8Array> {
  for (let left = DB_TRIES; left > 0; left--) {
    const source = await liveSource(file, { copyMax: DB_COPY_MAX })
    // One byte more tells that there is more.
    const kept = source.copies > 0 ? undefined : (await spool(wholeOf(source), ctDb.maxBytes + 1)).bytes
    try {
      if ((await source.consistency()).state !== 'consistent') continue
      yield* wholeOf(kept ?? source)
      return
    } finally {
      await kept?.close()
      source.close()
    }
  }
  throw new Error('it was written to while it was read, each time')
}
