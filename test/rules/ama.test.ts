import { amaHeartbeatStale } from '../../src/rules/ama/CT2004-ama-heartbeat-stale.js'
import { amaIdentityFailure } from '../../src/rules/ama/CT2005-ama-identity-failure.js'
import { ctDcrNotLoaded } from '../../src/rules/ama/CT2012-ct-dcr-not-loaded.js'
import {
  AMA_LOG,
  CHUNK_FILE,
  DCR_A,
  DCR_D,
  healthyHost,
  mdsdErr,
  mdsdInfo,
  MINUTE,
  START,
  TAKEN,
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
    },
    {
      name: 'the whole log ceases',
      host: host.with(info, mdsdInfo({ until: TAKEN - 45 * MINUTE })),
      subjects: ['heartbeat'],
    },
  ],
  ok: [
    {
      name: 'four minutes without a heartbeat',
      host: host.with(info, mdsdInfo({ heartbeatsUntil: TAKEN - 4 * MINUTE })),
    },
    {
      name: 'a rotated log ends earlier, the current one goes on',
      host: host.with(`${info}.1`, mdsdInfo({ from: START - 600 * MINUTE, until: START - MINUTE })),
    },
  ],
  unknown: [
    { name: 'no heartbeat line at all', host: host.with(info, mdsdInfo({ heartbeatsUntil: null })) },
    {
      name: 'only a rotated log was collected',
      host: host.without(/mdsd\.info$/).with(`${info}.1`, mdsdInfo({ until: TAKEN - 60 * MINUTE })),
    },
  ],
})

const refused = 'Failed to get MSI token from IMDS endpoint http://169.254.169.254/metadata/identity/oauth2/token'

describeRule(amaIdentityFailure, {
  found: [
    {
      name: 'the last failure is later than the last success',
      host: host.with(err, mdsdErr([[TAKEN - 30 * MINUTE, refused]])),
      subjects: ['managed-identity'],
      cites: [`${err}:2`],
    },
    {
      name: 'never a success, failures in mdsd.warn',
      host: host
        .edit(info, (text) => text.replaceAll(/.*Next refresh of MSI token.*\n/g, ''))
        .with(`${AMA_LOG}/mdsd.warn`, mdsdErr([[TAKEN - 30 * MINUTE, refused]])),
      subjects: ['managed-identity'],
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
      name: 'other failures',
      host: host.with(err, mdsdErr([[TAKEN - 30 * MINUTE, 'Failed to get something else from IMDS']])),
    },
  ],
  unknown: [],
})

describeRule(ctDcrNotLoaded, {
  found: [
    {
      name: 'the daemon started and loaded another rule',
      host: host.with(info, mdsdInfo({ dcrs: [DCR_D] })),
      subjects: [DCR_A],
    },
    {
      name: 'the chunk was written while the log ran, and nothing happened',
      host: host.with(info, mdsdInfo({ dcrs: [], start: false })).stamped(/configchunks/, TAKEN - 60 * MINUTE),
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
      name: 'the log starts after the chunk was written and shows no start',
      host: host.with(info, mdsdInfo({ dcrs: [], start: false })),
    },
    {
      name: 'the daemon started a minute ago',
      host: host.with(info, mdsdInfo({ dcrs: [], from: TAKEN - MINUTE })),
    },
  ],
})
