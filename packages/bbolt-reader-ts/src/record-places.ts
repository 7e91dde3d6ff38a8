import { elementAt, HEADER, ELEMENT, type Page } from './page.js'
import { sharedByAll, wordAt } from './search.js'

/** Numbers in one block of memory: 256 KiB. A leaf lies in one block; what does not fit is not kept. */
const BLOCK = 2 ** 16
/** Blocks that are kept, 16 MiB; when it would be more, all leaves are given up. */
const BLOCKS_MAX = 64

/** Where a record lies in the file, in bytes. Valid until the next one is asked for. */
export interface RecordPlace {
  readonly keyStart: number
  readonly keyEnd: number
  readonly valueEnd: number
}

/**
 * Where the records of leaves lie that were read before, so that the next look-up reads one record instead of a page. Of each key it
 * keeps four bytes, from where those of the leaf begin to differ: whether the record is the wanted one, only its own bytes tell.
 */
export class RecordPlaces {
  /** For each leaf: how many records, how many bytes their keys share, the words, then start and end of each key, and the end. */
  private readonly blocks: Int32Array[] = []
  /** How many numbers are used, counting from the first block. */
  private used = 0
  /** Where each leaf begins, counted likewise. */
  private readonly leaves = new Map<number, number>()
  private readonly place = { keyStart: 0, keyEnd: 0, valueEnd: 0 }

  constructor(private readonly pageSize: number) {}

  /** Keeps a leaf where every element bears out its neighbours and none is a bucket. */
  add(page: Page): void {
    const { bytes, start, end, count, id } = page
    const shared = count === 0 ? undefined : sharedByAll(page)
    if (shared === undefined || 3 * count + 3 > BLOCK) return
    const place = this.room(3 * count + 3)
    const numbers = this.blocks[Math.floor(place / BLOCK)] as Int32Array
    const at = place % BLOCK
    let expected = start + HEADER + count * ELEMENT
    for (let index = 0; index < count; index++) {
      const span = elementAt(page, index, count)
      if (span === undefined || span.isBucket || span.keyStart !== expected) return
      expected = span.valueEnd
      numbers[at + 2 + index] = ordered(wordAt(bytes, span.keyStart + shared, span.keyEnd))
      numbers[at + 2 + count + 2 * index] = span.keyStart - start
      numbers[at + 3 + count + 2 * index] = span.keyEnd - start
    }
    if (expected > end) return
    numbers[at] = count
    numbers[at + 1] = shared
    numbers[at + 2 + 3 * count] = expected - start
    this.used = place + 3 * count + 3
    this.leaves.set(id, place)
  }

  /** The only record of a leaf that can be the key's. Null when none or several can, and when the leaf is not known. */
  find(id: number, key: Uint8Array): RecordPlace | null {
    const kept = this.leaves.get(id)
    if (kept === undefined) return null
    const { place } = this
    const numbers = this.blocks[Math.floor(kept / BLOCK)] as Int32Array
    const at = kept % BLOCK
    const count = numbers[at] as number
    const shared = numbers[at + 1] as number
    const words = at + 2
    const word = ordered(wordAt(key, shared, key.length))
    let low = words
    let high = words + count
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((numbers[middle] as number) < word) low = middle + 1
      else high = middle
    }
    if (low === words + count || numbers[low] !== word) return null
    if (low + 1 < words + count && numbers[low + 1] === word) return null
    const span = words + count + 2 * (low - words)
    const offset = id * this.pageSize
    place.keyStart = offset + (numbers[span] as number)
    place.keyEnd = offset + (numbers[span + 1] as number)
    place.valueEnd = offset + (numbers[span + 2] as number)
    return place
  }

  /** Where so many numbers more have room in one block. */
  private room(more: number): number {
    if ((this.used % BLOCK) + more > BLOCK) this.used = Math.ceil(this.used / BLOCK) * BLOCK
    if (this.used === BLOCKS_MAX * BLOCK) {
      this.leaves.clear()
      this.used = 0
    }
    if (this.used === this.blocks.length * BLOCK) this.blocks.push(new Int32Array(BLOCK))
    return this.used
  }
}

/** As a signed number of the same order. */
function ordered(word: number): number {
  return word ^ 0x80000000
}
