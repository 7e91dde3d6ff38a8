import { uploadFailing } from '../../src/rules/upload/CT7001-upload-failing.js'
import { uploadForbidden } from '../../src/rules/upload/CT7002-upload-forbidden.js'
import { uploadThrottled } from '../../src/rules/upload/CT7004-upload-throttled.js'
import { uploadUnresolved } from '../../src/rules/upload/CT7003-upload-unresolved.js'
import type { Rule } from '../../src/model/rule.js'
import {
  AMA_LOG,
  healthyHost,
  mdsdErr,
  mdsdInfo,
  mdsdQos,
  MINUTE,
  odsFailure,
  TAKEN,
  type HostTree,
} from '../support/host.js'
import { describeRule } from '../support/rule-tester.js'

const host = healthyHost()
const err = `${AMA_LOG}/mdsd.err`
const info = `${AMA_LOG}/mdsd.info`
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
      },
      { name: 'in mdsd.warn', host: failures(failing, reason, [5], DATA, `${AMA_LOG}/mdsd.warn`), subjects: [DATA] },
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
    ],
    unknown: [
      {
        name: 'an old failure, and nothing in which a success could show',
        host: failures(failing, reason, [110]).without(/mdsd\.(info|qos)/),
      },
    ],
  })
}

describeUpload(uploadFailing, 'Request canceled by user.', '403')
describeUpload(uploadForbidden, '403', 'Request canceled by user.')
describeUpload(uploadUnresolved, 'Error resolving address', '403')
describeUpload(uploadThrottled, '503', 'Error resolving address')
