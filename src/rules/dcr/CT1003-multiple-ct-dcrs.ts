import { atCtDcr, configCache, dcrLabel } from '../../facts/ct-dcrs.js'
import { COMMANDS } from '../../knowledge/commands.js'
import { listed } from '../../model/count.js'
import { configChunk } from '../../artifacts/dcr.js'
import { inputItself } from '../../model/input.js'
import { finding, rule, unknown } from '../../model/rule.js'
import { LINKS } from '../../knowledge/links.js'
import { baseName } from '../../model/locator.js'

export const multipleCtDcrs = rule({
  id: 'CT1003',
  name: 'multiple-ct-dcrs',
  title: 'More than one Change Tracking rule reaches this machine',
  group: 'dcr',
  severity: 'error',
  confidence: 'certain',
  docs: {
    what: 'Counts the distinct data collection rules in the config cache that carry ChangeTracking-Linux.',
    why: 'The agent supports one Change Tracking rule. Given several it follows one of them, and which one is random: files tracked one day are not tracked the next, and data may go to another workspace.',
    how: 'Groups the files in `configchunks` by the rule’s immutable id. One rule in two files counts once; a rule for Windows only does not count. With one rule in an input that breaks off the answer is unknown: another may have been lost on the way.',
    limits: 'A rule that was just removed may still be cached for some minutes.',
    fix: [
      'Decide which rule is to stay.',
      'Remove the machine’s association with every other one. Policies put it back: exclude the machine there, or assign one rule only.',
      'Wait 15 minutes, then check that one chunk is left; restart the Azure Monitor Agent if not.',
    ],
    proof: `${COMMANDS.findCtChunks} names exactly one file.`,
    links: [LINKS.overview, LINKS.enable],
  },
  needs: { cache: configCache, input: inputItself },
  causes: ['CT1019'],
  *check({ cache, input }) {
    const [first, second] = cache.ctDcrs
    if (first !== undefined && second === undefined && input.torn)
      yield unknown('The input breaks off, so another rule may have been lost on the way.', [configChunk])
    if (first === undefined || second === undefined) return
    const [firstChunk, ...otherChunks] = cache.ctDcrs.flatMap(({ chunks }) => chunks)
    if (firstChunk === undefined) return
    const places = cache.ctDcrs.map(
      (dcr) => `${dcrLabel(dcr)} in ${dcr.chunks.map(({ path }) => baseName(path)).join(', ')}`,
    )
    yield finding({
      subject: 'ChangeTracking-Linux',
      message: `${cache.ctDcrs.length} Change Tracking rules are cached and the agent follows one of them at random: ${listed(places, { shown: 5, separator: '; ' })}.`,
      evidence: [atCtDcr(firstChunk), ...otherChunks.map(atCtDcr)],
      data: {
        dcrs: cache.ctDcrs.map(({ id, name, chunks }) => ({ id, name, chunks: chunks.map(({ path }) => path) })),
      },
      remedy: [
        `Keep one of ${listed(cache.ctDcrs.map(dcrLabel), { shown: 5, separator: ' and ' })} and remove the machine’s association with every other one (policy assignments put it back).`,
        'Wait 15 minutes, else `sudo systemctl restart azuremonitoragent`.',
        `Check: ${COMMANDS.findCtChunks} names one file.`,
      ],
    })
  },
})
