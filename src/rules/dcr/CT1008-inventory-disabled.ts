import { configCache, dcrLabel, settingsOf } from '../../facts/ct-dcrs.js'
import { atJson } from '../../model/locator.js'
import { finding, rule } from '../../model/rule.js'
import { LINKS } from '../../knowledge/links.js'

export const inventoryDisabled = rule({
  id: 'CT1008',
  name: 'inventory-disabled',
  title: 'The Change Tracking rule switches inventory off',
  group: 'dcr',
  severity: 'warning',
  confidence: 'certain',
  docs: {
    what: 'Reads enableInventory of the rule.',
    why: 'With it off only changes are sent. The table ConfigurationData, and the Inventory page of the portal, stay empty while changes arrive.',
    how: 'Fires when enableInventory is there and false. A setting that is absent does not count as off, and the part of the rule for Windows is not looked at.',
    limits: 'Somebody may have switched it off on purpose.',
    fix: [
      'Set enableInventory to true in the rule’s settings for Linux.',
      'Wait for the next fetch of the rule, about 5 minutes, and then for one inventory: `inventoryCollectionFrequency`, 10 hours by default.',
    ],
    proof:
      'The cached rule shows enableInventory as true, and ConfigurationData has rows of this machine after one inventory.',
    links: [LINKS.enable],
  },
  needs: { cache: configCache },
  causes: ['CT6002', 'CT7006'],
  *check({ cache }) {
    for (const dcr of cache.ctDcrs) {
      const [first, ...others] = settingsOf(dcr).flatMap(({ path, settings: { enableInventory } }) =>
        enableInventory?.value === false ? [atJson(path, enableInventory.segments, enableInventory.raw)] : [],
      )
      if (first === undefined) continue
      yield finding({
        subject: dcr.id,
        message: `${dcrLabel(dcr)} has enableInventory false: changes are sent, the inventory never is.`,
        evidence: [first, ...others],
      })
    }
  },
})
