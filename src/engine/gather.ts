import { createHash, type Hash } from 'node:crypto'
import { CUT_OFF, LEFT_OUT, LIMIT, type Artifact, type EntryStat } from '../model/artifact.js'
import type { LogWatch } from '../model/log-event.js'
import type { FoundSecrets, SecretScanner } from '../model/input.js'
import { LimitReached, LIMITS, type Budget, type Limits } from '../model/limits.js'
import { atBytes, clip, type EntryPath } from '../model/locator.js'
import { failed, type Parsed, type Problem } from '../model/parsed.js'
import type { LinkTarget, Source, SourceEntry, SourceProblem } from '../model/source.js'
import { budgetOf } from '../sources/budget.js'
import { decompress } from '../sources/decompress.js'
import { formatOf, SNIFFED } from '../sources/formats.js'
import { FOLDER_CLOSED } from '../sources/listing.js'
import { entryPath } from '../sources/names.js'
import { peek } from '../sources/peek.js'
import { spool } from '../sources/spool.js'
import { follow } from './links.js'
import { placeIndex, sniffed, type Match } from './places.js'

/** One recognised entry, parsed. `sha256` is of the entry as it lies in the source; null when its content was not read whole. */
export interface Item extends EntryStat {
  readonly match: Match
  readonly outcome: Parsed<unknown>
  readonly sha256: string | null
  readonly secrets: readonly FoundSecrets[]
}

export interface Gathered {
  readonly items: readonly Item[]
  /** What stopped the gathering, or was left out of it. */
  readonly problems: readonly SourceProblem[]
}

/** Who wants to see the lines of an entry, read as an artifact, as they pass. */
export type Watching = (artifact: Artifact<unknown>, path: EntryPath) => LogWatch

/** No machine has so many files that this program reads, and no archive so many folders and links that matter. */
const ITEMS_MAX = 5000
/** Of what is known by its name only. A sink of the event cache that cannot send grows to thousands of files. */
const NAMES_MAX = 20_000
/** Of what a record says was there: more than any machine has of files that this program reads. */
const LEFT_OUT_MAX = 1000
const FOLDERS_MAX = 200_000
const FOLDERS_TOLD = 20
const LINKS_MAX = 100_000

/**
 * One pass over a source: every entry is seen, recognised ones are parsed as they pass, by their place or, when that says
 * nothing, by their first bytes; the rest streams by. Where links have
 * the places of artifacts, another pass reads what they lead to.
 */
export async function gather(
  source: Source,
  artifacts: readonly Artifact<unknown>[],
  scanner: () => SecretScanner,
  signal: AbortSignal,
  watching?: Watching,
): Promise<Gathered> {
  const recognise = placeIndex(artifacts)
  const items = new Map<string, Item>()
  const folders = new Set<EntryPath>()
  const problems: SourceProblem[] = []
  const links = new Map<EntryPath, LinkTarget>()
  const wanted: Wanted[] = []
  const budget = source.budget ?? budgetOf(LIMITS)
  const reading: Spent = { budget, kept: 0, watching }

  const room = { names: NAMES_MAX, contents: ITEMS_MAX, leftOut: LEFT_OUT_MAX }
  const full = (path: EntryPath, max: number): void => {
    const message = `More than ${max} entries look like files of the agents; from ${path} on they were left out.`
    if (!problems.some(({ code }) => code === LIMIT)) problems.push({ code: LIMIT, message, path: null })
  }
  const keep = (key: string, item: Item, of: keyof typeof room): void => {
    if (!items.has(key)) room[of] -= 1
    items.set(key, item)
  }

  const keepNames = (stat: EntryStat, matches = recognise(stat.path)): void => {
    for (const match of matches) {
      const { reading } = match.artifact
      if (reading.how !== 'name') continue
      const value = reading.parse(match.relative, stat)
      if (value === undefined) continue
      const key = `${match.artifact.id} ${stat.path}`
      const item = { ...stat, match, outcome: { ok: true as const, value, problems: [] }, sha256: null, secrets: [] }
      if (room.names > 0 || items.has(key)) keep(key, item, 'names')
      else full(stat.path, NAMES_MAX)
    }
  }

  /** False when there was no room for it. */
  const keepLeftOut = (stat: EntryStat, reason: string): boolean => {
    for (const match of ofContent(recognise(stat.path))) {
      const outcome = failed(LEFT_OUT, `It was there and stayed behind: ${clip(reason)}.`)
      const key = `${match.artifact.id} ${stat.path}`
      if (items.has(key)) continue
      if (room.leftOut <= 0) {
        full(stat.path, LEFT_OUT_MAX)
        return false
      }
      keep(key, { ...stat, match, outcome, sha256: null, secrets: [] }, 'leftOut')
    }
    return true
  }

  /** What lies in it is missing on no machine. */
  const closed = (path: EntryPath, reason: string): void => {
    if (problems.filter(({ code }) => code === FOLDER_CLOSED).length < FOLDERS_TOLD)
      problems.push({ code: FOLDER_CLOSED, message: `${clip(reason)}.`, path: entryPath(path) ?? null })
  }

  const ofContent = (matches: readonly Match[]): Match[] =>
    matches.filter(({ artifact }) => artifact.reading.how !== 'name')

  const isCut = (path: EntryPath): boolean => recognise(path).some(({ artifact }) => artifact.cut === true)

  /** `through`: where the link led that it was read by. */
  const keepContent = async (entry: SourceEntry, matches: readonly Match[], through?: EntryPath): Promise<void> => {
    const match = strongest(matches)
    if (match === undefined) return
    if (room.contents <= 0) {
      full(entry.path, ITEMS_MAX)
      return
    }
    const stat = statOf(entry)
    const torn = through !== undefined && isCut(through) ? [cutOnTheWay(through)] : []
    const { secrets, sha256, outcomes } = await read(
      entry,
      [match.artifact, ...alike(match, matches)],
      scanner(),
      reading,
      torn,
    )
    for (const [artifact, outcome] of outcomes) {
      if (outcome.ok) {
        for (const listed of artifact.lists?.(outcome.value) ?? [])
          if (entryPath(listed.path) !== undefined) keepNames(beside(entry.path, listed))
        for (const { path, reason, folder } of artifact.leftOut?.(outcome.value) ?? []) {
          const lost = beside(entry.path, { path, kind: 'file', size: 0, mtime: null })
          if (folder === true) closed(lost.path, reason)
          else if (entryPath(path) !== undefined && !keepLeftOut(lost, reason)) break
        }
      }
      const own = { ...stat, match: { ...match, artifact }, outcome, sha256 }
      // Told once, not once for each reading.
      keep(`${artifact.id} ${entry.path}`, { ...own, secrets: artifact === match.artifact ? secrets : [] }, 'contents')
    }
  }

  for await (const entry of source.entries({ heads: true })) {
    if (signal.aborted) break
    if (entry.head !== undefined) {
      const match = sniffed(artifacts, entry.path, entry.head)
      if (match !== undefined) await keepContent(entry, [match])
      continue
    }
    for (const folder of newFolders(entry, folders))
      keepNames({ path: folder, kind: 'directory', size: 0, mtime: null })
    const matches = recognise(entry.path)
    keepNames(statOf(entry), matches)
    if (entry.kind === 'link' && entry.link !== undefined) {
      if (links.size < LINKS_MAX) links.set(entry.path, entry.link)
      const match = strongest(ofContent(matches))
      if (match !== undefined && wanted.length < ITEMS_MAX) wanted.push({ entry, link: entry.link, match })
    }
    if (entry.leftOut !== undefined) keepLeftOut(statOf(entry), entry.leftOut)
    else if (entry.kind === 'file') await keepContent(entry, ofContent(matches), entry.link?.path)
  }
  const open = unread(wanted, links, items)
  for (let targets = open; targets.size > 0 && !signal.aborted;) {
    if (source.again === undefined) {
      for (const [target, [first]] of targets)
        if (first !== undefined) problems.push(notFollowed(first.entry.path, target))
      break
    }
    // Of several links to one file each needs a pass of its own, because the file passes only once in each.
    const later = new Map<EntryPath, Wanted[]>()
    for await (const entry of (await source.again()).entries()) {
      if (signal.aborted) break
      const [first, ...others] = targets.get(entry.path) ?? []
      if (first === undefined || entry.kind !== 'file') continue
      if (others.length > 0) later.set(entry.path, others)
      const { path } = first.entry
      await keepContent({ ...entry, path }, ofContent(recognise(path)), entry.path)
    }
    targets = later
  }
  return { items: [...items.values()], problems }
}

/** A link at the place of an artifact. */
interface Wanted {
  readonly entry: EntryStat
  readonly link: LinkTarget
  readonly match: Match
}

/** By what they lead to: the links whose target was not read as the same artifact already. */
function unread(
  wanted: readonly Wanted[],
  links: ReadonlyMap<EntryPath, LinkTarget>,
  items: ReadonlyMap<string, Item>,
): Map<EntryPath, Wanted[]> {
  const targets = new Map<EntryPath, Wanted[]>()
  for (const one of wanted) {
    const target = follow(one.link, links, one.match.root)
    if (target === undefined || isPlaced(items.get(`${one.match.artifact.id} ${target}`))) continue
    targets.set(target, [...(targets.get(target) ?? []), one])
  }
  return targets
}

function isPlaced(item: Item | undefined): boolean {
  return item !== undefined && item.match.layout !== 'content'
}

function notFollowed(path: EntryPath, target: EntryPath): SourceProblem {
  return {
    code: 'link-unread',
    message: `${path} is a link to ${target}, which had passed before; standard input cannot be read twice. Pass the archive as a file.`,
    path,
  }
}

function cutOnTheWay(path: EntryPath): Problem {
  return { code: CUT_OFF, message: `It is a link to ${path}, which holds only its last part.` }
}

function statOf({ path, kind, size, mtime }: EntryStat): EntryStat {
  return { path, kind, size, mtime }
}

/** A list names what lies in its own folder. */
function beside(path: EntryPath, listed: EntryStat): EntryStat {
  const folder = path.slice(0, path.lastIndexOf('/') + 1)
  return { ...listed, path: `${folder}${listed.path}` }
}

/** Archives often list files without the folders above them. */
function newFolders(entry: EntryStat, known: Set<EntryPath>): EntryPath[] {
  const fresh: EntryPath[] = []
  if (entry.kind === 'directory') remember(entry.path, known)
  for (let end = entry.path.lastIndexOf('/'); end > 0; end = entry.path.lastIndexOf('/', end - 1)) {
    const folder = entry.path.slice(0, end)
    if (known.has(folder)) break
    remember(folder, known)
    fresh.push(folder)
  }
  return fresh
}

/** What is forgotten is only looked at again. */
function remember(folder: EntryPath, known: Set<EntryPath>): void {
  if (known.size >= FOLDERS_MAX) known.clear()
  known.add(folder)
}

function strongest(matches: readonly Match[]): Match | undefined {
  const rank = { host: 0, collector: 1, loose: 2, content: 3 }
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

/** What the input has cost so far. */
interface Spent {
  readonly budget: Budget
  /** Bytes of all artifacts that were kept whole to be read. */
  kept: number
  readonly watching: Watching | undefined
}

type Outcomes = readonly (readonly [Artifact<unknown>, Parsed<unknown>])[]

async function read(
  entry: SourceEntry,
  [artifact, ...others]: readonly [Artifact<unknown>, ...Artifact<unknown>[]],
  scanner: SecretScanner,
  spent: Spent,
  before: readonly Problem[],
): Promise<Pick<Item, 'sha256' | 'secrets'> & { readonly outcomes: Outcomes }> {
  const hash = createHash('sha256')
  // Of a log the end is enough.
  const torn: Problem[] = artifact.reading.how === 'stream' ? [] : [...before]
  const state = { ended: false }
  const content = watched(inflated(hashed(entry.content(), hash, state), torn, spent.budget), scanner)
  const kept: { bytes: Uint8Array } = { bytes: new Uint8Array() }
  const safely = (one: Artifact<unknown>, parsing: Promise<Parsed<unknown>>): Promise<Parsed<unknown>> =>
    parsing.catch((error: unknown) =>
      failed('parser-failed', `Reading ${entry.path} as ${one.title} failed: ${String(error)}.`),
    )
  const outcomes: [Artifact<unknown>, Parsed<unknown>][] = [
    [artifact, await safely(artifact, parse(content, artifact, entry.path, torn, kept, spent))],
  ]
  for (const other of others) {
    const again = parse(once(kept.bytes), other, entry.path, torn, { bytes: kept.bytes }, spent)
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
  artifact: Artifact<unknown>,
  path: EntryPath,
  torn: Problem[],
  kept: { bytes: Uint8Array },
  spent: Spent,
): Promise<Parsed<unknown>> {
  const { limits } = spent.budget
  const { reading, maxBytes, title } = artifact
  switch (reading.how) {
    case 'stream':
      return reading.parse(content, limits, spent.watching?.(artifact, path))
    case 'bytes': {
      const max = Math.min(maxBytes, limits.json, limits.kept - spent.kept)
      const parts: Uint8Array[] = []
      let size = 0
      for await (const chunk of untilTorn(content, torn)) {
        size += chunk.length
        if (size > max) {
          torn.push({ code: LIMIT, message: `${title} is larger than the ${max} bytes that are kept of it.` })
          break
        }
        parts.push(chunk)
      }
      kept.bytes = Buffer.concat(parts)
      spent.kept += kept.bytes.length
      return reading.parse(kept.bytes, limits)
    }
    case 'random': {
      const max = largest(maxBytes, limits, spent)
      const { bytes, cut } = await spool(untilTorn(content, torn), max)
      spent.kept += bytes.size
      if (cut) torn.push({ code: LIMIT, message: `Only the first ${max} bytes of ${title} were read.` })
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

/** An artifact's own bound is the default one; who sets another means it. */
function largest(maxBytes: number, { artifact, kept }: Limits, spent: Spent): number {
  const own = artifact === LIMITS.artifact ? Math.min(maxBytes, artifact) : artifact
  return Math.min(own, kept - spent.kept)
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

/** Rotated logs are often compressed, whatever their name says. */
async function* inflated(
  chunks: AsyncGenerator<Uint8Array>,
  torn: Problem[],
  budget: Budget,
): AsyncGenerator<Uint8Array> {
  const { head, bytes } = await peek(chunks, SNIFFED)
  const format = formatOf(head)
  try {
    if (format.kind !== 'compressed') {
      for await (const chunk of bytes) {
        budget.tick()
        yield chunk
      }
      return
    }
    let consumed = 0
    async function* counted(): AsyncGenerator<Uint8Array> {
      for await (const chunk of bytes) {
        consumed += chunk.length
        yield chunk
      }
    }
    const output = decompress(format.how, counted(), ({ tear, detail }) =>
      torn.push({
        code: CUT_OFF,
        message: `The ${format.how} stream is not whole (${tear}), ${detail}; what came before was read.`,
      }),
    )
    yield* budget.inflating(output, () => consumed)
  } catch (error) {
    if (error instanceof LimitReached) torn.push({ code: LIMIT, message: `${error.message}.` })
    else throw error
  } finally {
    await chunks.return(undefined)
  }
}

/** What came before a torn end counts. */
async function* untilTorn(chunks: AsyncIterable<Uint8Array>, torn: Problem[]): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks
  } catch (error) {
    torn.push({
      code: error instanceof LimitReached ? LIMIT : CUT_OFF,
      message: `Reading broke off: ${(error as Error).message}.`,
    })
  }
}
