/** The last whole lines of a text within about `most` bytes: everything before is passed over, and the line it begins in as well. */
export async function* tailLines(
  content: AsyncIterable<Uint8Array>,
  size: number,
  most: number,
): AsyncGenerator<Uint8Array> {
  let skip = size - most
  let inside = skip > 0
  for await (const chunk of content) {
    if (skip >= chunk.length) {
      skip -= chunk.length
      continue
    }
    let rest = chunk.subarray(skip)
    skip = 0
    if (inside) {
      const newline = rest.indexOf(0x0a)
      if (newline < 0) continue
      inside = false
      rest = rest.subarray(newline + 1)
    }
    if (rest.length > 0) yield rest
  }
}
