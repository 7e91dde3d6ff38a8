import { mdsdWarn } from '../../artifacts/ama.js'
import { amaLogs } from '../../facts/ama-log.js'
import { atEvent } from '../../facts/log-view.js'
import { LINKS } from '../../knowledge/links.js'
import { times } from '../../model/count.js'
import { finding, rule, unknown } from '../../model/rule.js'
import { iso } from '../../model/time.js'

/** As long as the agent itself keeps data for a later upload: what was dropped before is history. */
const RECENT = 72 * 60 * 60_000

export const cacheDropping = rule({
  id: 'CT6006',
  name: 'cache-dropping',
  title: 'The Azure Monitor Agent drops data because its cache is full',
  group: 'cache',
  severity: 'error',
  confidence: 'likely',
  docs: {
    what: 'Looks for lines of the agent’s garbage collector, `[GC]`, about the disk quota and about drops.',
    why: 'Over its quota the agent deletes the oldest data of its cache. It is lost, changes of the host among it.',
    how: 'Fires when such a line of the last three days is in mdsd.warn or mdsd.err.',
    limits: 'The lines do not always say which stream lost data.',
    fix: [
      'Find what fills the cache: `sudo sh -c "du -sh /var/opt/microsoft/azuremonitoragent/events/* | sort -h | tail"`.',
      'Repair failing uploads first; else reduce the stream in its rule, or raise MaxDiskQuotaInMB in the agent settings rule.',
      'Check free space below /var: the agent lowers its quota to keep 5 % of the volume free.',
    ],
    proof:
      'mdsd.warn has no new `[GC]` line: `sudo grep "\\[GC\\]" /var/opt/microsoft/azuremonitoragent/log/mdsd.warn | tail -3`.',
    links: [LINKS.amaTroubleshoot],
  },
  needs: { log: amaLogs },
  optional: { warn: mdsdWarn },
  *check({ log, warn }, asOf) {
    const events = (log?.events(['gc']) ?? []).filter(({ time }) => time !== null && time > asOf - RECENT)
    const [first] = events
    const last = events.at(-1)
    if (first === undefined || last === undefined) {
      if (warn === undefined) yield unknown('mdsd.warn, in which drops show, is not in the input.', [mdsdWarn])
      return
    }
    const count = events.length
    yield finding({
      subject: 'events',
      message: `The garbage collector of the Azure Monitor Agent reported ${times(count)} that data is over quota or was dropped, last at ${iso(last.time ?? asOf)}.`,
      evidence: [atEvent(last), ...(first === last ? [] : [atEvent(first)])],
      data: { count, first: iso(first.time ?? asOf), last: iso(last.time ?? asOf) },
    })
  },
})
