import { readHeader, type PageHeader } from './page.js'

/** `Magic` in bbolt's internal/common/types.go. Its byte order tells the machine that wrote the file. */
const MAGIC = 0xed0cdaed
/** `Version` there; there has been no other. */
const VERSION = 2
/** Page header and meta together, bytes. */
export const META_END = 80
/** `PgidNoFreelist`: the freelist is not kept in the file. */
const NO_FREELIST = 0xffffffffffffffffn
const FNV_OFFSET = 0xcbf29ce484222325n
const FNV_PRIME = 0x100000001b3n
const MASK = 0xffffffffffffffffn

/** One of the two meta pages, as it stands in the file. */
export interface Meta {
  /** 0 or 1: which of the first two pages. */
  readonly page: 0 | 1
  /** What stands before the meta, which bbolt does not look at. */
  readonly header: PageHeader
  readonly byteOrder: 'little' | 'big'
  /** Bytes. */
  readonly pageSize: number
  /** Page id of the root bucket; infinite when it is 2^53 or more. */
  readonly root: number
  readonly rootSequence: bigint
  /** Page id of the freelist; null when it is not kept in the file (NoFreelistSync); infinite when it is 2^53 or more. */
  readonly freelist: number | null
  /** High-water mark: the first page id never used; infinite when it is 2^53 or more. */
  readonly highWaterMark: number
  readonly txid: bigint
  readonly checksum: bigint
}

/**
 * `valid`: magic, version, checksum and page size are right. `zero-checksum`: the same without a checksum. Every other state is
 * named after what is wrong; `meta` holds what the page claims, null where nothing can be said.
 */
export type MetaState =
  | { readonly state: 'valid' | 'zero-checksum'; readonly meta: Meta }
  | {
      readonly state: 'unreadable' | 'short' | 'magic' | 'version' | 'checksum' | 'page-size'
      readonly meta: Meta | null
      /** A clause that goes after "but": what is wrong. */
      readonly reason: string
    }

export type UsableMeta = Extract<MetaState, { state: 'valid' | 'zero-checksum' }>

export function isUsable(state: MetaState): state is UsableMeta {
  return state.state === 'valid' || state.state === 'zero-checksum'
}

/** The usable one with the higher transaction id, the first if they are equal, as `DB.meta` in bbolt's db.go. */
export function newest([first, second]: readonly [MetaState, MetaState]): UsableMeta | undefined {
  if (!isUsable(first)) return isUsable(second) ? second : undefined
  return isUsable(second) && second.meta.txid > first.meta.txid ? second : first
}

/** Powers of two from 512 to 16 MiB. */
export function isPageSize(size: number): boolean {
  return size >= 512 && size <= 2 ** 24 && (size & (size - 1)) === 0
}

/**
 * Reads a meta page from the first 80 bytes of its page, in the order of bbolt's `Meta.Validate`
 * (https://github.com/etcd-io/bbolt/blob/main/internal/common/meta.go); as there, the page's header is not looked at.
 */
export function parseMeta(bytes: Uint8Array, page: 0 | 1): MetaState {
  if (bytes.length < META_END)
    return { state: 'short', meta: null, reason: `only ${bytes.length} of its first ${META_END} bytes are there` }
  const view = new DataView(bytes.buffer, bytes.byteOffset, META_END)
  // offset 0: page header, 16 bytes
  // offset 16: magic
  const little = view.getUint32(16, true) === MAGIC
  if (!little && view.getUint32(16, false) !== MAGIC)
    return { state: 'magic', meta: null, reason: 'its magic number is missing' }
  // offset 20: version
  const version = view.getUint32(20, little)
  if (version !== VERSION) return { state: 'version', meta: null, reason: `its version is ${version}, not ${VERSION}` }
  const freelist = view.getBigUint64(48, little)
  const meta: Meta = {
    page,
    header: readHeader(view, 0, little),
    byteOrder: little ? 'little' : 'big',
    // offset 24: page size
    pageSize: view.getUint32(24, little),
    // offset 28: flags, always 0
    // offset 32: page id of the root bucket
    root: pageId(view.getBigUint64(32, little)),
    // offset 40: sequence of the root bucket
    rootSequence: view.getBigUint64(40, little),
    // offset 48: page id of the freelist
    freelist: freelist === NO_FREELIST ? null : pageId(freelist),
    // offset 56: high-water mark
    highWaterMark: pageId(view.getBigUint64(56, little)),
    // offset 64: transaction id
    txid: view.getBigUint64(64, little),
    // offset 72: FNV-1a, 64 bits, over the meta's first 56 bytes as stored
    checksum: view.getBigUint64(72, little),
  }
  const sum = fnv1a(bytes.subarray(16, 72))
  if (meta.checksum !== 0n && meta.checksum !== sum)
    return { state: 'checksum', meta, reason: `its checksum is ${hex(meta.checksum)}, not ${hex(sum)}` }
  if (!isPageSize(meta.pageSize))
    return { state: 'page-size', meta, reason: `its page size is ${meta.pageSize}, no power of two from 512 to 16 MiB` }
  return { state: meta.checksum === sum ? 'valid' : 'zero-checksum', meta }
}

function pageId(value: bigint): number {
  return value > BigInt(Number.MAX_SAFE_INTEGER) ? Number.POSITIVE_INFINITY : Number(value)
}

/** `Meta.Sum64` in internal/common/meta.go. */
function fnv1a(bytes: Uint8Array): bigint {
  let sum = FNV_OFFSET
  for (const byte of bytes) sum = ((sum ^ BigInt(byte)) * FNV_PRIME) & MASK
  return sum
}

function hex(value: bigint): string {
  return `0x${value.toString(16).padStart(16, '0')}`
}
