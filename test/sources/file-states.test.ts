import { createHash } from 'node:crypto'
import { chmodSync, linkSync, mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { execFileSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import type { FileState } from '../../src/model/file-state.js'
import { fileStates, type AskedFiles, type FoundFiles } from '../../src/sources/file-states.js'
import { scratch } from '../support/archives.js'

const folder = scratch()
const never = new AbortController().signal
let count = 0

/** A tree of files, each with its own path as content. */
function tree(...paths: readonly string[]): string {
  const root = join(folder, String(++count))
  mkdirSync(root)
  for (const path of paths) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), path)
  }
  return root
}

function look(root: string, asked: Partial<AskedFiles>, signal = never, walkMax?: number): Promise<FoundFiles> {
  return fileStates(root, { paths: [], folders: [], ...asked }, signal, walkMax)
}

async function one(root: string, path: string): Promise<FileState | undefined> {
  return (await look(root, { paths: [path] })).files[0]
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

const all = { deep: true, wants: () => true }
const names = ({ files }: FoundFiles): string[] => files.map(({ path }) => path)

test('a file with its size, real mode, times and checksum', async () => {
  const root = tree('etc/a.conf')
  chmodSync(join(root, 'etc/a.conf'), 0o640)
  const found = await one(root, '/etc/a.conf')
  const facts = { size: 10, mode: 0o640, sha256: sha256('etc/a.conf') }
  expect(found).toMatchObject({ path: '/etc/a.conf', state: 'file', link: false, ...facts })
  expect(Number.isInteger(found?.mtime) && Number.isInteger(found?.ctime)).toBe(true)
})

test('an empty file has a checksum too, and nothing of a file is kept but that', async () => {
  const root = tree('a')
  truncateSync(join(root, 'a'))
  const found = await one(root, '/a')
  expect(found?.sha256).toBe(sha256(''))
  expect(Object.keys(found ?? {}).toSorted()).toEqual(
    ['ctime', 'link', 'mode', 'mtime', 'path', 'sha256', 'size', 'state'].toSorted(),
  )
})

test('a file over 5 MB is not read, one of 5 MB is', async () => {
  const root = tree('large', 'larger')
  for (const name of ['large', 'larger']) truncateSync(join(root, name), 0)
  truncateSync(join(root, 'large'), 5_000_000)
  truncateSync(join(root, 'larger'), 5_000_001)
  expect(await one(root, '/large')).toMatchObject({ state: 'file', sha256: sha256('\0'.repeat(5_000_000)) })
  expect(await one(root, '/larger')).toMatchObject({ state: 'file', size: 5_000_001, sha256: null })
})

test('no more than 200 MB are read in all', async () => {
  const paths = Array.from({ length: 42 }, (_, index) => `/${String(index).padStart(2, '0')}`)
  const root = tree('00')
  truncateSync(join(root, '00'), 5_000_000)
  for (const path of paths.slice(1)) linkSync(join(root, '00'), join(root, path))
  const { files } = await look(root, { paths })
  expect(files.filter((file) => file.sha256 !== null)).toHaveLength(40)
  expect(files).toHaveLength(42)
})

test('what is not there, what is no file, and what is below a file', async () => {
  const root = tree('etc/a.conf', 'etc/folder/b')
  execFileSync('mkfifo', [join(root, 'etc/pipe')])
  for (const [path, state] of [
    ['/etc/none', 'missing'],
    ['/none/at/all', 'missing'],
    ['/etc/a.conf/below', 'missing'],
    ['/etc/folder', 'other'],
    ['/etc/pipe', 'other'],
    ['/', 'other'],
  ])
    expect([path, (await one(root, path ?? ''))?.state]).toEqual([path, state])
})

test('a link is told, and what it leads to is not hashed', async () => {
  const root = tree('usr/lib/real.conf', 'etc/a')
  symlinkSync('../usr/lib/real.conf', join(root, 'etc/link'))
  symlinkSync('/usr/lib/real.conf', join(root, 'etc/absolute'))
  symlinkSync('gone', join(root, 'etc/dangling'))
  symlinkSync('circle', join(root, 'etc/circle'))
  expect(await one(root, '/etc/link')).toMatchObject({ state: 'file', link: true, size: 17, sha256: null })
  expect(await one(root, '/etc/absolute')).toMatchObject({ state: 'file', link: true, size: 17 })
  expect(await one(root, '/etc/dangling')).toMatchObject({ state: 'other', link: true })
  expect(await one(root, '/etc/circle')).toMatchObject({ state: 'other' })
})

test('a folder that is a link makes no link of its files', async () => {
  const root = tree('data/etc/a.conf')
  symlinkSync('/data/etc', join(root, 'etc'))
  expect(await one(root, '/etc/a.conf')).toMatchObject({
    state: 'file',
    link: false,
    sha256: sha256('data/etc/a.conf'),
  })
  expect(names(await look(root, { folders: [{ path: '/etc', ...all }] }))).toEqual(['/etc/a.conf'])
})

test('no link and no path leads out of the root', async () => {
  const outside = join(folder, 'outside.txt')
  writeFileSync(outside, 'a secret of the other machine')
  const root = tree('etc/a')
  symlinkSync(`../../../../../../../..${outside}`, join(root, 'etc/relative'))
  symlinkSync(outside, join(root, 'etc/absolute'))
  symlinkSync('../../..', join(root, 'etc/up'))
  symlinkSync(folder, join(root, 'etc/away'))
  const paths = ['/etc/relative', '/etc/absolute', '/etc/away/outside.txt', '/../outside.txt', '/etc/../../outside.txt']
  const { files } = await look(root, {
    paths,
    folders: [
      { path: '/etc', ...all },
      { path: '/etc/away', ...all },
    ],
  })
  expect(files.filter(({ sha256: hash, size }) => hash !== null || size !== null).map(({ path }) => path)).toEqual([
    '/etc/a',
  ])
})

test('folders: only what is wanted, nothing twice, no links, and the rest without a checksum', async () => {
  const root = tree('etc/a.conf', 'etc/b.conf', 'etc/c.txt', 'etc/sub/d.conf')
  symlinkSync('a.conf', join(root, 'etc/link.conf'))
  symlinkSync('/etc', join(root, 'etc/sub/circle'))
  const wants = (path: string): boolean => path.endsWith('.conf')
  const deep = { path: '/etc', deep: true, wants }
  const found = await look(root, { paths: ['/etc/b.conf'], folders: [deep, { ...deep, path: '/etc/sub' }] })
  expect(names(found)).toEqual(['/etc/b.conf', '/etc/a.conf', '/etc/sub/d.conf'])
  expect(found.files.map((file) => file.sha256 !== null)).toEqual([true, false, false])
  expect(found.whole).toBe(true)
  expect(names(await look(root, { folders: [{ ...deep, deep: false }] }))).toEqual(['/etc/a.conf', '/etc/b.conf'])
})

test('a folder that is not there hides nothing, one too deep does', async () => {
  const way = Array.from({ length: 34 }, (_, index) => String(index)).join('/')
  const root = tree(`${way}/a`, '0/b')
  expect(await look(root, { folders: [{ path: '/none', ...all }] })).toEqual({ files: [], whole: true })
  const found = await look(root, { folders: [{ path: '', ...all }] })
  expect(names(found)).toEqual(['/0/b'])
  expect(found.whole).toBe(false)
})

test('what the kernel makes up is never looked at', async () => {
  const root = tree('proc/a', 'sys/a', 'dev/a', 'process/a', 'etc/b')
  symlinkSync('/proc/a', join(root, 'etc/mtab'))
  for (const path of ['/proc/a', '/sys/a', '/dev/a', '/etc/mtab', '/etc/../proc/a'])
    expect(await one(root, path)).toMatchObject({ state: 'other', size: null, sha256: null })
  expect(names(await look(root, { folders: [{ path: '', ...all }] }))).toEqual(['/etc/b', '/process/a'])
  expect(names(await look(root, { folders: [{ path: '/proc', ...all }] }))).toEqual([])
})

test('at most 5000 files', async () => {
  const root = tree()
  mkdirSync(join(root, 'etc'))
  for (let index = 0; index < 5001; index++) writeFileSync(join(root, 'etc', String(index)), '')
  const asked = { paths: ['/a', '/b'], folders: [{ path: '/etc', ...all }] }
  const found = await look(root, asked, never, 60_000)
  expect(found.files).toHaveLength(5000)
  expect(found.whole).toBe(false)
  rmSync(join(root, 'etc'), { recursive: true })
})

test('an interruption ends it, before and within a file', async () => {
  const root = tree('a', 'b')
  expect(await look(root, { paths: ['/a'], folders: [{ path: '', ...all }] }, AbortSignal.abort())).toEqual({
    files: [],
    whole: false,
  })
  const controller = new AbortController()
  const wants = (): boolean => {
    controller.abort()
    return true
  }
  const found = await look(root, { paths: ['/a'], folders: [{ path: '', deep: true, wants }] }, controller.signal)
  expect(found).toEqual({ files: [], whole: false })
})

const asRoot = process.getuid?.() === 0 ? test : test.skip

asRoot('what may not be read is told as that, and a closed folder hides what is in it', async () => {
  const root = tree('etc/closed.conf', 'etc/open.conf', 'etc/shut/a.conf')
  for (let path = root; path !== '/tmp' && path !== '/'; path = dirname(path)) chmodSync(path, 0o755)
  chmodSync(join(root, 'etc/closed.conf'), 0o600)
  chmodSync(join(root, 'etc/shut'), 0o700)
  const { seteuid } = process
  seteuid?.call(process, 65534)
  try {
    const paths = ['/etc/closed.conf', '/etc/open.conf', '/etc/shut/a.conf']
    const found = await look(root, { paths, folders: [{ path: '/etc', ...all }] })
    expect(found.files).toMatchObject([
      { state: 'unreadable', size: 15, mode: 0o600, sha256: null },
      { state: 'file', sha256: sha256('etc/open.conf') },
      { state: 'unreadable', size: null },
    ])
    expect(found.whole).toBe(false)
  } finally {
    seteuid?.call(process, 0)
  }
})
