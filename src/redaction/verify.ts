import { createReadStream } from 'node:fs'
import { byteReader } from '../sources/byte-reader.js'
import { formatOf, SNIFFED } from '../sources/formats.js'
import { gunzip } from '../sources/inflate.js'
import { peek } from '../sources/peek.js'
import { spool } from '../sources/spool.js'
import { zipMembers } from '../sources/zip.js'
import type { Redactor } from './redactor.js'
import { pieces } from './text.js'

/** Something in an archive that must not be there: in which entry and of what kind, never the thing itself. */
export interface Leak {
  readonly entry: string
  readonly kind: string
}

const LEAKS_MAX = 20
const BLOCK = 512
const META_MAX = 1024 * 1024
const WINDOW = 256 * 1024

/**
 * Reads a finished archive anew, apart from the code that wrote it: every header with its names and owners, every content,
 * inflated as often as it takes. Looks for every value the redactor knows, in each encoding, and runs every detector again.
 */
export async function verifyArchive(file: string, redactor: Redactor): Promise<Leak[]> {
  const leaks: Leak[] = []
  const check: Check = (entry: string, path: string, text: string): void => {
    for (const kind of redactor.leaks(path, text)) {
      if (leaks.length < LEAKS_MAX && !leaks.some((known) => known.entry === entry && known.kind === kind))
        leaks.push({ entry, kind })
    }
  }
  const bytes = createReadStream(file, { highWaterMark: 1024 * 1024 })
  const { head, bytes: all } = await peek(bytes[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>, SNIFFED)
  if (formatOf(head).kind === 'archive') await checkZip(all, redactor, check)
  else
    await checkTar(
      gunzip(all, () => undefined),
      redactor,
      check,
    )
  return leaks
}

type Check = (entry: string, path: string, text: string) => void

async function checkZip(all: AsyncIterable<Uint8Array>, redactor: Redactor, check: Check): Promise<void> {
  const { bytes } = await spool(all, Number.MAX_SAFE_INTEGER)
  try {
    let number = 0
    for await (const member of zipMembers(bytes, () => undefined)) {
      number += 1
      const name = Buffer.from(member.name, 'utf8').toString('latin1')
      const entry = redactor.leaks('', name).length > 0 ? `member ${number}` : member.name
      check(entry, '', name)
      // A link's content is its target.
      const path = member.kind === 'symlink' ? '' : member.name.replace(/\.ndjson$/, '')
      await checkContent(path, member.content(), (text) => check(entry, path, text), 0)
    }
  } finally {
    await bytes.close()
  }
}

async function checkTar(bytes: AsyncIterable<Uint8Array>, redactor: Redactor, check: Check): Promise<void> {
  const reader = byteReader(bytes)
  let number = 0
  let longName: string | null = null
  for (;;) {
    const header = await reader.take(BLOCK)
    if (header.length < BLOCK || header.every((byte) => byte === 0)) break
    const field = (start: number, length: number): string =>
      Buffer.from(header.subarray(start, start + length))
        .toString('latin1')
        .replace(/\0.*$/s, '')
    const size = sizeOf(header, field(124, 12))
    const type = field(156, 1)
    const padding = (BLOCK - (size % BLOCK)) % BLOCK
    if (/^[xgLK]$/.test(type)) {
      const meta = Buffer.from(await reader.take(Math.min(size, META_MAX))).toString('latin1')
      await reader.take(padding)
      check(`a tar header before member ${number + 1}`, '', meta.replaceAll('\0', '\n'))
      longName = /(?:^|\n)\d+ path=([^\n]+)/.exec(meta)?.[1] ?? (type === 'L' ? meta.replaceAll('\0', '') : longName)
      continue
    }
    number += 1
    const name = longName ?? [field(345, 155), field(0, 100)].filter((part) => part !== '').join('/')
    longName = null
    const path = Buffer.from(name, 'latin1').toString('utf8')
    // The name itself may be what leaks.
    const entry = redactor.leaks('', name).length > 0 ? `member ${number}` : path
    check(entry, '', [name, field(157, 100), field(265, 32), field(297, 32)].join('\n'))
    const left = { bytes: size }
    await checkContent(path, limited(reader, left), (text) => check(entry, path.replace(/\.ndjson$/, ''), text), 0)
    while (left.bytes > 0) {
      const part = await reader.some(left.bytes)
      if (part.length === 0) break
      left.bytes -= part.length
    }
    await reader.take(padding)
  }
  await reader.drain()
}

/** Octal, or base-256 for a large file. */
function sizeOf(header: Uint8Array, octal: string): number {
  if (((header[124] ?? 0) & 0x80) === 0) return Number.parseInt(octal.trim(), 8) || 0
  return header.subarray(125, 136).reduce((sum, byte) => sum * 256 + byte, 0)
}

async function* limited(
  reader: { some(max: number): Promise<Uint8Array> },
  left: { bytes: number },
): AsyncGenerator<Uint8Array> {
  while (left.bytes > 0) {
    const part = await reader.some(left.bytes)
    if (part.length === 0) return
    left.bytes -= part.length
    yield part
  }
}

async function checkContent(
  path: string,
  content: AsyncIterable<Uint8Array>,
  check: (text: string) => void,
  depth: number,
): Promise<void> {
  const iterator = content[Symbol.asyncIterator]()
  const first = await iterator.next()
  if (first.done === true) return
  const head = first.value
  async function* all(): AsyncGenerator<Uint8Array> {
    yield head
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value
  }
  if (head[0] === 0x1f && head[1] === 0x8b && depth < 8)
    return checkContent(
      path,
      gunzip(all(), () => undefined),
      check,
      depth + 1,
    )
  if (head.subarray(0, WINDOW).includes(0)) {
    for await (const text of windows(all())) check(text)
    return
  }
  for await (const piece of pieces(all(), { cutLines: 0 })) check(piece.toString('latin1'))
}

/** Of bytes that are no lines: pieces that overlap, each from the beginning of a word on. */
async function* windows(content: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let held = ''
  for await (const chunk of content) {
    held += Buffer.from(chunk).toString('latin1')
    if (held.length < 2 * WINDOW) continue
    yield held
    const tail = held.slice(-8192)
    // eslint-disable-next-line no-control-regex -- whatever is no letter
    held = tail.slice(Math.max(0, tail.search(/[\x00-\x20]/)))
  }
  if (held !== '') yield held
}
