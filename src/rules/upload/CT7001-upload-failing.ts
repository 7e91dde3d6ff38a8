import { amaFailures } from '../../facts/ama-log.js'
import { openFailures, uploads } from '../../facts/uploads.js'
import { LINKS } from '../../knowledge/links.js'
import { rule } from '../../model/rule.js'
import { uploadAnswers } from './open-failures.js'

export const uploadFailing = rule({
  id: 'CT7001',
  name: 'upload-failing',
  title: 'Uploads of Change Tracking data fail',
  group: 'upload',
  severity: 'error',
  confidence: 'likely',
  docs: {
    what: 'Looks for failed uploads of the Change Tracking streams, for reasons without a rule of their own.',
    why: 'What cannot be uploaded waits in the event cache, for at most three days, and is then lost.',
    how: 'Reads the failed uploads of CONFIG_CHANGE_BLOB_V2, CONFIG_DATA_BLOB_V2 and CONFIG_CHANGE_BLOB in mdsd.err and mdsd.warn. Fires when the last failure of this kind is later than the last success: a row of mdsd.qos, an upload line, a sink that drained, or a heartbeat after at least 15 quiet minutes. When nothing was collected in which a success could show, only a failure of the last hour counts.',
    limits: 'A few cancelled requests at a shutdown are normal; a success after them silences this rule.',
    fix: [
      'Read the reasons under data, and the lines around them in mdsd.err.',
      'When heartbeats and other data fail too, it is the network or the identity: `curl -s https://global.handler.control.monitor.azure.com/ping` from the machine must say Healthy.',
      'When only Change Tracking fails: check that the workspace exists and has the ChangeTracking solution.',
    ],
    proof:
      'mdsd.err has no new “Failed to upload to ODS” line for these streams, and mdsd.qos counts a success for them.',
    links: [LINKS.amaTroubleshoot, LINKS.amaNetwork],
  },
  needs: { failures: amaFailures, uploads },
  causes: ['CT6003', 'CT6004', 'CT7005'],
  *check({ failures, uploads: all }, asOf) {
    yield* uploadAnswers(openFailures(all, 'other'), all, failures, asOf)
  },
})
