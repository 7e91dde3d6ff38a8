import { damage, type Damage } from './damage.js'
import type { Meta } from './meta.js'
import { FREELIST, HEADER } from './page.js'
import type { PageReader } from './page-reader.js'

/** Free and pending page ids, ascending; `persisted` is false for a file without a freelist (NoFreelistSync). */
export interface Freelist {
  readonly persisted: boolean
  readonly ids: readonly number[]
  readonly damage: readonly Damage[]
}

/** A count that means: the true one, a u64, comes first (`freelistPageCount` in internal/common/page.go). */
const ESCAPE = 0xffff

export async function readFreelist(pages: PageReader, meta: Meta, seen: readonly Damage[]): Promise<Freelist> {
  if (meta.freelist === null) return { persisted: false, ids: [], damage: [] }
  const page = await pages.page(meta.freelist, 1, [])
  if (page === undefined) return { persisted: true, ids: [], damage: [...seen] }
  const bad = (message: string): Freelist => ({
    persisted: true,
    ids: [],
    damage: [...seen, damage('freelist', message, { page: page.id, offset: page.offset })],
  })
  if (page.flags !== FREELIST)
    return bad(`Page ${page.id} should be the freelist, but has type 0x${page.flags.toString(16)}.`)
  const { view, little } = page
  const u64 = (at: number): number =>
    view.getUint32(at + (little ? 0 : 4), little) + view.getUint32(at + (little ? 4 : 0), little) * 2 ** 32
  const escaped = page.count === ESCAPE
  const room = Math.floor((page.bytes.length - HEADER) / 8) - (escaped ? 1 : 0)
  const count = escaped ? (room < 0 ? 0 : u64(HEADER)) : page.count
  if (count > room) return bad(`The freelist should have room for its ${count} ids, but its page holds ${room}.`)
  const ids: number[] = []
  const problems: Damage[] = [...seen]
  for (let index = 0; index < count; index++) {
    const at = HEADER + 8 * (index + (escaped ? 1 : 0))
    const id = u64(at)
    const previous = ids[ids.length - 1] ?? 1
    if (id <= previous || id >= meta.highWaterMark) {
      const message = `Free page ids should ascend between 2 and ${meta.highWaterMark - 1}, but ${id} follows ${previous}.`
      problems.push(damage('freelist', message, { page: page.id, offset: page.offset + at }))
      continue
    }
    ids.push(id)
  }
  return { persisted: true, ids, damage: problems }
}
