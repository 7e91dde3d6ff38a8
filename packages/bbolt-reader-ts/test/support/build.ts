/** Builds BoltDB files page by page, also ones that no bolt would write. Little-endian. */

export interface Element {
  readonly key: string | Uint8Array
  readonly value?: string | Uint8Array
  readonly isBucket?: boolean
}

export interface FileShape {
  readonly pageSize?: number
  readonly root?: number
  /** From page 2 on; each is padded to whole pages. */
  readonly pages: readonly Uint8Array[]
  readonly highWaterMark?: number
  readonly freelist?: bigint
  readonly txid?: bigint
}

const NO_FREELIST = 0xffffffffffffffffn

export function build(shape: FileShape): Uint8Array<ArrayBuffer> {
  const pageSize = shape.pageSize ?? 512
  const padded = shape.pages.map((page) => Math.ceil(page.length / pageSize) * pageSize)
  const total = 2 * pageSize + padded.reduce((sum, length) => sum + length, 0)
  const bytes = new Uint8Array(total)
  const highWaterMark = shape.highWaterMark ?? total / pageSize
  const txid = shape.txid ?? 9n
  for (const page of [0, 1] as const) {
    const age = Number(txid % 2n) === page ? 0n : 1n
    bytes.set(
      meta({
        page,
        pageSize,
        root: shape.root ?? 2,
        highWaterMark,
        freelist: shape.freelist ?? NO_FREELIST,
        txid: txid - age,
      }),
      page * pageSize,
    )
  }
  let at = 2 * pageSize
  for (const [index, page] of shape.pages.entries()) {
    bytes.set(page, at)
    at += padded[index] ?? 0
  }
  return bytes
}

export function meta(fields: {
  page: number
  pageSize: number
  root: number
  highWaterMark: number
  freelist: bigint
  txid: bigint
}): Uint8Array {
  const bytes = new Uint8Array(80)
  const view = new DataView(bytes.buffer)
  view.setBigUint64(0, BigInt(fields.page), true)
  view.setUint16(8, 4, true)
  view.setUint32(16, 0xed0cdaed, true)
  view.setUint32(20, 2, true)
  view.setUint32(24, fields.pageSize, true)
  view.setBigUint64(32, BigInt(fields.root), true)
  view.setBigUint64(48, fields.freelist, true)
  view.setBigUint64(56, BigInt(fields.highWaterMark), true)
  view.setBigUint64(64, fields.txid, true)
  seal(bytes, 0)
  return bytes
}

export function leaf(id: number, elements: readonly Element[], overflow = 0): Uint8Array {
  const parts = elements.map(({ key, value, isBucket }) => ({
    key: toBytes(key),
    value: toBytes(value ?? ''),
    flags: isBucket === true ? 1 : 0,
  }))
  const size = parts.reduce((sum, { key, value }) => sum + key.length + value.length, 16 + 16 * parts.length)
  const bytes = new Uint8Array(size)
  const view = header(bytes, id, 2, parts.length, overflow)
  let data = 16 + 16 * parts.length
  for (const [index, { key, value, flags }] of parts.entries()) {
    const at = 16 + 16 * index
    view.setUint32(at, flags, true)
    view.setUint32(at + 4, data - at, true)
    view.setUint32(at + 8, key.length, true)
    view.setUint32(at + 12, value.length, true)
    bytes.set(key, data)
    bytes.set(value, data + key.length)
    data += key.length + value.length
  }
  return bytes
}

export function branch(id: number, children: readonly { key: string | Uint8Array; page: number }[]): Uint8Array {
  const keys = children.map(({ key }) => toBytes(key))
  const bytes = new Uint8Array(keys.reduce((sum, key) => sum + key.length, 16 + 16 * keys.length))
  const view = header(bytes, id, 1, keys.length, 0)
  let data = 16 + 16 * keys.length
  for (const [index, { page }] of children.entries()) {
    const at = 16 + 16 * index
    const key = keys[index] ?? new Uint8Array()
    view.setUint32(at, data - at, true)
    view.setUint32(at + 4, key.length, true)
    view.setBigUint64(at + 8, BigInt(page), true)
    bytes.set(key, data)
    data += key.length
  }
  return bytes
}

export function freelist(
  id: number,
  count: number,
  slots: readonly (number | bigint)[],
  overflow = 0,
  flags = 0x10,
): Uint8Array {
  const bytes = new Uint8Array(16 + 8 * slots.length)
  const view = header(bytes, id, flags, count, overflow)
  for (const [index, slot] of slots.entries()) view.setBigUint64(16 + 8 * index, BigInt(slot), true)
  return bytes
}

/** The value of a bucket with a root page of its own, or of an inline one. */
export function bucket(root: number, inline: Uint8Array = new Uint8Array(), sequence = 0n): Uint8Array {
  const bytes = new Uint8Array(16 + inline.length)
  const view = new DataView(bytes.buffer)
  view.setBigUint64(0, BigInt(root), true)
  view.setBigUint64(8, sequence, true)
  bytes.set(inline, 16)
  return bytes
}

function header(bytes: Uint8Array, id: number, flags: number, count: number, overflow: number): DataView {
  const view = new DataView(bytes.buffer)
  view.setBigUint64(0, BigInt(id), true)
  view.setUint16(8, flags, true)
  view.setUint16(10, count, true)
  view.setUint32(12, overflow, true)
  return view
}

function toBytes(text: string | Uint8Array): Uint8Array {
  return typeof text === 'string' ? new TextEncoder().encode(text) : text
}

/** Writes a meta page's checksum anew after a change. */
export function seal(bytes: Uint8Array, page: 0 | 1, pageSize = 4096): void {
  const start = page * pageSize + 16
  let sum = 0xcbf29ce484222325n
  for (const byte of bytes.subarray(start, start + 56))
    sum = ((sum ^ BigInt(byte)) * 0x100000001b3n) & 0xffffffffffffffffn
  new DataView(bytes.buffer).setBigUint64(start + 56, sum, true)
}
