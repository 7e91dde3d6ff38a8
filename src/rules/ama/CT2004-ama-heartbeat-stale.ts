import { mdsdInfo } from '../../artifacts/ama.js'
import { amaInfo } from '../../facts/ama-log.js'
import { infoCopy } from '../../facts/info-copy.js'
import { atEvent } from '../../facts/log-view.js'
import { awake, machineOff } from '../../facts/machine-off.js'
import { duration, iso } from '../../model/time.js'
import { finding, rule, unknown } from '../../model/rule.js'
import { LINKS } from '../../knowledge/links.js'

const LIMIT = 5 * 60_000

export const amaHeartbeatStale = rule({
  id: 'CT2004',
  name: 'ama-heartbeat-stale',
  title: 'The Azure Monitor Agent no longer heartbeats',
  group: 'ama',
  severity: 'error',
  confidence: 'likely',
  docs: {
    what: 'Looks at the age of the last heartbeat line in mdsd.info.',
    why: 'The agent logs a heartbeat every minute after it was delivered. When they cease, the agent is down, hangs, or cannot reach the workspace: nothing of Change Tracking arrives either.',
    how: 'Fires when the last heartbeat is more than 5 minutes older than the bundle, the current mdsd.info was collected to its end, and the log starts before that limit. A silence of the whole log that ends with a start of the daemon, as when the machine was off, does not count. When another log of the agent goes on, the copy of mdsd.info is only older, and the answer is unknown.',
    limits:
      'A copy of the log taken well before the rest of the bundle looks the same. Without any heartbeat line in the log the answer is unknown, as not every version may print it.',
    fix: [
      '`systemctl status azuremonitoragent`; when it is active but silent: `sudo systemctl restart azuremonitoragent`.',
      'Read the end of mdsd.err for identity, name resolution or upload failures.',
      'Check that the machine reaches `<workspace id>.ods.opinsights.azure.com`.',
    ],
    proof:
      '`sudo grep Heartbeating /var/opt/microsoft/azuremonitoragent/log/mdsd.info | tail -1` shows the current minute.',
    links: [LINKS.amaTroubleshoot],
  },
  needs: { log: amaInfo, off: machineOff, copy: infoCopy },
  causes: ['CT3001', 'CT6002'],
  *check({ log, off, copy }, asOf) {
    const last = log.events(['heartbeat']).at(-1)
    if (last?.time == null) {
      yield unknown('mdsd.info holds no heartbeat line to judge.', [mdsdInfo])
      return
    }
    const age = asOf - last.time
    if (age <= LIMIT) return
    if (!log.covers(asOf - LIMIT) || copy.isOlder(asOf)) {
      yield unknown(
        'The last heartbeat is old, but the current mdsd.info was not collected with the rest, or not whole.',
        [mdsdInfo],
      )
      return
    }
    if (awake(off, last.time, asOf) <= LIMIT) {
      yield unknown('The agent has only just started after a silence, and its first heartbeat is not late yet.', [
        mdsdInfo,
      ])
      return
    }
    const newest = log.last
    yield finding({
      subject: 'heartbeat',
      message: `The last heartbeat was at ${iso(last.time)}, ${duration(age)} before this bundle was taken; a healthy agent logs one every minute.`,
      evidence: [atEvent(last), ...(newest === null ? [] : [atEvent(newest)])],
      data: { lastHeartbeat: iso(last.time), ageSeconds: Math.round(age / 1000), workspace: last.subject },
    })
  },
})
