import { openFailures, uploads } from '../../facts/uploads.js'
import { LINKS } from '../../knowledge/links.js'
import { rule } from '../../model/rule.js'
import { HOW, PROOF, uploadAnswers } from './open-failures.js'

export const uploadUnresolved = rule({
  id: 'CT7003',
  name: 'upload-unresolved',
  title: 'The name of the upload address cannot be resolved',
  group: 'upload',
  severity: 'error',
  confidence: 'likely',
  docs: {
    what: 'Looks for uploads of the Change Tracking streams that failed because a name could not be resolved.',
    why: 'Without name resolution nothing leaves the machine. Rows pile up in the event cache; beyond its quota, or after three days, they are lost.',
    how: HOW,
    limits: 'A short outage of the name server is followed by a success, which silences this rule.',
    fix: [
      'On the machine: `getent hosts <workspace id>.ods.opinsights.azure.com` must print an address.',
      'Check /etc/resolv.conf and the virtual network’s DNS servers; with private link also the zone privatelink.ods.opinsights.azure.com.',
      'When a proxy resolves names, check that the agent is set up to use it.',
    ],
    proof: PROOF,
    links: [LINKS.amaNetwork, LINKS.privateLink],
  },
  needs: { uploads },
  causes: ['CT2004', 'CT2006', 'CT6003', 'CT6004', 'CT7005'],
  *check({ uploads: all }, asOf) {
    yield* uploadAnswers(openFailures(all, 'unresolved'), all, asOf)
  },
})
