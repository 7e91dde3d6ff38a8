/** A copy with memory of its own. Not `slice`, which on Node's Buffer is a view. */
export function copyOf(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes)
}

/** An unsigned 64-bit number; inexact above 2^53, where no page id can be and every range check fails. */
export function u64(view: DataView, at: number, little: boolean): number {
  const low = view.getUint32(little ? at : at + 4, little)
  const high = view.getUint32(little ? at + 4 : at, little)
  // Multiplied by a power of two it would be a floating-point number to the engine, and with it every place computed from a page id.
  return high === 0 ? low : low + high * 2 ** 32
}

/** Such a number in a sentence: above 2^53 its last digits would be made up. */
export function spoken(number: number): string {
  return number > Number.MAX_SAFE_INTEGER ? 'more than 2^53' : String(number)
}

/**
 * Bytewise order, as Go's bytes.Compare, of `[a, aEnd)` and `[b, bEnd)` in one buffer: negative, zero or positive. Every key of a
 * walk is compared with the one before it, and most share a long beginning, so that this is where the time goes.
 */
export function compareIn(view: DataView, a: number, aEnd: number, b: number, bEnd: number): number {
  const length = Math.min(aEnd - a, bEnd - b)
  let at = 0
  // Eight bytes that are equal as a number are equal, but for the two zeros; NaN is equal to nothing. Both are left to the next loop.
  for (; at + 8 <= length; at += 8) {
    const number = view.getFloat64(a + at, true)
    if (number !== view.getFloat64(b + at, true) || number === 0) break
  }
  for (; at + 4 <= length; at += 4) {
    const left = view.getUint32(a + at)
    const right = view.getUint32(b + at)
    if (left !== right) return left - right
  }
  if (at < length && length >= 4) {
    // Up to three bytes are left: read with the equal ones before them.
    const left = view.getUint32(a + length - 4)
    const right = view.getUint32(b + length - 4)
    if (left !== right) return left - right
    at = length
  }
  for (; at < length; at++) {
    const difference = view.getUint8(a + at) - view.getUint8(b + at)
    if (difference !== 0) return difference
  }
  return aEnd - a - (bEnd - b)
}

/** The same order for `[a, aEnd)` of a buffer and a key from elsewhere, which begin with `same` bytes alike. */
export function compareWith(bytes: Uint8Array, a: number, aEnd: number, key: Uint8Array, same = 0): number {
  const length = Math.min(aEnd - a, key.length)
  for (let i = same; i < length; i++) {
    const difference = (bytes[a + i] as number) - (key[i] as number)
    if (difference !== 0) return difference
  }
  return aEnd - a - key.length
}

/** The same order for two keys. */
export function compareKeys(a: Uint8Array, b: Uint8Array): number {
  return compareWith(a, 0, a.length, b)
}
