import { openFailures, uploads } from '../../facts/uploads.js'
import { LINKS } from '../../knowledge/links.js'
import { rule } from '../../model/rule.js'
import { HOW, PROOF, uploadAnswers } from './open-failures.js'

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
    how: HOW,
    limits: 'A few cancelled requests at a shutdown are normal; a success after them silences this rule.',
    fix: [
      'Read the reasons under data, and the lines around them in mdsd.err.',
      'When heartbeats and other data fail too, it is the network or the identity: `curl -s https://global.handler.control.monitor.azure.com/ping` from the machine must say Healthy.',
      'When only Change Tracking fails: check that the workspace exists and has the ChangeTracking solution.',
    ],
    proof: PROOF,
    links: [LINKS.amaTroubleshoot, LINKS.amaNetwork],
  },
  needs: { uploads },
  causes: ['CT2004', 'CT6003', 'CT6004', 'CT7005'],
  *check({ uploads: all }, asOf) {
    yield* uploadAnswers(openFailures(all, 'other'), all, asOf)
  },
})
