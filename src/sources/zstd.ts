import { Decompress } from 'fzstd'
import { byteReader } from './byte-reader.js'
import type { Tear } from './tear.js'

/** Four bytes can stand for 128 KiB, and all output of one push is held at once. */
const SLICE_MIN = 128
const SLICE_MAX = 256 * 1024
const OUTPUT = 4 * 1024 * 1024

/** Decompresses zstd, several frames in a row included, block by block. */
export async function* unzstd(
  input: AsyncIterable<Uint8Array>,
  torn: (tear: Tear) => void,
): AsyncGenerator<Uint8Array> {
  const source = byteReader(input)
  const output: Uint8Array[] = []
  const stream = new Decompress((chunk) => {
    if (chunk.length > 0) output.push(chunk)
  })
  let failure: Tear | null = null
  for (let size = SLICE_MIN; failure === null;) {
    const slice = await source.some(size)
    try {
      stream.push(slice, slice.length === 0)
    } catch (error) {
      failure = tearOf(error as Error)
    }
    const ready = output.splice(0)
    const produced = ready.reduce((sum, chunk) => sum + chunk.length, 0)
    size = Math.min(SLICE_MAX, 2 * size, Math.max(SLICE_MIN, Math.floor((slice.length * OUTPUT) / (produced + 1))))
    yield* ready
    if (slice.length === 0) break
  }
  if (failure !== null) torn(failure)
}

function tearOf(error: Error): Tear {
  return /EOF/i.test(error.message)
    ? { tear: 'truncated', detail: 'it ends inside a frame' }
    : { tear: 'damaged', detail: `it does not decode: ${error.message}` }
}
