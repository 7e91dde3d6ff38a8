import { sinkFolders } from '../../artifacts/cache.js'
import { configChunk } from '../../artifacts/dcr.js'
import { configCache } from '../../facts/ct-dcrs.js'
import { sinkNames } from '../../facts/sink-names.js'
import { LINKS } from '../../knowledge/links.js'
import { homePath } from '../../model/artifact.js'
import { absence } from '../../model/locator.js'
import { finding, rule, unknown } from '../../model/rule.js'

export const formerCtDcr = rule({
  id: 'CT1023',
  name: 'former-ct-dcr',
  title: 'The event cache has Change Tracking sinks of a rule that is no longer cached',
  group: 'dcr',
  severity: 'info',
  confidence: 'likely',
  docs: {
    what: 'Compares the rules that the folders of the event cache are named for with the rules in `configchunks`.',
    why: 'Such a folder says that another Change Tracking rule reached this machine before. That explains older data in another workspace, or files that were tracked then and are not now.',
    how: 'Fires for each rule id of a Change Tracking sink for Linux that no cached rule of any kind has.',
    limits: 'Whether the agent deletes the folders of a removed rule is not documented, nor when.',
    fix: [
      'Nothing has to be done. Rows that are still waiting there are sent, or dropped once they are too old.',
      'If the rule was not removed on purpose, check the machine’s associations.',
    ],
    proof: 'The machine’s associations in the Azure portal are the ones that are meant.',
    links: [LINKS.dcr],
  },
  needs: { cache: configCache },
  optional: { names: sinkNames },
  *check({ cache, names }) {
    if (names == null) {
      yield unknown('Nothing in the input lists the event cache.', [sinkFolders])
      return
    }
    const cached = new Set(cache.chunks.flatMap(({ chunk }) => chunk.dcrIds.map(({ id }) => id)))
    const former = [...names.dcrIds].filter((id) => !cached.has(id))
    // The rule may be in a file that cannot be read, or in one that does not say its id.
    const open =
      cache.unreadable[0]?.path ??
      cache.chunks.find(({ chunk: { kind, dcrIds } }) => kind === 'ct' && dcrIds.length === 0)?.path
    for (const dcrId of former) {
      if (open !== undefined) {
        yield unknown(`${open} could be that rule.`, [configChunk], dcrId)
        continue
      }
      const [first = names.at, ...others] = names.linux.filter((sink) => sink.dcrId === dcrId).map(({ at }) => at)
      yield finding({
        subject: dcrId,
        message: `The event cache has ${others.length > 0 ? `${others.length + 1} Change Tracking sinks` : 'a Change Tracking sink'} of ${dcrId}, which ${cache.chunks.length === 1 ? 'the one cached rule is not' : `none of the ${cache.chunks.length} cached rules is`}.`,
        evidence: [first, ...others.slice(0, 9), absence([homePath(configChunk)])],
      })
    }
  },
})
