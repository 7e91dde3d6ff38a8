import fc from 'fast-check'
import type { EventSeries, LogDigest } from '../../src/model/log-event.js'
import { parseAgentLog, type AgentEventKind } from '../../src/parsers/agent-log.js'
import { streamed, valueOf } from '../support/parsers.js'

/** The first two lines are published, the third shows logrus' own rules. */
const SAMPLE = `time="2026-01-10T08:02:59Z" level=info msg="Number of Package received in this run: 613"
time="2026-01-10T08:03:00Z" level=info msg="Number of services recieved in this run: 180"
time="2026-01-10T08:03:01Z" level=warning msg="made-up: \\"quoted\\" and\\nnewline" component=files error="open /etc/x.conf: permission denied"
`

const parse = streamed(parseAgentLog)
const digest = async (text: string): Promise<LogDigest<AgentEventKind>> => valueOf(await parse(text))
const seriesOf = async (text: string): Promise<readonly EventSeries<AgentEventKind>[]> => (await digest(text)).series
const kinds = async (text: string): Promise<unknown[]> =>
  (await seriesOf(text)).map(({ kind, subject, count }) => [kind, subject, count])
const line = (rest: string): string => `time="2026-01-10T08:00:00Z" ${rest}\n`

describe('parseAgentLog', () => {
  it('reads the sample', async () => {
    const { lines, first, last, series } = await digest(SAMPLE)
    expect([lines, first?.line, last?.line, last?.time]).toEqual([3, 1, 3, Date.UTC(2026, 0, 10, 8, 3, 1)])
    expect(series.map(({ kind, subject, first }) => [kind, subject, first.line, first.fields])).toEqual([
      ['run', 'software', 1, { count: '613' }],
      ['run', 'services', 2, { count: '180' }],
      [
        'warning',
        'made-up: "…" and\nnewline',
        3,
        {
          level: 'warning',
          msg: 'made-up: "quoted" and\nnewline',
          component: 'files',
          error: 'open /etc/x.conf: permission denied',
        },
      ],
    ])
  })

  it.each([
    ['Number of Package received in this run: 613', 'software', '613'],
    ['Number of packages recieved in this run: 0', 'software', '0'],
    ['NUMBER OF SOFTWARE RECEIVED IN THIS RUN: 7', 'software', '7'],
    ['Number of service received in this run: 1', 'services', '1'],
    ['Number of Files recieved in this run: 12', 'files', '12'],
    ['worker 3: Number of file received in this run: 12', 'files', '12'],
  ])('reads %j as a run', async (message, subject, count) => {
    const [series] = await seriesOf(line(`level=info msg="${message}"`))
    expect(series).toMatchObject({ kind: 'run', subject, first: { fields: { count } } })
  })

  it.each([
    'level=info msg="Number of settings received in this run: 3"',
    'level=info msg="Number of services received in that run: 3"',
    'level=info msg="Number of services received in this run: none"',
    'level=info msg="Number of services sent in this run: 3"',
    'level=info msg="services received in this run: 3"',
    'level=info msg=x note="Number of services received in this run: 3"',
    'level=info msg="Number of services received in this run: 3',
    'level=info msg="saw level=error in a line"',
    'level=info msg="saw \\" level=error in a line"',
    'level=info msg="a newline\\ntime=\\"2026-01-10T08:00:00Z\\" level=fatal msg=no"',
    'level=info msg=fine error="panic: not really"',
    'level=debug msg="level=warning"',
    'level=trace msg="goroutine 1 [running]:"',
    'level=errand msg=x',
    'msg="x"level=error',
    'level= msg="error"',
    'msg="level=error"',
    'level=info msg="address already in use"',
    'level=info msg="Failed to find an output stream"',
    'level=info msg="found an output stream for CONFIG_DATA_BLOB_V2"',
  ])('makes nothing of %s', async (rest) => {
    expect(await kinds(line(rest))).toEqual([])
  })

  it.each(['error', 'ERROR', 'Error', 'fatal', 'Fatal', 'panic', '"error"'])(
    'takes level=%s for an error',
    async (level) => {
      expect(await kinds(line(`level=${level} msg=boom`))).toEqual([['error', 'boom', 1]])
    },
  )

  it.each(['warning', 'WARN', 'warn'])('takes level=%s for a warning', async (level) => {
    expect(await kinds(line(`level=${level} msg=boom`))).toEqual([['warning', 'boom', 1]])
  })

  it('reads keys in any order, and the first of two equal keys', async () => {
    const text = 'msg="it broke" level=error zone=x time="2026-01-10T10:00:00+02:00" level=info\n'
    const { first, series } = await digest(text)
    expect(first?.time).toBe(Date.UTC(2026, 0, 10, 8))
    expect(series).toMatchObject([
      { kind: 'error', first: { time: Date.UTC(2026, 0, 10, 8), fields: { zone: 'x', level: 'error' } } },
    ])
  })

  it('keeps fields with any name as fields', async () => {
    const [series] = await seriesOf(
      line('level=error msg=x __proto__=y constructor=z logrus_error="a b" fields.level=7'),
    )
    expect(Object.entries(series?.first.fields ?? {})).toEqual([
      ['level', 'error'],
      ['msg', 'x'],
      ['__proto__', 'y'],
      ['constructor', 'z'],
      ['logrus_error', 'a b'],
      ['fields.level', '7'],
    ])
  })

  it('undoes the quoting of Go', async () => {
    const quoted = String.raw`"\" \\ \n \t \r \x00 \x7f \303\244 \xff \u00e4 \U0001f600 \Uffffffff \q ä"`
    const [series] = await seriesOf(line(`level=error msg=x v=${quoted}`))
    expect(series?.first.fields['v']).toBe('" \\ \n \t \r \0 \x7f ä \ufffd ä 😀 \ufffd q ä')
  })

  it('reads logrus JSON', async () => {
    const json = (fields: object): string => `${JSON.stringify({ ...fields, time: '2026-01-10T08:00:00Z' })}\n`
    const { first, series } = await digest(
      json({ level: 'info', msg: 'Number of services recieved in this run: 5' }) +
        json({ level: 'error', msg: 'it "broke"', n: 3, deep: { a: [1] } }) +
        json({ level: 'info', msg: '"level":"error"' }) +
        '{"level": "warning", "msg": "spaced"}\n' +
        '{"level":"error","msg":"torn\n' +
        '["level","error"]\n',
    )
    expect(first?.line).toBe(1)
    expect(series.map(({ kind, subject, first }) => [kind, subject, first.line, first.fields])).toEqual([
      ['run', 'services', 1, { count: '5' }],
      ['error', 'it "…"', 2, { level: 'error', msg: 'it "broke"', n: '3', deep: '{"a":[1]}' }],
      ['warning', 'spaced', 4, { level: 'warning', msg: 'spaced' }],
    ])
  })

  it('tells messages apart by what does not vary', async () => {
    const error = (message: string): string => line(`level=error msg=${JSON.stringify(message)}`)
    expect(
      await kinds(
        error('try 1 of 3 for "a" failed') +
          error('try 22 of 3 for "b c" failed') +
          error("run 00000000-0000-4000-8000-0000000000f1 at 0xc000 in 'x'") +
          error("run 00000000-0000-4000-8000-0000000000F2 at 0xBEEF in 'y'") +
          error("can't and won't") +
          error("can't and don't") +
          error('hash deadbeef01 differs') +
          error('hash 0123456789abcdef differs') +
          error('defaced facades') +
          error('open /etc/a-1.conf: permission denied') +
          error('open /srv/x/y.z/: permission denied') +
          error('3/4 of https://a.example/b done'),
      ),
    ).toEqual([
      ['error', 'try <n> of <n> for "…" failed', 2],
      ['error', 'run <guid> at <hex> in "…"', 2],
      ['error', "can't and won't", 1],
      ['error', "can't and don't", 1],
      ['error', 'hash <hex> differs', 2],
      ['error', 'defaced facades', 1],
      ['error', 'open <path>: permission denied', 2],
      ['error', '<n>/<n> of https://a.example/b done', 1],
    ])
  })

  it('keeps both when one message floods and another follows', async () => {
    const flood = Array.from({ length: 50_000 }, (_, i) => line(`level=error msg="try ${i} failed"`)).join('')
    const series = await seriesOf(flood + line('level=error msg="disk full"'))
    expect(series.map(({ subject, count, kept }) => [subject, count, kept.length])).toEqual([
      ['try <n> failed', 50_000, 2200],
      ['disk full', 1, 1],
    ])
  })

  it('keeps an error about the data path when other messages flood', async () => {
    const word = (i: number): string => [...String(i)].map((digit) => 'ghijklmnop'[Number(digit)] ?? '').join('')
    const flood = Array.from({ length: 3000 }, (_, i) => line(`level=error msg="no ${word(i)}"`)).join('')
    const own = line('level=error msg="write failed" error="dial unix @CAgentStream_x: connect: connection refused"')
    const series = await seriesOf(flood + own + flood)
    expect(series.find(({ kind }) => kind === 'pathError')).toMatchObject({
      subject: 'write failed',
      count: 1,
      first: { line: 3001 },
    })
    expect(series.filter(({ kind }) => kind === 'error')).toHaveLength(501)
  })

  it.each(['disk full', 'no such socketpair', 'cannot read binding', 'abcdcr-0 is no rule'])(
    'does not take %j for an error about the data path',
    async (message) => {
      expect(await kinds(line(`level=error msg="${message}"`))).toHaveLength(1)
    },
  )

  it('takes a crash of the Go runtime as one panic with the time of the line above', async () => {
    const crash = `panic: runtime error: index out of range [5] with length 3

goroutine 1 [running]:
main.main()
\t/src/main.go:10 +0x1d
goroutine 7 [select]:
`
    const text = line('level=info msg=a') + crash + line('level=info msg=b') + 'goroutine 1 [running]:\n'
    const series = await seriesOf(text)
    expect(series.map(({ kind, subject, first }) => [kind, subject, first.line, first.time, first.fields])).toEqual([
      [
        'panic',
        'panic: runtime error: index out of range [<n>] with length <n>',
        2,
        Date.UTC(2026, 0, 10, 8),
        { level: 'panic' },
      ],
      ['panic', 'goroutine <n> [running]:', 9, Date.UTC(2026, 0, 10, 8), { level: 'panic' }],
    ])
  })

  it('takes a crash at the start of a file, without a time', async () => {
    expect(await seriesOf('fatal error: all goroutines are asleep\n')).toMatchObject([
      { kind: 'panic', count: 1, first: { time: null, line: 1 } },
    ])
  })

  it.each(['\tpanic: indented', 'panic without a colon', 'goroutine pool', 'no panic: here'])(
    'does not take %j for a crash',
    async (raw) => {
      expect(await kinds(`${line('level=info msg=a')}${raw}\n`)).toEqual([])
    },
  )

  it('finds a taken port, with the port where the line names it', async () => {
    const series = await seriesOf(
      line('level=fatal msg="cannot serve" error="listen tcp 127.0.0.1:18080: bind: address already in use"') +
        line('level=info msg="bind: address already in use"') +
        'listen tcp :2121: bind: address already in use\n',
    )
    expect(series.map(({ kind, count, first, last }) => [kind, count, first.fields['port'], last.fields])).toEqual([
      ['bind', 3, '18080', { port: '2121' }],
      ['error', 1, undefined, expect.objectContaining({ level: 'fatal' })],
      ['pathError', 1, undefined, expect.objectContaining({ level: 'fatal' })],
    ])
  })

  it('finds a missing output stream, by name', async () => {
    expect(
      await kinds(
        line('level=error msg="Failed to find an output stream for CONFIG_DATA_BLOB_V2."') +
          line('level=info msg="Failed to find an output stream for CONFIG_CHANGE_BLOB"'),
      ),
    ).toEqual([
      ['outputStream', 'CONFIG_DATA_BLOB_V2', 1],
      ['error', 'Failed to find an output stream for CONFIG_DATA_BLOB_V<n>.', 1],
      ['pathError', 'Failed to find an output stream for CONFIG_DATA_BLOB_V<n>.', 1],
      ['outputStream', 'CONFIG_CHANGE_BLOB', 1],
    ])
  })

  it.each(['time=2026-01-10T08:00:00Z level=info', 'level=info msg=x time="2026-01-10T08:00:00.5Z"'])(
    'takes %s for dated',
    async (text) => {
      expect((await digest(text)).first?.line).toBe(1)
    },
  )

  it.each([
    'time="yesterday" level=info',
    'time="2026-01-10T08:00:00Z',
    'time="2026-01-10T08:00:00Z and more" level=info',
    'msg="time=\\"2026-01-10T08:00:00Z\\""',
    'at time=2026-01-10T08:00:00Z',
  ])('does not take %s for dated', async (text) => {
    expect((await digest(text)).first).toBeNull()
  })

  it('does not depend on how the bytes were cut, nor on CRLF, NULs or a last newline', async () => {
    const whole = await parse(SAMPLE)
    for (const size of [1, 2, 3, 7, 64, 4096]) expect(await parse(SAMPLE, size)).toEqual(whole)
    expect(await parse(SAMPLE.replaceAll('\n', '\r\n'))).toEqual(whole)
    expect(await parse(SAMPLE.trimEnd())).toEqual(whole)
    const holed = await parse(SAMPLE.replace('\n', `\n${'\0'.repeat(5000)}`))
    expect(holed).toEqual({ ...whole, problems: [expect.objectContaining({ code: 'nul-block' })] })
  })

  it('reads the head of an error of 1 MB', async () => {
    const long = line(`level=error msg="${'x'.repeat(1024 * 1024)}"`)
    const result = await parse(long + line('level=error msg=next'))
    expect(result.problems.map(({ code }) => code)).toEqual(['line-too-long'])
    expect(result.ok && result.value.series.map(({ subject, first }) => [subject, first.text.length])).toEqual([
      [`"${'x'.repeat(299)}`, 400],
      ['next', 48],
    ])
  })

  it('never throws on damaged logs', async () => {
    const sample = Buffer.from(`${SAMPLE}panic: x\n{"level":"error","msg":"a","time":"2026-01-10T08:00:00Z"}\n`)
    const edit = fc.record({ at: fc.nat(sample.length - 1), bytes: fc.uint8Array({ maxLength: 8 }), drop: fc.nat(100) })
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 5 }), async (edits) => {
        let data = sample
        for (const { at, bytes, drop } of edits) {
          data = Buffer.concat([data.subarray(0, at), bytes, data.subarray(at + drop)])
        }
        expect((await parse(data, 17)).ok).toBe(true)
      }),
      { numRuns: 200 },
    )
  })

  it('never throws on any bytes, nor on any value', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), fc.string({ unit: 'binary' }), async (bytes, text) => {
        expect((await parse(bytes)).ok).toBe(true)
        expect((await parse(line(`level=error msg=${text}`))).ok).toBe(true)
        const [series] = await seriesOf(line(`level=error msg=x v=${JSON.stringify(text)}`))
        expect(series?.kind).toBe('error')
      }),
    )
  })
})
