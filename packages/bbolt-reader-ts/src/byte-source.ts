/** Where the bytes come from: a file, a buffer, anything that can be read at any place. */
export interface ByteSource {
  /** Bytes. */
  readonly size: number
  /**
   * Bytes `start` (inclusive) to `end` (exclusive); shorter only where the source ends. May answer at once or later, and may
   * throw on an I/O error, which becomes a damage item.
   */
  read(start: number, end: number): Uint8Array | Promise<Uint8Array>
}

/** A whole file in memory as a source. */
export function bytesSource(bytes: Uint8Array): ByteSource {
  return { size: bytes.length, read: (start, end) => bytes.subarray(start, end) }
}
