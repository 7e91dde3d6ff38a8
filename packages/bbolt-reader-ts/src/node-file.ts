import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import type { ByteSource } from './byte-source.js'

/** A file on disk as a source: no lock, no copy. The only place of this package that knows Node. */
export function fileSource(path: string): ByteSource & { close(): void } {
  const fd = openSync(path, 'r')
  return {
    size: fstatSync(fd).size,
    read(start, end) {
      const buffer = new Uint8Array(Math.max(0, end - start))
      return buffer.subarray(0, readSync(fd, buffer, 0, buffer.length, start))
    },
    close: () => closeSync(fd),
  }
}
