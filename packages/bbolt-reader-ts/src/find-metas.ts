import type { ByteSource } from './byte-source.js'
import { reasonOf } from './damage.js'
import { isPageSize, isUsable, META_END, parseMeta, type Meta, type MetaState } from './meta.js'
import { HEADER, readHeader } from './page.js'

const PAGE_SIZES = Array.from({ length: 16 }, (_, power) => 512 << power)

/**
 * Both meta pages. The second lies one page size into the file, and the page size stands in a meta: where the first is dead, the
 * second is looked for at every page size, and counts only where it names the size it was found at. As
 * `getPageSizeFromSecondMeta` in https://github.com/etcd-io/bbolt/blob/main/db.go, which begins at 1 KiB and misses pages of 512.
 */
export async function findMetas(source: ByteSource): Promise<readonly [MetaState, MetaState]> {
  const first = await metaAt(source, 0, 0)
  if (first.state === 'valid') {
    const { pageSize } = first.meta
    const second = placed(await metaAt(source, pageSize, 1), pageSize)
    if (isUsable(second) || (await hasRoot(source, first.meta))) return [first, second]
    // Nothing lies where a page size this large puts it: another meta page may know better.
    for (const size of PAGE_SIZES) {
      const candidate = placed(await metaAt(source, size, 1), size)
      if (isUsable(candidate) && (await hasRoot(source, candidate.meta))) return [placed(first, size), candidate]
    }
    return [first, second]
  }

  // A first meta that is damaged may still name the right size: that place is looked at first, and told about.
  const claimed = first.meta !== null && isPageSize(first.meta.pageSize) ? [first.meta.pageSize] : []
  let second: MetaState | undefined
  for (const size of [...claimed, ...PAGE_SIZES]) {
    const candidate = placed(await metaAt(source, size, 1), size)
    if (isUsable(candidate)) return [placed(first, size), candidate]
    if (claimed.length > 0) second ??= candidate
  }
  return [first, second ?? { state: 'magic', meta: null, reason: 'it was not found at any page size' }]
}

/** Whether the root that a meta names carries its own number. */
async function hasRoot(source: ByteSource, { root, pageSize, byteOrder }: Meta): Promise<boolean> {
  const start = root * pageSize
  if (!(start + HEADER <= source.size)) return false
  try {
    const bytes = await source.read(start, start + HEADER)
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    return bytes.length === HEADER && readHeader(view, 0, byteOrder === 'little').id === root
  } catch {
    return false
  }
}

/** A good meta whose page size is not the one that the file is read with cannot be right. */
function placed(state: MetaState, pageSize: number): MetaState {
  if (!isUsable(state) || state.meta.pageSize === pageSize) return state
  const reason = `its page size is ${state.meta.pageSize}, not ${pageSize}`
  return { state: 'page-size', meta: state.meta, reason }
}

async function metaAt(source: ByteSource, offset: number, page: 0 | 1): Promise<MetaState> {
  const end = Math.min(offset + META_END, source.size)
  if (end <= offset) return { state: 'short', meta: null, reason: 'the file ends before it' }
  try {
    return parseMeta(await source.read(offset, end), page)
  } catch (error) {
    return { state: 'unreadable', meta: null, reason: `reading it failed: ${reasonOf(error)}` }
  }
}
