import { once } from 'node:events'
import { extract, type Header } from 'tar-stream'
import type { EntryKind } from '../model/artifact.js'
import { LimitReached } from '../model/limits.js'
import type { SourceEntry, SourceProblem } from '../model/source.js'
import { entryGate, linkTarget } from './gate.js'

const KINDS: Readonly<Record<string, EntryKind>> = {
  file: 'file',
  'contiguous-file': 'file',
  directory: 'directory',
  symlink: 'link',
  link: 'link',
}

const DEVICES: readonly string[] = ['character-device', 'block-device', 'fifo']

/** Pieces in which the stream is fed, so that a header that never ends is seen before it is held. */
const PIECE = 256 * 1024
const MIB = 1024 * 1024

/**
 * Archives older than ustar are read too; the package's types lack that option. The smallest mark makes every write wait
 * until the piece was looked at.
 */
const OPTIONS: object = { allowUnknownFormat: true, highWaterMark: 1 }

type MemberHeader = Pick<Header, 'type' | 'linkname' | 'mtime' | 'pax'>

/**
 * The members of a tar stream, in its order. A torn tar ends early with a problem. `headerMax` bounds the bytes of one pax or
 * GNU header; beyond it `LimitReached` is thrown, as by `bytes` itself.
 */
export async function* tarEntries(
  bytes: AsyncIterable<Uint8Array>,
  problem: (problem: SourceProblem) => void,
  headerMax = MIB,
): AsyncGenerator<SourceEntry> {
  const tar = extract(OPTIONS)
  const gate = entryGate(problem)
  const feeding = feed(bytes, tar, headerMax)
  let last = 'its first member'
  let limit: LimitReached | null = null
  try {
    for await (const member of tar) {
      const { header } = member
      const type = header.type ?? 'file'
      const link = type === 'symlink' || type === 'link' ? linkOf(header) : undefined
      const path = gate.admit({
        name: nameOf(header),
        ...(link === undefined ? {} : { link }),
        device: DEVICES.includes(type),
      })
      if (path === undefined) {
        member.resume()
        continue
      }
      last = path
      const sparse = isSparse(header)
      if (sparse)
        problem({
          code: 'tar-sparse',
          message: `${path} is stored with holes and was not read. Pack it without --sparse.`,
          path,
        })
      const target = link === undefined ? undefined : linkTarget(path, link)
      yield {
        path,
        kind: sparse ? 'other' : (KINDS[type] ?? 'other'),
        size: header.size ?? 0,
        mtime: mtimeOf(header),
        content: () => whole(member as AsyncIterable<Uint8Array>),
        ...(target === undefined ? {} : { link: { ...target, within: '' } }),
      }
      // Whatever the caller left unread streams past.
      member.resume()
    }
  } catch (error) {
    if (error instanceof LimitReached) limit = error
    else
      problem({
        code: 'tar-truncated',
        message: `The tar archive breaks off at or after ${last}: ${(error as Error).message}. What came before was read.`,
        path: null,
      })
  } finally {
    tar.destroy()
    gate.close()
    await feeding
  }
  if (limit !== null) throw limit
}

function linkOf({ type, linkname }: MemberHeader): { target: string; hard: boolean } {
  return { target: linkname ?? '', hard: type === 'link' }
}

/** Of a member with holes the header has a made-up name. */
function nameOf({ name, pax }: Pick<Header, 'name' | 'pax'>): string {
  return new Map<string, string>(Object.entries(pax ?? {})).get('GNU.sparse.name') ?? name
}

/** GNU writes them with a type of its own, which the reader gives as none, or with pax records. */
function isSparse({ type, pax }: MemberHeader): boolean {
  return type === null || Object.keys(pax ?? {}).some((key) => key.startsWith('GNU.sparse.'))
}

/** Zero is what is written for a time that nobody knows. */
function mtimeOf({ mtime }: MemberHeader): number | null {
  const time = mtime instanceof Date ? mtime.getTime() : NaN
  return time > 0 ? time : null
}

/** Leaving a member half read would end the whole archive, so the rest is read on the way out. */
async function* whole(member: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const chunks = member[Symbol.asyncIterator]()
  let ended = false
  try {
    for (;;) {
      const next = await chunks.next()
      ended = next.done === true
      if (next.done === true) return
      yield next.value
    }
  } catch (error) {
    ended = true
    throw error
  } finally {
    // What is wrong with the rest is told where the next member is asked for.
    while (!ended) ended = (await chunks.next().catch(() => ({ done: true }))).done === true
  }
}

type Extract = ReturnType<typeof extract>

/** Never throws: what the bytes throw ends the tar, and comes out where its members are asked for. */
async function feed(bytes: AsyncIterable<Uint8Array>, tar: Extract, headerMax: number): Promise<void> {
  let closed = false
  const gone = new Promise<void>((resolve) => {
    tar.once('close', () => {
      closed = true
      resolve()
    })
  })
  const piece = Math.min(PIECE, headerMax)
  try {
    for await (const chunk of bytes) {
      for (let at = 0; at < chunk.length && !closed; at += piece) {
        if (!tar.write(chunk.subarray(at, at + piece))) await Promise.race([gone, once(tar, 'drain')])
        if (headerSize(tar) > headerMax)
          throw new LimitReached('header', `A header of the tar has more than ${headerMax} bytes`)
      }
      if (closed) break
    }
    if (!closed) tar.end(undefined)
  } catch (error) {
    tar.destroy(error as Error)
  }
}

/** Of the pax or GNU header that is being collected; the reader holds it whole, and has a bound of its own. */
function headerSize(tar: Extract): number {
  const { _longHeader, _missing } = tar as unknown as { readonly _longHeader: boolean; readonly _missing: number }
  return _longHeader ? _missing : 0
}
