import { mdsdInfo } from '../../artifacts/ama.js'
import { amaInfo } from '../../facts/ama-log.js'
import { configCache, dcrLabel, type CtDcr } from '../../facts/ct-dcrs.js'
import { atEvent } from '../../facts/log-view.js'
import { LINKS } from '../../knowledge/links.js'
import { atJson, type Locator } from '../../model/locator.js'
import { listed } from '../../model/count.js'
import { finding, notApplicable, rule, unknown } from '../../model/rule.js'

export const heartbeatWorkspaceDiffers = rule({
  id: 'CT2015',
  name: 'heartbeat-workspace-differs',
  title: 'Heartbeats go to another workspace than Change Tracking data',
  group: 'ama',
  severity: 'info',
  confidence: 'likely',
  docs: {
    what: 'Compares the workspaces that mdsd.info names in its heartbeat lines with those the Change Tracking rule sends to.',
    why: 'This is allowed, but whoever looks for the machine’s data in the workspace with the heartbeats finds none, and a healthy heartbeat proves nothing about the way to the other workspace.',
    how: 'Fires when heartbeat lines are there and none of them names a workspace to which the rule’s Linux data source sends.',
    limits: 'Only workspace ids are on the machine, not their names.',
    fix: [
      'Query the workspace that the rule names: tables ConfigurationChange and ConfigurationData.',
      'When that is the wrong one: change the destination of the Change Tracking rule, and check that the workspace has the ChangeTracking solution.',
    ],
    proof: 'The workspace in the rule’s channel is the one in which you look for data.',
    links: [LINKS.enable, LINKS.dcr],
  },
  needs: { cache: configCache, log: amaInfo },
  *check({ cache, log }) {
    const targets = cache.ctDcrs.map((dcr) => ({ dcr, workspaces: workspacesOf(dcr) }))
    if (targets.every(({ workspaces }) => workspaces.size === 0)) {
      yield notApplicable('No cached Change Tracking rule names a workspace.')
      return
    }
    const beats = log.events(['heartbeat'])
    const last = beats.at(-1)
    if (last === undefined) {
      yield unknown('mdsd.info holds no heartbeat line.', [mdsdInfo])
      return
    }
    const beaten = new Set(beats.map(({ subject }) => subject))
    for (const { dcr, workspaces } of targets) {
      const [first] = workspaces.values()
      if (first === undefined || [...workspaces.keys()].some((workspace) => beaten.has(workspace))) continue
      yield finding({
        subject: dcr.id,
        message: `${dcrLabel(dcr)} sends to workspace ${listed([...workspaces.keys()])}, while heartbeats go to ${listed([...beaten])}.`,
        evidence: [first, atEvent(last)],
        data: { rule: [...workspaces.keys()], heartbeat: [...beaten] },
      })
    }
  },
})

/** The workspaces of the channels that the Linux data source names; of all channels where it names none. */
function workspacesOf({ chunks }: CtDcr): Map<string, Locator> {
  const found = new Map<string, Locator>()
  for (const { path, chunk, dataSources } of chunks) {
    const named = new Set(dataSources.flatMap(({ channels }) => channels.map((id) => id.toLowerCase())))
    for (const { id, workspaceId, endpoint, segments } of chunk.channels) {
      if (workspaceId === null || (named.size > 0 && !named.has(id?.toLowerCase() ?? ''))) continue
      found.set(workspaceId, atJson(path, segments, { id, endpoint }))
    }
  }
  return found
}
