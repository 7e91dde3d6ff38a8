/** A copy with memory of its own. Not `slice`, which on Node's Buffer is a view. */
export function copyOf(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes)
}
