import fc from 'fast-check'
import type { EventSeries, LogDigest } from '../../src/model/log-event.js'
import { parseMdsdLog, type MdsdEventKind } from '../../src/parsers/mdsd-log.js'
import { describeStream, streamed, valueOf } from '../support/parsers.js'

const A = 'dcr-0000000000000000000000000000000a'
const WS = '00000000-0000-4000-8000-000000000002'
const SRC = '/__w/1/s/external/WindowsAgent/src/shared/mcsmanager/lib/src'

/** The form of every line is public; identities are made up. */
const INFO = `2026-01-10T08:00:01.7630300Z: [DAEMON] START mdsd daemon ver(1.35.8) pid(2056) uid(104) gid (111)
2026-01-10T08:00:01.7735910Z: Msgpack array size is not set. Will use default 10485760 items.
Msgpack map size is not set. Will use default 10485760 items.
2026-01-10T08:00:01.8469770Z: Detected cloud region "westeurope" via IMDS
2026-01-10T08:00:01.8650540Z: [${SRC}/FetchIMDSMetadata.cpp:140,FetchMetadataFromIMDS]Setting resource id from IMDS: /subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/RG-01/providers/Microsoft.Compute/virtualMachines/vm-01
2026-01-10T08:00:01.8651260Z: [${SRC}/McsManager.cpp:428,Initialize]McsManager successfully initialized
2026-01-10T08:00:01.8692740Z: Parsing Mcs document /etc/opt/microsoft/azuremonitoragent/config-cache/mcsconfig.lkg.json
2026-01-10T08:00:01.8698950Z: Loaded Azure Monitor configuration ${A}
2026-01-10T08:00:01.8699750Z: Using disk quota specified in AgentSettings: 10240
2026-01-10T08:00:02.0601610Z: Local config content parsed. Loaded data sources for configuration id: ${A}
2026-01-10T08:00:02.1498940Z: [${SRC}/RefreshMSIToken.cpp:94,RefreshMsiTokenThreadProc]Next refresh of MSI token for MCS in 85592 seconds
2026-01-10T08:00:02.2697920Z: [${SRC}/RefreshConfigurations.cpp:580,ReconcileConfigurationsTable]Configuration [${A}] added
2026-01-10T08:00:02.4155800Z: [${SRC}/RefreshGigToken.cpp:238,RefreshGigToken]Retrieved gig token for configuration id [${A}] channel id [ods-${WS}]: [eyJhbGciOi...]
2026-01-10T08:01:01.4464250Z: Heartbeating for ODSUploader https://${WS}
2026-01-10T08:01:32.4609900Z: void LocalSink::Flush(MdsTime) (.../mdsd/LocalSink.cc +1198) LocalSink ${A}:CTDataSource-Linux:CONFIG_DATA_BLOB_V2 now has (actual count) 613 rows
2026-01-10T08:01:32.4742150Z: void LocalSink::Flush(MdsTime) (.../mdsd/LocalSink.cc +1198) LocalSink ${A}:CTDataSource-Linux:CONFIG_CHANGE_BLOB now has (actual count) 0 rows
`

/** The tail of the MSI line and of the last one are made up. */
const ERR = `2026-01-10T08:00:01.7601000Z: [DAEMON] Parent process 2055 exit. child process id=2056
2026-01-10T09:14:07.2592520Z: Failed to upload to ODS: Request canceled by user., Datatype: CONFIG_CHANGE_BLOB_V2, RequestId: 00000000-0000-4000-8000-0000000000f1
2026-01-10T09:15:07.1180000Z: Failed to upload to ODS: 403, Datatype: CONFIG_DATA_BLOB_V2, RequestId: 00000000-0000-4000-8000-0000000000f2
HTTP/1.1 403 Forbidden
Cache-Control: private
Content-Length: 0
Server: Microsoft-IIS/10.0
2026-01-10T09:16:44.9291330Z: [${SRC}/RefreshConfigurations.cpp:318,GetAgentConfigurations]Could not obtain configuration from https://global.handler.control.monitor.azure.com after first round of tries. Will try again with a fallback endpoint. ErrorCode:1310977
2026-01-10T09:17:12.3300000Z: Failed to get MSI token from IMDS endpoint http://169.254.169.254/metadata/identity/oauth2/token
2026-01-10T09:18:10.9712760Z: Error while inserting item to Local persistent store syslog.error: IO error: No space left on device: While appending to file: /var/opt/microsoft/azuremonitoragent/events/syslog.error/000555.log: No space left on device
2026-01-10T09:19:00.0000000Z: [GC] Disk usage exceeds disk quota
`

const parse = streamed(parseMdsdLog)
const digest = async (text: string): Promise<LogDigest<MdsdEventKind>> => valueOf(await parse(text))
const seriesOf = async (text: string): Promise<readonly EventSeries<MdsdEventKind>[]> => (await digest(text)).series
/** What one message means: kind, subject and fields of each event. */
const meaning = async (message: string): Promise<unknown[]> =>
  (await seriesOf(`2026-01-10T08:00:01.0Z: ${message}\n`)).map(({ kind, subject, first }) => [
    kind,
    subject,
    first.fields,
  ])

describe('parseMdsdLog', () => {
  it('reads mdsd.info', async () => {
    const { lines, first, last, series } = await digest(INFO)
    expect(lines).toBe(16)
    expect(first).toMatchObject({ line: 1, time: Date.UTC(2026, 0, 10, 8, 0, 1, 763) })
    expect(last).toMatchObject({ line: 16, time: Date.UTC(2026, 0, 10, 8, 1, 32, 474) })
    expect(series.map(({ kind, subject, first }) => [kind, subject, first.line, first.fields])).toEqual([
      ['start', '', 1, { version: '1.35.8', pid: '2056' }],
      ['region', '', 4, { region: 'westeurope' }],
      [
        'resourceId',
        '',
        5,
        {
          id: '/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/RG-01/providers/Microsoft.Compute/virtualMachines/vm-01',
        },
      ],
      ['loaded', A, 8, { dcr: A }],
      ['quota', '', 9, { mb: '10240' }],
      ['sources', A, 10, { dcr: A }],
      ['msiOk', '', 11, { seconds: '85592' }],
      ['added', A, 12, { dcr: A }],
      ['gigToken', A, 13, { dcr: A, channel: `ods-${WS}` }],
      ['heartbeat', WS, 14, { workspace: WS }],
      [
        'sinkRows',
        `${A}:CTDataSource-Linux:CONFIG_DATA_BLOB_V2`,
        15,
        { sink: `${A}:CTDataSource-Linux:CONFIG_DATA_BLOB_V2`, rows: '613' },
      ],
      [
        'sinkRows',
        `${A}:CTDataSource-Linux:CONFIG_CHANGE_BLOB`,
        16,
        { sink: `${A}:CTDataSource-Linux:CONFIG_CHANGE_BLOB`, rows: '0' },
      ],
    ])
  })

  it('reads mdsd.err', async () => {
    const series = await seriesOf(ERR)
    expect(series.map(({ kind, subject, first }) => [kind, subject, first.line, first.fields])).toEqual([
      ['parent', '', 1, { parent: '2055', child: '2056' }],
      [
        'odsFail',
        'CONFIG_CHANGE_BLOB_V2',
        2,
        {
          reason: 'Request canceled by user.',
          type: 'CONFIG_CHANGE_BLOB_V2',
          request: '00000000-0000-4000-8000-0000000000f1',
        },
      ],
      [
        'odsFail',
        'CONFIG_DATA_BLOB_V2',
        3,
        { reason: '403', status: '403', type: 'CONFIG_DATA_BLOB_V2', request: '00000000-0000-4000-8000-0000000000f2' },
      ],
      ['amcsFail', '', 8, { url: 'https://global.handler.control.monitor.azure.com', code: '1310977' }],
      ['msiFail', '', 9, {}],
      ['noSpace', '', 10, { sink: 'syslog.error' }],
      ['gc', '', 11, { what: 'Disk usage exceeds disk quota' }],
    ])
  })

  it.each([
    ['Uploading 12 CONFIG_DATA_BLOB_V2 rows to ODS', 'uploadRows', 'CONFIG_DATA_BLOB_V2', { rows: '12' }],
    ['Exception while uploading to ODS: boom', 'odsException', '', { what: 'ODS', reason: 'boom' }],
    ['x: Exception while uploading to Gig-LA: 429', 'odsException', '', { what: 'Gig-LA', reason: '429' }],
    ['[DAEMON] START mdsd daemon ver(1.40.0) pid()', 'start', '', { version: '1.40.0', pid: '' }],
    ['MCS redirected to endpoint https://x.invalid/', 'redirect', '', { url: 'https://x.invalid/' }],
    ['MCS redirected to endpoint https://x.invalid for path /p', 'redirect', '', { path: '/p' }],
    ['Could not obtain configuration from https://x.invalid', 'amcsFail', '', { url: 'https://x.invalid' }],
    [
      "Creating socket '/run/a.socket', use_abstract_domain_sockets=0",
      'socket',
      '',
      { path: '/run/a.socket', abstract: '0' },
    ],
    [
      'Prefix: default, Port: -1, Fluent Port:28230, Json Port:-1, Syslog Port:28330, Use abstract domain sockets:1',
      'socket',
      '',
      { prefix: 'default', port: '-1', fluent: '28230', syslog: '28330', abstract: '1' },
    ],
    ['IO error: No space left on device', 'noSpace', '', {}],
    ['[GC] Drop of something', 'gc', '', { what: 'Drop' }],
  ])('reads %j', async (message, kind, subject, fields) => {
    expect(await meaning(message)).toEqual([[kind, subject, expect.objectContaining(fields)]])
  })

  it('takes sinks and streams nobody has seen yet, and joins DCR ids whatever their case', async () => {
    const upper = A.toUpperCase()
    expect(await meaning(`LocalSink ${upper}:Other-Source:NEW_blob-3 now has 7 rows`)).toEqual([
      ['sinkRows', `${A}:Other-Source:NEW_blob-3`, { sink: `${upper}:Other-Source:NEW_blob-3`, rows: '7' }],
    ])
    expect(await meaning(`Loaded Azure Monitor configuration ${upper}`)).toEqual([['loaded', A, { dcr: upper }]])
  })

  it('tells that a load begins from that it is done', async () => {
    const begins = [['loading', A, { dcr: A }]]
    expect(await meaning(`Loading Azure Monitor configuration ${A}`)).toEqual(begins)
    expect(await meaning(`Parsing content for configuration with id ${A}`)).toEqual(begins)
  })

  it.each([
    'LocalSink syslog.info now has (actual count) 4 rows',
    'LocalSink dcr-000a:CTDataSource-Linux:CONFIG_DATA_BLOB_V2 now has 4 rows',
    `LocalSink ${A}:CONFIG_DATA_BLOB_V2 now has 4 rows`,
    `LocalSink ${A}:CTDataSource-Linux:CONFIG_DATA_BLOB_V2 now has many rows`,
    `LocalSink ${A}:CTDataSource-Linux:CONFIG_DATA_BLOB_V2 now has 61`,
    'Heartbeating for ODSUploader https://',
    `Heartbeating for somebody https://${WS}`,
    'Uploading rows to ODS',
    'Uploading some CONFIG_DATA_BLOB_V2 rows to ODS',
    'Failed to upload to ODS: 403',
    'Failed to upload to Gig-LA: 403, Datatype: CONFIG_DATA_BLOB_V2, RequestId: 00000000-0000-4000-8000-0000000000f2',
    'Exception while uploading to Storage: boom',
    'mdsd daemon ver(1.35.8) pid(1) will START',
    'Parent process 2055 waits. child process id=2056',
    'Using disk quota of the volume: 10240',
    'Loaded Azure Monitor configuration of nobody',
    'Loading Azure Monitor configuration of nobody',
    'Parsing content for configuration with id',
    `Configuration [${A}] added`,
    `ReconcileConfigurationsTable]Configuration [${A}] removed`,
    'Next refresh of MSI token for MCS in some seconds',
    'Got MSI token from IMDS',
    'Could not obtain configuration from the cache',
    'MCS redirected to nowhere',
    'Setting resource id from IMDS: unknown',
    'Detected cloud environment "azurepubliccloud" via IMDS',
    'Much space left on device',
    '[GC] all is well',
    'Driver GC Drop',
  ])('makes nothing of %j', async (message) => {
    expect(await meaning(message)).toEqual([])
  })

  it('tells upload failures apart by data type, and reads a status only where the reason begins with one', async () => {
    const fail = (reason: string, type: string): string =>
      `2026-01-10T08:00:01.0Z: Failed to upload to ODS: ${reason}, Datatype: ${type}, RequestId: 00000000-0000-4000-8000-0000000000f1\n`
    const series = await seriesOf(
      fail('403', 'LINUX_SYSLOGS_BLOB') +
        fail('429 Too many, really, Requests', 'CONFIG_DATA_BLOB_V2') +
        fail('Error resolving address', 'CONFIG_CHANGE_BLOB') +
        fail('1403', 'X') +
        fail('error 403', 'Y'),
    )
    expect(series.map(({ subject, first }) => [subject, first.fields['status'], first.fields['reason']])).toEqual([
      ['LINUX_SYSLOGS_BLOB', '403', '403'],
      ['CONFIG_DATA_BLOB_V2', '429', '429 Too many, really, Requests'],
      ['CONFIG_CHANGE_BLOB', undefined, 'Error resolving address'],
      ['X', undefined, '1403'],
      ['Y', undefined, 'error 403'],
    ])
  })

  it.each(['2026-01-10T08:00:01.1Z: ', '2026-01-10T08:00:01.123456789Z: ', '2026-01-10T08:00:01Z: '])(
    'takes %sas a time',
    async (stamp) => {
      expect((await digest(`${stamp}No space left on device\n`)).first?.line).toBe(1)
    },
  )

  it.each(['2026-01-10T08:00:01.1Z ', '2026-01-10T08:00:01.1+01:00: ', ' 2026-01-10T08:00:01.1Z: ', '08:00:01Z: '])(
    'does not take %jas a time',
    async (stamp) => {
      const { first, series } = await digest(`${stamp}No space left on device\n`)
      expect([first, series[0]?.first.time]).toEqual([null, null])
    },
  )

  it('gives lines without a time that of the line above', async () => {
    const series = await seriesOf(`2026-01-10T08:00:01.0Z: something\nDetails: No space left on device\n`)
    expect(series[0]?.first).toMatchObject({ line: 2, time: Date.UTC(2026, 0, 10, 8, 0, 1) })
  })

  it.each([
    `Retrieved gig token for configuration id [${A}] channel id [ods-${WS}]: [eyJhbGciOi...]`,
    `Retrieved gig token for configuration id [${A}] channel id [ods-${WS}]: eyJhbGciOi.x.y`,
    `Retrieved gig token for configuration id [${A}] channel id [ods-${WS}]: opaque-eyJ-token`,
    `Retrieved gig token for configuration id [${A}] eyJhbGciOi`,
    'Retrieved gig token eyJhbGciOi',
    'Using token eyJhbGciOi; Failed to get MSI token from IMDS',
  ])('never keeps the token of %j', async (message) => {
    const line = `2026-01-10T08:00:01.0Z: ${message}\n`
    const text = JSON.stringify(await parse(line.repeat(3)))
    expect(text).toContain('2026-01-10T08:00:01.0Z')
    expect(text).not.toMatch(/eyJ|opaque/)
  })

  it('cuts payloads of traced uploads, and reads nothing in them', async () => {
    const line = `2026-01-10T08:00:01.0Z: Uploading to ODS with request <x> Host https://x.invalid for datatype X. Payload: {"DataType":"No space left on device"}\n`
    const result = await parse(line)
    expect(JSON.stringify(result)).not.toContain('DataType')
    expect(result).toMatchObject({ ok: true, value: { lines: 1, first: { line: 1 }, series: [] } })
  })

  it('keeps both when one data type floods and another follows', async () => {
    const fail = (type: string): string =>
      `2026-01-10T08:00:01.0Z: Failed to upload to ODS: 403, Datatype: ${type}, RequestId: 00000000-0000-4000-8000-0000000000f1\n`
    const series = await seriesOf(fail('CONFIG_DATA_BLOB_V2').repeat(50_000) + fail('HEALTH_ASSESSMENT_BLOB'))
    expect(series.map(({ subject, count, kept, last }) => [subject, count, kept.length, last.line])).toEqual([
      ['CONFIG_DATA_BLOB_V2', 50_000, 2200, 50_000],
      ['HEALTH_ASSESSMENT_BLOB', 1, 1, 50_001],
    ])
  })

  describeStream(parseMdsdLog, INFO + ERR)

  it('never throws on damaged logs', async () => {
    const sample = Buffer.from(INFO + ERR)
    const edit = fc.record({ at: fc.nat(sample.length - 1), bytes: fc.uint8Array({ maxLength: 8 }), drop: fc.nat(300) })
    await fc.assert(
      fc.asyncProperty(
        fc.array(edit, { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 1, max: 5000 }),
        async (edits, size) => {
          let data = sample
          for (const { at, bytes, drop } of edits) {
            data = Buffer.concat([data.subarray(0, at), bytes, data.subarray(at + drop)])
          }
          const result = await parse(data, size)
          expect(result.ok).toBe(true)
        },
      ),
      { numRuns: 200 },
    )
  })
})
