import { openFailures, uploads } from '../../facts/uploads.js'
import { LINKS } from '../../knowledge/links.js'
import { rule } from '../../model/rule.js'
import { HOW, PROOF, uploadAnswers } from './open-failures.js'

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
    how: HOW,
    limits: 'Single answers of this kind are normal in a large service; a success after them silences this rule.',
    fix: [
      'Check the workspace’s daily cap and its Operation table for ingestion limits.',
      'Check the Azure status page for the region.',
      'When it lasts, open a support request with the request ids under evidence.',
    ],
    proof: PROOF,
    links: [LINKS.amaTroubleshoot],
  },
  needs: { uploads },
  causes: ['CT2004', 'CT6003', 'CT6004', 'CT7005'],
  *check({ uploads: all }, asOf) {
    yield* uploadAnswers(openFailures(all, 'throttled'), all, asOf)
  },
})
