import { LIMIT } from '../model/artifact.js'
import { LimitReached, type Budget } from '../model/limits.js'
import type { EntryPath } from '../model/locator.js'
import type { SourceEntry, SourceProblem } from '../model/source.js'
import { formatOf, SNIFFED, type Archive, type Compression } from './formats.js'
import { decompress } from './decompress.js'
import { peek, type Peeked } from './peek.js'
import { spool } from './spool.js'
import { tarEntries } from './tar.js'
import { zipEntries } from './zip-entries.js'

/** What reading one input needs at every depth. */
export interface Pass {
  readonly budget: Budget
  readonly problem: (problem: SourceProblem) => void
  /** Filled with the paths of the archives that were opened. */
  readonly archives: Set<EntryPath>
  /** Whether what is no archive passes again, with its head. */
  readonly heads?: boolean
}

/** What is inside the layers of compression. `layers` is from the outside in. */
export interface Unwrapped {
  readonly layers: readonly Compression[]
  readonly archive: Archive | null
  /** Why it cannot be read, where it is in a known format that this program does not read. */
  readonly unsupported: string | null
  readonly content: Peeked
  /** Ends the layers, whether or not they were read to their end. */
  readonly close: () => Promise<void>
}

/** Takes off every layer of compression. `what` begins the sentences about it. */
export async function unwrap(content: Peeked, what: string, path: EntryPath | null, pass: Pass): Promise<Unwrapped> {
  const layers: Compression[] = []
  const running: AsyncGenerator<Uint8Array>[] = []
  const close = async (): Promise<void> => {
    for (const layer of running.toReversed()) await layer.return(undefined)
  }
  for (let inner = content; ;) {
    const format = formatOf(inner.head)
    if (format.kind !== 'compressed' || layers.length > pass.budget.limits.nesting)
      return {
        layers,
        archive: format.kind === 'archive' ? format.how : null,
        unsupported: format.kind === 'unsupported' ? format.what : null,
        content: inner,
        close,
      }
    layers.push(format.how)
    let consumed = 0
    const input = inner.bytes
    async function* counted(): AsyncGenerator<Uint8Array> {
      for await (const chunk of input) {
        consumed += chunk.length
        yield chunk
      }
    }
    const output = decompress(format.how, counted(), ({ tear, detail }) =>
      pass.problem({
        code: `${format.how}-${tear}`,
        message: `${what}the ${format.how} stream is not whole, ${detail}. What came before was read.`,
        path,
      }),
    )
    const layer = pass.budget.inflating(output, () => consumed)
    running.push(layer)
    try {
      inner = await peek(layer, SNIFFED)
    } catch (error) {
      await close()
      throw error
    }
  }
}

/** The members of an archive whose layers of compression are off. */
export async function* members(
  archive: Archive,
  bytes: AsyncIterable<Uint8Array>,
  pass: Pass,
): AsyncGenerator<SourceEntry> {
  const { limits } = pass.budget
  if (archive === 'tar') {
    yield* tarEntries(bytes, pass.problem, limits.header)
    return
  }
  // The directory of a zip is at its end, so all of it is kept.
  const kept = await spool(bytes, limits.kept)
  try {
    if (kept.cut) throw new LimitReached('kept', `The zip archive has more than ${limits.kept} bytes`)
    yield* zipEntries(kept.bytes, pass.problem, pass.budget)
  } finally {
    await kept.bytes.close()
  }
}

/** No archive with a member is smaller, and no file that its content could tell. */
const SMALLEST = 32

/** A machine's own folders. An archive in them is part of the machine, or a copy of older days: not evidence. */
const MACHINE = /(?:^|\/)(?:bin|boot|dev|etc|lib|lib64|opt|proc|run|sbin|snap|sys|usr|var)\//

export function inMachine(path: EntryPath): boolean {
  return MACHINE.test(path)
}

/**
 * Passes entries on, counts them, and opens every archive that the caller left unread; what is none may pass again. `depth` is how many archives the
 * entries lie in.
 */
export async function* withNested(
  entries: AsyncIterable<SourceEntry>,
  pass: Pass,
  depth: number,
  within = '',
): AsyncGenerator<SourceEntry> {
  for await (const entry of entries) {
    pass.budget.entry()
    const path = within + entry.path
    let taken = false
    yield {
      ...entry,
      path,
      ...(entry.link === undefined ? {} : { link: { ...entry.link, path: within + entry.link.path, within } }),
      content() {
        taken = true
        return entry.content()
      },
    }
    // Of what comes from standard input, or from a zip without its directory, no size is known.
    const large = entry.size >= SMALLEST || entry.size === 0
    if (!taken && entry.kind === 'file' && large && !inMachine(entry.path)) yield* inside(entry, path, pass, depth)
  }
}

async function* inside(entry: SourceEntry, path: EntryPath, pass: Pass, depth: number): AsyncGenerator<SourceEntry> {
  const chunks = entry.content()[Symbol.asyncIterator]()
  try {
    const content = await peek(chunks, SNIFFED)
    if (formatOf(content.head).kind !== 'other') yield* opened(content, path, pass, depth)
    else if (pass.heads === true) yield { ...entry, path, head: content.head, content: () => content.bytes }
  } catch (error) {
    // Nobody asked for this file, so its damage is not told.
    if (isGlobal(error)) throw error
  } finally {
    await chunks.return?.()
  }
}

async function* opened(content: Peeked, path: EntryPath, pass: Pass, depth: number): AsyncGenerator<SourceEntry> {
  const told: Pass = {
    ...pass,
    problem: (problem) =>
      pass.problem({
        ...problem,
        message: problem.message.startsWith(path) ? problem.message : `${path}: ${problem.message}`,
        path: problem.path === null ? path : `${path}!/${problem.path}`,
      }),
  }
  let unwrapped: Unwrapped | undefined
  try {
    // Nobody asked for this file, so damage is told only once it proves to be an archive.
    const tears: SourceProblem[] = []
    unwrapped = await unwrap(content, '', null, { ...told, problem: (one) => tears.push(one) })
    const { archive, unsupported, content: inner } = unwrapped
    if (unsupported !== null)
      told.problem({
        code: 'format-unsupported',
        message: `It is ${unsupported}, which is not read. Unpack it and pass the folder.`,
        path: null,
      })
    if (archive === null) return
    if (depth >= pass.budget.limits.nesting)
      throw new LimitReached('nesting', `It lies in ${depth} archives, one in the other`)
    pass.archives.add(path)
    yield* withNested(members(archive, inner.bytes, told), pass, depth + 1, `${path}!/`)
    tears.forEach(told.problem)
  } catch (error) {
    // The whole input is over; its own pass tells.
    if (isGlobal(error)) throw error
    if (error instanceof LimitReached) told.problem({ code: LIMIT, message: `${error.message}.`, path: null })
    else if (pass.archives.has(path))
      told.problem({
        code: 'archive-unreadable',
        message: `Reading broke off: ${(error as Error).message}.`,
        path: null,
      })
  } finally {
    await unwrapped?.close()
  }
}

/** Whether the whole input is over, and not one archive in it. */
function isGlobal(error: unknown): boolean {
  return error instanceof LimitReached && ['inflated', 'entries', 'time'].includes(error.limit)
}
