import { configCache, dcrLabel, enableFlag, settingsOf } from '../../facts/ct-dcrs.js'
import { WORKERS } from '../../knowledge/names.js'
import { atJson } from '../../model/locator.js'
import { finding, rule } from '../../model/rule.js'
import { LINKS } from '../../knowledge/links.js'

export const ctCollectionDisabled = rule({
  id: 'CT1007',
  name: 'ct-collection-disabled',
  title: 'The Change Tracking rule switches every collection off',
  group: 'dcr',
  severity: 'error',
  confidence: 'certain',
  docs: {
    what: 'Reads enableFiles, enableSoftware and enableServices of the rule.',
    why: 'With all three off the agent runs, but collects nothing.',
    how: 'Fires when all three are there and false. A setting that is absent does not count as off.',
    limits: 'Nothing known.',
    fix: [
      'Switch on what is to be tracked in the rule: enableFiles, enableSoftware, enableServices (portal: Change Tracking, Settings).',
      'Wait for the next fetch of the rule, about 5 minutes.',
    ],
    proof:
      'The cached rule shows at least one of the three as true, and the agent’s log shows a run within its frequency.',
    links: [LINKS.enable],
  },
  needs: { cache: configCache },
  causes: ['CT1008', 'CT5001', 'CT5003', 'CT6002'],
  *check({ cache }) {
    for (const dcr of cache.ctDcrs) {
      for (const { path, settings } of settingsOf(dcr)) {
        const flags = WORKERS.map((worker) => enableFlag(settings, worker))
        const off = flags.flatMap((flag) => (flag?.value === false ? [atJson(path, flag.segments, flag.raw)] : []))
        const [first, ...others] = off
        if (first === undefined || off.length < WORKERS.length) continue
        yield finding({
          subject: dcr.id,
          message: `${dcrLabel(dcr)} has enableFiles, enableSoftware and enableServices all false: the agent collects nothing.`,
          evidence: [first, ...others],
        })
      }
    }
  },
})
