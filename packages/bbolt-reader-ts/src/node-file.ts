import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import type { ByteSource } from './byte-source.js'

/** A source that holds a file open. */
export interface FileSource extends ByteSource {
  /** Closes the file, unless it was given as a descriptor: that stays with the caller. */
  close(): void
}

/**
 * A file on disk as a source: no lock, no copy, read where it is. Throws what `fs` throws when the file cannot be opened. The size
 * is that of this moment. The one place of this package that knows Node.
 */
export function fileSource(file: string | number): FileSource {
  const fd = typeof file === 'number' ? file : openSync(file, 'r')
  const readInto = (start: number, target: Uint8Array): number => {
    let came = 0
    while (came < target.length) {
      const more = readSync(fd, target, came, Math.min(target.length - came, 2 ** 30), start + came)
      if (more === 0) break
      came += more
    }
    return came
  }
  return {
    size: fstatSync(fd).size,
    read(start, end) {
      const buffer = new Uint8Array(Math.max(0, end - start))
      return buffer.subarray(0, readInto(start, buffer))
    },
    readInto,
    close() {
      if (typeof file !== 'number') closeSync(fd)
    },
  }
}
