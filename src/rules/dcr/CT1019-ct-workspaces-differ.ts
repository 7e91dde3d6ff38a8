import { configCache, dcrLabel, workspacesOf } from '../../facts/ct-dcrs.js'
import { LINKS } from '../../knowledge/links.js'
import { atJson, type Locator } from '../../model/locator.js'
import { listed } from '../../model/count.js'
import { finding, rule } from '../../model/rule.js'

/** Nobody sends to more by design; a rule that does must not fill the screen. */
const SHOWN = 10

export const ctWorkspacesDiffer = rule({
  id: 'CT1019',
  name: 'ct-workspaces-differ',
  title: 'Change Tracking data goes to more than one workspace',
  group: 'dcr',
  severity: 'warning',
  confidence: 'certain',
  docs: {
    what: 'Collects the workspaces to which the cached rules send the Linux streams of Change Tracking.',
    why: 'Who looks in one workspace misses what went to the other. With two rules, the workspace changes with the rule that the agent happens to follow.',
    how: 'Follows `sendToChannels` of the ChangeTracking-Linux data sources to the channels of the same chunk, and compares the workspace ids of these. Channels of other data sources do not count.',
    limits: 'Sending to two workspaces can be meant so.',
    fix: [
      'Decide which workspace is to have the data, and leave one destination in the rule’s data flow of the Change Tracking streams.',
      'Remove the association with any other Change Tracking rule.',
      'Wait 15 minutes, else `sudo systemctl restart azuremonitoragent`.',
    ],
    proof: 'The channels that the Change Tracking chunk sends to have one workspace id.',
    links: [LINKS.dcr, LINKS.enable],
  },
  needs: { cache: configCache },
  *check({ cache }) {
    const targets = new Map<string, { readonly rules: string[]; readonly at: Locator }>()
    for (const dcr of cache.ctDcrs) {
      for (const [workspace, { path, channel }] of workspacesOf(dcr)) {
        const known = targets.get(workspace)
        const at = atJson(path, channel.segments, { id: channel.id, endpoint: channel.endpoint })
        if (known === undefined) targets.set(workspace, { rules: [dcrLabel(dcr)], at })
        else known.rules.push(dcrLabel(dcr))
      }
    }
    const [first, ...others] = [...targets.values()].map(({ at }) => at)
    if (targets.size < 2 || first === undefined) return
    const said = [...targets].map(([workspace, { rules }]) => `${workspace} (from ${listed(rules)})`)
    yield finding({
      subject: 'ChangeTracking-Linux',
      message: `Change Tracking data of this machine goes to ${targets.size} workspaces: ${listed(said, { shown: SHOWN, separator: ' and ' })}.`,
      evidence: [first, ...others.slice(0, SHOWN - 1)],
      data: { workspaces: [...targets.keys()].slice(0, SHOWN) },
    })
  },
})
