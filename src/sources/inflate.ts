import { isMainThread } from 'node:worker_threads'
import { crc32, createInflateRaw } from 'node:zlib'
import { byteReader, type ByteReader } from './byte-reader.js'
import type { Tear } from './tear.js'

/**
 * One write is one round trip to the thread pool, and while it is under way the caller works on the output of the one before.
 * A full output chunk breaks that off until the caller yields, so one chunk holds what a slice of logs inflates to. Against
 * zlib's default of 16 KiB this is worth more than a factor of two. In a worker chunks are smaller: larger ones outlive V8's
 * young generation, and the full collections that they bring on cost several inputs in a row more than they save one.
 */
const SLICE = (isMainThread ? 512 : 256) * 1024
const OUTPUT_CHUNK = (isMainThread ? 4 : 1) * 1024 * 1024
/** Deflate can grow a thousandfold: the first step is small, and each one after is as large as its output stays one chunk. */
const FIRST_SLICE = 16 * 1024

/**
 * Inflates gzip, several members in a row included (RFC 1952). Damage ends the output: `torn` is told why, and what came
 * before counts, to the last byte. Zeros after the end are padding; anything else there is told and ignored.
 *
 * The members are framed here and not by zlib, which loses all output of the write in which it meets garbage.
 */
export async function* gunzip(
  input: AsyncIterable<Uint8Array>,
  torn: (tear: Tear) => void,
): AsyncGenerator<Uint8Array> {
  const source = byteReader(input)
  try {
    for (let first = true; ; first = false) {
      const magic = await source.take(2)
      if (!first && !(magic[0] === 0x1f && magic[1] === 0x8b)) {
        source.back(magic)
        if (!(await source.isZeroFilled())) torn({ tear: 'trailing-garbage', detail: 'other bytes follow its end' })
        return
      }
      const tear = (await skipHeader(source)) ? yield* member(source) : cut('a header')
      if (tear !== null) return torn(tear)
    }
  } finally {
    // The rest of a damaged stream is still read, so that the input's size and hash are whole.
    await source.drain()
  }
}

function cut(what: string): Tear {
  return { tear: 'truncated', detail: `it ends inside ${what}` }
}

/** After the magic: method, flags, time (4), extra flags, system, then what the flags announce. False when it is cut. */
async function skipHeader(source: ByteReader): Promise<boolean> {
  const fixed = await source.take(8)
  const flags = fixed[1] ?? 0
  if (fixed.length < 8) return false
  if ((flags & 0x04) !== 0) {
    const [low = 0, high = 0] = await source.take(2)
    await source.take(low + 256 * high)
  }
  for (const text of [0x08, 0x10]) {
    if ((flags & text) === 0) continue
    for (let byte = await source.take(1); byte[0] !== 0; byte = await source.take(1))
      if (byte.length === 0) return false
  }
  if ((flags & 0x02) !== 0) await source.take(2)
  return true
}

/** One deflate stream and its trailer: CRC-32 and size modulo 2^32, little-endian. */
async function* member(source: ByteReader): AsyncGenerator<Uint8Array, Tear | null> {
  let crc = 0
  let size = 0
  const chunks = deflated(source)
  for (;;) {
    const { value, done } = await chunks.next()
    if (done === true) {
      if (value !== null) return value
      break
    }
    crc = crc32(value, crc)
    size = (size + value.length) % 2 ** 32
    yield value
  }
  const trailer = await source.take(8)
  if (trailer.length < 8) return cut('a trailer')
  const view = new DataView(trailer.buffer, trailer.byteOffset, 8)
  const whole = view.getUint32(0, true) === crc && view.getUint32(4, true) === size
  return whole ? null : { tear: 'damaged', detail: 'its checksum does not match' }
}

/** Inflates to the end of the deflate stream, and gives what follows back to the source. */
export async function* deflated(source: ByteReader): AsyncGenerator<Uint8Array, Tear | null> {
  const stream = createInflateRaw({ chunkSize: OUTPUT_CHUNK })
  const state: { output: Uint8Array[]; failure: Error | null } = { output: [], failure: null }
  let settle: () => void = () => {}
  stream.on('data', (chunk: Uint8Array) => state.output.push(chunk))
  stream.on('end', () => settle())
  stream.on('error', (error) => {
    state.failure = error
    settle()
  })
  const write = (slice: Uint8Array): Promise<void> =>
    new Promise((resolve) => {
      settle = resolve
      stream.write(slice, () => resolve())
    })

  try {
    let fed = 0
    let size = FIRST_SLICE
    let last: { slice: Uint8Array; done: Promise<void> } | null = null
    for (;;) {
      let produced = 0
      const coming = { slice: null as Uint8Array | null }
      const next = source.some(size).then((slice) => (coming.slice = slice))
      if (last !== null) {
        await last.done
        produced = state.output.reduce((sum, chunk) => sum + chunk.length, 0)
        // What is there need not wait for a slow pipe.
        if (coming.slice === null) yield* state.output.splice(0)
      }
      const slice = await next
      if (last !== null) {
        // zlib takes no more input once its stream has ended.
        const unused = fed - stream.bytesWritten
        if (state.failure !== null || unused > 0) {
          source.back(slice)
          source.back(last.slice.subarray(last.slice.length - unused))
          break
        }
      }
      const ready = state.output.splice(0)
      if (last !== null)
        size = Math.min(SLICE, Math.max(1024, Math.floor((last.slice.length * OUTPUT_CHUNK) / (produced + 1))))
      if (slice.length === 0) {
        yield* ready
        return cut('the data')
      }
      fed += slice.length
      last = { slice, done: write(slice) }
      yield* ready
    }
    yield* state.output
    return state.failure === null ? null : { tear: 'damaged', detail: state.failure.message }
  } finally {
    stream.destroy()
  }
}
