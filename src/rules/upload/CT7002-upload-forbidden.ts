import { amaFailures } from '../../facts/ama-log.js'
import { openFailures, uploads } from '../../facts/uploads.js'
import { LINKS } from '../../knowledge/links.js'
import { rule } from '../../model/rule.js'
import { uploadAnswers } from './open-failures.js'

export const uploadForbidden = rule({
  id: 'CT7002',
  name: 'upload-forbidden',
  title: 'The workspace refuses Change Tracking uploads with 403',
  group: 'upload',
  severity: 'error',
  confidence: 'likely',
  docs: {
    what: 'Looks for uploads of the Change Tracking streams that the service answered with 403.',
    why: 'The request reached the service and was refused: usually the workspace accepts data from private networks only. Nothing arrives until that is settled.',
    how: 'Reads the failed uploads of CONFIG_CHANGE_BLOB_V2, CONFIG_DATA_BLOB_V2 and CONFIG_CHANGE_BLOB in mdsd.err and mdsd.warn. Fires when the last failure of this kind is later than the last success: a row of mdsd.qos, an upload line, a sink that drained, or a heartbeat after at least 15 quiet minutes. When nothing was collected in which a success could show, only a failure of the last hour counts.',
    limits: 'A single 403 while a token was being renewed is followed by a success, which silences this rule.',
    fix: [
      'Workspace, Network isolation: allow ingestion from public networks, or connect the machine’s network through an Azure Monitor Private Link Scope that contains the workspace.',
      'With private link: the private DNS zone privatelink.ods.opinsights.azure.com must resolve the workspace to a private address on the machine.',
      'Check that the machine’s clock is right: `timedatectl`.',
    ],
    proof:
      'mdsd.err has no new “Failed to upload to ODS” line for these streams, and mdsd.qos counts a success for them.',
    links: [LINKS.privateLink, LINKS.amaNetwork],
  },
  needs: { failures: amaFailures, uploads },
  causes: ['CT6003', 'CT6004', 'CT7005'],
  *check({ failures, uploads: all }, asOf) {
    yield* uploadAnswers(openFailures(all, 'forbidden'), all, failures, asOf)
  },
})
