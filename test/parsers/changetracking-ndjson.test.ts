import fc from 'fast-check'
import { bytesSource } from 'bbolt-reader-ts'
import { parseDatabase } from '../../src/parsers/changetracking-ndjson.js'
import { databaseText } from '../../src/redaction/database.js'
import { databaseOf, trackedFile } from '../support/database.js'
import { fixture } from '../support/host.js'

const asText = async (bytes: Uint8Array): Promise<Buffer> => {
  const parts: Uint8Array[] = []
  for await (const part of databaseText(bytesSource(bytes), (text) => text)) parts.push(part)
  return Buffer.concat(parts)
}

test.each(['one-bucket', 'map-values', 'nested', 'inline', 'torn-meta', 'truncated', 'zeroed-leaf'])(
  'the text of %s says what the database says',
  async (name) => {
    const bytes = fixture(`changetracking-db/${name}.db.gz`)
    const original = await parseDatabase(bytesSource(bytes))
    expect(await parseDatabase(bytesSource(await asText(bytes)))).toEqual(original)
    if (name === 'one-bucket') expect(original.ok && original.value.records.length).toBeGreaterThan(10)
  },
)

test('what is no database fails as text with the same problems', async () => {
  const bytes = Buffer.from('this is no BoltDB file')
  const original = await parseDatabase(bytesSource(bytes))
  expect(original.ok).toBe(false)
  expect(await parseDatabase(bytesSource(await asText(bytes)))).toEqual(original)
})

test('text nobody knows stays unrecognised, and its content is gone', async () => {
  const bytes = databaseOf([
    ['k', 'some words of a customer'],
    ['L2V0Yy9h', JSON.stringify(trackedFile('/etc/a'))],
  ])
  const text = await asText(bytes)
  expect(text.toString()).not.toContain('customer')
  const result = await parseDatabase(bytesSource(text))
  expect(result.ok && result.value.unrecognised.count).toBe(1)
  expect(result.ok && result.value.records).toHaveLength(1)
})

test('a line that is cut is a problem, and the records before it count', async () => {
  const text = await asText(fixture('changetracking-db/one-bucket.db.gz'))
  const result = await parseDatabase(bytesSource(text.subarray(0, text.length - 100)))
  expect(result.ok && result.problems.map(({ code }) => code)).toEqual(['db-text-line'])
  expect(result.ok && result.value.records.length).toBeGreaterThan(10)
})

test('other text in braces is not taken for a database', async () => {
  const result = await parseDatabase(bytesSource(Buffer.from('{"a":1}\n{"bucket":["b"],"key":"k","value":"v"}\n')))
  expect(result.ok ? [] : result.problems.map(({ code }) => code)).toEqual(['db-text-unrecognised'])
})

test('never throws', async () => {
  const sample = await asText(fixture('changetracking-db/one-bucket.db.gz'))
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 60 }), fc.nat(4000), async (bytes, at) => {
      const torn = Buffer.concat([sample.subarray(0, at), bytes, sample.subarray(at + bytes.length, at + 4000)])
      const result = await parseDatabase(bytesSource(torn))
      expect(result.ok || result.problems.length > 0).toBe(true)
    }),
    { numRuns: 50 },
  )
})
