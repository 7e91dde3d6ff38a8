import { isUtf8 } from 'node:buffer'
import { visible } from '../../renderers/escape.js'

/** How `db dump` writes bytes. */
export const ENCODINGS = ['auto', 'utf8', 'hex', 'base64'] as const
export type Encoding = (typeof ENCODINGS)[number]

const CONTROL =
  // eslint-disable-next-line no-control-regex -- control characters are exactly what is looked for
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/

/** The text of bytes that are UTF-8 without control characters but tab and newline; null for others. */
export function textOf(bytes: Uint8Array): string | null {
  if (!isUtf8(bytes)) return null
  const text = view(bytes).toString('utf8')
  return CONTROL.test(text) ? null : text
}

/** For machines: never shortened, and nothing is lost but with `utf8`, which is asked for. */
export function encode(bytes: Uint8Array, encoding: Encoding): string | { readonly base64: string } {
  switch (encoding) {
    case 'auto':
      return textOf(bytes) ?? { base64: base64(bytes) }
    case 'utf8':
      return view(bytes).toString('utf8')
    case 'hex':
      return hex(bytes)
    case 'base64':
      return base64(bytes)
  }
}

/** For people, and to be typed back: the text, or `0x` and hex digits. */
export function wordOf(bytes: Uint8Array): string {
  const text = textOf(bytes)
  return text === null || text === '' || text.startsWith('0x') || visible(text) !== text ? `0x${hex(bytes)}` : text
}

/** What `wordOf` wrote, as bytes. */
export function bytesOf(word: string): Uint8Array {
  const digits = /^0x((?:[0-9a-f]{2})*)$/i.exec(word)?.[1]
  return digits === undefined ? new TextEncoder().encode(word) : new Uint8Array(Buffer.from(digits, 'hex'))
}

export function pathOf(bucket: readonly Uint8Array[]): string {
  return bucket.length === 0 ? '(root)' : bucket.map(wordOf).join(' / ')
}

function hex(bytes: Uint8Array): string {
  return view(bytes).toString('hex')
}

function base64(bytes: Uint8Array): string {
  return view(bytes).toString('base64')
}

function view(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
}
