/** Pages that have been seen: one bit a page. Grows as pages come; ids must be checked against the file's size before. */
export class PageSet {
  private bits = new Uint8Array(1024)

  /** False when the page was there already. */
  add(id: number): boolean {
    const byte = Math.floor(id / 8)
    if (byte >= this.bits.length) {
      const grown = new Uint8Array(Math.max(byte + 1, this.bits.length * 2))
      grown.set(this.bits)
      this.bits = grown
    }
    const mask = 1 << (id & 7)
    const found = this.bits[byte] ?? 0
    this.bits[byte] = found | mask
    return (found & mask) === 0
  }

  has(id: number): boolean {
    return ((this.bits[Math.floor(id / 8)] ?? 0) & (1 << (id & 7))) !== 0
  }
}
