import { amaInfo } from '../../facts/ama-log.js'
import { configCache, dcrLabel } from '../../facts/ct-dcrs.js'
import { atEvent } from '../../facts/log-view.js'
import { sinkNames } from '../../facts/sink-names.js'
import { mdsdInfo } from '../../artifacts/ama.js'
import { sinkFolders } from '../../artifacts/cache.js'
import { LINKS } from '../../knowledge/links.js'
import { homePath } from '../../model/artifact.js'
import { counted } from '../../model/count.js'
import { absence } from '../../model/locator.js'
import { finding, notApplicable, rule, unknown } from '../../model/rule.js'

/** The agent makes the folders when it loads the rule, or soon after. */
const GRACE = 5 * 60_000

export const ctSinkMissing = rule({
  id: 'CT6001',
  name: 'ct-sink-missing',
  title: 'The event cache has no folder for the Change Tracking streams',
  group: 'cache',
  severity: 'error',
  confidence: 'likely',
  docs: {
    what: 'Looks for the folder that the Azure Monitor Agent makes for each stream of a loaded Change Tracking rule.',
    why: 'Rows wait there until they are uploaded. Without a folder the agent takes no data from Change Tracking.',
    how: 'Needs the event cache’s folder names, from a listing or from `du`, and a line of mdsd.info that the rule was loaded. Fires when no sink of that rule for Linux is there, unless it was loaded for the first time in the last five minutes.',
    limits: 'A collector that copies only some folders can hide them.',
    fix: [
      'Check the rule’s streams: CONFIG_CHANGE_BLOB_V2 and CONFIG_DATA_BLOB_V2 must be among them.',
      '`sudo systemctl restart azuremonitoragent`, wait two minutes, list the folders again.',
      'If they are still missing, read mdsd.err for errors about the local store, and check free space below /var.',
    ],
    proof: '`sudo ls /var/opt/microsoft/azuremonitoragent/events | grep CONFIG_` lists the sinks.',
    links: [LINKS.amaTroubleshoot],
  },
  needs: { cache: configCache, sinks: sinkNames, log: amaInfo },
  causes: ['CT6002'],
  *check({ cache, sinks, log }, asOf) {
    if (cache.ctDcrs.length === 0) {
      yield notApplicable('No Change Tracking rule for Linux is cached.')
      return
    }
    if (sinks === null) {
      yield unknown('Nothing in the input lists the event cache.', [sinkFolders])
      return
    }
    for (const dcr of cache.ctDcrs) {
      if (sinks.dcrIds.has(dcr.id)) continue
      const loads = log.events(['loaded', 'sources', 'added'], dcr.id)
      const loaded = loads.at(-1)
      if (loaded === undefined) {
        yield unknown(`mdsd.info does not show that ${dcr.id} was loaded.`, [mdsdInfo], dcr.id)
        continue
      }
      if ((loads[0]?.time ?? 0) > asOf - GRACE) {
        yield unknown('it was loaded only just before this was collected.', [sinkFolders], dcr.id)
        continue
      }
      yield finding({
        subject: dcr.id,
        message: `The Azure Monitor Agent loaded ${dcrLabel(dcr)}, but the event cache has no folder for its streams (${counted(sinks.count, 'other sink')} there).`,
        evidence: [atEvent(loaded), absence([`${homePath(sinkFolders)}/${dcr.id}:*`]), sinks.at],
      })
    }
  },
})
