import { createGunzip, constants } from 'node:zlib'

/** Large output chunks are worth a factor of two over zlib's default of 16 KiB. */
const OUTPUT_CHUNK = 512 * 1024

/**
 * An error loses the output of the write it happens in, so input goes in slices: small ones where the input is small.
 * A write costs one round trip to the thread pool.
 */
function sliceSize(inputBytes: number | null): number {
  if (inputBytes === null) return 64 * 1024
  return Math.min(256 * 1024, Math.max(512, Math.ceil(inputBytes / 64)))
}

/**
 * Inflates gzip, several members in a row included. While one slice is inflated on the thread pool, the output of the one
 * before is with the caller. Damage ends the output: `torn` is told why, and what came before counts.
 */
export async function* gunzip(
  input: AsyncIterable<Uint8Array>,
  inputBytes: number | null,
  torn: (reason: 'truncated' | 'damaged', detail: string) => void,
): AsyncGenerator<Uint8Array> {
  const stream = createGunzip({ chunkSize: OUTPUT_CHUNK, finishFlush: constants.Z_FINISH })
  let output: Uint8Array[] = []
  let failure: NodeJS.ErrnoException | undefined
  let settle: () => void = () => {}
  stream.on('data', (chunk: Uint8Array) => output.push(chunk))
  stream.on('error', (error: NodeJS.ErrnoException) => {
    failure = error
    settle()
  })
  const write = (slice: Uint8Array): Promise<void> =>
    new Promise((resolve) => {
      settle = resolve
      stream.write(slice, () => resolve())
    })
  const take = (): Uint8Array[] => {
    const taken = output
    output = []
    return taken
  }

  try {
    let pending: Promise<void> | undefined
    for await (const slice of slices(input, sliceSize(inputBytes))) {
      await pending
      // The rest of a damaged stream is still read, so that the input's size and hash are whole.
      if (failure !== undefined) continue
      const ready = take()
      pending = write(slice)
      yield* ready
    }
    await pending
    yield* take()
    if (failure === undefined) {
      await new Promise<void>((resolve) => {
        settle = resolve
        stream.once('end', resolve)
        stream.end()
      })
      yield* take()
    }
  } finally {
    stream.destroy()
  }
  if (failure !== undefined) torn(failure.code === 'Z_BUF_ERROR' ? 'truncated' : 'damaged', failure.message)
}

async function* slices(input: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Uint8Array> {
  for await (const chunk of input) {
    for (let start = 0; start < chunk.length; start += size) yield chunk.subarray(start, start + size)
  }
}
