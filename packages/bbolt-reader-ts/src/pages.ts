import type { ByteSource } from './byte-source.js'
import { readFreelist } from './freelist.js'
import type { Meta } from './meta.js'
import { walkTree } from './walk.js'

/** One row of the page table. */
export interface PageRow {
  readonly id: number
  /** `unknown`: neither in the tree nor in the freelist, or the file keeps none. */
  readonly type: 'meta' | 'freelist' | 'branch' | 'leaf' | 'free' | 'unknown'
  /** Elements; 0 where that means nothing. */
  readonly items: number
  /** Pages that follow and belong to it; they have no row. */
  readonly overflow: number
  /** The bucket it belongs to; null for a page that belongs to none. */
  readonly bucket: readonly Uint8Array[] | null
}

/** Every page below the high-water mark, in order. Reads the whole tree. */
export async function listPages(source: ByteSource, meta: Meta): Promise<PageRow[]> {
  const rows = new Map<number, PageRow>()
  await walkTree(source, meta, {
    page: ({ id, type, count, overflow, bucket }) => rows.set(id, { id, type, items: count, overflow, bucket }),
  })
  const { page, pages, ids } = await readFreelist(source, meta)
  if (page !== null)
    rows.set(page, { id: page, type: 'freelist', items: ids.length, overflow: Math.max(0, pages - 1), bucket: null })
  const free = new Set(ids)
  const end = Math.min(meta.highWaterMark, Math.ceil(source.size / meta.pageSize))
  const list: PageRow[] = []
  for (let id = 0; id < end;) {
    const plain = { id, items: 0, overflow: 0, bucket: null }
    const row = rows.get(id) ?? { ...plain, type: id < 2 ? 'meta' : free.has(id) ? 'free' : 'unknown' }
    list.push(row)
    id += 1
    // A page that something else names is no part of the one before it, whatever that one says.
    for (let left = row.overflow; left > 0 && id < end && !rows.has(id); left--) id += 1
  }
  return list
}
