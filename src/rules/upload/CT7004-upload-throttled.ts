import { amaFailures } from '../../facts/ama-log.js'
import { openFailures, uploads } from '../../facts/uploads.js'
import { LINKS } from '../../knowledge/links.js'
import { rule } from '../../model/rule.js'
import { uploadAnswers } from './open-failures.js'

export const uploadThrottled = rule({
  id: 'CT7004',
  name: 'upload-throttled',
  title: 'The service throttles or fails Change Tracking uploads',
  group: 'upload',
  severity: 'warning',
  confidence: 'likely',
  docs: {
    what: 'Looks for uploads of the Change Tracking streams answered with 429 or a 5xx status.',
    why: 'The service takes the data later, when it recovers within three days; a daily cap on the workspace makes it refuse data until the next day.',
    how: 'Reads the failed uploads of CONFIG_CHANGE_BLOB_V2, CONFIG_DATA_BLOB_V2 and CONFIG_CHANGE_BLOB in mdsd.err and mdsd.warn. Fires when the last failure of this kind is later than the last success: a row of mdsd.qos, an upload line, a sink that drained, or a heartbeat after at least 15 quiet minutes. When nothing was collected in which a success could show, only a failure of the last hour counts.',
    limits: 'Single answers of this kind are normal in a large service; a success after them silences this rule.',
    fix: [
      'Check the workspace’s daily cap and its Operation table for ingestion limits.',
      'Check the Azure status page for the region.',
      'When it lasts, open a support request with the request ids under evidence.',
    ],
    proof:
      'mdsd.err has no new “Failed to upload to ODS” line for these streams, and mdsd.qos counts a success for them.',
    links: [LINKS.amaTroubleshoot],
  },
  needs: { failures: amaFailures, uploads },
  causes: ['CT6003', 'CT6004', 'CT7005'],
  *check({ failures, uploads: all }, asOf) {
    yield* uploadAnswers(openFailures(all, 'throttled'), all, failures, asOf)
  },
})
