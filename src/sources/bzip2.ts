import type { ByteReader } from './byte-reader.js'
import { byteReader } from './byte-reader.js'
import type { Tear } from './tear.js'

/** A compressed block is never larger than its output before run lengths, which is at most 900 000 bytes, by more than this. */
const BLOCK_MAX = 1_100_000
const GROUP = 50
const LENGTH_MAX = 20
const OUTPUT_CHUNK = 256 * 1024

/**
 * Decompresses bzip2, several streams in a row included. Block by block: what came before damage counts, to the last whole
 * block. There is no public specification; the layout is that of the reference program, version 1.0.8:
 *
 *     "BZh" level '1'..'9'
 *     per block: 0x314159265359, CRC (32 bits), randomised (1), start of the permutation (24), symbols in use (16 + 16 × n),
 *                tables (3), selectors (15), each selector in unary, code lengths per table, codes
 *     0x177245385090, CRC of all blocks (32), padding to a byte
 */
export async function* bunzip2(
  input: AsyncIterable<Uint8Array>,
  torn: (tear: Tear) => void,
): AsyncGenerator<Uint8Array> {
  const source = byteReader(input)
  const bits = new Bits()
  for (let first = true; ; first = false) {
    await fill(bits, source)
    if (bits.left < 4 && !first) {
      if (!bits.rest().every((byte) => byte === 0)) torn(GARBAGE)
      return
    }
    try {
      const level = header(bits)
      if (level === null) return torn(first ? damaged('it has no header') : GARBAGE)
      const permutation = new Uint32Array(level * 100_000)
      let whole = 0
      for (;;) {
        await fill(bits, source)
        const high = bits.read(24)
        const low = bits.read(24)
        if (high === 0x177245 && low === 0x385090) break
        if (high !== 0x314159 || low !== 0x265359) return torn(damaged('a block has no beginning'))
        const expected = bits.read(32)
        const block = decode(bits, permutation)
        let crc = 0xffffffff
        for (const chunk of unrun(block, permutation)) {
          crc = checksum(chunk, crc)
          yield chunk
        }
        crc = ~crc >>> 0
        if (crc !== expected) return torn(damaged('the checksum of a block does not match'))
        whole = (((whole << 1) | (whole >>> 31)) ^ crc) >>> 0
      }
      if (bits.read(32) !== whole) return torn(damaged('its checksum does not match'))
      bits.align()
    } catch (error) {
      if (error instanceof Ended) return torn({ tear: 'truncated', detail: 'it ends inside a block' })
      if (error instanceof Damaged) return torn(damaged(error.message))
      throw error
    }
  }
}

const GARBAGE: Tear = { tear: 'trailing-garbage', detail: 'other bytes follow its end' }

function damaged(detail: string): Tear {
  return { tear: 'damaged', detail }
}

/** The bits end before the block does. */
class Ended extends Error {}
class Damaged extends Error {}

/** Bits from the most significant one. Holds what one block can need, so that decoding never waits. */
class Bits {
  private bytes: Uint8Array = new Uint8Array(0)
  private at = 0
  private held = 0
  private count = 0

  get left(): number {
    return this.bytes.length - this.at
  }

  rest(): Uint8Array {
    return this.bytes.subarray(this.at)
  }

  add(bytes: Uint8Array): void {
    this.bytes = Buffer.concat([this.rest(), bytes])
    this.at = 0
  }

  bit(): number {
    if (this.count === 0) this.next()
    this.count -= 1
    return (this.held >>> this.count) & 1
  }

  /** At most 32 bits, unsigned. */
  read(count: number): number {
    let value = 0
    for (let missing = count; missing > 0;) {
      if (this.count === 0) this.next()
      const take = Math.min(missing, this.count)
      this.count -= take
      value = (value << take) | ((this.held >>> this.count) & ((1 << take) - 1))
      missing -= take
    }
    return value >>> 0
  }

  align(): void {
    this.count = 0
  }

  private next(): void {
    if (this.at >= this.bytes.length) throw new Ended()
    this.held = this.bytes[this.at++] ?? 0
    this.count = 8
  }
}

async function fill(bits: Bits, source: ByteReader): Promise<void> {
  if (bits.left >= BLOCK_MAX) return
  bits.add(await source.take(2 * BLOCK_MAX - bits.left))
}

function header(bits: Bits): number | null {
  if (bits.read(24) !== 0x425a68) return null
  const level = bits.read(8) - 0x30
  return level >= 1 && level <= 9 ? level : null
}

interface Block {
  /** Bytes of the permutation in use. */
  readonly size: number
  readonly start: number
}

/** Fills `permutation`: per place the byte in the low 8 bits, the next place in the others. */
function decode(bits: Bits, permutation: Uint32Array): Block {
  if (bits.bit() === 1) throw new Damaged('a block is randomised, as only programs before 1996 made them')
  const origin = bits.read(24)
  const symbols = symbolsInUse(bits)
  const alphabet = symbols.length + 2
  const tableCount = bits.read(3)
  if (tableCount < 2 || tableCount > 6) throw new Damaged('a block has a wrong number of tables')
  const selectors = selectorsOf(bits, tableCount)
  const tables = Array.from({ length: tableCount }, () => table(bits, alphabet))

  const counts = new Uint32Array(256)
  const recent = symbols
  let size = 0
  let group = 0
  let inGroup = 0
  let current = tables[selectors[0] ?? 0]
  let run = 0
  let weight = 1
  for (;;) {
    if (inGroup === GROUP) {
      inGroup = 0
      group += 1
      current = tables[selectors[group] ?? tables.length]
    }
    if (current === undefined) throw new Damaged('a block has too few selectors')
    inGroup += 1
    const symbol = code(bits, current)
    if (symbol < 2) {
      // A run's length is written in digits 1 and 2, the least first.
      run += weight * (symbol + 1)
      weight *= 2
      if (run > permutation.length) throw new Damaged('a block is larger than its header says')
      continue
    }
    if (run > 0) {
      const byte = recent[0] ?? 0
      if (size + run > permutation.length) throw new Damaged('a block is larger than its header says')
      permutation.fill(byte, size, size + run)
      counts[byte] = (counts[byte] ?? 0) + run
      size += run
      run = 0
      weight = 1
    }
    if (symbol === alphabet - 1) break
    const byte = recent[symbol - 1] ?? 0
    // Called for nearly every byte: built-in functions would cost more than they move.
    for (let at = symbol - 1; at > 0; at--) recent[at] = recent[at - 1] ?? 0
    recent[0] = byte
    if (size >= permutation.length) throw new Damaged('a block is larger than its header says')
    permutation[size++] = byte
    counts[byte] = (counts[byte] ?? 0) + 1
  }
  if (origin >= size) throw new Damaged('a block starts beyond its end')

  let sum = 0
  const firsts = counts.map((count) => (sum += count) - count)
  for (let at = 0; at < size; at++) {
    const byte = (permutation[at] ?? 0) & 0xff
    const to = firsts[byte] ?? 0
    firsts[byte] = to + 1
    permutation[to] = ((permutation[to] ?? 0) & 0xff) | (at << 8)
  }
  return { size, start: (permutation[origin] ?? 0) >>> 8 }
}

function symbolsInUse(bits: Bits): Uint8Array {
  const ranges = bits.read(16)
  const symbols: number[] = []
  for (let range = 0; range < 16; range++) {
    if (((ranges >>> (15 - range)) & 1) === 0) continue
    const used = bits.read(16)
    for (let low = 0; low < 16; low++) if (((used >>> (15 - low)) & 1) === 1) symbols.push(16 * range + low)
  }
  if (symbols.length === 0) throw new Damaged('a block uses no symbol')
  return Uint8Array.from(symbols)
}

/** Which table codes each group of 50 symbols, moved to the front as they are used. */
function selectorsOf(bits: Bits, tableCount: number): Uint8Array {
  const count = bits.read(15)
  if (count === 0) throw new Damaged('a block has no selectors')
  const recent = Array.from({ length: tableCount }, (_, index) => index)
  return Uint8Array.from({ length: count }, () => {
    let index = 0
    while (bits.bit() === 1) if (++index >= tableCount) throw new Damaged('a selector names no table')
    const [table = 0] = recent.splice(index, 1)
    recent.unshift(table)
    return table
  })
}

/** A canonical code. By length: the largest code of that length, and what to subtract from a code to find its symbol. */
interface Table {
  readonly limit: Int32Array
  readonly base: Int32Array
  readonly symbols: Uint16Array
  readonly shortest: number
}

function table(bits: Bits, alphabet: number): Table {
  let length = bits.read(5)
  const lengths = new Uint8Array(alphabet)
  for (let symbol = 0; symbol < alphabet; symbol++) {
    for (;;) {
      if (length < 1 || length > LENGTH_MAX) throw new Damaged('a code is too long')
      if (bits.bit() === 0) break
      length += bits.bit() === 0 ? 1 : -1
    }
    lengths[symbol] = length
  }
  const symbols = Uint16Array.from(lengths.keys()).sort((a, b) => (lengths[a] ?? 0) - (lengths[b] ?? 0) || a - b)
  const limit = new Int32Array(LENGTH_MAX + 1).fill(-1)
  const base = new Int32Array(LENGTH_MAX + 1)
  let next = 0
  let seen = 0
  for (let size = 1; size <= LENGTH_MAX; size++) {
    const count = lengths.reduce((sum, one) => sum + Number(one === size), 0)
    base[size] = next - seen
    next += count
    seen += count
    if (count > 0) limit[size] = next - 1
    next *= 2
  }
  return { limit, base, symbols, shortest: lengths.reduce((least, one) => Math.min(least, one), LENGTH_MAX) }
}

function code(bits: Bits, { limit, base, symbols, shortest }: Table): number {
  let value = bits.read(shortest)
  for (let size = shortest; size <= LENGTH_MAX; size++) {
    if (value <= (limit[size] ?? -1)) {
      const symbol = symbols[value - (base[size] ?? 0)]
      if (symbol === undefined) break
      return symbol
    }
    value = value * 2 + bits.bit()
  }
  throw new Damaged('a code stands for nothing')
}

/** Walks the permutation, and undoes the outermost run lengths: after four equal bytes comes how many more there are. */
function* unrun({ size, start }: Block, permutation: Uint32Array): Generator<Uint8Array> {
  let chunk = new Uint8Array(OUTPUT_CHUNK)
  let used = 0
  let place = start
  let last = -1
  let equal = 0
  for (let done = 0; done < size; done++) {
    const step = permutation[place] ?? 0
    const byte = step & 0xff
    place = step >>> 8
    // A run adds at most 255 bytes.
    if (used + 255 > chunk.length) {
      yield chunk.subarray(0, used)
      chunk = new Uint8Array(OUTPUT_CHUNK)
      used = 0
    }
    if (equal === 4) {
      chunk.fill(last, used, used + byte)
      used += byte
      equal = 0
      last = -1
      continue
    }
    equal = byte === last ? equal + 1 : 1
    last = byte
    chunk[used++] = byte
  }
  if (used > 0) yield chunk.subarray(0, used)
}

const CRC = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index << 24
  for (let bit = 0; bit < 8; bit++) value = value < 0 ? (value << 1) ^ 0x04c11db7 : value << 1
  return value >>> 0
})

/** CRC-32 with the most significant bit first, unlike zlib's. */
function checksum(bytes: Uint8Array, from: number): number {
  let crc = from
  for (const byte of bytes) crc = (crc << 8) ^ (CRC[(crc >>> 24) ^ byte] ?? 0)
  return crc
}
