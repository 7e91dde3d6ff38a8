import { copyOf } from './bytes.js'
import type { ByteSource } from './byte-source.js'
import { damage, type Damage } from './damage.js'
import type { Meta } from './meta.js'
import { HEADER, header, type Page } from './page.js'

/** Children of a branch mostly lie side by side: so many bytes of them are read at once. */
const WINDOW = 64 * 1024

/** Reads pages of one state of the file. A page's bytes are valid until the next page is read: copy what must stay. */
export interface PageReader {
  /** Undefined when the page cannot be had; the damage has been reported. `run`: how many neighbours will be read next. */
  page(id: number, run: number, bucket: readonly Uint8Array[]): Promise<Page | undefined>
}

export function pageReader(source: ByteSource, meta: Meta, report: (item: Damage) => void): PageReader {
  const { pageSize, highWaterMark } = meta
  const little = meta.byteOrder === 'little'
  let window: Uint8Array = new Uint8Array(0)
  let windowStart = 0

  async function bytesAt(start: number, length: number, ahead: number): Promise<Uint8Array> {
    const inside = start - windowStart
    if (inside >= 0 && inside + length <= window.length) return window.subarray(inside, inside + length)
    const answer = source.read(start, Math.min(source.size, start + Math.max(length, ahead)))
    window = answer instanceof Promise ? await answer : answer
    windowStart = start
    return window.subarray(0, length)
  }

  return {
    async page(id, run, bucket) {
      const offset = id * pageSize
      const at = { page: id, offset, bucket }
      const lost = (code: Damage['code'], message: string): undefined => {
        report(damage(code, message, at))
        return undefined
      }
      if (id < 2 || id >= highWaterMark)
        return lost('page-out-of-range', `A page id should be between 2 and ${highWaterMark - 1}, but is ${id}.`)
      if (offset + HEADER > source.size)
        return lost(
          'page-beyond-file',
          `Page ${id} should begin at byte ${offset}, but the file has ${source.size} bytes.`,
        )
      try {
        const ahead = Math.min(WINDOW, Math.max(1, run) * pageSize)
        const first = await bytesAt(offset, Math.min(pageSize, source.size - offset), ahead)
        if (first.length < HEADER)
          return lost('read-failed', `Page ${id} should be readable, but only ${first.length} bytes of it came.`)
        const head = header(new DataView(first.buffer, first.byteOffset, HEADER), little)
        if (head.id !== id)
          return lost('page-id-mismatch', `Page ${id} should carry its own id, but carries ${head.id}.`)
        const length = (1 + head.overflow) * pageSize
        if (id + head.overflow >= highWaterMark || offset + length > source.size) {
          const message = `Page ${id} says ${head.overflow} pages more belong to it, but the file ends before.`
          return lost('page-beyond-file', message)
        }
        const bytes = head.overflow === 0 ? first : await bytesAt(offset, length, length)
        if (bytes.length < length)
          return lost('read-failed', `Page ${id} should have ${length} bytes, but ${bytes.length} came.`)
        const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
        return { id, flags: head.flags, count: head.count, bytes, view, little, offset }
      } catch (error) {
        return lost('read-failed', `Page ${id} cannot be read: ${(error as Error).message}.`)
      }
    },
  }
}

/** The same page with bytes of its own. */
export function keep(page: Page): Page {
  const bytes = copyOf(page.bytes)
  return { ...page, bytes, view: new DataView(bytes.buffer) }
}
