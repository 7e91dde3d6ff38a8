import { parseMdsdQos, type QosLog } from '../../src/parsers/mdsd-qos.js'
import { describeStream, streamed, valueOf } from '../support/parsers.js'

const A = 'dcr-0000000000000000000000000000000a'
const WS = '00000000-0000-4000-8000-000000000002'
const FIELDS =
  'Operation,Object,TotalCount,SuccessCount,Retries,AverageDuration,AverageSize,AverageDelay,TotalSize,TotalRowsRead,TotalRowsSent'

/** The form is public, the Change Tracking objects are concluded from it. */
const SAMPLE = `#Time: 2026-01-10T08:15:23.5432920Z
#Fields: ${FIELDS}
MaRunTaskLocal,daemon.info,15,15,0,60000,46.2,0,693,77,77
MaRunTaskLocal,${A}:CTDataSource-Linux:CONFIG_DATA_BLOB_V2,15,15,0,60000,812.5,0,12187,613,613
MaODSRequest,https://${WS}_LogManagement_LINUX_SYSLOGS_BLOB,1,1,0,302000,370,0,370,2,2
MaODSRequest,https://${WS}_ChangeTracking_CONFIG_DATA_BLOB_V2,1,1,0,455067,12187,0,12187,613,613
`

const parse = streamed(parseMdsdQos)
const log = async (text: string): Promise<QosLog> => valueOf(await parse(text))
const block = (minute: number, rows: string): string =>
  `#Time: 2026-01-10T${String(8 + Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}:00Z\n#Fields: ${FIELDS}\n${rows}`

describe('parseMdsdQos', () => {
  it('reads a block', async () => {
    const time = Date.UTC(2026, 0, 10, 8, 15, 23, 543)
    expect(await parse(SAMPLE)).toEqual({
      ok: true,
      problems: [],
      value: {
        lines: 6,
        blockCount: 1,
        first: time,
        last: time,
        blocks: [
          {
            time,
            line: 1,
            text: '#Time: 2026-01-10T08:15:23.5432920Z',
            rows: [
              {
                line: 4,
                text: `MaRunTaskLocal,${A}:CTDataSource-Linux:CONFIG_DATA_BLOB_V2,15,15,0,60000,812.5,0,12187,613,613`,
                operation: 'MaRunTaskLocal',
                object: `${A}:CTDataSource-Linux:CONFIG_DATA_BLOB_V2`,
                stream: 'CONFIG_DATA_BLOB_V2',
                workspace: null,
                total: 15,
                success: 15,
                rowsRead: 613,
                rowsSent: 613,
              },
              {
                line: 6,
                text: `MaODSRequest,https://${WS}_ChangeTracking_CONFIG_DATA_BLOB_V2,1,1,0,455067,12187,0,12187,613,613`,
                operation: 'MaODSRequest',
                object: `https://${WS}_ChangeTracking_CONFIG_DATA_BLOB_V2`,
                stream: 'CONFIG_DATA_BLOB_V2',
                workspace: WS,
                total: 1,
                success: 1,
                rowsRead: 613,
                rowsSent: 613,
              },
            ],
            others: { rows: 2, total: 16, success: 16, rowsRead: 79, rowsSent: 79 },
          },
        ],
      },
    })
  })

  it.each([
    [`${A}:CTDataSource-Linux:CONFIG_CHANGE_BLOB`, 'CONFIG_CHANGE_BLOB'],
    [`${A}:CTDataSource-Linux:CONFIG_CHANGE_BLOB_V2`, 'CONFIG_CHANGE_BLOB_V2'],
    [`https://${WS}_ChangeTracking_CONFIG_CHANGE_BLOB`, 'CONFIG_CHANGE_BLOB'],
    [`https://${WS}_ChangeTracking`, null],
    [`https://${WS}_ChangeTracking_NEW_BLOB`, null],
    ['CONFIG_DATA_BLOB_V2', 'CONFIG_DATA_BLOB_V2'],
  ])('keeps rows about %s', async (object, stream) => {
    const { blocks } = await log(block(0, `Op,${object},2,1,0,0,0,0,0,9,8\n`))
    expect(blocks[0]?.rows).toMatchObject([{ object, stream, total: 2, success: 1, rowsRead: 9, rowsSent: 8 }])
    expect(blocks[0]?.others.rows).toBe(0)
  })

  it.each([
    `https://${WS}_LogManagement_LINUX_SYSLOGS_BLOB`,
    'daemon.info',
    `${A}:CTDataSource-Linux:CONFIG_DATA_BLOB_V3`,
    `${A}:CTDataSource-Linux:PRECONFIG_CHANGE_BLOB`,
    `https://${WS}_ChangeTrackingOther_BLOB`,
    `https://${WS}_MyChangeTracking`,
    'CONFIG_CHANGE_BLOB.bak',
    '',
  ])('only sums up rows about %j', async (object) => {
    const { blocks } = await log(block(0, `Op,${object},2,1,0,0,0,0,0,9,8\n`))
    expect(blocks[0]?.rows).toEqual([])
    expect(blocks[0]?.others).toEqual({ rows: 1, total: 2, success: 1, rowsRead: 9, rowsSent: 8 })
  })

  it('reads columns by name', async () => {
    const { blocks } = await log(
      `#Time: 2026-01-10T08:00:00Z\n#Fields: TotalRowsSent, object ,New,Operation,TotalCount\n5,CONFIG_DATA_BLOB_V2,x,Op,7\n`,
    )
    expect(blocks[0]?.rows).toMatchObject([
      { operation: 'Op', object: 'CONFIG_DATA_BLOB_V2', total: 7, success: null, rowsRead: null, rowsSent: 5 },
    ])
  })

  it("takes commas too many as the object's, cells too few and odd numbers as null", async () => {
    const { blocks } = await log(
      block(
        0,
        'Op,a,b:CONFIG_DATA_BLOB_V2,2,1,0,0,0,0,0,9,8\nOp,CONFIG_DATA_BLOB_V2,2\nOp,CONFIG_DATA_BLOB_V2,x,,0x1,1e9\n',
      ),
    )
    expect(blocks[0]?.rows).toMatchObject([
      { object: 'a,b:CONFIG_DATA_BLOB_V2', total: 2, success: 1, rowsRead: 9, rowsSent: 8 },
      { total: 2, success: null, rowsRead: null, rowsSent: null },
      { total: null, success: null },
    ])
  })

  it('uses the columns of the block before where a block names none', async () => {
    const { blocks } = await log(`${SAMPLE}#Time: 2026-01-10T08:30:00Z\nOp,CONFIG_DATA_BLOB_V2,2,1,0,0,0,0,0,9,8\n`)
    expect(blocks[1]?.rows).toMatchObject([{ total: 2, rowsSent: 8 }])
  })

  it('skips rows without columns, and says so once', async () => {
    const result = await parse(`Op,CONFIG_DATA_BLOB_V2,1,1\nOp,CONFIG_DATA_BLOB_V2,1,1\n${SAMPLE}`)
    expect(result.problems).toMatchObject([{ code: 'qos-fields', at: { kind: 'line', line: 1 } }])
    expect(result).toMatchObject({ value: { blockCount: 1, blocks: [{ line: 3 }] } })
  })

  it('reads rows above the first time of a cut file, without a time', async () => {
    const { blocks, first } = await log(`#Fields: ${FIELDS}\nOp,CONFIG_DATA_BLOB_V2,1,1,0,0,0,0,0,9,8\n${SAMPLE}`)
    expect(blocks.map(({ time, line, rows }) => [time, line, rows.length])).toEqual([
      [null, 2, 1],
      [first, 3, 2],
    ])
  })

  it('says when a time is none', async () => {
    const result = await parse(`#Time: yesterday\n#Fields: ${FIELDS}\nOp,x,1,1,0,0,0,0,0,9,8\n`)
    expect(result.problems.map(({ code }) => code)).toEqual(['qos-time'])
    expect(result).toMatchObject({ value: { first: null, last: null, blocks: [{ time: null, others: { rows: 1 } }] } })
  })

  it('keeps the last 400 blocks and counts all of them', async () => {
    const one = (i: number): string => block(i, 'Op,CONFIG_DATA_BLOB_V2,1,1,0,0,0,0,0,9,8\n')
    const { blocks, blockCount, first, last } = await log(Array.from({ length: 900 }, (_, i) => one(i)).join(''))
    expect([blockCount, blocks.length, blocks[0]?.line]).toEqual([900, 400, 1501])
    expect([first, last, blocks.at(-1)?.time]).toEqual([
      Date.UTC(2026, 0, 10, 8),
      Date.UTC(2026, 0, 10, 22, 59),
      Date.UTC(2026, 0, 10, 22, 59),
    ])
  })

  it('keeps a bounded number of rows of one block, and sums up the rest', async () => {
    const { blocks } = await log(block(0, 'Op,CONFIG_DATA_BLOB_V2,1,1,0,0,0,0,0,9,8\n'.repeat(1000)))
    expect(blocks[0]?.rows).toHaveLength(64)
    expect(blocks[0]?.others).toMatchObject({ rows: 936, total: 936, rowsRead: 936 * 9 })
  })

  it('is empty, and fine, for an empty file', async () => {
    expect(await parse('')).toEqual({
      ok: true,
      value: { lines: 0, blockCount: 0, first: null, last: null, blocks: [] },
      problems: [],
    })
  })

  it('keeps what came before a read failed', async () => {
    async function* failing(text: string): AsyncGenerator<Uint8Array> {
      if (text !== '') yield Buffer.from(text)
      throw new Error('no')
    }
    expect(await parseMdsdQos(failing(SAMPLE))).toMatchObject({
      ok: true,
      value: { blocks: [{ rows: [{}, {}] }] },
      problems: [{ code: 'read-failed' }],
    })
    expect((await parseMdsdQos(failing(''))).ok).toBe(false)
  })

  describeStream(parseMdsdQos, SAMPLE)
})
