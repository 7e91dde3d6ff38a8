import { configCache, dcrLabel, settingsOf, trackedEntries } from '../../facts/ct-dcrs.js'
import { LINKS } from '../../knowledge/links.js'
import { atJson, type Locator } from '../../model/locator.js'
import { listed } from '../../model/count.js'
import { finding, rule } from '../../model/rule.js'
import type { CtFileInfo } from '../../parsers/config-chunk.js'

/** Pairs shown; a rule may have hundreds of entries. */
const SHOWN = 10

export const duplicateTrackedPath = rule({
  id: 'CT1017',
  name: 'duplicate-tracked-path',
  title: 'Two entries of the Change Tracking rule share a path or a name',
  group: 'dcr',
  severity: 'warning',
  confidence: 'likely',
  docs: {
    what: 'Looks for two enabled entries of `fileInfo` with the same path or the same name.',
    why: 'Entries with one path can ask for different things, such as recursion or content, and which of them the agent takes is not documented. Entries with one name overwrite each other where the name is the key, as in the portal.',
    how: 'Compares paths and names letter by letter among the enabled entries for Linux. A disabled twin does not count, nor does the same rule cached in a second file.',
    limits: 'Two paths that are spelt differently and match the same files are not noticed.',
    fix: [
      'Keep one entry for each path, and give every entry a name of its own (portal: Change Tracking, Settings, Linux Files).',
      'Save the rule and wait for the next fetch, about 5 minutes.',
    ],
    proof: 'In the cached rule every destinationPath and every name occurs once among the enabled entries.',
    links: [LINKS.enable],
  },
  needs: { cache: configCache },
  causes: ['CT5019'],
  *check({ cache }) {
    for (const dcr of cache.ctDcrs) {
      const said = new Map<string, [Locator, Locator]>()
      for (const { path, settings } of settingsOf(dcr)) {
        for (const { what, first, second } of twins(trackedEntries(settings))) {
          if (!said.has(what)) said.set(what, [at(path, first), at(path, second)])
        }
      }
      const shown = [...said].slice(0, SHOWN)
      const [first, ...others] = shown.flatMap(([, places]) => places)
      if (first === undefined) continue
      yield finding({
        subject: dcr.id,
        message: `Enabled entries of ${dcrLabel(dcr)} share ${listed([...said.keys()], { shown: SHOWN })}.`,
        evidence: [first, ...others],
        data: { shared: shown.map(([what]) => what) },
      })
    }
  },
})

interface Twins {
  readonly what: string
  readonly first: CtFileInfo
  readonly second: CtFileInfo
}

function twins(entries: readonly CtFileInfo[]): Twins[] {
  return (['path', 'name'] as const).flatMap((field) => {
    const known = new Map<string, CtFileInfo>()
    return entries.flatMap((second) => {
      const value = second[field]?.trim() ?? ''
      const first = known.get(value)
      if (value !== '' && first === undefined) known.set(value, second)
      return first === undefined ? [] : [{ what: `the ${field} ${value.slice(0, 80)}`, first, second }]
    })
  })
}

function at(path: string, { segments, name, path: tracked }: CtFileInfo): Locator {
  return atJson(path, segments, { name, destinationPath: tracked })
}
