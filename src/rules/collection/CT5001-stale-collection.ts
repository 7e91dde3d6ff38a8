import { workerLateness } from '../../facts/worker-lateness.js'
import { atEvent } from '../../facts/log-view.js'
import { COMMANDS } from '../../knowledge/commands.js'
import { LINKS } from '../../knowledge/links.js'
import { WORKERS } from '../../knowledge/names.js'
import { atEntry } from '../../model/locator.js'
import { finding, rule, unknown } from '../../model/rule.js'
import { duration, iso } from '../../model/time.js'

export const staleCollection = rule({
  id: 'CT5001',
  name: 'stale-collection',
  title: 'A worker has stopped collecting',
  group: 'collection',
  severity: 'error',
  confidence: 'likely',
  docs: {
    what: 'Compares the time since each worker’s last run with the frequency that the rule sets.',
    why: 'Services, software and files are collected by workers on a timer. One that no longer runs reports no change and no inventory.',
    how: 'A run is a line of the agent’s log with the number of services or packages it received. It is stale when older than three times the frequency, and than the frequency plus ten minutes. With several rules the longest frequency counts. The current log must have been collected to its end, and no newer trace of a run may exist. A silence of mdsd.info, as when the machine was off or slept, does not count, nor does a service that by syslog has only just started. A worker of these two that never shows in the log is late as well, when the other one shows for longer than that. The Files worker has no known line: only a recent list proves a run, nothing proves that there was none.',
    limits:
      'With a log level above INFO runs are not logged. When no rule was collected, only a run older than three days is certain to be late.',
    fix: [
      '`systemctl status cxp.service`; when it is not active: `sudo systemctl restart cxp.service`.',
      'Read the end of cta_linux_agent.log and cta_linux_watcher.log for errors.',
      `When the service runs but nothing is collected, disable and enable the extension: ${COMMANDS.disable}, wait until both processes are gone, the same with \`enable\`.`,
    ],
    proof:
      '`sudo grep "in this run" /var/log/azure/Microsoft.Azure.ChangeTrackingAndInventory.ChangeTracking-Linux/cta_linux_agent.log | tail -2` shows times within the frequency.',
    links: [LINKS.overview],
  },
  needs: { lateness: workerLateness },
  causes: ['CT6002'],
  *check({ lateness }, asOf) {
    for (const worker of WORKERS) {
      const state = lateness(worker, asOf)
      switch (state.is) {
        case 'in-time':
          break
        case 'open':
          yield unknown(state.reason, [state.ask], worker)
          break
        case 'absent': {
          const { name, newest, since } = state.other
          const { configured, frequency, limit } = state.schedule
          yield finding({
            subject: worker,
            message: `The agent’s log shows no ${worker} run since ${iso(since)}, while ${name} ran until ${iso(newest.time)}; the rule asks for a run every ${duration(frequency * 1000)}.`,
            evidence: [atEvent(newest.event), atEntry(newest.event.path, `no ${worker} run`)],
            confidence: 'possible',
            onlyIfWhole: true,
            data: { lastRun: null, since: iso(since), frequencySeconds: configured, limitSeconds: limit / 1000 },
          })
          break
        }
        case 'late': {
          const { time, event } = state.last
          const { configured, frequency, limit } = state.schedule
          const rule =
            configured === null
              ? 'the longest frequency possible is a day'
              : `the rule asks for a run every ${duration(frequency * 1000)}`
          yield finding({
            subject: worker,
            message: `The last ${worker} run was at ${iso(time)}, ${duration(asOf - time)} before this bundle was taken; ${rule}.`,
            evidence: [atEvent(event)],
            data: {
              lastRun: iso(time),
              ageSeconds: Math.round((asOf - time) / 1000),
              frequencySeconds: configured,
              limitSeconds: limit / 1000,
            },
          })
        }
      }
    }
  },
})
