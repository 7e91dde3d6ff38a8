import { once } from 'node:events'
import { extract } from 'tar-stream'
import type { EntryKind } from '../model/artifact.js'
import type { SourceEntry, SourceProblem } from '../model/source.js'
import { entryGate } from './gate.js'

const KINDS: Readonly<Record<string, EntryKind>> = {
  file: 'file',
  'contiguous-file': 'file',
  directory: 'directory',
  symlink: 'link',
  link: 'link',
}

const DEVICES: readonly string[] = ['character-device', 'block-device', 'fifo']

/** The members of a tar stream, in its order. A torn tar ends early with a problem. */
export async function* tarEntries(
  bytes: AsyncIterable<Uint8Array>,
  problem: (problem: SourceProblem) => void,
): AsyncGenerator<SourceEntry> {
  const tar = extract()
  const gate = entryGate(problem)
  const feeding = feed(bytes, tar)
  let last = 'its first member'
  try {
    for await (const member of tar) {
      const { header } = member
      const type = header.type ?? 'file'
      const hard = type === 'link'
      const path = gate.admit({
        name: header.name,
        ...(hard || type === 'symlink' ? { link: { target: header.linkname ?? '', hard } } : {}),
        device: DEVICES.includes(type),
      })
      if (path === undefined) {
        member.resume()
        continue
      }
      last = path
      const inside =
        hard || type === 'symlink' ? gate.linkInside(path, { target: header.linkname ?? '', hard }) : undefined
      yield {
        path,
        kind: KINDS[type] ?? 'other',
        ...(inside === undefined ? {} : { link: inside }),
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
  gate.close()
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
