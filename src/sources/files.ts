import { constants } from 'node:fs'
import { open, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { whatFails } from './no-access.js'

const READ_CHUNK = 1024 * 1024
/** Links that are followed, one after the other, before the way is given up. */
const HOPS_MAX = 8

/**
 * The path below `root` that is no link in any of its parts, as a process with this root would find it: an absolute link counts
 * from the root. Undefined when it leads in a circle, over more than eight links, or out of the root: `beyond` says whether `..`
 * there is that, or stays where it is, as on a machine, whose root has nothing above it.
 */
export async function resolveBelow(
  root: string,
  path: string,
  beyond: 'refused' | 'stays',
): Promise<string | undefined> {
  const ahead = path.split('/')
  const way: string[] = []
  for (let hops = 0; ahead.length > 0;) {
    const part = ahead.shift() ?? ''
    if (part === '' || part === '.') continue
    if (part === '..') {
      if (way.pop() === undefined && beyond === 'refused') return undefined
      continue
    }
    const target = await readlink(join(root, ...way, part)).catch(() => undefined)
    if (target === undefined) {
      way.push(part)
      continue
    }
    if (++hops > HOPS_MAX) return undefined
    if (target.startsWith('/')) way.length = 0
    ahead.unshift(...target.split('/'))
  }
  return way.join('/')
}

/**
 * Opened without following a link and without waiting for a FIFO's other end: the folder may change between the listing and
 * now, and whoever changes it must not choose what is read. A system's error is told in plain words, with itself as the cause.
 */
export async function* contentOf(file: string, start = 0): AsyncGenerator<Uint8Array> {
  try {
    const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    try {
      if (!(await handle.stat()).isFile()) throw new Error('it is no longer an ordinary file')
      yield* handle.createReadStream({
        start,
        highWaterMark: READ_CHUNK,
        autoClose: false,
      }) as AsyncIterable<Uint8Array>
    } finally {
      await handle.close()
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error
    throw new Error(`it ${whatFails(error)}`, { cause: error })
  }
}

/** The first bytes of a file, at most `most`. */
export async function startOf(file: string, most: number): Promise<Buffer> {
  const parts: Uint8Array[] = []
  let left = most
  for await (const part of contentOf(file)) {
    parts.push(part.subarray(0, left))
    left -= part.length
    if (left <= 0) break
  }
  return Buffer.concat(parts)
}
