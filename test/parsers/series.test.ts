import type { LogEvent } from '../../src/model/log-event.js'
import { instantAt } from '../../src/parsers/lines.js'
import { collectSeries, digestLog, OVERFLOW, patternTable } from '../../src/parsers/series.js'

const event = (line: number): LogEvent => ({ time: line, line, text: `line ${line}`, fields: {} })
const lines = (events: readonly LogEvent[] | undefined): number[] => (events ?? []).map(({ line }) => line)
const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i)

describe('collectSeries', () => {
  it('tells kinds and subjects apart, in the order they began', () => {
    const collector = collectSeries<'a' | 'b'>()
    collector.add('b', 'x', event(1))
    collector.add('a', 'x', event(2))
    collector.add('b', 'y', event(3))
    collector.add('b', 'x', event(4))
    expect(collector.series()).toEqual([
      { kind: 'b', subject: 'x', count: 2, first: event(1), last: event(4), kept: [event(1), event(4)] },
      { kind: 'a', subject: 'x', count: 1, first: event(2), last: event(2), kept: [event(2)] },
      { kind: 'b', subject: 'y', count: 1, first: event(3), last: event(3), kept: [event(3)] },
    ])
  })

  it.each([2199, 2200, 2201, 10_000])('of %i events keeps the first 200 and the last 2000', (count) => {
    const collector = collectSeries<'a'>()
    for (let i = 1; i <= count; i++) collector.add('a', '', event(i))
    const [series] = collector.series()
    expect(series).toMatchObject({ count, first: event(1), last: event(count) })
    expect(lines(series?.kept)).toEqual(
      count <= 2200 ? range(1, count) : [...range(1, 200), ...range(count - 1999, count)],
    )
  })

  it('counts subjects beyond 500 of one kind together, and leaves other kinds alone', () => {
    const collector = collectSeries<'a' | 'b'>()
    for (let i = 1; i <= 600; i++) collector.add('a', `s${i}`, event(i))
    collector.add('a', 's1', event(601))
    collector.add('b', 's600', event(602))
    const series = collector.series()
    expect(series).toHaveLength(502)
    expect(series.find(({ subject }) => subject === OVERFLOW)).toMatchObject({
      kind: 'a',
      count: 100,
      first: event(501),
    })
    expect(series.find(({ kind, subject }) => kind === 'a' && subject === 's1')?.count).toBe(2)
    expect(series.at(-1)).toMatchObject({ kind: 'b', subject: 's600', count: 1 })
  })

  it('keeps a bounded number of events in all, and every series some of both ends', () => {
    const collector = collectSeries<'a'>()
    for (let i = 1; i <= 400_000; i++) collector.add('a', `s${i % 400}`, event(i))
    const series = collector.series()
    expect(series.reduce((sum, { kept }) => sum + kept.length, 0)).toBeLessThanOrEqual(30_000)
    expect(series.reduce((sum, { count }) => sum + count, 0)).toBe(400_000)
    for (const { first, last, kept } of series) {
      expect(kept[0]).toBe(first)
      expect(kept.at(-1)).toBe(last)
      expect(lines(kept)).toEqual([...lines(kept)].sort((a, b) => a - b))
      expect(kept.length).toBeGreaterThan(2)
    }
  })

  it('takes nothing from short series until there are too many events', () => {
    const collector = collectSeries<'a'>()
    for (let i = 1; i <= 100; i++) for (let s = 0; s < 200; s++) collector.add('a', `s${s}`, event(i))
    for (const { kept } of collector.series()) expect(kept).toHaveLength(100)
  })
})

describe('patternTable', () => {
  const table = patternTable<'rows' | 'word' | 'never'>([
    { kind: 'rows', needle: 'got ', pattern: /got (?<rows>\d+)(?: of (?<all>\d+))?/y, subject: (f) => `s${f['rows']}` },
    { kind: 'word', needle: 'g[o]', pattern: /g\[o\](?!x)/y, fields: { implied: 'yes' } },
    { kind: 'never', needle: 'got 1', scan: 'g[oO]t', pattern: /got 1/y },
  ])
  const match = (text: string): unknown[] => {
    const events: unknown[] = []
    const matched = table.addMatch(text, (...event) => events.push(event))
    expect(matched).toBe(events.length > 0)
    return events
  }

  it('makes one event of the first pattern that matches', () => {
    expect(match('it got 1 of 2, g[o]')).toEqual([['rows', 's1', { rows: '1', all: '2' }]])
    expect(match('it got 1')).toEqual([['rows', 's1', { rows: '1' }]])
    expect(match('g[o]')).toEqual([['word', '', { implied: 'yes' }]])
  })

  it('tries further needles of a line, but not without end', () => {
    expect(match('got none, got 5')).toEqual([['rows', 's5', { rows: '5' }]])
    expect(match(`${'got no '.repeat(100)}got 5`)).toEqual([])
  })

  it('makes nothing of a line without a match', () => {
    expect(match('got')).toEqual([])
    expect(match('')).toEqual([])
  })

  it('scans for needles as they are, or for what a pattern says instead', () => {
    const scan = new RegExp(table.scan)
    expect(['xgot x', 'g[o]', 'gOt'].map((text) => scan.test(text))).toEqual([true, true, true])
    expect(['go', 'go t', 'g o'].map((text) => scan.test(text))).toEqual([false, false, false])
  })
})

describe('digestLog', () => {
  async function* once(text: string): AsyncGenerator<Uint8Array> {
    if (text !== '') yield Buffer.from(text)
  }
  const digest = (text: string | AsyncIterable<Uint8Array>) =>
    digestLog<'hit'>(typeof text === 'string' ? once(text) : text, {
      name: 'test line',
      scan: 'hit',
      time: (line) => instantAt(line)?.time ?? null,
      clean: (line) => line.replace('secret', ''),
      read: (text, _head, add) => add('hit', 'subject', { text }),
    })

  it('cleans every text that it keeps', async () => {
    const dated = '2026-01-10T08:00:01Z'
    const result = await digest(`${dated} secret\nhit secret\n${dated} x secret\n`)
    expect(JSON.stringify(result)).not.toContain('secret')
    expect(result).toMatchObject({ ok: true, value: { lines: 3, first: { line: 1 }, last: { line: 3 } } })
  })

  it('clips what it keeps of a long line', async () => {
    const result = await digest(`2026-01-10T08:00:01Z hit ${'x'.repeat(50_000)}\n`)
    expect(result.ok && result.value.series[0]?.first.text.length).toBe(400)
    expect(result.ok && result.value.series[0]?.first.fields['text']?.length).toBe(400)
    expect(result.ok && result.value.first?.text.length).toBe(400)
  })

  it('says when no line is dated, but not of an empty file', async () => {
    expect((await digest('hit\n')).problems.map(({ code }) => code)).toEqual(['no-dated-line'])
    expect(await digest('')).toEqual({
      ok: true,
      value: { lines: 0, first: null, last: null, series: [] },
      problems: [],
    })
  })

  it('has no value only when nothing at all could be read', async () => {
    async function* failing(text: string): AsyncGenerator<Uint8Array> {
      if (text !== '') yield Buffer.from(text)
      throw new Error('no')
    }
    expect(await digest(failing(''))).toMatchObject({ ok: false, problems: [{ code: 'read-failed' }] })
    expect(await digest(failing('2026-01-10T08:00:01Z hit\n'))).toMatchObject({
      ok: true,
      value: { lines: 1, series: [{ count: 1 }] },
      problems: [{ code: 'read-failed' }],
    })
  })
})
