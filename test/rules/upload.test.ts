import { gzipSync } from 'node:zlib'
import { uploadFailing } from '../../src/rules/upload/CT7001-upload-failing.js'
import { uploadForbidden } from '../../src/rules/upload/CT7002-upload-forbidden.js'
import { uploadThrottled } from '../../src/rules/upload/CT7004-upload-throttled.js'
import { uploadUnresolved } from '../../src/rules/upload/CT7003-upload-unresolved.js'
import { uploadIncomplete } from '../../src/rules/upload/CT7005-upload-incomplete.js'
import { uploadSilent } from '../../src/rules/upload/CT7006-upload-silent.js'
import type { Rule } from '../../src/model/rule.js'
import {
  agentLog,
  AMA_LOG,
  CT_LOG,
  DCR_A,
  healthyHost,
  mdsdErr,
  mdsdInfo,
  mdsdQos,
  MINUTE,
  odsFailure,
  TAKEN,
  WORKSPACE,
  type HostTree,
} from '../support/host.js'
import { describeRule } from '../support/rule-tester.js'

const host = healthyHost()
const err = `${AMA_LOG}/mdsd.err`
const info = `${AMA_LOG}/mdsd.info`
const qos = `${AMA_LOG}/mdsd.qos`
const DATA = 'CONFIG_DATA_BLOB_V2'
const CHANGE = 'CONFIG_CHANGE_BLOB_V2'

/** The last success lies before the failures: sinks do not drain, statistics count no success. */
const failing = host.with(info, mdsdInfo({ rows: () => 613 })).with(`${AMA_LOG}/mdsd.qos`, mdsdQos({ success: false }))

function failures(base: HostTree, reason: string, minutesAgo: readonly number[], stream = DATA, file = err): HostTree {
  return base.with(file, mdsdErr(minutesAgo.map((ago) => [TAKEN - ago * MINUTE, odsFailure(reason, stream)])))
}

/** The four rules differ in their reasons only. */
function describeUpload(rule: Rule, reason: string, otherReason: string): void {
  describeRule(rule, {
    found: [
      {
        name: 'failures up to the end',
        host: failures(failing, reason, [30, 20, 5]),
        subjects: [DATA],
        cites: [`${err}:4`, `${err}:2`],
        data: [{ failures: 3, last: '2026-01-10T09:55:00Z', reasons: { [reason]: 3 }, lastSuccess: null }],
      },
      {
        name: 'it worked until forty minutes ago',
        host: failures(
          host.with(info, mdsdInfo({ rows: () => 613 })).with(qos, mdsdQos({ until: TAKEN - 35 * MINUTE })),
          reason,
          [20, 10, 5],
        ),
        subjects: [DATA],
        cites: [`${qos}:`],
        data: [{ lastSuccess: '2026-01-10T09:20:00Z' }],
      },
      {
        name: 'in mdsd.warn',
        host: failures(failing, reason, [5], DATA, `${AMA_LOG}/mdsd.warn`),
        subjects: [DATA],
        data: [{ failures: 1, last: '2026-01-10T09:55:00Z', reasons: { [reason]: 1 }, lastSuccess: null }],
      },
      {
        name: 'both streams',
        host: failing.with(
          err,
          mdsdErr([
            [TAKEN - 9 * MINUTE, odsFailure(reason, CHANGE)],
            [TAKEN - 8 * MINUTE, odsFailure(reason, DATA)],
          ]),
        ),
        subjects: [CHANGE, DATA],
        cites: ['mdsd.err:2', 'mdsd.err:3'],
        data: [
          { failures: 1, last: '2026-01-10T09:51:00Z', reasons: { [reason]: 1 }, lastSuccess: null },
          { failures: 1, last: '2026-01-10T09:52:00Z', reasons: { [reason]: 1 }, lastSuccess: null },
        ],
      },
      {
        name: 'no success could show, but the failure is recent',
        host: failures(failing, reason, [5])
          .without(/mdsd\.(info|qos)/)
          .with(
            'var/log/azure/Microsoft.Azure.ChangeTrackingAndInventory.ChangeTracking-Linux/cta_linux_agent.log',
            `time="2026-01-10T10:00:00Z" level=info msg="x"\n`,
          ),
        subjects: [DATA],
      },
    ],
    ok: [
      { name: 'another reason', host: failures(failing, otherReason, [5]) },
      { name: 'another stream only', host: failures(failing, reason, [5], 'LINUX_SYSLOGS_BLOB') },
      {
        name: 'a success in mdsd.qos afterwards',
        host: failures(host.with(info, mdsdInfo({ rows: () => 613 })), reason, [20]),
      },
      {
        name: 'a sink that drained afterwards',
        host: failures(failing.with(info, mdsdInfo({ rows: (_, minute) => (minute > 120 ? 0 : 613) })), reason, [30]),
      },
      { name: 'fifteen quiet minutes with heartbeats', host: failures(failing, reason, [40]) },
      { name: 'the statistics count failures, the logs name none', host: failing },
    ],
    unknown: [
      {
        name: 'an old failure, and nothing in which a success could show',
        host: failures(failing, reason, [110]).without(/mdsd\.(info|qos)/),
      },
      {
        name: 'mdsd.err was collected rotated only, beside the current mdsd.warn',
        host: failures(host, reason, [110], DATA, `${err}.1`).without(/mdsd\.err$/),
      },
      {
        name: 'of a log in which a success could show only the beginning arrived',
        host: failures(failing, reason, [5]).with(
          `${info}.1.gz`,
          gzipSync(mdsdInfo({ until: TAKEN - 200 * MINUTE, from: TAKEN - 300 * MINUTE })).subarray(0, -40),
        ),
      },
      { name: 'only the rotated error log', host: host.without(/mdsd\.(err|warn)$/).with(`${err}.1`, mdsdErr()) },
    ],
  })
}

describeUpload(uploadFailing, 'Request canceled by user.', '403')
describeUpload(uploadForbidden, '403', 'Request canceled by user.')
describeUpload(uploadUnresolved, 'Error resolving address', '403')
describeUpload(uploadThrottled, '503', 'Error resolving address')

const FIELDS =
  'Operation,Object,TotalCount,SuccessCount,Retries,AverageDuration,AverageSize,AverageDelay,TotalSize,TotalRowsRead,TotalRowsSent'
/** Blocks a quarter of an hour apart, the last one five minutes before the bundle. */
const blocks = (rows: readonly (readonly string[])[], fields = FIELDS): string =>
  rows
    .map((lines, index) => {
      const time = new Date(TAKEN - (5 + 15 * (rows.length - 1 - index)) * MINUTE).toISOString().replace('Z', '0000Z')
      return `#Time: ${time}\n#Fields: ${fields}\n${lines.map((line) => `${line}\n`).join('')}`
    })
    .join('')
const sent = (stream: string, total: number, success: number, read = 9, rows = 9): string =>
  `MaODSRequest,https://${WORKSPACE}_ChangeTracking${stream === '' ? '' : `_${stream}`},${total},${success},0,1,1,0,1,${read},${rows}`
const local = (total: number, success: number): string =>
  `MaRunTaskLocal,${DCR_A}:CTDataSource-Linux:${DATA},${total},${success},0,1,1,0,1,9,0`
const other = `MaODSRequest,https://${WORKSPACE}_LogManagement_LINUX_SYSLOGS_BLOB,9,0,0,1,1,0,1,9,0`
const good = [sent(DATA, 1, 1)]
const bad = [sent(DATA, 2, 1)]
const statistics = (...rows: readonly (readonly string[])[]): HostTree => host.with(qos, blocks(rows))

describeRule(uploadIncomplete, {
  found: [
    {
      name: 'all uploads fail',
      host: host.with(qos, mdsdQos({ success: false })),
      subjects: [DATA],
      cites: [`${qos}:`],
      confidence: 'likely',
      data: [{ total: 1, success: 0, rowsRead: 613, rowsSent: 0 }],
    },
    {
      name: 'one of two fails in the last block',
      host: statistics(good, good, bad),
      subjects: [DATA],
      data: [
        {
          total: 2,
          success: 1,
          rowsRead: 9,
          rowsSent: 9,
          object: 'https://00000000-0000-4000-8000-000000000002_ChangeTracking_CONFIG_DATA_BLOB_V2',
        },
      ],
    },
    {
      name: 'no failure, but rows that were not sent',
      host: statistics([sent(CHANGE, 1, 1, 9, 4)]),
      subjects: [CHANGE],
      confidence: 'possible',
    },
    {
      name: 'both streams, one of them three blocks ago and not since',
      host: statistics([sent(CHANGE, 1, 0)], [], [], bad),
      subjects: [CHANGE, DATA],
      cites: ['mdsd.qos:3', 'mdsd.qos:10'],
      data: [
        {
          total: 1,
          success: 0,
          rowsRead: 9,
          rowsSent: 9,
          object: 'https://00000000-0000-4000-8000-000000000002_ChangeTracking_CONFIG_CHANGE_BLOB_V2',
        },
        {
          total: 2,
          success: 1,
          rowsRead: 9,
          rowsSent: 9,
          object: 'https://00000000-0000-4000-8000-000000000002_ChangeTracking_CONFIG_DATA_BLOB_V2',
        },
      ],
    },
    {
      name: 'an older form that names the solution only',
      host: statistics([sent('', 3, 1)]),
      subjects: ['ChangeTracking'],
    },
    {
      name: 'columns in another order',
      host: host.with(
        qos,
        blocks(
          [[`3,1,https://${WORKSPACE}_ChangeTracking_${DATA},MaODSRequest`]],
          'TotalCount,SuccessCount,Object,Operation',
        ),
      ),
      subjects: [DATA],
      data: [
        {
          total: 3,
          success: 1,
          rowsRead: null,
          rowsSent: null,
          object: 'https://00000000-0000-4000-8000-000000000002_ChangeTracking_CONFIG_DATA_BLOB_V2',
        },
      ],
    },
  ],
  ok: [
    { name: 'a failure that the next block made good', host: statistics(bad, good, good) },
    { name: 'a failure five blocks ago', host: statistics(bad, [], [], [], []) },
    { name: 'another stream fails', host: statistics([...good, other]) },
    { name: 'the move within the agent is not the upload', host: statistics([local(3, 1), ...good]) },
    {
      name: 'the part for Windows fails',
      host: statistics([...good, bad.join().replace('_ChangeTracking', '_ChangeTracking_Windows')]),
    },
    { name: 'no row about Change Tracking', host: statistics([other]) },
    {
      name: 'failures in a rotated file',
      host: host.with(`${qos}.1`, mdsdQos({ until: TAKEN - 30 * MINUTE, success: false })),
    },
  ],
  unknown: [
    { name: 'no dated block', host: host.with(qos, `#Fields: ${FIELDS}\n`) },
    {
      name: 'the statistics end long before the bundle',
      host: host.with(qos, mdsdQos({ until: TAKEN - 80 * MINUTE, success: false })),
    },
    { name: 'only a rotated file', host: host.without(/mdsd\.qos/).with(`${qos}.1`, mdsdQos({ success: false })) },
  ],
})

const HALF_DAY = 12 * 60 * MINUTE
/** Half a day and more of statistics without a row about Change Tracking. */
const silence = (...before: readonly (readonly string[])[]): string =>
  blocks([...before, ...Array<string[]>(50).fill([other])])
/** Runs through the whole time; packages are added eight hours before the end. */
const changing = [
  agentLog({ from: TAKEN - 2 * HALF_DAY, until: TAKEN - 8 * 60 * MINUTE }),
  agentLog({ from: TAKEN - 8 * 60 * MINUTE, packages: 42 }),
].join('')
const quiet = host.with(qos, silence()).with(`${CT_LOG}/cta_linux_agent.log`, changing)

describeRule(uploadSilent, {
  found: [
    {
      name: 'packages were added, and no row tells',
      host: quiet,
      subjects: ['ChangeTracking'],
      cites: [`${qos}:1`, 'cta_linux_agent.log'],
      data: [{ blocks: 50, to: '2026-01-10T09:55:00Z' }],
    },
    {
      name: 'exactly half a day',
      host: quiet.with(qos, blocks(Array<string[]>(49).fill([other]))),
      subjects: ['ChangeTracking'],
      cites: ['mdsd.qos:1', 'mdsd.qos:145', 'cta_linux_agent.log:384', 'cta_linux_agent.log:387'],
      data: [{ blocks: 49, from: '2026-01-09T21:55:00Z', to: '2026-01-10T09:55:00Z' }],
    },
    {
      name: 'rows until half a day ago, none since',
      host: quiet.with(qos, silence(good, good)),
      subjects: ['ChangeTracking'],
    },
    {
      name: 'split over a rotated file',
      host: quiet.with(qos, blocks(Array<string[]>(25).fill([other]))).with(
        `${qos}.1`,
        silence()
          .split('#Time')
          .slice(1, 26)
          .map((block) => `#Time${block}`)
          .join(''),
      ),
      subjects: ['ChangeTracking'],
      cites: ['mdsd.qos.1:1', 'mdsd.qos:73', 'cta_linux_agent.log:384', 'cta_linux_agent.log:387'],
    },
  ],
  ok: [
    {
      name: 'one row, of the move within the agent',
      host: quiet.with(
        qos,
        blocks([...Array<string[]>(25).fill([other]), [local(1, 1)], ...Array<string[]>(25).fill([other])]),
      ),
    },
    {
      name: 'a row of the older form',
      host: quiet.with(qos, blocks([...Array<string[]>(49).fill([other]), [sent('', 1, 1)]])),
    },
    {
      name: 'nothing changed',
      host: quiet.with(`${CT_LOG}/cta_linux_agent.log`, agentLog({ from: TAKEN - 2 * HALF_DAY })),
    },
    {
      name: 'the change is of the last minutes',
      host: quiet.with(
        `${CT_LOG}/cta_linux_agent.log`,
        agentLog({ from: TAKEN - 2 * HALF_DAY, until: TAKEN - 20 * MINUTE }) +
          agentLog({ from: TAKEN - 20 * MINUTE, packages: 42 }),
      ),
    },
    {
      name: 'the change was before the statistics begin',
      host: quiet.with(
        `${CT_LOG}/cta_linux_agent.log`,
        agentLog({ from: TAKEN - 40 * 60 * MINUTE, until: TAKEN - 30 * 60 * MINUTE }) +
          agentLog({ from: TAKEN - 30 * 60 * MINUTE, packages: 42 }),
      ),
    },
    {
      name: 'the workers count differently from each other, as always',
      host: quiet.with(
        `${CT_LOG}/cta_linux_agent.log`,
        agentLog({ from: TAKEN - 2 * HALF_DAY, packages: 40, services: 12 }),
      ),
    },
  ],
  unknown: [
    { name: 'less than half a day', host: quiet.with(qos, blocks(Array<string[]>(48).fill([other]))) },
    { name: 'no dated block', host: quiet.with(qos, `#Fields: ${FIELDS}\n`) },
    { name: 'only a rotated file', host: quiet.without(/mdsd\.qos/).with(`${qos}.1`, silence()) },
  ],
})
