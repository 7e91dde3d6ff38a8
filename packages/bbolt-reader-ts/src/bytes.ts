/** A copy with memory of its own. Not `slice`, which on Node's Buffer is a view. */
export function copyOf(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes)
}

/** An unsigned 64-bit number; inexact above 2^53, where no page id can be and every range check fails. */
export function u64(view: DataView, at: number, little: boolean): number {
  return view.getUint32(little ? at : at + 4, little) + view.getUint32(little ? at + 4 : at, little) * 2 ** 32
}

/**
 * Bytewise order, as Go's bytes.Compare, of `[a, aEnd)` and `[b, bEnd)` in one buffer: negative, zero or positive. Four bytes at
 * a time, because every key of a walk is compared with the one before it.
 */
export function compareIn(view: DataView, a: number, aEnd: number, b: number, bEnd: number): number {
  const end = a + Math.min(aEnd - a, bEnd - b)
  while (a + 4 <= end) {
    const left = view.getUint32(a)
    const right = view.getUint32(b)
    if (left !== right) return left - right
    a += 4
    b += 4
  }
  while (a < end) {
    const difference = view.getUint8(a++) - view.getUint8(b++)
    if (difference !== 0) return difference
  }
  return aEnd - a - (bEnd - b)
}

/** The same order for `[a, aEnd)` of a buffer and a key from elsewhere. */
export function compareWith(bytes: Uint8Array, a: number, aEnd: number, key: Uint8Array): number {
  const length = Math.min(aEnd - a, key.length)
  for (let i = 0; i < length; i++) {
    const difference = (bytes[a + i] ?? 0) - (key[i] ?? 0)
    if (difference !== 0) return difference
  }
  return aEnd - a - key.length
}
