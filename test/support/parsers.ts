import fc from 'fast-check'
import type { Parsed } from '../../src/model/parsed.js'

/** Bytes in chunks of one size, as a stream delivers them. */
export async function* chunked(data: Uint8Array, size = Math.max(1, data.length)): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < data.length; at += size) yield data.subarray(at, at + size)
}

/** Arbitrary bytes, the sample with arbitrary bytes in it, the sample cut: a value or a problem, never a throw. */
export function expectNeverThrows(parse: (bytes: Uint8Array) => Parsed<unknown>, text: string | Uint8Array): void {
  const sample = Buffer.from(text)
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 60 }), fc.nat(sample.length), (bytes, at) => {
      const torn = Buffer.concat([sample.subarray(0, at), bytes, sample.subarray(at + bytes.length)])
      for (const input of [bytes, torn, sample.subarray(0, at)]) {
        const result = parse(input)
        expect(result.ok || result.problems.length > 0).toBe(true)
      }
    }),
  )
}

/** What a parser made of it; a failure is a mistake in the test. */
export function valueOf<T>(result: Parsed<T>): T {
  if (!result.ok) throw new Error(result.problems[0].message)
  return result.value
}

type StreamParser<T> = (chunks: AsyncIterable<Uint8Array>) => Promise<Parsed<T>>

/** A parser of streams that takes a text, in one chunk or in chunks of a size. */
export function streamed<T>(parse: StreamParser<T>): (data: string | Uint8Array, size?: number) => Promise<Parsed<T>> {
  return (data, size) => parse(chunked(Buffer.from(data), size))
}

/** What holds for every log: chunks and line ends do not count, and no bytes make it throw. */
export function describeStream<T>(parser: StreamParser<T>, sample: string): void {
  const parse = streamed(parser)

  it('does not depend on how the bytes were cut, nor on CRLF or a last newline', async () => {
    const whole = await parse(sample)
    for (const size of [1, 2, 3, 7, 64, 4096]) expect(await parse(sample, size)).toEqual(whole)
    expect(await parse(sample.replaceAll('\n', '\r\n'))).toEqual(whole)
    expect(await parse(sample.trimEnd())).toEqual(whole)
  })

  it('never throws on any bytes, alone or in a good file', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 200 }), fc.nat(sample.length), async (bytes, at) => {
        expect((await parse(bytes)).ok).toBe(true)
        const damaged = Buffer.concat([Buffer.from(sample.slice(0, at)), bytes, Buffer.from(sample.slice(at))])
        expect((await parse(damaged, 13)).ok).toBe(true)
      }),
    )
  })
}
