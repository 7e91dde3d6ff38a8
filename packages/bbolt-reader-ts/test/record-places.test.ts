import { elementAt, LEAF, type Page } from '../src/page.js'
import { RecordPlaces } from '../src/record-places.js'
import { leaf } from './support/build.js'

/** A leaf is kept in 3 * COUNT + 3 numbers: four of them in one block of 65,536, and 256 in all 64 blocks. */
const COUNT = 5000
const keys = Array.from({ length: COUNT }, (_, index) => String(index).padStart(8, '0'))

function page(id: number, names = keys): Page {
  const bytes = leaf(
    id,
    names.map((key) => ({ key, value: `value of ${key}` })),
  )
  const view = new DataView(bytes.buffer)
  const where = { start: 0, end: bytes.length, offset: id * bytes.length }
  return { id, flags: LEAF, count: names.length, overflow: 0, bytes, view, little: true, ...where }
}

/** Whether a record of a leaf that was added is found where it lies. */
function isFound(places: RecordPlaces, from: Page, pageSize: number, index: number): boolean {
  const place = places.find(from.id, new TextEncoder().encode(keys[index]))
  const span = elementAt(from, index, from.count)
  if (place === null || span === undefined) return false
  const offset = from.id * pageSize
  expect(place.keyStart).toBe(offset + span.keyStart)
  expect(place.keyEnd).toBe(offset + span.keyEnd)
  expect(place.valueEnd).toBe(offset + span.valueEnd)
  return true
}

test('leaves are found in every block of memory, and when there is no more of it, those of later', () => {
  const first = page(0)
  const { length } = first.bytes
  const places = new RecordPlaces(length)
  const found = (id: number, index: number) => isFound(places, { ...first, id }, length, index)
  for (let id = 0; id < 256; id++) places.add({ ...first, id })
  for (let id = 0; id < 256; id++) expect([found(id, 0), found(id, COUNT - 1)]).toEqual([true, true])
  for (let id = 256; id < 300; id++) places.add({ ...first, id })
  expect([found(0, 7), found(255, 7), found(256, 7), found(299, 7)]).toEqual([false, false, true, true])
})

test('a leaf that no block can hold is not kept, and does no harm to others', () => {
  const many = page(
    1,
    Array.from({ length: 21845 }, (_, index) => String(index).padStart(8, '0')),
  )
  const small = page(2)
  const places = new RecordPlaces(small.bytes.length)
  places.add(small)
  places.add(many)
  expect(places.find(1, new TextEncoder().encode(keys[3]))).toBeNull()
  expect(isFound(places, small, small.bytes.length, 3)).toBe(true)
})
