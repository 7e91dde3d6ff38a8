const TAR_BLOCK = 512

/** As many bytes of a file as tell what it is: a format, or an artifact. */
export const SNIFFED = 16 * TAR_BLOCK

export type Compression = 'gzip' | 'xz' | 'zstd' | 'bzip2'
export type Archive = 'tar' | 'zip'

export type Format =
  | { readonly kind: 'compressed'; readonly how: Compression }
  | { readonly kind: 'archive'; readonly how: Archive }
  | { readonly kind: 'unsupported'; readonly what: string }
  | { readonly kind: 'other' }

const MAGIC: readonly (readonly [magic: readonly number[], format: Format])[] = [
  [[0x1f, 0x8b], { kind: 'compressed', how: 'gzip' }],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], { kind: 'compressed', how: 'xz' }],
  [[0x28, 0xb5, 0x2f, 0xfd], { kind: 'compressed', how: 'zstd' }],
  [[0x50, 0x4b, 0x03, 0x04], { kind: 'archive', how: 'zip' }],
  // The end of a zip without members.
  [[0x50, 0x4b, 0x05, 0x06], { kind: 'archive', how: 'zip' }],
  // Written in front of a zip that was meant for several disks and came out as one.
  [[0x50, 0x4b, 0x30, 0x30, 0x50, 0x4b, 0x03, 0x04], { kind: 'archive', how: 'zip' }],
  [[0x50, 0x4b, 0x07, 0x08, 0x50, 0x4b, 0x03, 0x04], { kind: 'archive', how: 'zip' }],
  [[0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c], { kind: 'unsupported', what: 'a 7z archive' }],
  [[0x52, 0x61, 0x72, 0x21, 0x1a, 0x07], { kind: 'unsupported', what: 'a rar archive' }],
  [[0x04, 0x22, 0x4d, 0x18], { kind: 'unsupported', what: 'an lz4 file' }],
  [[0x4c, 0x5a, 0x49, 0x50, 0x01], { kind: 'unsupported', what: 'an lzip file' }],
]

/** What the first bytes say, whatever the name says. `head` is `SNIFFED` bytes, fewer only when there are no more. */
export function formatOf(head: Uint8Array): Format {
  for (const [magic, format] of MAGIC) if (magic.every((byte, index) => head[index] === byte)) return format
  if (isBzip2(head)) return { kind: 'compressed', how: 'bzip2' }
  if (isTar(head)) return { kind: 'archive', how: 'tar' }
  return { kind: 'other' }
}

/** `BZh`, a digit, then the magic of a block or of the end: three letters alone may begin a text. */
function isBzip2(head: Uint8Array): boolean {
  const text = Buffer.from(head.subarray(0, 10)).toString('latin1')
  return /^BZh[1-9]/.test(text) && (text.endsWith('1AY&SY') || text.endsWith('\u0017rE8P\u0090'))
}

/**
 * A tar header proves itself: bytes 148 to 155 hold, in octal, the sum of the block with these eight read as blanks. Some
 * old programs summed signed bytes.
 */
function isTar(block: Uint8Array): boolean {
  if (block.length < TAR_BLOCK) return false
  let sum = 0
  let signed = 0
  for (let i = 0; i < TAR_BLOCK; i++) {
    const byte = i >= 148 && i < 156 ? 0x20 : (block[i] ?? 0)
    sum += byte
    signed += byte > 127 ? byte - 256 : byte
  }
  const text = Buffer.from(block.subarray(148, 156)).toString('latin1').replaceAll('\0', ' ').trim()
  const stored = Number.parseInt(text, 8)
  return stored === sum || stored === signed
}
