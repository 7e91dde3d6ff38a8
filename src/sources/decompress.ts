import type { Compression } from './formats.js'
import { gunzip } from './inflate.js'
import type { Tear } from './tear.js'

/**
 * Takes one layer of compression off. Damage ends the output: `torn` is told why, and what came before counts. Node has gzip
 * built in; the others are loaded when the first of their files comes along.
 */
export function decompress(
  how: Compression,
  input: AsyncIterable<Uint8Array>,
  torn: (tear: Tear) => void,
): AsyncGenerator<Uint8Array> {
  switch (how) {
    case 'gzip':
      return gunzip(input, torn)
    case 'xz':
      return later(async () => (await import('./xz.js')).unxz(input, torn))
    case 'zstd':
      return later(async () => (await import('./zstd.js')).unzstd(input, torn))
    case 'bzip2':
      return later(async () => (await import('./bzip2.js')).bunzip2(input, torn))
  }
}

async function* later(load: () => Promise<AsyncGenerator<Uint8Array>>): AsyncGenerator<Uint8Array> {
  yield* await load()
}
