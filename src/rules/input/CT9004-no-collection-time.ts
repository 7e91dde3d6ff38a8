import { ctAgentLog } from '../../artifacts/agent.js'
import { mdsdInfo } from '../../artifacts/ama.js'
import { LINKS } from '../../knowledge/links.js'
import { inputItself } from '../../model/input.js'
import { atEntry } from '../../model/locator.js'
import { finding, rule, unknown } from '../../model/rule.js'
import { iso } from '../../model/time.js'

export const noCollectionTime = rule({
  id: 'CT9004',
  name: 'no-collection-time',
  title: 'Only file times tell when this was collected',
  group: 'input',
  severity: 'info',
  confidence: 'certain',
  docs: {
    what: 'Tells when nothing in the input but file times says when it was collected.',
    why: 'Every age in the report is counted to that time. Copying and unpacking change file times, so that what looks hours old may be fresh, and the reverse.',
    how: 'The time comes from the collector’s own word, else from the newest line of any log, else from the newest file time. This rule says that it was the last.',
    limits: 'A file time may be right all the same.',
    fix: [
      'Say when it was taken: `ct-diag analyze INPUT --as-of 2026-01-10T10:00:00Z`.',
      'Or ask for a log of the same moment, such as `/var/opt/microsoft/azuremonitoragent/log/mdsd.info`.',
    ],
    proof: 'The line “As of” of the report no longer names file times.',
    links: [LINKS.overview],
  },
  needs: { input: inputItself },
  *check({ input: { clock } }) {
    if (clock.source === 'mtime' && clock.newest !== null) {
      const { path, time } = clock.newest
      yield finding({
        subject: 'input',
        message: `No log and no collector tells when this was taken; the newest file time, ${iso(time)} of ${path}, has to do.`,
        evidence: [atEntry(path, iso(time))],
      })
    } else if (clock.source === 'clock' && clock.newest === null) {
      yield unknown('Nothing in the input has a time, so ages are counted to the moment of this analysis.', [
        ctAgentLog,
        mdsdInfo,
      ])
    }
  },
})
