/** What can be wrong with a file. Codes are stable; messages are for people. */
export type DamageCode =
  /** Neither of the first two pages is a bolt meta page. */
  | 'not-bolt'
  | 'file-too-small'
  /** The file ends before its high-water mark. */
  | 'file-truncated'
  /** A meta page cannot be used; the other one may hold an older state. */
  | 'meta-invalid'
  /** A meta page carries no checksum. Used all the same, as bbolt did up to 1.3.6. */
  | 'meta-zero-checksum'
  /** The root bucket lies on a page that cannot be. */
  | 'root-out-of-range'
  | 'high-water-mark'
  /** A page id that is not between 2 and the high-water mark. */
  | 'page-out-of-range'
  /** A page, or the end of it, that lies behind the end of the file. */
  | 'page-beyond-file'
  | 'page-id-mismatch'
  | 'page-type'
  /** A page that is of another type, and sound from its header: something else was written there. */
  | 'page-replaced'
  /** A cycle, or a page that two places share. Read once. */
  | 'page-visited-twice'
  | 'overflow-out-of-range'
  /** More elements than the page can hold. */
  | 'count-out-of-bounds'
  /** Fewer elements than the page was written with: some may be lost. */
  | 'count-too-small'
  | 'branch-without-children'
  | 'element-out-of-bounds'
  /** Two elements that overlap, or leave a gap: a size or a position is wrong. Both are delivered. */
  | 'element-not-packed'
  | 'keys-not-ascending'
  /** A key that the branch above sends elsewhere: looking it up does not find it. */
  | 'key-out-of-range'
  | 'bucket-too-short'
  | 'inline-page'
  | 'nested-too-deep'
  | 'freelist'
  /** A page of the tree that the freelist gives away. */
  | 'page-freed'
  /** A page that is neither in the tree nor free. */
  | 'page-unreachable'
  /** A usable meta page with a header or field that bbolt never writes. */
  | 'meta-implausible'
  /** A note: bytes behind the last whole page. */
  | 'trailing-bytes'
  /** A note: a record in a sector of zeros. */
  | 'zero-sector'
  /** A note: what the damage looks like. */
  | 'torn-copy'
  | 'read-failed'

/** One thing wrong with a file. Reading goes on after it. */
export interface Damage {
  readonly code: DamageCode
  /** A full sentence: the thing, what was expected, what was found. */
  readonly message: string
  /** The page it concerns; null when it concerns the file. */
  readonly page: number | null
  /** Bytes from the start of the file; null when there is no such place. */
  readonly offset: number | null
  /** The bucket that was being read, from the root. */
  readonly bucket: readonly Uint8Array[]
}

/** Where damage goes as it is found. */
export type Report = (item: Damage) => void

export function damage(
  code: DamageCode,
  message: string,
  at: { readonly page?: number | undefined; readonly offset?: number; readonly bucket?: readonly Uint8Array[] } = {},
): Damage {
  return { code, message, page: at.page ?? null, offset: at.offset ?? null, bucket: at.bucket ?? [] }
}

/** The words of whatever was thrown. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
