/**
 * The last whole lines of a text: its first `skip` bytes are passed over, and the line it begins in then as well.
 * With a `start`, every line before the first that begins with it goes, too: what stands there has lost its head.
 */
export async function* tailLines(
  content: AsyncIterable<Uint8Array>,
  skip: number,
  start = '',
): AsyncGenerator<Uint8Array> {
  const border = Buffer.from(`\n${start}`)
  let inside = true
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
