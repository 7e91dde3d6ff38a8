import { configCache } from '../../facts/ct-dcrs.js'
import { configChunk } from '../../artifacts/dcr.js'
import { atProblem, wasCutOff } from '../../model/artifact.js'
import { baseName } from '../../model/locator.js'
import { finding, rule, unknown } from '../../model/rule.js'
import { LINKS } from '../../knowledge/links.js'

export const chunkUnreadable = rule({
  id: 'CT1005',
  name: 'chunk-unreadable',
  title: 'A cached data collection rule cannot be read',
  group: 'dcr',
  severity: 'error',
  confidence: 'certain',
  docs: {
    what: 'Reads every file in `configchunks` as JSON.',
    why: 'A file that is empty, cut or not JSON gives the Azure Monitor Agent no rule. If it is the Change Tracking rule, nothing is collected.',
    how: 'Fires once for each file that is empty, all NUL bytes, truncated, or no JSON object. Copies that a person or an editor left, such as `1.json.bak`, are no rules.',
    limits:
      'A copy made while the agent was writing the file, or cut by the collector, looks the same. Compare with the file on the machine.',
    fix: [
      'Look at the file on the machine: `sudo python3 -m json.tool FILE > /dev/null`. If it is whole there, the copy was torn.',
      'Check free space: `df -h /etc /var`.',
      'Move the file away and `sudo systemctl restart azuremonitoragent`: the agent downloads its rules again.',
    ],
    proof: 'Every file in `configchunks` passes `python3 -m json.tool`.',
    links: [LINKS.amaTroubleshoot],
  },
  needs: { cache: configCache },
  causes: ['CT2012', 'CT5001'],
  *check({ cache }) {
    for (const entry of cache.unreadable) {
      if (wasCutOff(entry)) {
        yield unknown(entry.problems[0].message, [configChunk], entry.path)
        continue
      }
      yield finding({
        subject: entry.path,
        message: `${baseName(entry.path)} is no readable data collection rule. ${entry.problems[0].message}`,
        evidence: [atProblem(entry)],
        data: { bytes: entry.size, problem: entry.problems[0].code },
      })
    }
  },
})
