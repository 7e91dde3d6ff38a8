import { createHash, type Hash } from 'node:crypto'
import { CUT_OFF, LIMIT, type Artifact, type EntryStat } from '../model/artifact.js'
import type { FoundSecrets, SecretScanner } from '../model/input.js'
import { atBytes, type EntryPath } from '../model/locator.js'
import { failed, type Parsed, type Problem } from '../model/parsed.js'
import type { Source, SourceEntry } from '../model/source.js'
import { gunzip } from '../sources/inflate.js'
import { spool } from '../sources/spool.js'
import { placeIndex, type Match } from './places.js'

/** One recognised entry, parsed. `sha256` is of the entry as it lies in the source; null when its content was not read whole. */
export interface Item extends EntryStat {
  readonly match: Match
  readonly outcome: Parsed<unknown>
  readonly sha256: string | null
  readonly secrets: readonly FoundSecrets[]
}

export interface Gathered {
  readonly items: readonly Item[]
  /** Names at the top of the source: collectors put their time there. */
  readonly topNames: ReadonlySet<string>
}

/** One pass over a source: every entry is seen, recognised ones are parsed as they pass, the rest streams by. */
export async function gather(
  source: Source,
  artifacts: readonly Artifact<unknown>[],
  scanner: () => SecretScanner,
  signal: AbortSignal,
): Promise<Gathered> {
  const recognise = placeIndex(artifacts)
  const items = new Map<string, Item>()
  const folders = new Set<EntryPath>()
  const topNames = new Set<string>()

  const keepNames = (stat: EntryStat): void => {
    for (const match of recognise(stat.path)) {
      const { reading } = match.artifact
      if (reading.how !== 'name') continue
      const value = reading.parse(match.relative, stat)
      if (value === undefined) continue
      items.set(`${match.artifact.id} ${stat.path}`, {
        ...stat,
        match,
        outcome: { ok: true, value, problems: [] },
        sha256: null,
        secrets: [],
      })
    }
  }

  for await (const entry of source.entries()) {
    if (signal.aborted) break
    topNames.add(entry.path.split('/', 1)[0] ?? '')
    for (const folder of newFolders(entry, folders))
      keepNames({ path: folder, kind: 'directory', size: 0, mtime: null })
    const stat: EntryStat = { path: entry.path, kind: entry.kind, size: entry.size, mtime: entry.mtime }
    keepNames(stat)
    if (entry.kind !== 'file') continue
    const matches = recognise(entry.path).filter(({ artifact }) => artifact.reading.how !== 'name')
    const match = strongest(matches)
    if (match === undefined) continue
    const { secrets, sha256, outcomes } = await read(entry, [match.artifact, ...alike(match, matches)], scanner())
    for (const [artifact, outcome] of outcomes) {
      if (outcome.ok) for (const listed of artifact.lists?.(outcome.value) ?? []) keepNames(beside(entry.path, listed))
      const own = { ...stat, match: { ...match, artifact }, outcome, sha256 }
      // Told once, not once for each reading.
      items.set(`${artifact.id} ${entry.path}`, { ...own, secrets: artifact === match.artifact ? secrets : [] })
    }
  }
  return { items: [...items.values()], topNames }
}

/** A list names what lies in its own folder. */
function beside(path: EntryPath, listed: EntryStat): EntryStat {
  const folder = path.slice(0, path.lastIndexOf('/') + 1)
  return { ...listed, path: `${folder}${listed.path}` }
}

/** Archives often list files without the folders above them. */
function newFolders(entry: EntryStat, known: Set<EntryPath>): EntryPath[] {
  const fresh: EntryPath[] = []
  if (entry.kind === 'directory') known.add(entry.path)
  for (let end = entry.path.lastIndexOf('/'); end > 0; end = entry.path.lastIndexOf('/', end - 1)) {
    const folder = entry.path.slice(0, end)
    if (known.has(folder)) break
    known.add(folder)
    fresh.push(folder)
  }
  return fresh
}

function strongest(matches: readonly Match[]): Match | undefined {
  const rank = { host: 0, collector: 1, loose: 2 }
  return matches.toSorted((a, b) => rank[a.layout] - rank[b.layout] || b.relative.length - a.relative.length)[0]
}

/** Small files that one command printed and several artifacts take their own from: as good a match as the strongest. */
function alike(best: Match, matches: readonly Match[]): Artifact<unknown>[] {
  return matches.flatMap(({ artifact, layout, relative }) =>
    artifact !== best.artifact &&
    layout === best.layout &&
    relative === best.relative &&
    artifact.reading.how === 'bytes' &&
    best.artifact.reading.how === 'bytes'
      ? [artifact]
      : [],
  )
}

type Outcomes = readonly (readonly [Artifact<unknown>, Parsed<unknown>])[]

async function read(
  entry: SourceEntry,
  [artifact, ...others]: readonly [Artifact<unknown>, ...Artifact<unknown>[]],
  scanner: SecretScanner,
): Promise<Pick<Item, 'sha256' | 'secrets'> & { readonly outcomes: Outcomes }> {
  const hash = createHash('sha256')
  const torn: Problem[] = []
  const state = { ended: false }
  const content = watched(inflated(hashed(entry.content(), hash, state), torn), scanner)
  const kept: { bytes: Uint8Array } = { bytes: new Uint8Array() }
  const safely = (one: Artifact<unknown>, parsing: Promise<Parsed<unknown>>): Promise<Parsed<unknown>> =>
    parsing.catch((error: unknown) =>
      failed('parser-failed', `Reading ${entry.path} as ${one.title} failed: ${String(error)}.`),
    )
  const outcomes: [Artifact<unknown>, Parsed<unknown>][] = [
    [artifact, await safely(artifact, parse(content, artifact, torn, kept))],
  ]
  for (const other of others) {
    const again = parse(once(kept.bytes), other, torn, { bytes: kept.bytes })
    outcomes.push([other, await safely(other, again)])
  }
  const sha256 = state.ended ? hash.digest('hex') : null
  const secrets = scanner.end().flatMap((found) => located(entry.path, found))
  return { outcomes: outcomes.map(([one, outcome]) => [one, withTears(outcome, one, torn)]), sha256, secrets }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes)
}

function withTears(
  outcome: Parsed<unknown>,
  { reading }: Artifact<unknown>,
  torn: readonly Problem[],
): Parsed<unknown> {
  const [first, ...others] = torn
  if (first === undefined) return outcome
  // A small file that was cut on its way says nothing of the one on the host. Logs and the database keep what came.
  if (!outcome.ok || reading.how === 'bytes') return { ok: false, problems: [first, ...others] }
  return { ...outcome, problems: [...torn, ...outcome.problems] }
}

async function* watched(chunks: AsyncIterable<Uint8Array>, scanner: SecretScanner): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    scanner.push(chunk)
    yield chunk
  }
}

function located(path: EntryPath, { kind, count, places }: ReturnType<SecretScanner['end']>[number]): FoundSecrets[] {
  const [first, ...others] = places.map(({ offset, length }) =>
    atBytes(path, offset, length, `${kind}, ${length} characters, not shown`),
  )
  return first === undefined ? [] : [{ kind, path, count, places: [first, ...others] }]
}

async function parse(
  content: AsyncIterable<Uint8Array>,
  { reading, maxBytes, title }: Artifact<unknown>,
  torn: Problem[],
  kept: { bytes: Uint8Array },
): Promise<Parsed<unknown>> {
  switch (reading.how) {
    case 'stream':
      return reading.parse(content)
    case 'bytes': {
      const parts: Uint8Array[] = []
      let size = 0
      for await (const chunk of untilTorn(content, torn)) {
        size += chunk.length
        if (size > maxBytes) {
          torn.push({ code: LIMIT, message: `${title} is larger than the ${maxBytes} bytes that are kept of it.` })
          break
        }
        parts.push(chunk)
      }
      kept.bytes = Buffer.concat(parts)
      return reading.parse(kept.bytes)
    }
    case 'random': {
      const { bytes, cut } = await spool(untilTorn(content, torn), maxBytes)
      if (cut) torn.push({ code: LIMIT, message: `Only the first ${maxBytes} bytes of ${title} were read.` })
      try {
        return await reading.parse(bytes)
      } finally {
        await bytes.close()
      }
    }
    case 'name':
      throw new Error(`${title} is known by name only`)
  }
}

async function* hashed(
  chunks: AsyncIterable<Uint8Array>,
  hash: Hash,
  state: { ended: boolean },
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    hash.update(chunk)
    yield chunk
  }
  state.ended = true
}

/** Rotated logs are often gzipped, whatever their name says. */
async function* inflated(chunks: AsyncGenerator<Uint8Array>, torn: Problem[]): AsyncGenerator<Uint8Array> {
  const head = await chunks.next()
  if (head.done === true) return
  async function* whole(): AsyncGenerator<Uint8Array> {
    if (head.done !== true) yield head.value
    yield* chunks
  }
  if (head.value[0] !== 0x1f || head.value[1] !== 0x8b) {
    yield* whole()
    return
  }
  yield* gunzip(whole(), ({ tear, detail }) =>
    torn.push({
      code: CUT_OFF,
      message: `The gzip stream is not whole (${tear}), ${detail}; what came before was read.`,
    }),
  )
}

/** What came before a torn end counts. */
async function* untilTorn(chunks: AsyncIterable<Uint8Array>, torn: Problem[]): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks
  } catch (error) {
    torn.push({ code: CUT_OFF, message: `Reading broke off: ${(error as Error).message}.` })
  }
}
