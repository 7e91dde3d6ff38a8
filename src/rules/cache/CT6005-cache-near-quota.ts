import { eventSizes, sinkFolders } from '../../artifacts/cache.js'
import { cacheSizes } from '../../facts/cache-sizes.js'
import { diskQuota } from '../../facts/disk-quota.js'
import { LINKS } from '../../knowledge/links.js'
import { finding, rule, unknown } from '../../model/rule.js'

const MIB = 1024 * 1024
const SHARE = 0.9

export const cacheNearQuota = rule({
  id: 'CT6005',
  name: 'cache-near-quota',
  title: 'The event cache is nearly full',
  group: 'cache',
  severity: 'warning',
  confidence: 'likely',
  docs: {
    what: 'Compares the size of the Azure Monitor Agent’s events folder with its disk quota.',
    why: 'At its quota the agent drops the oldest data of all streams, Change Tracking among them, whichever stream filled the cache.',
    how: 'Fires when the folder has more than 90 % of the quota. The quota is the one mdsd.info says it uses, else MaxDiskQuotaInMB of the cached agent settings, else 10240 MB. An idle folder of some 650 MB is normal.',
    limits: 'The agent lowers the quota by itself when the volume is nearly full, which does not show here.',
    fix: [
      'Find what fills it: `sudo sh -c "du -sh /var/opt/microsoft/azuremonitoragent/events/* | sort -h | tail"`.',
      'Look for failed uploads: `sudo tail -50 /var/opt/microsoft/azuremonitoragent/log/mdsd.err`; repair those first.',
      'When a stream simply sends too much, reduce it in its rule; or raise MaxDiskQuotaInMB in the agent settings rule, as far as the volume has room.',
    ],
    proof: '`sudo du -sh /var/opt/microsoft/azuremonitoragent/events` shrinks.',
    links: [LINKS.amaTroubleshoot],
  },
  needs: { sizes: cacheSizes, quota: diskQuota },
  causes: ['CT6006'],
  *check({ sizes: { total }, quota }) {
    if (total === null) {
      yield unknown('Nothing shows how large the event cache is.', [sinkFolders, eventSizes])
      return
    }
    const limit = quota.megabytes * MIB
    if (total.bytes <= limit * SHARE) return
    const size = Math.round(total.bytes / MIB)
    yield finding({
      subject: 'events',
      message: `The event cache has ${size} MB, ${Math.round((total.bytes / limit) * 100)} % of its quota of ${quota.megabytes} MB${quota.at === null ? ' (the default)' : ''}.`,
      evidence: [total.at, ...(quota.at === null ? [] : [quota.at])],
      data: { megabytes: size, quota: quota.megabytes },
    })
  },
})
