import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { LIMITS, type Limits } from '../../src/model/limits.js'
import type { Source } from '../../src/model/source.js'
import type { MemoryEntry } from '../../src/sources/memory.js'
import { openSource } from '../../src/sources/open.js'
import { rawTarOf, scratch, tarOf, through, zipOf, type ZipMemberOptions } from '../support/archives.js'

const folder = scratch()
const large = Buffer.alloc(700_000, 'one line of a log, and another\n')
const files = new Map<string, MemoryEntry>([
  ['a/one.txt', { content: 'one' }],
  ['a/empty', { content: '' }],
  ['b/large.log', { content: large }],
])
const texts = (): Map<string, string> =>
  new Map([...files].map(([path, { content }]) => [path, Buffer.from(content).toString()]))

let count = 0
async function open(bytes: Uint8Array, limits: Partial<Limits> = {}): Promise<Source> {
  const file = join(folder, `input-${count++}`)
  writeFileSync(file, bytes)
  return openSource(file, { ...LIMITS, ...limits })
}

/** Contents of files by path; an Error where reading throws. */
async function read(source: Source): Promise<Map<string, string | Error>> {
  const found = new Map<string, string | Error>()
  for await (const entry of source.entries()) {
    if (entry.kind !== 'file' || /\.(?:tgz|zip|tar|bin)$/.test(entry.path)) continue
    const parts: Uint8Array[] = []
    try {
      for await (const part of entry.content()) parts.push(part)
      found.set(entry.path, Buffer.concat(parts).toString())
    } catch (error) {
      found.set(entry.path, error as Error)
    }
  }
  return found
}

const codes = (source: Source): string[] => source.problems.map(({ code }) => code)

describe.each([
  ['xz', ['-1'], 'tar.xz', 'xz'],
  ['zstd', ['-q'], 'tar.zst', 'zstd'],
  ['bzip2', ['-1'], 'tar.bz2', 'bzip2'],
])('%s, made by the real program', (program, args, kind, code) => {
  const possible = through(program, args, Buffer.from('x')) === undefined ? test.skip : test

  async function packed(): Promise<Buffer> {
    return through(program, args, await tarOf(files)) ?? Buffer.alloc(0)
  }

  possible('is read whole', async () => {
    const source = await open(await packed())
    expect(await read(source)).toEqual(texts())
    expect([source.kind, codes(source)]).toEqual([kind, []])
  })

  possible('several streams in a row are one', async () => {
    const tar = await tarOf(files)
    const halves = [tar.subarray(0, 1000), tar.subarray(1000)].map((half) => through(program, args, half) ?? half)
    const source = await open(Buffer.concat(halves))
    expect(await read(source)).toEqual(texts())
    expect(codes(source)).toEqual([])
  })

  possible('cut, it keeps what came before', async () => {
    const random = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * index * 7919) >>> 7))
    const tar = await tarOf(
      new Map([
        ['first', { content: 'kept' }],
        ['noise', { content: random }],
      ]),
    )
    const bytes = through(program, args, tar) ?? tar
    const source = await open(bytes.subarray(0, bytes.length - 20))
    const found = await read(source)
    expect([...found.keys()]).toContain('first')
    expect(codes(source)).toContain(`${code}-truncated`)
  })

  possible('a flipped byte is noticed', async () => {
    const bytes = await packed()
    const middle = bytes.length >> 1
    bytes[middle] = (bytes[middle] ?? 0) ^ 0x10
    const source = await open(bytes)
    await read(source)
    // zstd's own checksum is not looked at, so damage may show only in what comes out.
    if (program !== 'zstd') expect(codes(source)).toContain(`${code}-damaged`)
  })

  possible('one lies in another, beside one that is no archive', async () => {
    const outer = new Map([
      ['first.bin', { content: through(program, args, Buffer.from('not an archive\n'.repeat(10_000))) ?? '' }],
      ['second.bin', { content: await packed() }],
      ['third', { content: 'last' }],
    ])
    const source = await open(through(program, args, await tarOf(outer)) ?? Buffer.alloc(0))
    const found = await read(source)
    expect([...found.keys()]).toEqual([...[...files.keys()].map((path) => `second.bin!/${path}`), 'third'])
    expect(codes(source)).toEqual([])
  })

  possible('nobody waits for one that was left unread', async () => {
    const text = through(program, args, Buffer.from('a line\n'.repeat(500_000))) ?? Buffer.alloc(0)
    expect((await open(text)).kind).toBe('file')
    for await (const entry of (await open(text)).entries()) {
      const first = await entry.content()[Symbol.asyncIterator]().next()
      expect(first.done).toBe(false)
    }
    expect(await read(await open(await packed()))).toEqual(texts())
  })

  possible('a lone file is named without the suffix', async () => {
    const file = join(folder, `mdsd.info.${kind.slice(4)}`)
    writeFileSync(file, through(program, args, Buffer.from('a line\n')) ?? '')
    expect(await read(await openSource(file))).toEqual(new Map([['mdsd.info', 'a line\n']]))
  })
})

describe('zip', () => {
  const members = (options: Partial<ZipMemberOptions> = {}): Map<string, ZipMemberOptions> =>
    new Map([...files].map(([path, { content }]) => [path, { content, ...options }]))

  test.each([
    ['deflated', zipOf(members())],
    ['stored', zipOf(members({ stored: true }))],
    ['with sizes after the data', zipOf(members({ descriptor: true }))],
    ['with sizes in 64 bits', zipOf(members({ large: true }))],
    ['with something in front', zipOf(members(), { front: Buffer.from('PK\u0003\u0004 is not the beginning') })],
    ['with a comment', zipOf(members(), { comment: 'PK\u0005\u0006 is not the end' })],
    ['gzipped', gzipSync(zipOf(members()))],
  ])('%s is read whole', async (_, bytes) => {
    const source = await open(bytes)
    expect(await read(source)).toEqual(texts())
    expect([source.kind, codes(source)]).toEqual(['zip', []])
  })

  test('made by Info-ZIP is read whole, with its times', async () => {
    const file = join(folder, 'real.txt')
    writeFileSync(file, large)
    const bytes = through('zip', ['-q', '-j', '-', file], Buffer.alloc(0))
    if (bytes === undefined) return
    const source = await open(bytes)
    for await (const entry of source.entries()) expect(Date.now() - (entry.mtime ?? 0)).toBeLessThan(3_600_000)
    expect(await read(await open(bytes))).toEqual(new Map([['real.txt', large.toString()]]))
  })

  test.each([{}, { stored: true }, { descriptor: true }])(
    'without its directory it is read from member to member: %j',
    async (options) => {
      const source = await open(zipOf(members(options), { directory: false }))
      expect(await read(source)).toEqual(texts())
      expect(codes(source)).toEqual(['zip-truncated'])
    },
  )

  test('the directory decides: a member it does not list is not there', async () => {
    const hidden = zipOf(new Map([['hidden', { content: 'x', stored: true }]]), { directory: false })
    const source = await open(zipOf(members(), { front: hidden }))
    expect([...(await read(source)).keys()]).toEqual([...files.keys()])
  })

  test('encrypted is refused with that word', async () => {
    await expect(open(zipOf(members({ encrypted: true })))).rejects.toMatchObject({
      code: 'input-encrypted',
      message: expect.stringContaining('encrypted') as string,
    })
  })

  test('one encrypted member is told, the rest is read', async () => {
    const source = await open(zipOf(members().set('secret', { content: 'x', encrypted: true })))
    const found = await read(source)
    expect(found.get('secret')).toBeInstanceOf(Error)
    expect(found.get('a/one.txt')).toBe('one')
    expect(codes(source)).toEqual(['zip-encrypted'])
  })

  test.each<[string, Partial<ZipMemberOptions>]>([
    ['a wrong checksum', { crc: 1 }],
    ['more than it says', { size: 10 }],
    ['less than it says', { size: 1_000_000 }],
    ['a method nobody knows', { method: 99 }],
  ])('%s is told when it is read', async (_, options) => {
    const found = await read(await open(zipOf(new Map([['large', { content: large, ...options }]]))))
    expect(found.get('large')).toBeInstanceOf(Error)
  })
})

describe('tar', () => {
  test('a size in base 256', async () => {
    const source = await open(rawTarOf([{ name: 'x', content: 'abc', base256: true }]))
    expect(await read(source)).toEqual(new Map([['x', 'abc']]))
  })

  test.each([
    ['GNU', { name: 'holes', type: 'S', content: 'x' }],
    ['pax', { name: 'holes', content: 'x' }],
  ])('a sparse member of %s is told and not read', async (kind, member) => {
    const pax = { name: 'pax', type: 'x', content: '22 GNU.sparse.major=1\n' }
    const source = await open(rawTarOf(kind === 'pax' ? [pax, member, { name: 'y', content: 'z' }] : [member]))
    expect(await read(source)).toEqual(kind === 'pax' ? new Map([['y', 'z']]) : new Map())
    expect(codes(source)).toEqual(['tar-sparse'])
  })

  test('a sparse member is called by its own name', async () => {
    const pax = { name: 'pax', type: 'x', content: '33 GNU.sparse.name=var/log/holes\n' }
    const source = await open(rawTarOf([pax, { name: 'var/log/GNUSparseFile.1/holes', content: 'x' }]))
    await read(source)
    expect(source.problems.map(({ path }) => path)).toEqual(['var/log/holes'])
  })

  test('special files are listed and told', async () => {
    const types = ['3', '4', '6']
    const source = await open(rawTarOf(types.map((type) => ({ name: `special-${type}`, type }))))
    const kinds: string[] = []
    for await (const { kind } of source.entries()) kinds.push(kind)
    expect(kinds).toEqual(['other', 'other', 'other'])
    expect(codes(source)).toEqual(['entry-device', 'entry-device', 'entry-device'])
  })
})

describe('archives in archives', () => {
  const inner = (depth: number): Buffer => {
    let bytes: Buffer = zipOf(new Map([['deep.txt', { content: 'found' }]]))
    for (let level = 1; level < depth; level++)
      bytes =
        level % 2 === 0
          ? zipOf(new Map([['in.bin', { content: bytes }]]))
          : gzipSync(rawTarOf([{ name: 'in.tgz', content: bytes }]))
    return bytes
  }

  test('one of a format that is not read is told', async () => {
    const source = await open(
      zipOf(new Map([['logs.7z.zip', { content: Buffer.from("7z\xbc\xaf'\x1c".padEnd(40), 'latin1') }]])),
    )
    await read(source)
    expect(source.problems).toMatchObject([{ code: 'format-unsupported', path: 'logs.7z.zip' }])
  })

  test('a tar.gz in a zip, under its path', async () => {
    const source = await open(zipOf(new Map([['node/logs.bin', { content: gzipSync(await tarOf(files)) }]])))
    const found = await read(source)
    expect([...found.keys()]).toEqual([...files.keys()].map((path) => `node/logs.bin!/${path}`))
    expect(source.archives).toEqual(new Set(['node/logs.bin']))
  })

  test('three deep is read, four deep is a limit', async () => {
    const three = await open(inner(3))
    expect([...(await read(three)).values()]).toEqual(['found'])
    expect(codes(three)).toEqual([])
    const four = await open(inner(4))
    expect((await read(four)).size).toBe(0)
    expect(codes(four)).toEqual(['limit-reached'])
  })

  test('one among a machine’s own files is left alone', async () => {
    const content = zipOf(new Map([['x', { content: 'old' }]]))
    const source = await open(await tarOf(new Map([['var/lib/waagent/old.zip', { content }]])))
    expect((await read(source)).size).toBe(0)
    expect(source.archives).toEqual(new Set())
  })

  test('a damaged one is told, and the rest is read', async () => {
    const torn = gzipSync(await tarOf(files)).subarray(0, 200)
    const source = await open(
      await tarOf(
        new Map([
          ['logs.tgz', { content: torn }],
          ['after.txt', { content: 'after' }],
        ]),
      ),
    )
    expect((await read(source)).get('after.txt')).toBe('after')
    expect(source.problems.every(({ path }) => path === 'logs.tgz')).toBe(true)
    expect(source.problems.length).toBeGreaterThan(0)
  })
})

describe('limits', () => {
  const one = gzipSync(rawTarOf([{ name: 'zeros', content: Buffer.alloc(80_000_000) }]))

  test.each<[what: string, limits: Partial<Limits>, bytes: () => Uint8Array | Promise<Uint8Array>]>([
    ['inflated', { inflated: 100_000 }, async () => gzipSync(await tarOf(files))],
    ['ratio', {}, () => one],
    ['entries', { entries: 2 }, () => tarOf(files)],
    ['header', { header: 1000 }, () => rawTarOf([{ name: 'pax', type: 'x', content: Buffer.alloc(5000, 'x') }])],
    ['header', {}, () => rawTarOf([{ name: 'long', type: 'L', content: Buffer.alloc(2_000_000, 'x') }])],
    ['kept', { kept: 1000 }, () => gzipSync(zipOf(new Map([['x', { content: large, stored: true }]])))],
  ])('%s ends the reading with one problem: %j', async (limit, limits, bytes) => {
    const source = await open(await bytes(), limits)
    await read(source)
    expect(source.problems).toMatchObject([{ code: 'limit-reached' }])
    expect(source.problems[0]?.message).toContain(`--limit ${limit}=`)
    expect(source.totals().sha256).toMatch(/^[0-9a-f]{64}$/)
  })

  test('what came before counts', async () => {
    const found = await read(await open(await tarOf(files), { entries: 1 }))
    expect(found).toEqual(new Map([['a/one.txt', 'one']]))
  })

  test('a small file of zeros is no bomb', async () => {
    const source = await open(gzipSync(rawTarOf([{ name: 'zeros', content: Buffer.alloc(10_000_000) }])))
    expect((await read(source)).size).toBe(1)
    expect(source.problems).toEqual([])
  })
})
