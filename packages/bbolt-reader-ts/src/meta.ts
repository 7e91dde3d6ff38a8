/** `magic` in bbolt's db.go. Its byte order tells the machine that wrote the file. */
const MAGIC = 0xed0cdaed
/** `version` in bbolt's db.go; there has been no other. */
const VERSION = 2
/** Page header and meta together. */
export const META_END = 80
const NO_FREELIST = 0xffffffffffffffffn
const FNV_OFFSET = 0xcbf29ce484222325n
const FNV_PRIME = 0x100000001b3n
const MASK = 0xffffffffffffffffn

/** One of the two meta pages, as it stands in the file. */
export interface Meta {
  /** 0 or 1: which of the first two pages. */
  readonly page: 0 | 1
  readonly byteOrder: 'little' | 'big'
  /** Bytes. */
  readonly pageSize: number
  /** Page id of the root bucket. */
  readonly root: number
  readonly rootSequence: bigint
  /** Page id of the freelist; null when it is not kept in the file (NoFreelistSync). */
  readonly freelist: number | null
  /** High-water mark: the first page id never used. */
  readonly highWaterMark: number
  readonly txid: bigint
  readonly checksum: bigint
}

/** `zero-checksum`: written before bolt had checksums; bbolt up to 1.3.6 takes it. */
export type MetaState =
  | { readonly state: 'valid' | 'zero-checksum'; readonly meta: Meta }
  | {
      readonly state: 'short' | 'magic' | 'version' | 'fields' | 'checksum'
      readonly meta: Meta | null
      readonly reason: string
    }

/**
 * Reads a meta page from the first 80 bytes of its page. As bbolt (`meta.validate` in internal/common/meta.go), the page's
 * header is not looked at; unlike it, fields that cannot be right make the meta invalid.
 */
export function parseMeta(bytes: Uint8Array, page: 0 | 1): MetaState {
  if (bytes.length < META_END)
    return { state: 'short', meta: null, reason: `only ${bytes.length} of ${META_END} bytes are there` }
  const view = new DataView(bytes.buffer, bytes.byteOffset, META_END)
  // offset 0: page header, 16 bytes: id (8), flags (2), count (2), overflow (4)
  // offset 16: magic
  const little = view.getUint32(16, true) === MAGIC
  if (!little && view.getUint32(16, false) !== MAGIC)
    return { state: 'magic', meta: null, reason: 'the magic number is missing' }
  // offset 20: version
  const version = view.getUint32(20, little)
  if (version !== VERSION) return { state: 'version', meta: null, reason: `version ${version} is not ${VERSION}` }
  const meta: Meta = {
    page,
    byteOrder: little ? 'little' : 'big',
    // offset 24: page size
    pageSize: view.getUint32(24, little),
    // offset 28: flags, always 0
    // offset 32: page id of the root bucket
    root: id(view.getBigUint64(32, little)),
    // offset 40: sequence of the root bucket
    rootSequence: view.getBigUint64(40, little),
    // offset 48: page id of the freelist
    freelist: view.getBigUint64(48, little) === NO_FREELIST ? null : id(view.getBigUint64(48, little)),
    // offset 56: high-water mark
    highWaterMark: id(view.getBigUint64(56, little)),
    // offset 64: transaction id
    txid: view.getBigUint64(64, little),
    // offset 72: FNV-1a, 64 bits, over the meta's first 56 bytes as stored
    checksum: view.getBigUint64(72, little),
  }
  const odd = oddField(meta)
  if (odd !== null) return { state: 'fields', meta, reason: odd }
  if (meta.checksum === 0n) return { state: 'zero-checksum', meta }
  const sum = fnv1a(bytes.subarray(16, 72))
  if (sum === meta.checksum) return { state: 'valid', meta }
  return { state: 'checksum', meta, reason: `checksum ${hex(meta.checksum)} does not match its content, ${hex(sum)}` }
}

function oddField({ pageSize, root, highWaterMark }: Meta): string | null {
  if (pageSize < 512 || pageSize > 2 ** 24 || (pageSize & (pageSize - 1)) !== 0)
    return `a page size of ${pageSize} cannot be`
  if (highWaterMark < 3 || highWaterMark * pageSize > Number.MAX_SAFE_INTEGER)
    return `a high-water mark of ${highWaterMark} cannot be`
  return root < 2 ? `the root bucket cannot be on page ${root}` : null
}

/** Page ids are u64; one that no file can have becomes infinite, and fails every range check. */
function id(value: bigint): number {
  return value > BigInt(Number.MAX_SAFE_INTEGER) ? Number.POSITIVE_INFINITY : Number(value)
}

function fnv1a(bytes: Uint8Array): bigint {
  let sum = FNV_OFFSET
  for (const byte of bytes) sum = ((sum ^ BigInt(byte)) * FNV_PRIME) & MASK
  return sum
}

function hex(value: bigint): string {
  return `0x${value.toString(16).padStart(16, '0')}`
}
