import fc from 'fast-check'
import { mergeSorted, RECORD_MAX, SortedRecords } from '../../src/sources/sorted-records.js'

const read = (records: SortedRecords, from?: number): string[] =>
  Array.from(records.read(from), ({ key, bytes }) => `${key} ${bytes.toString()}`)

test('records come by key, of equal keys in the order they were added, as often as wanted', () => {
  const records = new SortedRecords()
  for (const [key, text] of [
    [2, 'b'],
    [1, 'a'],
    [2, 'a'],
  ] as const)
    records.add(key, Buffer.from(text))
  expect(read(records)).toEqual(['1 a', '2 b', '2 a'])
  expect(read(records, 2)).toEqual(['2 b', '2 a'])
  expect(read(records, 3)).toEqual([])
  records.close()
})

test('more than memory holds comes back whole and in order', () => {
  const records = new SortedRecords()
  const count = 130_000
  // Three logs one after the other, each over the same time.
  for (let i = 0; i < count; i++) records.add(i % 43_000, Buffer.from(`${i}`))
  let before = -1
  let seen = 0
  for (const { key, bytes } of records.read()) {
    const added = Number(bytes.toString())
    if (key < before || added % 43_000 !== key) throw new Error(`${added} is out of order`)
    before = key
    seen++
  }
  expect(seen).toBe(count)
  expect(read(records, 42_999)).toEqual(['42999 42999', '42999 85999', '42999 128999'])
  records.close()
})

test('a record has a largest size', () => {
  const records = new SortedRecords()
  records.add(0, Buffer.alloc(RECORD_MAX))
  expect(() => records.add(0, Buffer.alloc(RECORD_MAX + 1))).toThrow(RangeError)
})

test('merging is sorting, stable over the sequences', () => {
  fc.assert(
    fc.property(fc.array(fc.array(fc.nat(20)), { maxLength: 6 }), (lists) => {
      const sequences = lists.map((list, from) => list.toSorted((a, b) => a - b).map((key) => ({ key, from })))
      const expected = sequences.flat().toSorted((a, b) => a.key - b.key)
      expect([...mergeSorted(sequences, ({ key }) => key)]).toEqual(expected)
    }),
  )
})
