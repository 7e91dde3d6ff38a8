import { execFileSync } from 'node:child_process'
import { mkdtempSync, mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { crc32, deflateRawSync, gzipSync } from 'node:zlib'
import { pack, type Header } from 'tar-stream'
import type { MemoryEntry } from '../../src/sources/memory.js'

/** A tar of entries, in their order. */
export async function tarOf(entries: ReadonlyMap<string, MemoryEntry>): Promise<Buffer> {
  const tar = pack()
  for (const [name, { content, kind, mtime, link }] of entries) {
    const header: Partial<Header> & { name: string } = {
      name,
      mtime: new Date(mtime ?? 0),
      type: kind === 'directory' ? 'directory' : link === undefined ? 'file' : link.hard ? 'link' : 'symlink',
      ...(link === undefined ? {} : { linkname: link.target }),
    }
    if (kind === 'directory' || link !== undefined) tar.entry(header)
    else tar.entry(header, Buffer.from(content))
  }
  tar.finalize()
  const parts: Buffer[] = []
  for await (const part of tar) parts.push(part as Buffer)
  return Buffer.concat(parts)
}

export async function tgzOf(entries: ReadonlyMap<string, MemoryEntry>): Promise<Buffer> {
  return gzipSync(await tarOf(entries))
}

/** Writes entries below a folder. */
export function plant(root: string, entries: ReadonlyMap<string, MemoryEntry>): void {
  for (const [path, { content, kind, mtime, link: leads }] of entries) {
    const file = join(root, path)
    if (leads !== undefined) {
      link(root, path, leads.target)
      continue
    }
    mkdirSync(kind === 'directory' ? file : dirname(file), { recursive: true })
    if (kind === 'directory') continue
    writeFileSync(file, content)
    if (mtime !== undefined) utimesSync(file, new Date(mtime), new Date(mtime))
  }
}

export function link(root: string, path: string, target: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  symlinkSync(target, join(root, path))
}

/** A folder for one test file, gone when its tests have ended. */
export function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ct-diag-test-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export interface ZipMemberOptions {
  readonly content: Uint8Array | string
  readonly mtime?: number
  readonly stored?: boolean
  /** Sizes and CRC after the data, and none in front. */
  readonly descriptor?: boolean
  /** Sizes and offsets in 64 bits. */
  readonly large?: boolean
  readonly encrypted?: boolean
  /** Unix' mode, such as 0xa1ff for a symbolic link. */
  readonly mode?: number
  readonly method?: number
  readonly crc?: number
  /** The size that the archive claims. */
  readonly size?: number
}

/** A zip of members, in their order; `front` is put before it, `comment` behind. */
export function zipOf(
  members: ReadonlyMap<string, ZipMemberOptions>,
  {
    front = new Uint8Array(0),
    comment = '',
    directory = true,
  }: { readonly front?: Uint8Array; readonly comment?: string; readonly directory?: boolean } = {},
): Buffer {
  const parts: Uint8Array[] = [front]
  const central: Buffer[] = []
  // Offsets count from the archive, so that something in front makes them all too small.
  let offset = 0
  for (const [name, member] of members) {
    const raw = Buffer.from(member.content)
    const data = member.stored === true ? raw : deflateRawSync(raw)
    const size = member.size ?? raw.length
    const crc = member.crc ?? crc32(raw)
    const later = member.descriptor === true
    const large = member.large === true
    const seconds = Math.floor((member.mtime ?? 0) / 1000)
    const stamp = field(0x5455, Buffer.from([1, ...u32(seconds)]))
    const sizes = field(1, Buffer.concat([u64(size), u64(data.length)]))
    const place = field(1, Buffer.concat([u64(size), u64(data.length), u64(offset)]))
    const flags = (member.encrypted === true ? 1 : 0) | (later ? 8 : 0) | 0x800
    const method = member.method ?? (member.stored === true ? 0 : 8)
    const fixed = (here: boolean): Buffer =>
      Buffer.concat([
        u16(flags),
        u16(method),
        u32(0x21_0000),
        u32(here ? crc : 0),
        u32(!here ? 0 : large ? 0xffffffff : data.length),
        u32(!here ? 0 : large ? 0xffffffff : size),
        u16(Buffer.byteLength(name)),
      ])
    const localExtra = Buffer.concat([stamp, large && !later ? sizes : Buffer.alloc(0)])
    const local = Buffer.concat([
      u32(0x04034b50),
      u16(20),
      fixed(!later),
      u16(localExtra.length),
      Buffer.from(name),
      localExtra,
      data,
      later ? Buffer.concat([u32(0x08074b50), u32(crc), u32(data.length), u32(size)]) : Buffer.alloc(0),
    ])
    const extra = Buffer.concat([stamp, large ? place : Buffer.alloc(0)])
    central.push(
      Buffer.concat([
        u32(0x02014b50),
        u16(0x0314),
        u16(20),
        fixed(true),
        u16(extra.length),
        u16(0),
        u16(0),
        u16(0),
        u32(((member.mode ?? 0x81a4) << 16) >>> 0),
        u32(large ? 0xffffffff : offset),
        Buffer.from(name),
        extra,
      ]),
    )
    parts.push(local)
    offset += local.length
  }
  if (!directory) return Buffer.concat(parts)
  const listing = Buffer.concat(central)
  const many = [...members.values()].some(({ large }) => large === true)
  if (many) {
    const record = [u32(0x06064b50), u64(44), u16(45), u16(45), u32(0), u32(0)]
    const counts = [u64(members.size), u64(members.size), u64(listing.length), u64(offset)]
    const locator = [u32(0x07064b50), u32(0), u64(offset + listing.length), u32(1)]
    parts.push(listing, ...record, ...counts, ...locator)
  } else parts.push(listing)
  const count = u16(many ? 0xffff : members.size)
  const where = [u32(many ? 0xffffffff : listing.length), u32(many ? 0xffffffff : offset)]
  return Buffer.concat([
    ...parts,
    u32(0x06054b50),
    u16(0),
    u16(0),
    count,
    count,
    ...where,
    u16(comment.length),
    Buffer.from(comment),
  ])
}

function field(id: number, data: Buffer): Buffer {
  return Buffer.concat([u16(id), u16(data.length), data])
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16LE(value)
  return bytes
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value >>> 0)
  return bytes
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(BigInt(value))
  return bytes
}

export interface RawMember {
  readonly name: string
  readonly type?: string
  readonly content?: Uint8Array | string
  readonly linkname?: string
  /** What the header says, when it is not the content's. */
  readonly size?: number
  readonly base256?: boolean
  /** Written into the header's last field of ustar, or into GNU's fields there. */
  readonly tail?: Buffer
}

/** A tar of members that no ordinary program would write. */
export function rawTarOf(members: readonly RawMember[], trailer = 1024): Buffer {
  const parts = members.flatMap(({ name, type = '0', content = '', linkname = '', size, base256 = false, tail }) => {
    const data = Buffer.from(content)
    const header = Buffer.alloc(512)
    header.write(name, 0, 100)
    header.write('0000644\0' + '0000000\0' + '0000000\0', 100)
    if (base256) {
      header[124] = 0x80
      header.writeUIntBE(size ?? data.length, 130, 6)
    } else header.write(`${(size ?? data.length).toString(8).padStart(11, '0')}\0`, 124)
    header.write('00000000000\0        ', 136)
    header.write(type, 156)
    header.write(linkname, 157, 100)
    header.write('ustar\u000000', 257)
    tail?.copy(header, 345)
    const sum = header.reduce((total, byte) => total + byte, 0)
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
    return [header, data, Buffer.alloc((512 - (data.length % 512)) % 512)]
  })
  return Buffer.concat([...parts, Buffer.alloc(trailer)])
}

/** Bytes through a real program; undefined where the machine lacks it. */
export function through(program: string, args: readonly string[], input: Uint8Array): Buffer | undefined {
  try {
    return execFileSync(program, args, { input, maxBuffer: 2 ** 30, stdio: ['pipe', 'pipe', 'ignore'] })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
