/** What can be wrong with a file. Codes are stable; messages are for people. */
export type DamageCode =
  | 'not-bolt'
  | 'file-too-small'
  | 'file-truncated'
  | 'meta-invalid'
  | 'meta-zero-checksum'
  | 'root-out-of-range'
  | 'page-out-of-range'
  | 'page-beyond-file'
  | 'page-id-mismatch'
  | 'page-type'
  | 'page-visited-twice'
  | 'count-out-of-bounds'
  | 'branch-without-children'
  | 'element-out-of-bounds'
  | 'keys-not-ascending'
  | 'bucket-too-short'
  | 'inline-page'
  | 'nested-too-deep'
  | 'freelist'
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

export function damage(
  code: DamageCode,
  message: string,
  at: { readonly page?: number; readonly offset?: number; readonly bucket?: readonly Uint8Array[] } = {},
): Damage {
  return { code, message, page: at.page ?? null, offset: at.offset ?? null, bucket: at.bucket ?? [] }
}
