import { configCache, dcrLabel, settingsOf } from '../../facts/ct-dcrs.js'
import { LONGEST_FREQUENCY, SHORTEST_FREQUENCY } from '../../knowledge/limits.js'
import { LINKS } from '../../knowledge/links.js'
import { atJson } from '../../model/locator.js'
import { finding, rule } from '../../model/rule.js'
import type { CtFlag, CtFrequency, CtSettings } from '../../parsers/config-chunk.js'

const CHECKED = [
  ['files', 'enableFiles', 'fileSettings.fileCollectionFrequency'],
  ['software', 'enableSoftware', 'softwareSettings.softwareCollectionFrequency'],
  ['services', 'enableServices', 'servicesSettings.serviceCollectionFrequency'],
  ['inventory', 'enableInventory', 'inventorySettings.inventoryCollectionFrequency'],
] as const

export const frequencyInvalid = rule({
  id: 'CT1011',
  name: 'frequency-invalid',
  title: 'A collection frequency of the Change Tracking rule is missing or invalid',
  group: 'dcr',
  severity: 'warning',
  confidence: 'likely',
  docs: {
    what: 'Reads the frequencies of files, software, services and inventory, in seconds.',
    why: 'The frequency decides when a worker runs. One that is missing or no number may keep it from running, a very short one burdens the machine, and with a very long one changes show up days late.',
    how: 'Fires for a frequency that is no number, 0 or less, under 60 seconds or over 86,400 seconds (a day), and for one that is absent although the setting enable… is true. What is switched off is not looked at. A number written as text counts as a number.',
    limits:
      'What the agent does with such a value is not documented, and no bounds are documented for Linux. Defaults are 900 s for files, 300 s for software and services, 36,000 s for inventory.',
    fix: [
      'Set the frequency in the rule’s settings for Linux: files 900, software 300, services 300, inventory 36000 are the defaults.',
      'Wait for the next fetch of the rule, about 5 minutes.',
    ],
    proof: 'The cached rule shows the new number, and the agent’s log shows a run within it.',
    links: [LINKS.enable, LINKS.limits],
  },
  needs: { cache: configCache },
  causes: ['CT5001'],
  *check({ cache }) {
    for (const dcr of cache.ctDcrs) {
      for (const [worker, enable, key] of CHECKED) {
        const [faulty] = settingsOf(dcr).flatMap(({ path, settings }) => {
          const flag = settings[enable]
          const frequency = settings.frequencies[worker]
          const fault = faultOf(flag, frequency, worker === 'services' ? settings.serviceSettings : null)
          return fault === null ? [] : [{ path, flag, frequency, fault }]
        })
        if (faulty === undefined) continue
        const { path, flag, frequency, fault } = faulty
        const cited = frequency ?? flag
        if (cited === null) continue
        yield finding({
          subject: `${dcr.id} ${worker}`,
          message: `${key} of ${dcrLabel(dcr)} ${fault}.`,
          evidence: [atJson(path, cited.segments, cited.raw)],
          explains: ({ subject }) => subject === worker,
          data: { worker, frequency: frequency?.raw ?? null },
        })
      }
    }
  },
})

function faultOf(
  flag: CtFlag | null,
  frequency: CtFrequency | null,
  misnamed: CtSettings['serviceSettings'],
): string | null {
  if (flag?.value === false) return null
  // Under the misspelt name it is there, and CT1010 says so.
  if (frequency === null)
    return flag?.value === true && misnamed === null ? 'is not set, while it is switched on' : null
  const { value } = frequency
  if (value === null) return `is ${JSON.stringify(frequency.raw).slice(0, 40)}, which is no number`
  if (value <= 0) return `is ${value}, where seconds above 0 are expected`
  if (value < SHORTEST_FREQUENCY) return `is ${value} s, less than a minute`
  return value > LONGEST_FREQUENCY ? `is ${value} s, more than a day` : null
}
