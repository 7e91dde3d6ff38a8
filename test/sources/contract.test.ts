import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Source } from '../../src/model/source.js'
import { memorySource, type MemoryEntry } from '../../src/sources/memory.js'
import { openSource } from '../../src/sources/open.js'
import { link, plant, scratch, tarOf, tgzOf } from '../support/archives.js'

const folder = scratch()
const long = `${'long-folder-name/'.repeat(12)}file.txt`
const sample = new Map<string, MemoryEntry>([
  ['b/two.txt', { content: 'two', mtime: 1_700_000_000_000 }],
  ['a/one.bin', { content: Buffer.from([0, 1, 2, 255]), mtime: 1_700_000_100_000 }],
  ['empty', { content: '', mtime: 1_700_000_200_000 }],
  ['__proto__', { content: 'a file name too', mtime: 1_700_000_300_000 }],
  ['name with blank: and colon', { content: 'x', mtime: 1_700_000_400_000 }],
  [long, { content: 'deep', mtime: 1_700_000_500_000 }],
  ['big', { content: Buffer.alloc(3_000_000, 'abcdefg\n'), mtime: 1_700_000_600_000 }],
])

type Open = () => Promise<Source>

const makers: [name: string, make: () => Promise<Open>][] = [
  ['memory', () => Promise.resolve(() => Promise.resolve(memorySource('sample', sample)))],
  [
    'folder',
    () => {
      plant(join(folder, 'tree'), sample)
      return Promise.resolve(() => openSource(join(folder, 'tree')))
    },
  ],
  ['tar', async () => file('sample.tar', await tarOf(sample))],
  ['tar.gz', async () => file('sample.tgz', await tgzOf(sample))],
  [
    'tar.gz of several members',
    async () => {
      const tar = await tarOf(sample)
      return file(
        'members.tgz',
        Buffer.concat([gzipSync(tar.subarray(0, 5000)), gzipSync(tar.subarray(5000)), Buffer.alloc(512)]),
      )
    },
  ],
  [
    'tar.gz made by GNU tar',
    () => {
      plant(join(folder, 'gnu'), sample)
      execFileSync('tar', ['-czf', join(folder, 'gnu.tgz'), '-C', join(folder, 'gnu'), '.'])
      return Promise.resolve(() => openSource(join(folder, 'gnu.tgz')))
    },
  ],
  ['tar under another name', async () => file('support.bin', await tarOf(sample))],
]

function file(name: string, bytes: Uint8Array): Open {
  writeFileSync(join(folder, name), bytes)
  return () => openSource(join(folder, name))
}

async function filesOf(source: Source): Promise<Map<string, { hash: string; size: number; mtime: number | null }>> {
  const found = new Map<string, { hash: string; size: number; mtime: number | null }>()
  for await (const entry of source.entries()) {
    if (entry.kind !== 'file') continue
    const hash = createHash('sha256')
    let size = 0
    for await (const chunk of entry.content()) {
      hash.update(chunk)
      size += chunk.length
    }
    expect(size).toBe(entry.size)
    found.set(entry.path, { hash: hash.digest('hex'), size, mtime: entry.mtime })
  }
  return found
}

describe.each(makers)('source: %s', (_, make) => {
  test('delivers every entry with its bytes, size and time', async () => {
    const found = await filesOf(await (await make())())
    const expected = [...sample].map(([path, { content, mtime }]) => [
      path,
      { hash: createHash('sha256').update(content).digest('hex'), size: Buffer.from(content).length, mtime },
    ])
    expect([...found].toSorted()).toEqual(expected.toSorted())
  })

  test('skips what is left alone, or left half read', async () => {
    const source = await (await make())()
    const seen: string[] = []
    for await (const entry of source.entries()) {
      if (entry.kind !== 'file') continue
      seen.push(entry.path)
      if (entry.path !== 'big') continue
      for await (const chunk of entry.content()) {
        expect(chunk.length).toBeGreaterThan(0)
        break
      }
    }
    expect(seen.toSorted()).toEqual([...sample.keys()].toSorted())
    expect(source.problems).toEqual([])
  })
})

test('an archive tells its own size and hash', async () => {
  const bytes = await tgzOf(sample)
  const source = await file('hash.tgz', bytes)()
  await filesOf(source)
  expect(source.totals()).toEqual({
    bytes: bytes.length,
    entries: sample.size,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  })
})

describe('torn archives', () => {
  test('a cut tar.gz delivers what came before, with a problem, and its whole hash', async () => {
    const incompressible = new Map(sample)
    incompressible.set('noise', {
      content: Buffer.from(Array.from({ length: 400_000 }, (_, i) => (i * 7919 + ((i * i) % 251)) % 256)),
    })
    const bytes = await tgzOf(incompressible)
    const cut = bytes.subarray(0, bytes.length - 200)
    const source = await file('cut.tgz', cut)()
    const seen: string[] = []
    for await (const entry of source.entries()) seen.push(entry.path)
    expect(seen).toContain('b/two.txt')
    expect(source.problems.map(({ code }) => code)).toContain('gzip-truncated')
    expect(source.totals().sha256).toBe(createHash('sha256').update(cut).digest('hex'))
  })

  test('a cut tar delivers the members before the cut', async () => {
    const bytes = await tarOf(sample)
    const source = await file('cut.tar', bytes.subarray(0, bytes.length - 100_000))()
    const seen: string[] = []
    for await (const entry of source.entries()) seen.push(entry.path)
    expect(seen).toEqual([...sample.keys()])
    expect(source.problems.map(({ code }) => code)).toEqual(['tar-truncated'])
  })

  test('garbage after a tar.gz loses nothing of it', async () => {
    const bytes = await tgzOf(sample)
    const source = await file('garbage.tgz', Buffer.concat([bytes, Buffer.from('garbage after the end of it all')]))()
    const found = await filesOf(source)
    expect(found.get('b/two.txt')?.size).toBe(3)
    expect(source.problems.map(({ code }) => code)).toEqual(['gzip-trailing-garbage'])
  })

  test.each([0, 1, 2, 10, 100, 300])('a tar.gz cut after %i bytes never throws while reading', async (length) => {
    const bytes = await tgzOf(sample)
    const open = file(`cut-${length}.tgz`, bytes.subarray(0, length))
    if (length === 0) return expect(open()).rejects.toMatchObject({ code: 'input-empty' })
    const source = await open()
    for await (const entry of source.entries()) expect(entry.path).not.toBe('')
    return undefined
  })
})

describe('names', () => {
  test('a member that climbs out is refused, the rest is read', async () => {
    const source = await file(
      'hostile.tar',
      await tarOf(
        new Map([
          ['../../etc/passwd', { content: 'x' }],
          ['./ok//file', { content: 'y' }],
          ['/abs', { content: 'z' }],
        ]),
      ),
    )()
    const seen: string[] = []
    for await (const entry of source.entries()) seen.push(entry.path)
    expect(seen).toEqual(['ok/file', 'abs'])
    expect(source.problems.map(({ code }) => code)).toEqual(['entry-name-refused', 'entry-name-absolute'])
  })

  test('a folder follows links inside itself only', async () => {
    const root = join(folder, 'links')
    plant(root, new Map([['real.txt', { content: 'inside' }]]))
    link(root, 'in.txt', 'real.txt')
    link(root, 'out.txt', '/etc/hostname')
    link(root, 'broken.txt', 'nowhere')
    link(root, 'loop', '.')
    const kinds = new Map<string, string>()
    for await (const entry of (await openSource(root)).entries()) kinds.set(entry.path, entry.kind)
    expect(Object.fromEntries(kinds)).toEqual({
      'broken.txt': 'link',
      'in.txt': 'file',
      loop: 'link',
      'out.txt': 'link',
      'real.txt': 'file',
    })
  })
})

describe('refused inputs', () => {
  test.each([
    ['does-not-exist.tgz', null, 'input-missing'],
    ['b.7z', Buffer.from([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c, 0, 4]), 'format-unsupported'],
    ['empty.tgz', Buffer.alloc(0), 'input-empty'],
  ])('%s', async (name, bytes, code) => {
    if (bytes !== null) writeFileSync(join(folder, name), bytes)
    await expect(openSource(join(folder, name))).rejects.toMatchObject({ code })
  })

  test('a device is no input', async () => {
    await expect(openSource('/dev/null')).rejects.toMatchObject({ code: 'input-unreadable' })
  })
})

test('a lone file, plain or gzipped, is a source of one entry', async () => {
  for (const [name, bytes] of [
    ['mdsd.info', Buffer.from('x')],
    ['mdsd.info.1.gz', gzipSync('x')],
  ] as const) {
    const found = []
    for await (const entry of (await file(name, bytes)()).entries()) found.push(entry.path)
    expect(found).toEqual([name.replace(/\.gz$/, '')])
  }
})
