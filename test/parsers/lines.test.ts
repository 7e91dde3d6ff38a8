import fc from 'fast-check'
import { instantAt, LINE_MAX, namesZone, own, scanLines, type HitLine, type LineScan } from '../../src/parsers/lines.js'
import { chunked } from '../support/parsers.js'

const T = '2026-01-10T08:00:0'
const FORMAT = {
  scan: 'hit|\\nraw',
  time: (text: string): number | null => instantAt(text)?.time ?? null,
}

async function scanned(
  input: string | Uint8Array | AsyncIterable<Uint8Array>,
  size?: number,
): Promise<LineScan & { hits: HitLine[] }> {
  const hits: HitLine[] = []
  const chunks =
    typeof input === 'string'
      ? chunked(Buffer.from(input), size)
      : input instanceof Uint8Array
        ? chunked(input, size)
        : input
  const scan = await scanLines(chunks, FORMAT, (hit) => hits.push(hit))
  return { ...scan, hits }
}

const found = async (input: string | Uint8Array): Promise<[number, string][]> =>
  (await scanned(input)).hits.map(({ line, text }) => [line, text])

describe('scanLines', () => {
  it('calls back for hit lines only, with number and text', async () => {
    expect(await found('one\na hit\nthree\nhit and hit\nfive\n')).toEqual([
      [2, 'a hit'],
      [4, 'hit and hit'],
    ])
  })

  it('anchors a needle to the start of a line, the first one included', async () => {
    expect(await found('raw\nnot raw\n raw\nraw again')).toEqual([
      [1, 'raw'],
      [4, 'raw again'],
    ])
  })

  it('ends lines at LF and takes a CR before it off, but no other', async () => {
    expect(await found('a hit\r\nhit \r in the middle\r\n\r\nhit\r')).toEqual([
      [1, 'a hit'],
      [2, 'hit \r in the middle'],
      [4, 'hit'],
    ])
  })

  it.each([
    ['', 0],
    ['\n', 1],
    ['a', 1],
    ['a\n', 1],
    ['a\nb', 2],
    ['a\n\n', 2],
    ['\n\n\na', 4],
  ])('counts the lines of %j', async (text, lines) => {
    expect((await scanned(text)).lines).toBe(lines)
  })

  it('counts any number of empty lines', async () => {
    for (const count of [255, 256, 1023, 1024, 5000, 70_000]) {
      expect(await found(`${'\n'.repeat(count)}hit`)).toEqual([[count + 1, 'hit']])
    }
  })

  it('decodes UTF-8, also where it is broken', async () => {
    const bytes = Buffer.concat([Buffer.from('hit ä€😀\nhit '), Buffer.from([0xff, 0xc3]), Buffer.from('\n')])
    expect(await found(bytes)).toEqual([
      [1, 'hit ä€😀'],
      [2, 'hit \ufffd\ufffd'],
    ])
  })

  it('skips a byte order mark, at the start only', async () => {
    expect(await found('\ufeffraw\n\ufeffraw\nraw')).toEqual([
      [1, 'raw'],
      [3, 'raw'],
    ])
  })

  it('gives a hit the dated line it belongs to', async () => {
    const { hits } = await scanned(`a hit\n${T}1Z a hit\nx\na hit\n${T}2Z dated\nx\nx\na hit\na hit\n`)
    expect(hits.map(({ line, head }) => [line, head?.line, head?.text])).toEqual([
      [1, undefined, undefined],
      [2, 2, `${T}1Z a hit`],
      [4, 2, `${T}1Z a hit`],
      [8, 5, `${T}2Z dated`],
      [9, 5, `${T}2Z dated`],
    ])
  })

  it('finds the dated line above in an earlier block', async () => {
    const filler = `${'x'.repeat(99)}\n`.repeat(3000)
    const { hits } = await scanned(`${T}1Z dated\n${filler}a hit\n`)
    expect(hits.map(({ line, head }) => [line, head?.line])).toEqual([[3002, 1]])
  })

  it('gives the first dated line, and the newest rather than the last', async () => {
    const { first, last } = await scanned(`undated\n${T}3Z a\n${T}2Z b\n${T}9Z a hit\n${T}5Z c\nundated\n`)
    expect(first).toEqual({ line: 2, text: `${T}3Z a`, time: Date.UTC(2026, 0, 10, 8, 0, 3) })
    expect(last).toEqual({ line: 4, text: `${T}9Z a hit`, time: Date.UTC(2026, 0, 10, 8, 0, 9) })
  })

  it('has no first or last without a dated line', async () => {
    expect(await scanned('a hit\nx\n')).toMatchObject({ first: null, last: null, lines: 2 })
  })

  it('keeps 64 KiB of a longer line, says so once, and counts on', async () => {
    const long = `hit ${'x'.repeat(1024 * 1024)} hit`
    const { hits, problems, lines } = await scanned(`a\n${long}\nhit\n${long}\nhit`)
    expect(hits.map(({ line, text }) => [line, text.length])).toEqual([
      [2, LINE_MAX],
      [3, 3],
      [4, LINE_MAX],
      [5, 3],
    ])
    expect(lines).toBe(5)
    expect(problems).toMatchObject([{ code: 'line-too-long', at: { kind: 'line', line: 2 } }])
  })

  it('ignores what a line holds beyond 64 KiB', async () => {
    expect(await found(`${'x'.repeat(LINE_MAX)}hit\n`)).toEqual([])
  })

  it.each([
    [LINE_MAX, 0],
    [LINE_MAX + 1, 1],
  ])('a line of %i bytes makes %i problems', async (length, count) => {
    for (const end of ['', '\n', '\nhit\n']) {
      const { problems, hits, lines } = await scanned(`hit${'x'.repeat(length - 3)}${end}`)
      expect(problems).toHaveLength(count)
      expect(hits.map(({ text }) => text.length)).toEqual(end === '\nhit\n' ? [LINE_MAX, 3] : [LINE_MAX])
      expect(lines).toBe(end === '\nhit\n' ? 2 : 1)
    }
  })

  it.each([1, 4096, 300_000])('steps over a block of %i NULs and keeps what stands on both sides', async (size) => {
    const { hits, problems, lines } = await scanned(`a hit, torn${'\0'.repeat(size)}${T}1Z hit\n\0hit\0\nhit`)
    expect(hits.map(({ line, text, head }) => [line, text, head?.text])).toEqual([
      [1, 'a hit, torn', undefined],
      [1, `${T}1Z hit`, `${T}1Z hit`],
      [2, 'hit', `${T}1Z hit`],
      [3, 'hit', `${T}1Z hit`],
    ])
    expect(lines).toBe(3)
    expect(problems.map(({ code }) => code)).toEqual(['nul-block'])
  })

  it('goes on after a NUL within a line that is too long', async () => {
    const { hits } = await scanned(`${'x'.repeat(LINE_MAX * 2)}\0hit\nhit`)
    expect(hits.map(({ line, text }) => [line, text])).toEqual([
      [1, 'hit'],
      [2, 'hit'],
    ])
  })

  it('keeps the whole lines that came before a read failed', async () => {
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('hit 1\nhit 2\nhi')
      yield Buffer.from('t 3')
      throw new Error('disk on fire')
    }
    const { hits, lines, problems } = await scanned(failing())
    expect(hits.map(({ text }) => text)).toEqual(['hit 1', 'hit 2'])
    expect(lines).toBe(2)
    expect(problems.map(({ code }) => code)).toEqual(['read-failed'])
  })

  it('keeps what came before whichever chunk fails', async () => {
    const data = Buffer.from('x\nhit\n'.repeat(20))
    for (let n = 0; n <= 12; n++) {
      async function* failing(): AsyncGenerator<Uint8Array> {
        let i = 0
        for await (const chunk of chunked(data, 10)) {
          if (i++ === n) throw new Error('no')
          yield chunk
        }
        throw new Error('no')
      }
      const { hits, lines, problems, bytes } = await scanned(failing())
      expect(bytes).toBe(n * 10)
      expect(lines).toBe(data.subarray(0, n * 10).filter((byte) => byte === 10).length)
      expect(hits).toHaveLength(Math.floor(lines / 2))
      expect(problems.map(({ code }) => code)).toEqual(['read-failed'])
    }
  })

  it('does not take a bug of its caller for a failed read', async () => {
    const scan = scanLines(chunked(Buffer.from('hit')), FORMAT, () => {
      throw new TypeError('bug')
    })
    await expect(scan).rejects.toThrow(TypeError)
  })

  it('does not depend on how the bytes were cut', async () => {
    const odd = `\ufeff${T}1Z ä hit\r\nraw €\n${'y'.repeat(70_000)}hit\nnul${'\0'.repeat(9)}${T}2Z hit 😀\n${'\n'.repeat(50)}hit`
    const whole = await scanned(odd)
    expect(whole.hits.length).toBeGreaterThan(3)
    for (const size of [1, 2, 3, 7, 64, 4096]) expect(await scanned(odd, size)).toEqual(whole)
  })

  it('agrees with a naive reading of any text', async () => {
    const piece = fc.constantFrom(
      'hit',
      'raw',
      '\n',
      '\n',
      '\r\n',
      'x',
      'ä',
      '😀',
      ' ',
      `${T}1Z`,
      `\n${T}2Z `,
      'z'.repeat(5000),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 120 }), fc.integer({ min: 1, max: 9000 }), async (pieces, size) => {
        const text = pieces.join('')
        const lines = text.split('\n').map((line) => line.replace(/\r$/, ''))
        fc.pre(lines.every((line) => Buffer.byteLength(line) < LINE_MAX))
        let head: number | undefined
        const expected: unknown[] = []
        lines.forEach((line, i) => {
          if (FORMAT.time(line) !== null) head = i + 1
          if (line.includes('hit') || line.startsWith('raw')) expected.push([i + 1, line, head])
        })
        const scan = await scanned(text, size)
        expect(scan.hits.map((hit) => [hit.line, hit.text, hit.head?.line])).toEqual(expected)
        expect(scan.lines).toBe(text === '' ? 0 : text.endsWith('\n') ? lines.length - 1 : lines.length)
        expect(scan.first?.line).toBe(lines.findIndex((line) => FORMAT.time(line) !== null) + 1 || undefined)
      }),
      { numRuns: 150 },
    )
  })

  it('never throws on any bytes, and counts their newlines', async () => {
    const bytes = fc.array(
      fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.constantFrom(Buffer.alloc(9), Buffer.from('\nhit'))),
    )
    await fc.assert(
      fc.asyncProperty(bytes, fc.integer({ min: 1, max: 50 }), async (parts, size) => {
        const data = Buffer.concat(parts)
        const scan = await scanned(data, size)
        const newlines = data.filter((byte) => byte === 10).length
        expect(scan.lines - newlines).toBe(data.length === 0 || data[data.length - 1] === 10 ? 0 : 1)
        expect(scan.bytes).toBe(data.length)
      }),
    )
  })
})

describe('namesZone', () => {
  it.each([
    '2026-01-10T08:00:01.7630300Z: x',
    'time="2026-01-10T08:00:01+02:00" 2026-01-10 08:00:01',
    '2026/01/10 08:00:01Z',
    'x',
  ])('lacks none: %s', (text) => expect(namesZone(text)).toBe(true))
  it.each([
    '2019/12/19 18:02:37.584161 INFO x',
    '{"time":"2026-01-10T08:00:01"}',
    'time="2026-01-10 08:00:01" msg=2026-01-10T08:00:01Z',
  ])('lacks one: %s', (text) => expect(namesZone(text)).toBe(false))
})

describe('instantAt', () => {
  const at = Date.UTC(2026, 0, 10, 8, 0, 1)

  it.each([
    ['2026-01-10T08:00:01Z', at, 20],
    ['2026-01-10T08:00:01.7Z', at + 700, 22],
    ['2026-01-10T08:00:01.7630300Z: x', at + 763, 28],
    ['2026-01-10T08:00:01.999999999Z', at + 999, 30],
    ['2026-01-10T10:30:01+02:30', at, 25],
    ['2026-01-10T03:00:01.5-05:00', at + 500, 27],
    ['2026-01-10T10:30:01+0230 vm-01', at, 24],
    ['2026/01/10 08:00:01.584161 INFO', at + 584, 26],
    ['2026-01-10T08:00:01 x', at, 19],
  ])('reads %s', (text, time, end) => {
    expect(instantAt(text)).toEqual({ time, end })
    expect(instantAt(`>>${text}`, 2)).toEqual({ time, end: end + 2 })
  })

  it.each([
    '',
    'x',
    '2026-01-10',
    '2026-01-10T08:00',
    '2026-13-10T08:00:01Z',
    '2026-00-10T08:00:01Z',
    '2026-01-32T08:00:01Z',
    '2026-01-10T24:00:01Z',
    '2026-01-10T08:60:01Z',
    '2026-01-10T08:00:61Z',
    '2026-01-10T08:00:01.Z',
    '2026-01-10T0a:00:01Z',
    '20260-1-10T08:00:01Z',
    '2026-01-10T08:00:01+0x:00',
    '2026-01-10T08:00:01+02',
    ' 2026-01-10T08:00:01Z',
  ])('refuses %j', (text) => {
    expect(instantAt(text)).toBeNull()
  })

  it('agrees with Date for any time', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true }), (date) => {
        expect(instantAt(date.toISOString())?.time).toBe(date.getTime())
      }),
    )
  })
})

describe('own', () => {
  it('copies short text as it is and clips long text', () => {
    expect(own('ä 😀')).toBe('ä 😀')
    expect(own('x'.repeat(1000))).toHaveLength(400)
  })
})
