import type { Freelist } from '../src/index.js'
import { build, freelist, leaf } from './support/build.js'
import { codes, load, opened } from './support/files.js'

const HIGH = 200_000

/** The root on page 2, the freelist on page 3. */
async function read(page: Uint8Array, pgid = 3n): Promise<{ ids: readonly number[]; codes: string[]; all: Freelist }> {
  const { db } = await opened(build({ pages: [leaf(2, []), page], freelist: pgid, highWaterMark: HIGH }))
  const all = await db.freelist()
  return { ids: all.ids, codes: codes(all.damage), all }
}

test('not kept in the file', async () => {
  const { db } = await opened(build({ pages: [leaf(2, [])] }))
  expect(await db.freelist()).toEqual({ persisted: false, page: null, pages: 0, ids: [], damage: [] })
})

test('a list', async () => {
  const { all } = await read(freelist(3, 3, [4, 7, 9]))
  expect(all).toEqual({ persisted: true, page: 3, pages: 1, ids: [4, 7, 9], damage: [] })
})

test('pages that wait for readers count as free', async () => {
  const { db } = await opened(load('pending.db'))
  const { ids, damage } = await db.freelist()
  expect(damage).toEqual([])
  expect(ids.length).toBeGreaterThan(100)
})

test('a list over several pages', async () => {
  const ids = Array.from({ length: 1000 }, (_, n) => n + 100)
  const found = await read(freelist(3, 1000, ids, 15))
  expect(found.codes).toEqual([])
  expect(found.ids).toEqual(ids)
})

test('more than 65534 ids: the true count comes first', async () => {
  const ids = Array.from({ length: 70_000 }, (_, n) => n + 2000)
  const found = await read(freelist(3, 0xffff, [70_000, ...ids], 1093))
  expect(found.codes).toEqual([])
  expect(found.ids).toEqual(ids)
})

test.each<[string, Uint8Array, bigint, string[], number[]]>([
  ['on a page of another type', freelist(3, 1, [4], 0, 2), 3n, ['page-replaced'], []],
  ['on a page with another id', freelist(4, 1, [4]), 3n, ['page-id-mismatch'], []],
  ['beyond the high-water mark', freelist(3, 1, [4]), 1n << 40n, ['page-out-of-range'], []],
  ['on a page that no file can have', freelist(3, 1, [4]), (1n << 64n) - 2n, ['page-out-of-range'], []],
  ['on a meta page', freelist(3, 1, [4]), 1n, ['page-out-of-range'], []],
  ['behind the end of the file', freelist(3, 1, [4]), 1000n, ['page-beyond-file'], []],
  ['a meta page is free', freelist(3, 2, [1, 4]), 3n, ['freelist'], [4]],
  ['an id beyond the high-water mark', freelist(3, 2, [4, HIGH]), 3n, ['freelist'], [4]],
  ['an id that no file can have', freelist(3, 2, [4, (1n << 64n) - 1n]), 3n, ['freelist'], [4]],
  ['freed twice', freelist(3, 3, [4, 4, 5]), 3n, ['freelist'], [4, 5]],
  ['not ascending', freelist(3, 3, [9, 4, 10]), 3n, ['freelist'], [9, 10]],
  ['an escape with a count that needs none', freelist(3, 0xffff, [2, 4, 5]), 3n, ['freelist'], [4, 5]],
])('%s', async (_, page, pgid, expected, ids) => {
  const found = await read(page, pgid)
  expect(found.codes).toEqual(expected)
  expect(found.ids).toEqual(ids)
})

test.each([
  ['a count', freelist(3, 1000, [4, 5])],
  ['an escaped count', freelist(3, 0xffff, [(1n << 60n) + 1n, 4, 5])],
])('%s larger than the page: what is there is read', async (_, page) => {
  const found = await read(page)
  expect(found.codes).toEqual(['freelist'])
  expect(found.ids).toEqual([4, 5])
})
