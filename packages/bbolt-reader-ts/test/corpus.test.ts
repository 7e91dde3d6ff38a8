import { dump, load, MANIFEST, opened, sha256 } from './support/files.js'

describe.each(MANIFEST.map((line) => [line.file, line] as const))('%s', (file, expected) => {
  test('reads as real bbolt reads it', async () => {
    const { db, damage } = await opened(load(file))
    const found = await dump(db)
    expect([...damage, ...found.damage]).toEqual([])
    expect(found.lines).toHaveLength(expected.keys)
    expect(sha256(found.lines)).toBe(expected.dump_sha256)
    expect(sha256(found.tree)).toBe(expected.tree_sha256)
    expect(db.pageSize).toBe(expected.page_size)
    expect(db.meta.txid).toBe(BigInt(expected.txid))
  })

  test('lists its buckets, and its freelist is whole', async () => {
    const { db } = await opened(load(file))
    const { buckets, damage } = await db.buckets()
    expect(damage).toEqual([])
    expect(buckets).toHaveLength(expected.buckets)
    expect(Math.max(0, ...buckets.map(({ depth }) => depth))).toBe(expected.max_depth)
    expect(buckets.reduce((sum, { keys }) => sum + keys, 0)).toBe(expected.keys)
    const freelist = await db.freelist()
    expect(freelist.damage).toEqual([])
  })

  test('gets every key that it walks', async () => {
    const { db } = await opened(load(file))
    const keys: { bucket: Uint8Array[]; key: Uint8Array; value: string }[] = []
    await db.walk({
      record: ({ bucket, key, value }) => {
        if (keys.length < 400)
          keys.push({ bucket: [...bucket], key: new Uint8Array(key), value: Buffer.from(value).toString('hex') })
      },
    })
    for (const { bucket, key, value } of keys) {
      const found = await db.get(bucket, key)
      expect(found.found && Buffer.from(found.value).toString('hex')).toBe(value)
    }
    expect(await db.get(['no such bucket'], 'key')).toEqual({ found: false, damage: [] })
  })
})
