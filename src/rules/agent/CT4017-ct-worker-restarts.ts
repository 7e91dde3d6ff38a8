import { unitState } from '../../artifacts/units.js'
import { atEvent } from '../../facts/log-view.js'
import { unitStates } from '../../facts/unit-states.js'
import { watcherRestarts } from '../../facts/watcher-restarts.js'
import { ctWatcherLog } from '../../artifacts/agent.js'
import { LINKS } from '../../knowledge/links.js'
import { finding, rule, unknown } from '../../model/rule.js'
import { iso } from '../../model/time.js'

const DAY = 24 * 3_600_000
/** Fewer within a day are what an update or a start of the machine makes. */
const REPEATEDLY = 3

export const ctWorkerRestarts = rule({
  id: 'CT4017',
  name: 'ct-worker-restarts',
  title: 'The Change Tracking agent is restarted again and again',
  group: 'agent',
  severity: 'warning',
  confidence: 'possible',
  docs: {
    what: 'Counts restarts of the worker in the watcher’s log, and of cxp.service by systemd.',
    why: 'The watcher looks every five minutes whether the worker runs, and starts it again. A worker that ends again and again loses the runs in between.',
    how: `Fires when the last 24 hours of the watcher’s log show at least ${REPEATEDLY} restarts: lines that say so in one of several wordings, or starts with another process id. Or when systemd counts at least ${REPEATEDLY} restarts of cxp.service since it was last started by hand.`,
    limits:
      'The watcher’s messages are not public, so that another wording goes unnoticed, and a harmless one may be counted. Updates and starts of the machine count too.',
    fix: [
      'Read cta_linux_agent.log at the times under evidence: the last lines before each restart, and crashes.',
      'Look for the kernel killing it for its memory: `journalctl -k | grep -i "out of memory"`.',
      'Update the extension; some versions use more and more memory.',
    ],
    proof:
      'cta_linux_watcher.log shows no restart for a day, and `systemctl show cxp.service -p NRestarts` says 0 after a restart by hand.',
    links: [LINKS.ctVersions],
  },
  needs: {},
  optional: { watcher: watcherRestarts, units: unitStates },
  causes: ['CT5001'],
  *check({ watcher, units }) {
    const end = watcher?.log.last?.time ?? null
    const recent = (watcher?.restarts ?? []).filter(({ time }) => end !== null && time > end - DAY)
    const [first] = recent
    const last = recent.at(-1)
    if (first !== undefined && last !== undefined && recent.length >= REPEATEDLY) {
      yield finding({
        subject: 'worker',
        message: `The watcher restarted the worker ${recent.length} times within a day, last at ${iso(last.time)}.`,
        evidence: [atEvent(last), atEvent(first)],
        data: { restarts: recent.length, first: iso(first.time), last: iso(last.time) },
      })
    }
    const counted = units?.of('cxp.service')?.restarts ?? null
    const restarts = Number(counted?.value ?? 0)
    if (counted !== null && restarts >= REPEATEDLY) {
      yield finding({
        subject: 'cxp.service',
        message: `systemd restarted cxp.service ${restarts} times after a failure.`,
        evidence: [counted.at],
        data: { restarts },
      })
    }
    if (watcher === undefined && counted === null)
      yield unknown('Neither the watcher’s log nor systemd’s count of restarts was collected.', [
        ctWatcherLog,
        unitState,
      ])
  },
})
