import { seal } from './build.js'

/** A file with one kind of damage. */
export interface Variant {
  readonly name: string
  readonly bytes: Uint8Array<ArrayBuffer>
  /** bbolt opens the file and finds nothing wrong with what it reads, and is right. */
  readonly harmless?: boolean
}

const BRANCH = 1

/** Numbers that are the same in every run. */
export function seeded(seed: number): (below: number) => number {
  return (below) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
    return Math.floor((seed / 2 ** 32) * below)
  }
}

/** What the variants need to know of a sound little-endian file of single pages. */
class Layout {
  readonly view: DataView
  readonly pageSize: number
  /** Which meta page is the newer one. */
  readonly active: 0 | 1
  readonly root: number
  readonly freelist: number
  readonly highWaterMark: number
  readonly branches: number[] = []
  /** Leaves of records, four or more. */
  readonly leaves: number[] = []

  constructor(readonly bytes: Uint8Array<ArrayBuffer>) {
    this.view = new DataView(bytes.buffer)
    this.pageSize = this.view.getUint32(24, true)
    this.active = this.meta(0, 64) > this.meta(1, 64) ? 0 : 1
    this.root = this.meta(this.active, 32)
    this.freelist = this.meta(this.active, 48)
    this.highWaterMark = this.meta(this.active, 56)
    this.visit(this.root)
  }

  meta(page: number, field: number): number {
    return Number(this.view.getBigUint64(page * this.pageSize + field, true))
  }

  private visit(page: number): void {
    const at = page * this.pageSize
    const count = this.view.getUint16(at + 10, true)
    const elements = Array.from({ length: count }, (_, index) => at + 16 + 16 * index)
    if (this.view.getUint16(at + 8, true) === BRANCH) {
      this.branches.push(page)
      for (const element of elements) this.visit(Number(this.view.getBigUint64(element + 8, true)))
      return
    }
    if (count > 3 && elements.every((element) => this.view.getUint32(element, true) === 0)) this.leaves.push(page)
    for (const element of elements) {
      if (this.view.getUint32(element, true) !== 1) continue
      const root = Number(this.view.getBigUint64(this.valueOf(element), true))
      if (root !== 0) this.visit(root)
    }
  }

  valueOf(element: number): number {
    return element + this.view.getUint32(element + 4, true) + this.view.getUint32(element + 8, true)
  }
}

/** Damage of every kind that real files were reported with, in one sound file. */
export function damaged(original: Uint8Array<ArrayBuffer>): Variant[] {
  const sound = new Layout(original)
  const { pageSize, active, root, freelist, highWaterMark } = sound
  const leaf = sound.leaves[sound.leaves.length >> 1] ?? 0
  const branch = sound.branches[sound.branches.length - 1]
  const at = leaf * pageSize
  const other = active === 0 ? 1 : 0
  const used = highWaterMark * pageSize
  const random = seeded(pageSize)
  const variants: Variant[] = []
  const element = (index: number): number => at + 16 + 16 * index

  const add = (
    name: string,
    change: (view: DataView, bytes: Uint8Array<ArrayBuffer>) => unknown,
    harmless = false,
  ): void => {
    const bytes = new Uint8Array(original)
    const changed = change(new DataView(bytes.buffer), bytes)
    variants.push({ name, bytes: changed instanceof Uint8Array ? new Uint8Array(changed) : bytes, harmless })
  }
  const zero = (bytes: Uint8Array, page: number): void => {
    bytes.fill(0, page * pageSize, (page + 1) * pageSize)
  }
  const noise = (bytes: Uint8Array, from: number, to: number): void => {
    for (let i = from; i < to; i++) bytes[i] = random(256)
  }
  const u16 = (name: string, place: number, value: number): void =>
    add(name, (view) => view.setUint16(place, value, true))
  const u32 = (name: string, place: number, value: number): void =>
    add(name, (view) => view.setUint32(place, value, true))
  const u64 = (name: string, place: number, value: bigint): void =>
    add(name, (view) => view.setBigUint64(place, value, true))
  const meta = (name: string, pages: readonly (0 | 1)[], change: (view: DataView, start: number) => void): void =>
    add(name, (view, bytes) => {
      for (const page of pages) {
        change(view, page * pageSize)
        seal(bytes, page, pageSize)
      }
    })

  for (const [name, pages] of [
    ['newer-meta', [active]],
    ['older-meta', [other]],
    ['both-metas', [0, 1]],
  ] as const) {
    add(`${name}-checksum`, (view) => {
      for (const page of pages) view.setUint8(page * pageSize + 72, view.getUint8(page * pageSize + 72) ^ 1)
    })
    add(`${name}-zeroed`, (_, bytes) => pages.forEach((page) => zero(bytes, page)))
  }
  add('metas-without-checksum', (view) => {
    for (const page of [0, 1]) view.setBigUint64(page * pageSize + 72, 0n, true)
  })
  meta('meta-version-3', [0, 1], (view, start) => view.setUint32(start + 20, 3, true))
  meta('meta-page-size-0', [active], (view, start) => view.setUint32(start + 24, 0, true))
  meta('meta-page-size-doubled', [active], (view, start) => view.setUint32(start + 24, 2 * pageSize, true))
  meta('meta-root-wild', [active], (view, start) => view.setBigUint64(start + 32, 10_000_000n, true))
  meta('meta-root-is-freelist', [active], (view, start) => view.setBigUint64(start + 32, BigInt(freelist), true))
  meta('meta-high-water-mark-small', [active], (view, start) => view.setBigUint64(start + 56, 4n, true))
  meta('meta-txids-equal', [other], (view, start) =>
    view.setBigUint64(start + 64, BigInt(sound.meta(active, 64)), true),
  )

  add('cut-to-half', (_, bytes) => bytes.slice(0, Math.floor(bytes.length / 2 / pageSize) * pageSize))
  add('cut-to-half-of-used', (_, bytes) => bytes.slice(0, Math.floor(used / 2 / pageSize) * pageSize))
  add('cut-inside-a-page', (_, bytes) => bytes.slice(0, used - pageSize - 77))
  add('cut-to-one-page', (_, bytes) => bytes.slice(0, pageSize))
  add('cut-to-100-bytes', (_, bytes) => bytes.slice(0, 100))
  add(
    'bytes-appended',
    (_, bytes) => {
      const longer = new Uint8Array(bytes.length + 33)
      longer.set(bytes)
      noise(longer, bytes.length, longer.length)
      return longer
    },
    true,
  )

  add('leaf-zeroed', (_, bytes) => zero(bytes, leaf))
  add('leaf-random', (_, bytes) => noise(bytes, at, at + pageSize))
  u64('leaf-other-id', at, BigInt(leaf + 1))
  u16('leaf-without-type', at + 8, 0)
  u16('leaf-of-two-types', at + 8, 3)
  u16('leaf-as-freelist', at + 8, 0x10)
  u16('leaf-count-65535', at + 10, 0xffff)
  u32('leaf-overflow-wild', at + 12, 0xffffffff)
  u32('element-position-wild', element(1) + 4, 0x7ffffff0)
  u32('element-key-size-wild', element(1) + 8, 0xffffffff)
  u32('element-value-size-wild', element(1) + 12, 0xfffffff0)
  u32('element-value-size-three-pages', element(1) + 12, 3 * pageSize)
  u32('element-key-size-0', element(0) + 8, 0)
  u32('element-called-bucket', element(1), 1)
  add('elements-swapped', (view) => {
    const [a, b] = [element(1), element(2)]
    const [first, second] = [a, b].map((place) => [4, 8, 12].map((field) => view.getUint32(place + field, true)))
    for (const [index, field] of [4, 8, 12].entries()) {
      view.setUint32(a + field, (second?.[index] ?? 0) + (field === 4 ? 16 : 0), true)
      view.setUint32(b + field, (first?.[index] ?? 0) - (field === 4 ? 16 : 0), true)
    }
  })

  if (branch !== undefined) {
    const child = branch * pageSize + 16 + 16 + 8
    u64('branch-to-itself', child, BigInt(branch))
    u64('branch-to-meta', child, 0n)
    u64('branch-above-high-water-mark', child, BigInt(highWaterMark + 5))
    u64('branch-to-2-60', child, 1n << 60n)
    u64('branch-child-twice', child, sound.view.getBigUint64(child - 16, true))
    add('branch-zeroed', (_, bytes) => zero(bytes, branch))
    u16('branch-count-0', branch * pageSize + 10, 0)
  }
  const bucket = sound.valueOf(root * pageSize + 16)
  u64('bucket-holds-itself', bucket, BigInt(root))
  u64('bucket-above-high-water-mark', bucket, 1_000_000_000n)

  const free = freelist * pageSize
  add('freelist-random', (_, bytes) => noise(bytes, free + 16, free + pageSize))
  add('freelist-zeroed', (_, bytes) => zero(bytes, freelist))
  add('freelist-count-wild', (view) => {
    view.setUint16(free + 10, 0xffff, true)
    view.setBigUint64(free + 16, 1n << 40n, true)
  })
  if (sound.view.getUint16(free + 10, true) > 1) {
    u64('freelist-has-used-page', free + 16, BigInt(leaf))
    u64('freelist-has-page-twice', free + 24, sound.view.getBigUint64(free + 16, true))
  }

  for (let round = 0; round < 6; round++)
    add(`noise-${round}`, (_, bytes) => {
      for (let n = 0; n < 40; n++) bytes[2 * pageSize + random(used - 2 * pageSize)] = random(256)
    })
  for (let round = 0; round < 3; round++)
    add(`bad-sectors-${round}`, (_, bytes) => {
      for (let n = 0; n < 12; n++) {
        const start = Math.floor((2 * pageSize + random(used - 2 * pageSize)) / 512) * 512
        bytes.fill(0, start, start + 512)
      }
    })
  return variants
}
