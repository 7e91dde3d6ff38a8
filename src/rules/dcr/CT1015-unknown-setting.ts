import { configCache, dcrLabel, servicesMisnamed, settingsOf } from '../../facts/ct-dcrs.js'
import { LINKS } from '../../knowledge/links.js'
import { atJson } from '../../model/locator.js'
import { nearest } from '../../model/nearest.js'
import { finding, rule } from '../../model/rule.js'
import type { CtSettings, UnknownKey } from '../../parsers/config-chunk.js'

/** Keys shown; a rule in a wholly unknown shape would fill the screen. */
const SHOWN = 20

export const unknownSetting = rule({
  id: 'CT1015',
  name: 'unknown-setting',
  title: 'The Change Tracking rule has a setting that is not known',
  group: 'dcr',
  severity: 'info',
  confidence: 'possible',
  docs: {
    what: 'Compares every key of the rule’s settings for Linux with the known ones.',
    why: 'A misspelt setting has no effect, and the agent says nothing about it.',
    how: 'Looks at every level of `extensionSettings` below ChangeTracking-Linux. The known setting that a key resembles is named. Keys that differ from a known one in capitals only are named too.',
    limits: 'Newer rules may have settings that this version does not know. They are harmless.',
    fix: [
      'Where a known setting is named, correct the spelling in the rule’s template and deploy it again.',
      'Where none is named, check whether the setting belongs to Windows, to another product or to a newer version.',
    ],
    proof: 'The cached rule shows the corrected key.',
    links: [LINKS.enable],
  },
  needs: { cache: configCache },
  *check({ cache }) {
    for (const dcr of cache.ctDcrs) {
      const odd = settingsOf(dcr).flatMap(({ path, settings }) => oddKeys(settings).map((key) => ({ path, ...key })))
      const shown = odd.slice(0, SHOWN)
      const [first, ...others] = shown.map(({ path, segments, key }) => atJson(path, segments, key))
      if (first === undefined) continue
      const keys = shown.map(({ key, known }) => ({ key, near: nearest(key, known) ?? null }))
      const names = keys.map(({ key, near }) => `${clipped(key)}${near === null ? '' : ` (near ${near})`}`)
      const more = odd.length > SHOWN ? ` and ${odd.length - SHOWN} more` : ''
      yield finding({
        subject: dcr.id,
        message: `${dcrLabel(dcr)} has settings that are not known: ${[...new Set(names)].join(', ')}${more}.`,
        evidence: [first, ...others],
        data: { keys },
      })
    }
  },
})

/** Unknown keys, each with the names one of which may be meant. */
function oddKeys(settings: CtSettings): readonly UnknownKey[] {
  const { unknownKeys, otherCase, serviceSettings } = settings
  return [
    ...unknownKeys,
    ...otherCase.map(({ key, known, segments }) => ({ key, known: [known], segments })),
    // Where it matters, CT1010 speaks.
    ...(serviceSettings === null || servicesMisnamed(settings)
      ? []
      : [{ key: 'serviceSettings', known: ['servicesSettings'], segments: serviceSettings.segments }]),
  ]
}

function clipped(key: string): string {
  return key.length > 60 ? `${key.slice(0, 59)}…` : key
}
