import { once } from 'node:events'
import { extract } from 'tar-stream'
import type { EntryKind } from '../model/artifact.js'
import type { SourceEntry, SourceProblem } from '../model/source.js'
import { entryPath } from './names.js'

const KINDS: Readonly<Record<string, EntryKind>> = {
  file: 'file',
  'contiguous-file': 'file',
  directory: 'directory',
  symlink: 'link',
  link: 'link',
}

/** The members of a tar stream, in its order. A torn tar ends early with a problem. */
export async function* tarEntries(
  bytes: AsyncIterable<Uint8Array>,
  problem: (problem: SourceProblem) => void,
): AsyncGenerator<SourceEntry> {
  const tar = extract()
  const feeding = feed(bytes, tar)
  let last = 'its first member'
  try {
    for await (const member of tar) {
      const { header } = member
      const path = entryPath(header.name)
      if (path === undefined) {
        if (!/^[./\\]*$/.test(header.name)) problem(refusedName(header.name))
        member.resume()
        continue
      }
      last = path
      yield {
        path,
        kind: KINDS[header.type ?? 'file'] ?? 'other',
        size: header.size ?? 0,
        mtime: header.mtime instanceof Date ? header.mtime.getTime() : null,
        content: () => whole(member as AsyncIterable<Uint8Array>),
      }
      // Whatever the caller left unread streams past.
      member.resume()
    }
  } catch (error) {
    problem({
      code: 'tar-truncated',
      message: `The tar archive breaks off at or after ${last}: ${(error as Error).message}. What came before was read.`,
      path: null,
    })
  }
  await feeding
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
    while (!ended) ended = (await chunks.next()).done === true
  }
}

async function feed(bytes: AsyncIterable<Uint8Array>, tar: ReturnType<typeof extract>): Promise<void> {
  let closed = false
  const gone = new Promise<void>((resolve) => {
    tar.once('close', () => {
      closed = true
      resolve()
    })
  })
  for await (const chunk of bytes) {
    if (closed) break
    if (!tar.write(chunk)) await Promise.race([gone, once(tar, 'drain')])
  }
  if (!closed) tar.end(undefined)
}

function refusedName(name: string): SourceProblem {
  return {
    code: 'entry-name-refused',
    message: `A member is named ${JSON.stringify(name)}; names with ".." or control characters are not trusted, so it was skipped.`,
    path: null,
  }
}
