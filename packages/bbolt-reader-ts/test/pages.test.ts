import { branch, bucket, build, freelist, leaf } from './support/build.js'
import { load, MANIFEST, opened } from './support/files.js'

test('every page has its row and its owner', async () => {
  const { db } = await opened(
    build({
      freelist: 7n,
      pages: [
        leaf(2, [{ key: 'b', value: bucket(3), isBucket: true }]),
        branch(3, [{ key: 'k', page: 4 }]),
        leaf(4, [{ key: 'k', value: 'v'.repeat(600) }], 1),
        new Uint8Array(),
        new Uint8Array(16),
        freelist(7, 1, [6]),
        new Uint8Array(16),
      ].filter((page) => page.length > 0),
    }),
  )
  const b = [Uint8Array.of(0x62)]
  const none = { items: 0, overflow: 0, bucket: null }
  expect(await db.pages()).toEqual([
    { id: 0, type: 'meta', ...none },
    { id: 1, type: 'meta', ...none },
    { id: 2, type: 'leaf', items: 1, overflow: 0, bucket: [] },
    { id: 3, type: 'branch', items: 1, overflow: 0, bucket: b },
    { id: 4, type: 'leaf', items: 1, overflow: 1, bucket: b },
    { id: 6, type: 'free', ...none },
    { id: 7, type: 'freelist', items: 1, overflow: 0, bucket: null },
    { id: 8, type: 'unknown', ...none },
  ])
})

test.each(MANIFEST.map(({ file }) => file))('%s: the rows fill the file up to its high-water mark', async (file) => {
  const { db } = await opened(load(file))
  let next = 0
  for (const { id, overflow, type } of await db.pages()) {
    expect(id).toBe(next)
    expect(type).not.toBe('unknown')
    next = id + 1 + overflow
  }
  expect(next).toBe(db.meta.highWaterMark)
})
