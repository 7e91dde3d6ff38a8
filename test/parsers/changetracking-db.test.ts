import fc from 'fast-check'
import type { ByteSource } from '../../src/model/byte-source.js'
import { parseChangeTrackingDb, type CtDb } from '../../src/parsers/changetracking-db.js'
import { fixture } from '../support/host.js'

function source(bytes: Uint8Array): ByteSource {
  return { size: bytes.length, read: (start, end) => bytes.subarray(start, end) }
}

async function read(name: string): Promise<CtDb> {
  const result = await parseChangeTrackingDb(source(fixture(`changetracking-db/${name}`)))
  if (!result.ok) throw new Error(result.problems[0].message)
  return result.value
}

function names({ records }: CtDb): Record<string, string[]> {
  const found: Record<string, string[]> = { file: [], package: [], service: [] }
  for (const { record } of records)
    found[record.kind]?.push(record.kind === 'file' ? `${record.path} ${record.checksum}` : record.name)
  for (const list of Object.values(found)) list.sort()
  return found
}

test.each(['nested.db.gz', 'map-values.db.gz', 'inline.db.gz'])('%s holds the records of one-bucket', async (name) => {
  const expected = names(await read('one-bucket.db.gz'))
  const db = await read(name)
  expect([expected['file']?.length, expected['package']?.length, expected['service']?.length]).toEqual([25, 40, 12])
  expect(names(db)).toEqual(expected)
  expect(db.damage).toEqual([])
  expect(db.unrecognised.count).toBe(0)
})

test('hashes beside the records are counted, not odd', async () => {
  expect((await read('nested.db.gz')).hashes).toBe(3)
  expect((await read('one-bucket.db.gz')).hashes).toBe(0)
})

test('a base64 key is decoded to its path, another key is not', async () => {
  const { records } = await read('one-bucket.db.gz')
  const files = records.filter(({ record }) => record.kind === 'file')
  expect(files.every(({ record, keyDecoded }) => record.kind === 'file' && keyDecoded === record.path)).toBe(true)
  expect((await read('inline.db.gz')).records.every(({ keyDecoded }) => keyDecoded === null)).toBe(true)
})

describe('damaged files', () => {
  test('a zeroed leaf loses its records only, and is told', async () => {
    const whole = names(await read('one-bucket.db.gz'))
    const db = await read('zeroed-leaf.db.gz')
    expect(db.damage.map(({ code }) => code)).toContain('page-id-mismatch')
    expect(db.records.length).toBeGreaterThan(60)
    expect(db.records.length).toBeLessThan(77)
    for (const [kind, list] of Object.entries(names(db))) for (const name of list) expect(whole[kind]).toContain(name)
  })

  test('a file cut in the middle', async () => {
    const codes = (await read('truncated.db.gz')).damage.map(({ code }) => code)
    expect(codes).toContain('file-truncated')
  })

  test('the newest meta page is torn: the older state is read, and it is said', async () => {
    const db = await read('torn-meta.db.gz')
    expect(db.damage.map(({ code }) => code)).toEqual(['meta-invalid'])
    expect(db.metas.filter(({ valid }) => valid)).toHaveLength(1)
    expect(db.records).toHaveLength(77)
  })

  test.each([
    ['no bytes', new Uint8Array(0), 'empty'],
    ['text', new TextEncoder().encode('not a database'.repeat(1000)), 'not-bolt'],
    ['zeros', new Uint8Array(40_000), 'not-bolt'],
  ])('%s cannot be opened', async (_, bytes, code) => {
    const result = await parseChangeTrackingDb(source(bytes))
    expect(!result.ok && result.problems[0].code).toBe(code)
  })

  test('a read that fails is told, never thrown', async () => {
    const bytes = fixture('changetracking-db/one-bucket.db.gz')
    for (let n = 0; n < 12; n++) {
      let reads = 0
      const failing: ByteSource = {
        size: bytes.length,
        read: (start, end) => {
          if (reads++ === n) throw new Error('no')
          return bytes.subarray(start, end)
        },
      }
      const result = await parseChangeTrackingDb(failing)
      if (reads > n) expect(result.problems.length).toBeGreaterThan(0)
    }
  })

  test('flipped bytes never throw', async () => {
    const bytes = fixture('changetracking-db/one-bucket.db.gz')
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 40 }),
        async (flips) => {
          const changed = new Uint8Array(bytes)
          for (const [at, value] of flips) changed[at] = value
          const result = await parseChangeTrackingDb(source(changed))
          expect(result.ok || result.problems.length > 0).toBe(true)
        },
      ),
      { numRuns: 60 },
    )
  })
})

test('the text of a tracked file never comes out', async () => {
  const canary = 'hunter2-canary-contents'
  const bytes = new Uint8Array(fixture('changetracking-db/one-bucket.db.gz'))
  const text = Buffer.from(bytes)
  // Same length, so that the page stays canonical: the checksum's digits make room.
  const at = text.indexOf('"FileContentChecksum":"')
  const room = text.indexOf('"', at + 23) - (at + 23)
  text.write('"Contentz":""', text.indexOf('"Contents":""', at))
  text.write(`","Contents":"${canary}`.padEnd(room, '0').slice(0, room), at + 23)
  const result = await parseChangeTrackingDb(source(new Uint8Array(text)))
  expect(text.includes(canary)).toBe(true)
  expect(JSON.stringify(result)).not.toContain(canary)
  expect(result.ok && result.value.records.some(({ record }) => record.kind === 'file' && record.hasContents)).toBe(
    true,
  )
})
