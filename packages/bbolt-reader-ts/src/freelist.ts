import { spoken, u64 } from './bytes.js'
import type { ByteSource } from './byte-source.js'
import { damage, type Damage } from './damage.js'
import type { Meta } from './meta.js'
import { FREELIST, HEADER, wrongType } from './page.js'
import { PageReader } from './page-reader.js'

/** The pages that the file says are free, those waiting for readers to end included. */
export interface Freelist {
  /** False for a file that keeps none (NoFreelistSync): which pages are free is then not known. */
  readonly persisted: boolean
  /** Where it stands; null when it is not kept. */
  readonly page: number | null
  /** How many it takes. */
  readonly pages: number
  /** Ascending where there is no damage. */
  readonly ids: readonly number[]
  readonly damage: readonly Damage[]
}

/** A count that means: the true one, a u64, comes first. */
const ESCAPE = 0xffff

/** `FreelistPageCount` and `FreelistPageIds` in https://github.com/etcd-io/bbolt/blob/main/internal/common/page.go. */
export async function readFreelist(source: ByteSource, meta: Meta): Promise<Freelist> {
  if (meta.freelist === null) return { persisted: false, page: null, pages: 0, ids: [], damage: [] }
  const found: Damage[] = []
  const reader = new PageReader(source, meta, (item) => found.push(item))
  const ids: number[] = []
  const nothing: Freelist = { persisted: true, page: meta.freelist, pages: 1, ids, damage: found }
  if (!reader.isInRange(meta.freelist, [])) return nothing
  const loaded = await reader.load(meta.freelist, null, [])
  if (loaded === null) return nothing
  const { page } = loaded
  if (page.flags !== FREELIST) {
    found.push(wrongType(page, 'the freelist', []))
    return nothing
  }
  const { view, little, start } = page
  const room = Math.max(0, Math.floor((page.end - start - HEADER) / 8))
  const escaped = page.count === ESCAPE
  // offset 16: the true count, u64, only after the escape
  const count = !escaped ? page.count : room === 0 ? 0 : u64(view, start + HEADER, little)
  const first = start + HEADER + (escaped ? 8 : 0)
  const most = Math.max(0, escaped ? room - 1 : room)
  if (count > most || (escaped && (room === 0 || count < ESCAPE))) {
    const message = `The freelist on page ${page.id} should have ${escaped ? `${ESCAPE} to ` : 'at most '}${most} ids, but says ${spoken(count)}.`
    found.push(damage('freelist', message, { page: page.id, offset: page.offset + (escaped ? HEADER : 10) }))
  }
  let previous = 1
  for (let index = 0; index < Math.min(count, most); index++) {
    const at = first + 8 * index
    const id = u64(view, at, little)
    if (id > previous && id < meta.highWaterMark && id <= Number.MAX_SAFE_INTEGER) {
      ids.push(id)
      previous = id
      continue
    }
    const message = `Free page ids should ascend from 2 to ${meta.highWaterMark - 1}, but ${spoken(id)} follows ${previous}; it is left out.`
    found.push(damage('freelist', message, { page: page.id, offset: page.offset + at - start }))
  }
  return { persisted: true, page: page.id, pages: 1 + page.overflow, ids, damage: found }
}
