/** Pages that have been seen: one bit a page. */
export interface PageSet {
  /** False when the page was there already. */
  add(id: number): boolean
  has(id: number): boolean
}

/** Grows as pages come. Ids must be checked against the file's size before. */
export function pageSet(): PageSet {
  let bits = new Uint8Array(1024)
  return {
    add(id) {
      const byte = Math.floor(id / 8)
      if (byte >= bits.length) {
        const grown = new Uint8Array(Math.max(byte + 1, bits.length * 2))
        grown.set(bits)
        bits = grown
      }
      const mask = 1 << (id % 8)
      const found = bits[byte] ?? 0
      bits[byte] = found | mask
      return (found & mask) === 0
    },
    has: (id) => ((bits[Math.floor(id / 8)] ?? 0) & (1 << (id % 8))) !== 0,
  }
}
