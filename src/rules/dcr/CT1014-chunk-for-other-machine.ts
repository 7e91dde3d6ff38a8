import { mdsdInfo } from '../../artifacts/ama.js'
import { configChunk } from '../../artifacts/dcr.js'
import { configCache } from '../../facts/ct-dcrs.js'
import { cachedIds, ownIds, sameMachine } from '../../facts/machine-names.js'
import { COMMANDS } from '../../knowledge/commands.js'
import { LINKS } from '../../knowledge/links.js'
import type { Locator } from '../../model/locator.js'
import { finding, notApplicable, rule, unknown } from '../../model/rule.js'

export const chunkForOtherMachine = rule({
  id: 'CT1014',
  name: 'chunk-for-other-machine',
  title: 'The cached Change Tracking rule was fetched for another machine',
  group: 'dcr',
  severity: 'error',
  confidence: 'likely',
  docs: {
    what: 'Compares the machine that the cached rule’s token address names with the id the platform gives this machine.',
    why: 'A machine that was cloned, moved or renamed can keep the config cache of its former self. The Azure Monitor Agent then asks for tokens in the name of another machine and gets none, or sends data under that name.',
    how: 'The machine’s own id comes from the instance metadata that a collector asked for, and from the last “Setting resource id” line of mdsd.info. Fires when a chunk with Change Tracking names a machine that none of them names. Capitals do not count. Of a scale set only subscription and resource group are compared where the two forms of its ids differ.',
    limits:
      'A machine that was moved while the agent ran shows its old id in mdsd.info until the agent starts again. On an Azure VM with the Arc agent the two ids differ for another reason, CT8003.',
    fix: [
      'Check which id is right: Azure portal, the machine, Properties, Resource ID.',
      'Restart the agent and look again: `sudo systemctl restart azuremonitoragent`.',
      `If the chunk still names the other machine, move the cache away: ${COMMANDS.moveConfigCache}. If that does not help, remove the Azure Monitor Agent extension and install it again.`,
      'Check that this machine, under its own id, is associated with the Change Tracking rule.',
    ],
    proof:
      '`sudo grep -o "subscriptions/[^?]*agentConfigurations" /etc/opt/microsoft/azuremonitoragent/config-cache/configchunks/*` names this machine only.',
    links: [LINKS.amaTroubleshoot],
  },
  needs: { cache: configCache, own: ownIds, cached: cachedIds },
  causes: ['CT2005', 'CT2006', 'CT7001', 'CT7002'],
  *check({ cache, own, cached }) {
    if (cache.ctDcrs.length === 0) {
      yield notApplicable('No Change Tracking rule for Linux is cached.')
      return
    }
    const files = new Set(cache.ctDcrs.flatMap(({ chunks }) => chunks.map(({ path }) => path)))
    const named = new Map<string, { readonly name: string; readonly at: Locator[] }>()
    for (const { name, at, path } of cached) {
      if (!files.has(path)) continue
      const known = named.get(name.toLowerCase())
      if (known === undefined) named.set(name.toLowerCase(), { name, at: [at] })
      else known.at.push(at)
    }
    const [self] = own
    if (self === undefined) {
      yield unknown('Nothing beside the chunks says which machine this is.', [mdsdInfo])
    } else if (named.size === 0) {
      yield unknown('The Change Tracking chunks name no machine.', [configChunk])
    } else {
      for (const { name, at } of named.values()) {
        const [first, ...others] = at
        if (first === undefined || own.some((mine) => sameMachine(mine.name, name))) continue
        if (!own.some(({ sure }) => sure)) {
          yield unknown('mdsd.info was not collected whole: a later line could name this machine.', [mdsdInfo], name)
          continue
        }
        yield finding({
          subject: name.toLowerCase(),
          message: `The cached Change Tracking rule was fetched for ${differing(name, self.name)}, but this machine is ${differing(self.name, name)}.`,
          evidence: [first, ...others, ...own.map((mine) => mine.at)],
          // A later line with this machine's id may be in what is missing.
          onlyIfWhole: true,
          data: { chunk: name, machine: self.name },
        })
      }
    }
  },
})

/** The end of an ARM id, from the first part that is another one in the other id: all of it when that is the subscription. */
function differing(id: string, other: string): string {
  const parts = id.split('/')
  const others = other.toLowerCase().split('/')
  const first = parts.findIndex((part, index) => part.toLowerCase() !== others[index])
  // A value is told with its key before it.
  const from = first - (first % 2 === 0 ? 1 : 0)
  return from <= 1 ? id : parts.slice(from).join('/')
}
