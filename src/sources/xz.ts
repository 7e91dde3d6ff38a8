import { ReadableStream } from 'node:stream/web'
import { XzReadableStream } from 'xz-decompress'
import { byteReader } from './byte-reader.js'
import type { Tear } from './tear.js'

const SLICE = 64 * 1024

/**
 * The package lets one decoder work at a time and makes the next one wait for ever when a stream lies inside another one, or
 * was left before its end. Its decoders share nothing, so nobody has to wait.
 */
const { _contextMutex: turns } = XzReadableStream as unknown as {
  readonly _contextMutex: { acquire: () => Promise<void>; release: () => void }
}
turns.acquire = () => Promise.resolve()
turns.release = () => undefined

/** Decompresses xz, several streams in a row included. */
export async function* unxz(input: AsyncIterable<Uint8Array>, torn: (tear: Tear) => void): AsyncGenerator<Uint8Array> {
  const source = byteReader(input)
  // What the input itself throws must not pass for damage of the stream.
  const state: { failure: { readonly error: unknown } | null } = { failure: null }
  const slices = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const slice = await source.some(SLICE)
        if (slice.length === 0) controller.close()
        // A copy, because the decoder keeps what it is given.
        else controller.enqueue(Uint8Array.from(slice))
      } catch (error) {
        state.failure = { error }
        controller.close()
      }
    },
  })
  const reader = new XzReadableStream(slices).getReader()
  try {
    for (;;) {
      const { value, done } = await reader.read()
      if (done) break
      yield value
    }
  } catch (error) {
    if (state.failure === null) torn(tearOf(error as Error))
  } finally {
    await reader.cancel().catch(() => undefined)
  }
  if (state.failure !== null) throw state.failure.error
}

/** The decoder's codes: https://git.tukaani.org/?p=xz-embedded.git;a=blob;f=linux/include/linux/xz.h */
function tearOf({ message }: Error): Tear {
  const code = Number(/error code (\d+)/.exec(message)?.[1])
  switch (code) {
    case 3:
    case 4:
      return { tear: 'damaged', detail: 'its dictionary is larger than this program allows' }
    case 5:
      return { tear: 'damaged', detail: 'a header is wrong, or other bytes follow its end' }
    case 6:
      return { tear: 'damaged', detail: 'it uses a filter that this program does not know' }
    case 8:
      return { tear: 'truncated', detail: 'it ends inside a block' }
    default:
      return { tear: 'damaged', detail: 'its data or its checksum is wrong' }
  }
}
