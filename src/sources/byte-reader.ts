/** Chunks of any size, read in pieces of one's own choice. */
export interface ByteReader {
  /** Exactly `length` bytes; fewer only at the end. */
  take(length: number): Promise<Uint8Array>
  /** At least one byte and at most `max`, without copying; none only at the end. */
  some(max: number): Promise<Uint8Array>
  /** Puts bytes before what comes next. */
  back(bytes: Uint8Array): void
  /** Whether only zeros are left. Reads on to the first other byte. */
  isZeroFilled(): Promise<boolean>
  /** Bytes read so far, those put back not counted. */
  consumed(): number
  /** Reads to the end. */
  drain(): Promise<void>
}

export function byteReader(input: AsyncIterable<Uint8Array>): ByteReader {
  const iterator = input[Symbol.asyncIterator]()
  const held: Uint8Array[] = []
  let consumed = 0

  async function some(max: number): Promise<Uint8Array> {
    let chunk = held.shift()
    while (chunk === undefined || chunk.length === 0) {
      const next = held.length > 0 ? { done: false, value: held.shift() } : await iterator.next()
      if (next.done === true) return new Uint8Array(0)
      chunk = next.value
    }
    if (chunk.length > max) held.unshift(chunk.subarray(max))
    const part = chunk.subarray(0, max)
    consumed += part.length
    return part
  }

  return {
    some,
    consumed: () => consumed,
    back(bytes) {
      consumed -= bytes.length
      held.unshift(bytes)
    },
    async take(length) {
      const taken = new Uint8Array(length)
      let have = 0
      while (have < length) {
        const part = await some(length - have)
        if (part.length === 0) break
        taken.set(part, have)
        have += part.length
      }
      return taken.subarray(0, have)
    },
    async isZeroFilled() {
      for (;;) {
        const part = await some(64 * 1024)
        if (part.length === 0) return true
        if (part.some((byte) => byte !== 0)) return false
      }
    },
    async drain() {
      while ((await some(2 ** 30)).length > 0);
    },
  }
}
