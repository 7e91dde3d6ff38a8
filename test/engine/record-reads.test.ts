import { catalogue } from '../../src/commands/catalogue.js'
import { readSource } from '../../src/engine/analyze.js'
import { recordReads } from '../../src/engine/record-reads.js'
import { memorySource } from '../../src/sources/memory.js'
import { OPTIONS } from '../support/analyze.js'
import { demo, SAMPLES } from '../support/samples.js'

test('values are kept by place, indexes left out', () => {
  const { given, reads, touched } = recordReads({ list: { items: [{ id: 'a' }, { id: 'b' }] }, other: 1, unread: 2 })
  expect(given.list.items.map(({ id }) => id)).toEqual(['a', 'b'])
  expect(given.other).toBe(1)
  expect(reads('list')).toEqual([
    { at: 'items.length', count: 1, values: [2] },
    { at: 'items[].id', count: 2, values: ['a', 'b'] },
  ])
  expect([...touched]).toEqual(['list', 'other'])
})

test('reading the same place twice counts once, and few values are kept of many', () => {
  const { given, reads } = recordReads({ x: Array.from({ length: 100 }, (_, n) => ({ n })) })
  for (let round = 0; round < 2; round++) expect(given.x.map(({ n }) => n)).toHaveLength(100)
  expect(reads('x').find(({ at }) => at === '[].n')).toEqual({ at: '[].n', count: 100, values: [0, 1, 2, 3, 4] })
})

test('what functions, maps and sets give out is watched too', () => {
  const { given, reads } = recordReads({
    log: {
      events: (kind: string) => [{ kind, time: 5 }],
      byName: new Map([['a', { size: 7 }]]),
      names: new Set(['p']),
    },
  })
  expect(given.log.events('run').at(0)?.time).toBe(5)
  expect(given.log.byName.get('a')?.size).toBe(7)
  expect([...given.log.byName].map(([key, { size }]) => [key, size])).toEqual([['a', 7]])
  expect([...given.log.byName.values()].length).toBe(1)
  expect(given.log.names.has('p')).toBe(true)
  expect([...given.log.names]).toEqual(['p'])
  const places = reads('log').map(({ at }) => at)
  for (const at of ['events("run")[].time', 'byName.get("a").size', 'names.has("p")']) expect(places).toContain(at)
})

test('a watched value is one object, and what has inner slots works', () => {
  const item = { id: 1 }
  const { given } = recordReads({ x: { first: item, last: item, when: new Date(0), bytes: new Uint8Array([7]) } })
  expect(given.x.first === given.x.last).toBe(true)
  expect([given.x.when.getTime(), given.x.bytes[0]]).toEqual([0, 7])
})

test.each([...Object.entries(SAMPLES), ['demo', demo] as const])(
  'watched or not, every rule says the same: %s',
  async (_, tree) => {
    const { views } = await readSource(memorySource('sample.tgz', tree().entries), catalogue, OPTIONS)
    let compared = 0
    for (const { resolve, clock } of views) {
      for (const rule of catalogue.rules) {
        const given = resolve.needs(rule.needs, rule.optional)
        if (!given.met) continue
        compared++
        const watched = [...rule.check(recordReads(given.value).given, clock.asOf)]
        // Artifacts to ask for hold functions, which no JSON has; their ids tell them apart.
        expect(JSON.stringify(watched)).toBe(JSON.stringify([...rule.check(given.value, clock.asOf)]))
      }
    }
    expect(compared).toBeGreaterThan(20)
  },
)
