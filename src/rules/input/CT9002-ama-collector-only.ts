import {
  applicationYml,
  ctAgentLog,
  ctCommandLog,
  ctExtensionFolder,
  ctHandlerLog,
  ctHandlerState,
  ctHandlerStatus,
  ctStatus,
  ctWatcherLog,
  cxpUnit,
  handlerEnvironment,
} from '../../artifacts/agent.js'
import { ctDb, fileJson, packagesJson, servicesJson } from '../../artifacts/collection.js'
import { amaCollectorTree } from '../../artifacts/collector.js'
import { LINKS } from '../../knowledge/links.js'
import { homePath, type Artifact } from '../../model/artifact.js'
import { seen } from '../../model/fact.js'
import { inputItself } from '../../model/input.js'
import { absence, atEntry } from '../../model/locator.js'
import { finding, rule, unknown } from '../../model/rule.js'

/** Whatever the Change Tracking extension leaves on a machine. */
const OF_CT: readonly Artifact<unknown>[] = [
  ctExtensionFolder,
  ctHandlerState,
  ctHandlerStatus,
  ctStatus,
  handlerEnvironment,
  applicationYml,
  cxpUnit,
  ctCommandLog,
  ctAgentLog,
  ctHandlerLog,
  ctWatcherLog,
  ctDb,
  fileJson,
  packagesJson,
  servicesJson,
]

export const amaCollectorOnly = rule({
  id: 'CT9002',
  name: 'ama-collector-only',
  title: 'Only the Azure Monitor Agent’s own collector was run',
  group: 'input',
  severity: 'warning',
  confidence: 'certain',
  docs: {
    what: 'Tells whether the input is the output of the Azure Monitor Agent’s troubleshooter and nothing else.',
    why: 'That collector takes nothing of Change Tracking: no log, no list, no database, no extension folder. Half of the data path cannot be judged from it.',
    how: 'Fires when files that only this collector makes are there, such as `amalinux.out`, and no artifact of the Change Tracking extension is.',
    limits:
      'When the extension is not installed, the second bundle will hold nothing of it either; that is then the finding.',
    fix: [
      'Ask for the other half: `sudo sh -c "tar -czf /tmp/ct-logs.tgz --exclude=*.settings /var/log/azure/Microsoft.Azure.ChangeTrackingAndInventory.ChangeTracking-Linux /var/lib/waagent/Microsoft.Azure.ChangeTrackingAndInventory.ChangeTracking-Linux-* /opt/microsoft/changetrackingdata"`.',
      'Unpack both archives into one folder and analyse that folder.',
    ],
    proof: 'The next analysis no longer shows CT9002, and hops 4 and 5 are no longer unknown.',
    links: [LINKS.overview],
  },
  needs: { input: inputItself },
  optional: {
    collector: amaCollectorTree,
    ...Object.fromEntries(OF_CT.map((artifact) => [artifact.id, seen(artifact)])),
  },
  *check({ input, collector, ...ofCt }) {
    const [made] = collector?.good.toSorted((a, b) => rank(a.path) - rank(b.path)) ?? []
    if (made === undefined || Object.values(ofCt).some((found) => found !== undefined)) return
    if (input.torn) {
      yield unknown('The input breaks off, so files of Change Tracking may only have been lost on the way.', [
        ctAgentLog,
      ])
      return
    }
    yield finding({
      subject: 'input',
      message: `${made.path} is of the Azure Monitor Agent’s own collector, and none of the ${OF_CT.length} artifacts of Change Tracking is in the input.`,
      evidence: [atEntry(made.path), absence(OF_CT.map(homePath))],
    })
  },
})

/** The summary is what a person looks for first. */
function rank(path: string): number {
  return path.endsWith('amalinux.out') ? 0 : 1
}
