/** Where the bytes come from: a file, a buffer, anything that can be read at any place. */
export interface ByteSource {
  /** Bytes. */
  readonly size: number
  /**
   * Bytes `start` (inclusive) to `end` (exclusive); shorter only where the source ends. May answer at once or later, and may
   * throw on an I/O error, which becomes a damage item. What was returned must keep its content.
   */
  read(start: number, end: number): Uint8Array | Promise<Uint8Array>
  /**
   * Optional, and faster: fills `target` with the bytes from `start` on and tells how many came, fewer only where the source
   * ends. The reader uses its buffers again, so that a walk needs no new memory for every read.
   */
  readInto?(start: number, target: Uint8Array): number | Promise<number>
}

/** A whole file in memory as a source. Not copied: the bytes must not change while they are read. */
export function bytesSource(bytes: Uint8Array): ByteSource {
  return { size: bytes.length, read: (start, end) => bytes.subarray(start, end) }
}
