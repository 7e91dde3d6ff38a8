import { configChunk } from '../../artifacts/dcr.js'
import { configCache } from '../../facts/ct-dcrs.js'
import { COMMANDS } from '../../knowledge/commands.js'
import { atEntry } from '../../model/locator.js'
import { finding, rule, unknown } from '../../model/rule.js'
import { LINKS } from '../../knowledge/links.js'

export const noCtDcr = rule({
  id: 'CT1002',
  name: 'no-ct-dcr',
  title: 'No data collection rule on this machine carries Change Tracking',
  group: 'dcr',
  severity: 'error',
  confidence: 'certain',
  docs: {
    what: 'Looks for a cached data collection rule with the extension ChangeTracking-Linux or ChangeTracking-Windows.',
    why: 'Change Tracking needs a rule of its own. Without one the agent has no settings and no stream to write to, while heartbeats and other data of the machine look healthy.',
    how: 'Reads every file in `configchunks` and looks for `extensionConfigurations` or a data source of kind `extension` with such a name.',
    limits: 'When a file of the cache cannot be read, that one could be the missing rule; the answer is then unknown.',
    fix: [
      'Associate the machine with the Change Tracking data collection rule (typical for machines onboarded by policy: run the remediation task).',
      'Wait 15 minutes for the Azure Monitor Agent to fetch it, else `sudo systemctl restart azuremonitoragent`.',
    ],
    proof: `${COMMANDS.findCtChunks} names exactly one file.`,
    links: [LINKS.enable, LINKS.dcr],
  },
  needs: { cache: configCache },
  causes: ['CT1023', 'CT3001', 'CT5001', 'CT5002', 'CT6001'],
  *check({ cache }) {
    if (cache.ctDcrs.length > 0 || cache.windowsOnly.length > 0) return
    const [broken] = cache.unreadable
    if (broken !== undefined) {
      yield unknown(`${broken.path} cannot be read and could be the Change Tracking rule.`, [configChunk])
      return
    }
    const [first, ...others] = cache.chunks
    if (first === undefined) return
    const count = cache.chunks.length
    yield finding({
      subject: 'ChangeTracking-Linux',
      message: `${count === 1 ? 'The one data collection rule' : `None of the ${count} data collection rules`} in the config cache ${count === 1 ? 'does not carry' : 'carries'} Change Tracking: it is not associated with this machine, or has not been downloaded.`,
      evidence: [atEntry(first.path), ...others.slice(0, 19).map(({ path }) => atEntry(path))],
      data: { chunks: count },
      onlyIfWhole: true,
    })
  },
})
