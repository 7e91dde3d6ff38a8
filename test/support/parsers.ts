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
