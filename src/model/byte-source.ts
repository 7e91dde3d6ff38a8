/** Bytes at rest that can be read at any place: a file, a buffer, a spooled archive member. Shaped as bbolt-reader-ts wants it. */
export interface ByteSource {
  /** Bytes. */
  readonly size: number
  /** Bytes `start` (inclusive) to `end` (exclusive); shorter only where the source ends. May throw on an I/O error. */
  read(start: number, end: number): Uint8Array | Promise<Uint8Array>
}
