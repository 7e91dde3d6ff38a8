import { amaHeartbeatStale } from '../../src/rules/ama/CT2004-ama-heartbeat-stale.js'
import { amaIdentityFailure } from '../../src/rules/ama/CT2005-ama-identity-failure.js'
import { amaControlPlaneUnreachable } from '../../src/rules/ama/CT2006-ama-control-plane-unreachable.js'
import { amaRestartLoop } from '../../src/rules/ama/CT2007-ama-restart-loop.js'
import { amaSilent } from '../../src/rules/ama/CT2008-ama-silent.js'
import { ctDcrNotLoaded } from '../../src/rules/ama/CT2012-ct-dcr-not-loaded.js'
import { amaVersionMismatch } from '../../src/rules/ama/CT2013-ama-version-mismatch.js'
import { heartbeatWorkspaceDiffers } from '../../src/rules/ama/CT2015-heartbeat-workspace-differs.js'
import {
  AMA,
  AMA_LOG,
  CHUNK_FILE,
  ctChunk,
  DCR_A,
  DCR_D,
  healthyHost,
  mdsdErr,
  mdsdInfo,
  MINUTE,
  mdsdQos,
  odsFailure,
  START,
  SYSLOG_CHUNK,
  TAKEN,
  WORKSPACE,
} from '../support/host.js'
import { describeRule } from '../support/rule-tester.js'

const host = healthyHost()
const info = `${AMA_LOG}/mdsd.info`
const err = `${AMA_LOG}/mdsd.err`

describeRule(amaHeartbeatStale, {
  found: [
    {
      name: 'heartbeats cease an hour before the bundle, other lines go on',
      host: host.with(info, mdsdInfo({ heartbeatsUntil: TAKEN - 60 * MINUTE })),
      subjects: ['heartbeat'],
      cites: ['mdsd.info:216', 'mdsd.info:398'],
      data: [
        { lastHeartbeat: '2026-01-10T09:00:00Z', ageSeconds: 3600, workspace: '00000000-0000-4000-8000-000000000002' },
      ],
    },
    {
      name: 'the whole log ceases, and the statistics with it',
      host: host
        .with(info, mdsdInfo({ until: TAKEN - 45 * MINUTE }))
        .with(`${AMA_LOG}/mdsd.qos`, mdsdQos({ until: TAKEN - 45 * MINUTE })),
      subjects: ['heartbeat'],
    },
    {
      name: 'the machine came back, its heartbeats did not',
      host: host.with(
        info,
        mdsdInfo({ until: TAKEN - 60 * MINUTE }) + mdsdInfo({ from: TAKEN - 10 * MINUTE, heartbeatsUntil: null }),
      ),
      subjects: ['heartbeat'],
    },
  ],
  ok: [
    {
      name: 'four minutes without a heartbeat',
      host: host.with(info, mdsdInfo({ heartbeatsUntil: TAKEN - 4 * MINUTE })),
    },
    {
      name: 'the machine was off, and heartbeats again',
      host: host.with(info, mdsdInfo({ until: TAKEN - 60 * MINUTE }) + mdsdInfo({ from: TAKEN - 10 * MINUTE })),
    },
    {
      name: 'a restart in between',
      host: host.with(info, mdsdInfo({ until: TAKEN - 9 * MINUTE }) + mdsdInfo({ from: TAKEN - 8 * MINUTE })),
    },
    {
      name: 'a rotated log ends earlier, the current one goes on',
      host: host.with(`${info}.1`, mdsdInfo({ from: START - 600 * MINUTE, until: START - MINUTE })),
    },
  ],
  unknown: [
    { name: 'no heartbeat line at all', host: host.with(info, mdsdInfo({ heartbeatsUntil: null })) },
    {
      name: 'the machine was off for an hour and has just come back',
      host: host.with(
        info,
        mdsdInfo({ until: TAKEN - 60 * MINUTE }) + mdsdInfo({ from: TAKEN - MINUTE, heartbeatsUntil: null }),
      ),
    },
    {
      name: 'only a rotated log was collected',
      host: host.without(/mdsd\.info$/).with(`${info}.1`, mdsdInfo({ until: TAKEN - 60 * MINUTE })),
    },
    {
      name: 'the statistics go on where the copy of mdsd.info ends',
      host: host.with(info, mdsdInfo({ until: TAKEN - 20 * MINUTE })),
    },
    {
      name: 'failures of now, and a copy of mdsd.info that ends earlier',
      host: host
        .with(info, mdsdInfo({ until: TAKEN - 20 * MINUTE }))
        .with(`${AMA_LOG}/mdsd.qos`, mdsdQos({ until: TAKEN - 20 * MINUTE }))
        .with(err, mdsdErr([[TAKEN - MINUTE, odsFailure('403', 'LINUX_SYSLOGS_BLOB')]])),
    },
    {
      name: 'only a log that was rotated to a name with its date',
      host: host.without(/mdsd\.info$/).with(`${info}-20260110`, mdsdInfo({ until: TAKEN - 60 * MINUTE })),
    },
  ],
})

const refused = 'Failed to get MSI token from IMDS endpoint http://169.254.169.254/metadata/identity/oauth2/token'

/** The current mdsd.warn is there, and does not stand in for mdsd.err. */
const ROTATED_ONLY = {
  name: 'mdsd.err was collected rotated only',
  host: host.without(/mdsd\.err$/).with(`${err}.1`, mdsdErr()),
}

describeRule(amaIdentityFailure, {
  found: [
    {
      name: 'the last failure is later than the last success',
      host: host.with(err, mdsdErr([[TAKEN - 30 * MINUTE, refused]])),
      subjects: ['managed-identity'],
      cites: [`${err}:2`],
      data: [{ failures: 1, last: '2026-01-10T09:30:00Z' }],
      says: [' once, last at 2026-01-10T09:30:00Z'],
    },
    {
      name: 'heartbeats ceased within the life of an ingestion token',
      host: host
        .with(err, mdsdErr([[TAKEN - 100 * MINUTE, refused]]))
        .with(info, mdsdInfo({ heartbeatsUntil: TAKEN - 40 * MINUTE })),
      subjects: ['managed-identity'],
    },
    {
      name: 'never a success, failures in mdsd.warn',
      host: host
        .edit(info, (text) => text.replaceAll(/.*Next refresh of MSI token.*\n/g, ''))
        .with(`${AMA_LOG}/mdsd.warn`, mdsdErr([[TAKEN - 30 * MINUTE, refused]])),
      subjects: ['managed-identity'],
      says: ['no success shows in mdsd.info'],
    },
  ],
  ok: [
    {
      name: 'a success after the failure',
      host: host.with(err, mdsdErr([[TAKEN - 30 * MINUTE, refused]])).with(
        info,
        mdsdInfo({
          extra: [
            [
              TAKEN - 29 * MINUTE,
              '[/__w/1/s/RefreshMSIToken.cpp:94,RefreshMsiTokenThreadProc]Next refresh of MSI token for MCS in 85592 seconds',
            ],
          ],
        }),
      ),
    },
    {
      name: 'heartbeats go on for longer than any ingestion token lasts',
      host: host.with(err, mdsdErr([[TAKEN - 91 * MINUTE, refused]])),
    },
    {
      name: 'a success in the same second',
      host: host.with(err, mdsdErr([[START, refused]])),
    },
    {
      name: 'other failures',
      host: host.with(err, mdsdErr([[TAKEN - 30 * MINUTE, 'Failed to get something else from IMDS']])),
    },
  ],
  unknown: [
    ROTATED_ONLY,
    {
      name: 'of mdsd.info only a rotated part, and a failure since',
      host: host
        .with(err, mdsdErr([[TAKEN - 30 * MINUTE, refused]]))
        .without(/mdsd\.info$/)
        .with(`${info}.1`, mdsdInfo({ until: START })),
    },
  ],
})

const begun = (dcr: string): string =>
  mdsdInfo({ dcrs: [], rows: () => null, extra: [[START, `Loading Azure Monitor configuration ${dcr}`]] })

describeRule(ctDcrNotLoaded, {
  found: [
    {
      name: 'the daemon started and loaded another rule',
      host: host.with(info, mdsdInfo({ dcrs: [DCR_D] })),
      subjects: [DCR_A],
      cites: ['1000000000000000001.json#/extensionConfigurations/ChangeTracking-Linux/0', 'mdsd.info:1'],
    },
    {
      name: 'the chunk was written while the log ran, and nothing happened',
      host: host.with(info, mdsdInfo({ dcrs: [], start: false })).stamped(/configchunks/, TAKEN - 60 * MINUTE),
      subjects: [DCR_A],
    },
    {
      name: 'every file is stamped with the time of collection',
      host: host.with(info, mdsdInfo({ dcrs: [] })).stamped(/./, TAKEN),
      subjects: [DCR_A],
    },
    {
      name: 'the load of another rule began',
      host: host.with(info, begun(DCR_D)),
      subjects: [DCR_A],
    },
  ],
  ok: [
    {
      name: 'only the token line names the rule',
      host: host.with(
        info,
        mdsdInfo({
          dcrs: [],
          extra: [
            [
              TAKEN - MINUTE,
              `[/__w/1/s/RefreshGigToken.cpp:238,RefreshGigToken]Retrieved gig token for configuration id [${DCR_A}] channel id [ods-x]: [eyJhbGciOi...]`,
            ],
          ],
        }),
      ),
    },
    {
      name: 'loaded in a rotated log',
      host: host
        .with(info, mdsdInfo({ dcrs: [] }))
        .with(`${info}.1`, mdsdInfo({ from: START - 600 * MINUTE, until: START - MINUTE })),
    },
    {
      name: 'only the rows of a sink name the rule',
      host: host.edit(info, (text) => text.replaceAll(/.*(?:Loaded|added).*\n/g, '')),
    },
    { name: 'a chunk without any id', host: host.edit(CHUNK_FILE, (text) => text.replaceAll(DCR_A, 'somewhere')) },
  ],
  unknown: [
    {
      name: 'its load began, and no line says how that ended',
      host: host.with(info, begun(DCR_A)),
      asks: ['mdsdInfo'],
    },
    {
      name: 'the log starts after the chunk was written and shows no start',
      host: host.with(info, mdsdInfo({ dcrs: [], start: false })),
    },
    {
      name: 'a rule that came two minutes ago, long after the daemon started',
      host: host.with(info, mdsdInfo({ dcrs: [] })).stamped(/configchunks/, TAKEN - 2 * MINUTE),
    },
    {
      name: 'the daemon started a minute ago',
      host: host.with(info, mdsdInfo({ dcrs: [], from: TAKEN - MINUTE })),
    },
  ],
})

const unreachable =
  '[/__w/1/s/RefreshConfigurations.cpp:318,GetAgentConfigurations]Could not obtain configuration from https://global.handler.control.monitor.azure.com after first round of tries. Will try again with a fallback endpoint. ErrorCode:1310977'
const failing = (...ago: number[]): string => mdsdErr(ago.map((minutes) => [TAKEN - minutes * MINUTE, unreachable]))
const later = (message: string, ago = 5): string => mdsdInfo({ extra: [[TAKEN - ago * MINUTE, message]] })

describeRule(amaControlPlaneUnreachable, {
  found: [
    {
      name: 'it fails again and again, until now',
      host: host.with(err, failing(90, 60, 30)),
      subjects: ['control-plane'],
      cites: [`${err}:4`, info],
      data: [
        {
          failures: 3,
          last: '2026-01-10T09:30:00Z',
          url: 'https://global.handler.control.monitor.azure.com',
          code: '1310977',
        },
      ],
      confidence: 'likely',
      says: ['3 times', '(error 1310977)', 'the last success was at 2026-01-10T'],
    },
    {
      name: 'a single failure half an hour ago, logged in mdsd.warn, of another address and without a code',
      host: host.with(
        `${AMA_LOG}/mdsd.warn`,
        mdsdErr([[TAKEN - 30 * MINUTE, 'Could not obtain configuration from https://dce-x.invalid/ now']]),
      ),
      subjects: ['control-plane'],
      cites: ['mdsd.warn:2', 'mdsd.info:8'],
      data: [{ failures: 1, last: '2026-01-10T09:30:00Z', url: 'https://dce-x.invalid/', code: null }],
      confidence: 'possible',
    },
    {
      name: 'the only success is in a rotated log',
      host: host
        .with(err, failing(30, 20))
        .edit(info, (text) => text.replaceAll(/.*(?:MSI token|added).*\n/g, ''))
        .with(`${info}.1`, mdsdInfo({ from: START - 600 * MINUTE, until: START - MINUTE })),
      subjects: ['control-plane'],
      cites: ['mdsd.err:3', 'mdsd.info.1:8'],
    },
    {
      name: 'no success at all',
      host: host
        .with(err, failing(30, 20))
        .edit(info, (text) => text.replaceAll(/.*(?:MSI token|added|redirected|gig token).*\n/g, '')),
      subjects: ['control-plane'],
      says: ['no success shows in mdsd.info'],
    },
  ],
  ok: [
    {
      name: 'a token after the failure',
      host: host
        .with(err, failing(60, 30))
        .with(info, later('[/__w/1/s/x.cpp:1,f]Next refresh of MSI token for MCS in 85592 seconds')),
    },
    {
      name: 'a redirect after the failure',
      host: host
        .with(err, failing(60, 30))
        .with(info, later('MCS redirected to endpoint https://westeurope.handler.control.monitor.azure.com/')),
    },
    {
      name: 'an ingestion token after the failure',
      host: host
        .with(err, failing(60, 30))
        .with(info, later(`Retrieved gig token for configuration id [${DCR_D}] channel id [ods-x]: [eyJhbGciOi...]`)),
    },
    {
      name: 'the second address answered: heartbeats are delivered for longer than a token lives',
      host: host.with(err, failing(95)),
    },
    {
      name: 'another failure',
      host: host.with(err, mdsdErr([[TAKEN - MINUTE, 'Could not obtain configuration of x']])),
    },
  ],
  unknown: [
    ROTATED_ONLY,
    {
      name: 'the current mdsd.info was not collected',
      host: host
        .with(err, failing(30, 20))
        .without(/mdsd\.info$/)
        .with(`${info}.1`, mdsdInfo({ until: START })),
    },
  ],
})

/** A log of a day with so many starts, the last `first` hours after its beginning apart. */
const starts = (count: number, everyMinutes = 60, version = '1.35.8'): string =>
  mdsdInfo({
    start: false,
    extra: Array.from({ length: count }, (_, index): [number, string] => [
      TAKEN - (index * everyMinutes + 30) * MINUTE,
      `[DAEMON] START mdsd daemon ver(${version}) pid(${2000 + index}) uid(104) gid (111)`,
    ]),
  })
const exits = (count: number, everyMinutes = 60): string =>
  mdsdErr(
    Array.from({ length: count }, (_, index): [number, string] => [
      TAKEN - (index * everyMinutes + 30) * MINUTE,
      `[DAEMON] Parent process ${1000 + index} exit. child process id=${2000 + index}`,
    ]),
  )

describeRule(amaRestartLoop, {
  found: [
    {
      name: 'eleven starts in a day',
      host: host.with(info, starts(11)),
      subjects: ['mdsd'],
      cites: ['mdsd.info:1', 'mdsd.info:308'],
      data: [{ count: 11, starts: 11, parentExits: 1 }],
      says: ['11 starts'],
    },
    {
      name: 'eleven exits of the parent, and mdsd.info is not there',
      // The sample's own line is one of them.
      host: host.without(/mdsd\.info/).with(err, exits(10)),
      subjects: ['mdsd'],
      cites: ['mdsd.err:11', 'mdsd.err:2'],
      data: [{ count: 11, starts: 0, parentExits: 11 }],
    },
    {
      name: 'half of the starts in a rotated log',
      host: host.with(info, starts(6)).with(
        `${info}.1`,
        Array.from(
          { length: 6 },
          (_, index) =>
            `${new Date(TAKEN - (400 + index) * MINUTE).toISOString().slice(0, -1)}0000Z: [DAEMON] START mdsd daemon ver(1.35.8) pid(${index + 1}) uid(104) gid (111)\n`,
        )
          .toReversed()
          .join(''),
      ),
      subjects: ['mdsd'],
      cites: ['mdsd.info.1:1', 'mdsd.info:303'],
    },
  ],
  ok: [
    { name: 'ten starts', host: host.with(info, starts(10)) },
    { name: 'each start writes a line into both logs', host: host.with(info, starts(9)).with(err, exits(9)) },
    { name: 'sixteen starts in two days', host: host.with(info, starts(16, 180)).with(err, exits(16, 180)) },
    {
      name: 'many starts the day before yesterday',
      host: host.with(
        `${info}.1`,
        starts(30).replaceAll('2026-01-10', '2026-01-08').replaceAll('2026-01-09', '2026-01-07'),
      ),
    },
    {
      name: 'a second copy of the log',
      host: host.with(info, starts(7)).with(`${info}.bak`, starts(7)),
    },
  ],
  unknown: [
    { name: 'neither log', host: host.without(/mdsd\.(?:info|err)/) },
    {
      name: 'only rotated logs',
      host: host
        .without(/mdsd\.(?:info|err)/)
        .with(`${info}.1`, starts(3))
        .with(`${err}.1`, exits(3)),
    },
  ],
})

describeRule(amaSilent, {
  found: [
    {
      name: 'the log ends an hour before the bundle',
      host: host.with(info, mdsdInfo({ until: TAKEN - 60 * MINUTE })).without(/mdsd\.qos/),
      subjects: ['mdsd.info'],
      cites: [info],
      data: [{ last: '2026-01-10T09:00:00Z', ageSeconds: 3360 }],
    },
    {
      name: 'all logs of the agent end',
      host: host
        .with(info, mdsdInfo({ until: TAKEN - 30 * MINUTE }))
        .with(`${AMA_LOG}/mdsd.qos`, mdsdQos({ until: TAKEN - 30 * MINUTE })),
      subjects: ['mdsd.info'],
    },
  ],
  ok: [
    {
      name: 'nine minutes',
      host: host.with(info, mdsdInfo({ until: TAKEN - 9 * MINUTE })).without(/mdsd\.qos/),
    },
    {
      name: 'no heartbeat, but other lines go on',
      host: host.with(info, mdsdInfo({ heartbeatsUntil: START + MINUTE })),
    },
    {
      name: 'a rotated log is older',
      host: host.with(`${info}.1`, mdsdInfo({ from: START - 600 * MINUTE, until: START - MINUTE })),
    },
  ],
  unknown: [
    {
      name: 'only a rotated log',
      host: host.without(/mdsd\.(?:info|qos)/).with(`${info}.1`, mdsdInfo({ until: TAKEN - 60 * MINUTE })),
    },
    {
      name: 'the statistics go on: the copy of mdsd.info is older than the bundle',
      host: host.with(info, mdsdInfo({ until: TAKEN - 60 * MINUTE })),
    },
    {
      name: 'a failure was logged since',
      host: host
        .with(info, mdsdInfo({ until: TAKEN - 60 * MINUTE }))
        .without(/mdsd\.qos/)
        .with(err, mdsdErr([[TAKEN - MINUTE, 'something failed']])),
    },
    { name: 'no dated line', host: host.with(info, 'Msgpack array size is not set.\n').without(/mdsd\.qos/) },
  ],
})

const runs = (version: string): string => mdsdInfo().replace('ver(1.35.8)', `ver(${version})`)
const folderOf = (version: string): string => `var/lib/waagent/${AMA}-${version}/config/HandlerState`

describeRule(amaVersionMismatch, {
  found: [
    {
      name: 'the daemon is older than the folder',
      host: host.with(info, runs('1.33.1')),
      subjects: ['mdsd'],
      cites: [`${info}:1`],
      data: [{ running: '1.33.1', installed: '1.35.8' }],
    },
    {
      name: 'an update left two folders, the old daemon runs on',
      host: host.with(folderOf('1.40.0'), 'Installed'),
      subjects: ['mdsd'],
      cites: ['mdsd.info:1', 'Microsoft.Azure.Monitor.AzureMonitorLinuxAgent-1.40.0'],
    },
  ],
  ok: [
    {
      name: 'the folder has one more part, which is 0',
      host: host.without(/1\.35\.8/).with(folderOf('1.35.8.0'), 'Enabled'),
    },
    { name: 'an older folder is left over', host: host.with(folderOf('1.29.6'), 'NotInstalled') },
    {
      name: 'it was another version until the last start',
      host: host.with(
        `${info}.1`,
        mdsdInfo({ from: START - 600 * MINUTE, until: START - MINUTE }).replace('ver(1.35.8)', 'ver(1.33.1)'),
      ),
    },
    {
      name: 'a zip of a newer version lies there',
      host: host.with(`var/lib/waagent/${AMA}-1.40.0.zip`, 'PK'),
    },
  ],
  unknown: [
    { name: 'no start in the log', host: host.with(info, mdsdInfo({ start: false })) },
    { name: 'no folder of the extension', host: host.without(/AzureMonitorLinuxAgent/) },
    {
      name: 'the current log was not collected',
      host: host.without(/mdsd\.info/).with(`${info}.1`, runs('1.33.1')),
    },
  ],
})

const OTHER = '00000000-0000-4000-8000-000000000003'
const elsewhere = JSON.stringify(ctChunk({ workspace: OTHER }))

describeRule(heartbeatWorkspaceDiffers, {
  found: [
    {
      name: 'the rule sends to another workspace',
      host: host.with(CHUNK_FILE, elsewhere),
      subjects: [DCR_A],
      cites: [`${CHUNK_FILE}#/channels/0`, info],
      data: [{ rule: ['00000000-0000-4000-8000-000000000003'], heartbeat: ['00000000-0000-4000-8000-000000000002'] }],
    },
    {
      name: 'the chunk also defines the channel of the heartbeats, but the Linux data source does not use it',
      host: host.with(
        CHUNK_FILE,
        (() => {
          const chunk = ctChunk({ workspace: OTHER })
          return JSON.stringify({ ...chunk, channels: [...chunk.channels, ...ctChunk().channels] })
        })(),
      ),
      subjects: [DCR_A],
      cites: ['1000000000000000001.json#/channels/0', 'mdsd.info:396'],
    },
  ],
  ok: [
    {
      name: 'heartbeats to both',
      host: host.with(CHUNK_FILE, elsewhere).with(info, later(`Heartbeating for ODSUploader https://${OTHER}`)),
    },
    {
      name: 'the same workspace in another cloud',
      host: host.edit(CHUNK_FILE, (text) => text.replaceAll('opinsights.azure.com', 'opinsights.azure.us')),
    },
    {
      name: 'the rule sends to both',
      host: host.with(
        CHUNK_FILE,
        (() => {
          const chunk = ctChunk({ workspace: OTHER })
          const both = [`ods-${OTHER}`, `ods-${WORKSPACE}`]
          return JSON.stringify({
            ...chunk,
            channels: [...chunk.channels, ...ctChunk().channels],
            dataSources: chunk.dataSources.map((source) => ({ ...source, sendToChannels: both })),
          })
        })(),
      ),
    },
    {
      name: 'another rule, without Change Tracking, sends elsewhere',
      host: host.with(`${CHUNK_FILE}.2`, SYSLOG_CHUNK.replaceAll(WORKSPACE, OTHER)),
    },
  ],
  notApplicable: [{ name: 'no Change Tracking rule', host: host.with(CHUNK_FILE, SYSLOG_CHUNK) }],
  unknown: [{ name: 'no heartbeat line', host: host.with(info, mdsdInfo({ heartbeatsUntil: null })) }],
})
