/** A stream whose first bytes are known; `bytes` still delivers everything, once. */
export interface Peeked {
  readonly head: Uint8Array
  readonly bytes: AsyncGenerator<Uint8Array>
}

/** Looks at the first `length` bytes, fewer only when there are no more. */
export async function peek(chunks: AsyncIterator<Uint8Array>, length: number): Promise<Peeked> {
  const held: Uint8Array[] = []
  let have = 0
  while (have < length) {
    const next = await chunks.next()
    if (next.done === true) break
    held.push(next.value)
    have += next.value.length
  }
  async function* all(): AsyncGenerator<Uint8Array> {
    yield* held.splice(0)
    for (;;) {
      const next = await chunks.next()
      if (next.done === true) return
      yield next.value
    }
  }
  return { head: Buffer.concat(held).subarray(0, length), bytes: all() }
}
