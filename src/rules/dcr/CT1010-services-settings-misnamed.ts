import { configCache, dcrLabel, servicesMisnamed, settingsOf } from '../../facts/ct-dcrs.js'
import { atJson } from '../../model/locator.js'
import { finding, rule } from '../../model/rule.js'
import { LINKS } from '../../knowledge/links.js'

export const servicesSettingsMisnamed = rule({
  id: 'CT1010',
  name: 'services-settings-misnamed',
  title: 'The services settings have a misspelt name',
  group: 'dcr',
  severity: 'warning',
  confidence: 'likely',
  docs: {
    what: 'Looks for `serviceSettings` where `servicesSettings` is meant.',
    why: 'Public templates have shipped the misspelling. The agent reads `servicesSettings`; without it the frequency of services is not set, and services may never be collected.',
    how: 'Fires when enableServices is true, `serviceSettings` is there and `servicesSettings` is not.',
    limits: 'What the agent does with the misspelt block is not documented.',
    fix: [
      'Rename the block in the rule’s template to `servicesSettings` and deploy it again.',
      'Wait for the next fetch of the rule, about 5 minutes.',
    ],
    proof:
      'The cached rule shows `servicesSettings.serviceCollectionFrequency`, and the agent’s log shows a services run within it.',
    links: [LINKS.enable],
  },
  needs: { cache: configCache },
  causes: ['CT5001'],
  *check({ cache }) {
    for (const dcr of cache.ctDcrs) {
      for (const { path, settings } of settingsOf(dcr)) {
        const { enableServices, serviceSettings } = settings
        if (!servicesMisnamed(settings) || enableServices === null || serviceSettings === null) continue
        yield finding({
          subject: dcr.id,
          message: `${dcrLabel(dcr)} says serviceSettings where the agent reads servicesSettings, while services are switched on.`,
          explains: ({ subject }) => subject === 'services',
          evidence: [
            atJson(path, serviceSettings.segments, {
              serviceCollectionFrequency: serviceSettings.frequency?.raw ?? null,
            }),
            atJson(path, enableServices.segments, enableServices.raw),
          ],
        })
      }
    }
  },
})
