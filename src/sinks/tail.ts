/**
 * The last whole lines of a text within about `most` bytes: everything before is passed over, and the line it begins in as well.
 * With a `start`, every line before the first that begins with it goes, too: what stands there has lost its head.
 */
export async function* tailLines(
  content: AsyncIterable<Uint8Array>,
  size: number,
  most: number,
  start = '',
): AsyncGenerator<Uint8Array> {
  const border = Buffer.from(`\n${start}`)
  let skip = size - most
  let inside = skip > 0
  let held: Uint8Array = Buffer.alloc(0)
  for await (const chunk of content) {
    if (skip >= chunk.length) {
      skip -= chunk.length
      continue
    }
    let rest: Uint8Array = chunk.subarray(skip)
    skip = 0
    if (inside) {
      const bytes = Buffer.concat([held, rest])
      const at = bytes.indexOf(border)
      held = at < 0 ? bytes.subarray(-start.length || bytes.length) : held
      if (at < 0) continue
      inside = false
      rest = bytes.subarray(at + 1)
    }
    if (rest.length > 0) yield rest
  }
}
