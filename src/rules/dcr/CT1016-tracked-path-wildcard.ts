import { configCache, dcrLabel, settingsOf, trackedEntries } from '../../facts/ct-dcrs.js'
import { LINKS } from '../../knowledge/links.js'
import { atJson } from '../../model/locator.js'
import { listed } from '../../model/count.js'
import { finding, rule } from '../../model/rule.js'
import { pathFault } from './path-fault.js'

/** Paths shown; a rule may have hundreds. */
const SHOWN = 20

export const trackedPathWildcard = rule({
  id: 'CT1016',
  name: 'tracked-path-wildcard',
  title: 'A tracked path of the Change Tracking rule cannot match any file',
  group: 'dcr',
  severity: 'warning',
  confidence: 'likely',
  docs: {
    what: 'Checks the paths that the rule tracks on Linux.',
    why: 'Wildcards are supported in the last part of a path only. Files below a path with a wildcard further up, or below one that is no path, are not tracked, and nothing says so.',
    how: 'Fires for an enabled entry whose path is empty, does not begin with /, has an empty part (//), has * or ? before its last part, or ends in a pattern that is neither a regular expression nor a wildcard. Both styles, `/etc/.*.conf` and `/etc/*.conf`, are accepted.',
    limits: 'Which dialect of patterns the agent reads is not documented. Disabled entries are not looked at.',
    fix: [
      'Write one entry for each folder, with the wildcard in the last part: `/srv/a/.*.conf` and `/srv/b/.*.conf` instead of `/srv/*/.*.conf`. With recurse, one entry covers the folders below.',
      'Save the rule and wait for the next fetch, about 5 minutes.',
    ],
    proof: '`File.json` beside the agent’s log lists the files after one file collection (15 minutes by default).',
    links: [LINKS.enable, LINKS.limits],
  },
  needs: { cache: configCache },
  causes: ['CT5003', 'CT5019'],
  *check({ cache }) {
    for (const dcr of cache.ctDcrs) {
      const faulty = settingsOf(dcr).flatMap(({ path, settings }) =>
        trackedEntries(settings).flatMap((entry) => {
          const fault = pathFault(entry.path)
          return fault === null ? [] : [{ file: path, entry, fault }]
        }),
      )
      const [first, ...others] = faulty.map(({ file, entry }) =>
        atJson(file, entry.segments, { name: entry.name, destinationPath: entry.path }),
      )
      if (first === undefined) continue
      const said = new Set(faulty.map(({ entry, fault }) => `${shown(entry.path ?? entry.name)} ${fault}`))
      yield finding({
        subject: dcr.id,
        message: `Tracked paths of ${dcrLabel(dcr)} match nothing: ${listed([...said], { shown: SHOWN, separator: '; ' })}.`,
        evidence: [first, ...others.slice(0, SHOWN - 1)],
        explains: ({ ruleId, subject }) => ruleId === 'CT5019' || subject === 'files',
        data: {
          paths: faulty.slice(0, SHOWN).map(({ entry, fault }) => ({ path: entry.path, name: entry.name, fault })),
        },
      })
    }
  },
})

function shown(text: string | null): string {
  if (text === null || text.trim() === '') return 'an entry without a path'
  return text.length > 80 ? `${text.slice(0, 79)}…` : text
}
