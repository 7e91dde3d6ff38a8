import { closeSync, mkdtempSync, openSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileSource } from '../src/node-file.js'
import { codes, dump, load, MANIFEST, opened, sha256 } from './support/files.js'

const folder = mkdtempSync(join(tmpdir(), 'bbolt-file-'))
const file = join(folder, 'flat.db')
const expected = MANIFEST.find((line) => line.file === 'flat.db')
beforeEach(() => writeFileSync(file, load('flat.db')))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('a file by its path', async () => {
  const source = fileSource(file)
  expect(source.size).toBe(1048576)
  expect(sha256((await dump((await opened(source)).db)).lines)).toBe(expected?.dump_sha256)
  source.close()
  expect(() => source.read(0, 1)).toThrow()
})

test('a file by its descriptor, which stays open', async () => {
  const fd = openSync(file, 'r')
  const source = fileSource(fd)
  expect(sha256((await dump((await opened(source)).db)).lines)).toBe(expected?.dump_sha256)
  source.close()
  expect(source.read(16, 20)).toEqual(Uint8Array.of(0xed, 0xda, 0x0c, 0xed))
  closeSync(fd)
})

test('reads are short only at the end', () => {
  const source = fileSource(file)
  expect(source.read(source.size - 3, source.size + 9)).toHaveLength(3)
  expect(source.read(source.size, source.size + 9)).toHaveLength(0)
  expect(source.read(5, 5)).toHaveLength(0)
  source.close()
})

test('a file that is closed or cut while it is read: damage, no throw', async () => {
  const source = fileSource(file)
  const { db } = await opened(source)
  truncateSync(file, 100 * 1024)
  const cut = await dump(db)
  expect(codes(cut.damage)).toContain('read-failed')
  source.close()
  const closed = await dump(db)
  expect(closed.lines).toEqual([])
  expect(codes(closed.damage)).toEqual(['read-failed'])
})

test('a file that is not there', () => {
  expect(() => fileSource(join(folder, 'none.db'))).toThrow('ENOENT')
})
