import type { ByteSource } from './byte-source.js'
import type { Meta } from './meta.js'
import { readHeader } from './page.js'

/** Headers looked at for one page size. */
const SAMPLE = 2000

/**
 * The page size of a file whose meta pages tell nothing: that by which most pages carry their own number and a type. At another size
 * none but the first page can. Null when no page does.
 */
export async function guessPageSize(source: ByteSource): Promise<Pick<Meta, 'pageSize' | 'byteOrder'> | null> {
  let best: { pageSize: number; byteOrder: 'little' | 'big'; hits: number } | null = null
  for (let pageSize = 512; pageSize <= 2 ** 24 && pageSize * 2 <= source.size; pageSize *= 2) {
    const hits = { little: 0, big: 0 }
    for (let id = 1; id < SAMPLE && (id + 1) * pageSize <= source.size; id++) {
      const bytes = await bytesAt(source, id * pageSize)
      if (bytes === null) continue
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
      for (const byteOrder of ['little', 'big'] as const) {
        const header = readHeader(view, 0, byteOrder === 'little')
        if (header.id === id && [1, 2, 4, 0x10].includes(header.flags)) hits[byteOrder] += 1
      }
    }
    for (const byteOrder of ['little', 'big'] as const)
      if (hits[byteOrder] > (best?.hits ?? 0)) best = { pageSize, byteOrder, hits: hits[byteOrder] }
  }
  return best
}

async function bytesAt(source: ByteSource, start: number): Promise<Uint8Array | null> {
  try {
    const bytes = await source.read(start, start + 16)
    return bytes.length === 16 ? bytes : null
  } catch {
    return null
  }
}
