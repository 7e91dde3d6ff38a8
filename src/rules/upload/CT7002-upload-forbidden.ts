import { openFailures, uploads } from '../../facts/uploads.js'
import { LINKS } from '../../knowledge/links.js'
import { rule } from '../../model/rule.js'
import { HOW, PROOF, uploadAnswers } from './open-failures.js'

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
    how: HOW,
    limits: 'A single 403 while a token was being renewed is followed by a success, which silences this rule.',
    fix: [
      'Workspace, Network isolation: allow ingestion from public networks, or connect the machine’s network through an Azure Monitor Private Link Scope that contains the workspace.',
      'With private link: the private DNS zone privatelink.ods.opinsights.azure.com must resolve the workspace to a private address on the machine.',
      'Check that the machine’s clock is right: `timedatectl`.',
    ],
    proof: PROOF,
    links: [LINKS.privateLink, LINKS.amaNetwork],
  },
  needs: { uploads },
  causes: ['CT2004', 'CT6003', 'CT6004', 'CT7005'],
  *check({ uploads: all }, asOf) {
    yield* uploadAnswers(openFailures(all, 'forbidden'), all, asOf)
  },
})
