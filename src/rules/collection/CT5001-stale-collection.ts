import { ctAgentLog } from '../../artifacts/agent.js'
import { configChunk } from '../../artifacts/dcr.js'
import { agentRuns } from '../../facts/agent-runs.js'
import { configCache, frequencyOf, isDisabled } from '../../facts/ct-dcrs.js'
import { freshTrace } from '../../facts/fresh-trace.js'
import { LIST_OF } from '../../facts/inventory.js'
import { atEvent } from '../../facts/log-view.js'
import { awake, machineOff } from '../../facts/machine-off.js'
import { COMMANDS } from '../../knowledge/commands.js'
import { LINKS } from '../../knowledge/links.js'
import { LONGEST_FREQUENCY, DEFAULT_FREQUENCY, staleAfter } from '../../knowledge/limits.js'
import { WORKERS } from '../../knowledge/names.js'
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
    how: 'A run is a line of the agent’s log with the number of services or packages it received. It is stale when older than three times the frequency, and than the frequency plus ten minutes. With several rules the longest frequency counts. The current log must have been collected to its end, and no newer trace of a run may exist. A silence of mdsd.info that ends with a start of its daemon, as when the machine was off, does not count. The Files worker has no known line: only a recent list proves a run, nothing proves that there was none.',
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
  needs: { runs: agentRuns },
  optional: { cache: configCache, trace: freshTrace, off: machineOff },
  causes: ['CT6002'],
  *check({ runs, cache, trace, off }, asOf) {
    for (const worker of WORKERS) {
      if (cache !== undefined && isDisabled(cache, worker)) continue
      const configured =
        cache === undefined || cache.ctDcrs.length === 0
          ? null
          : (frequencyOf(cache, worker) ?? DEFAULT_FREQUENCY[worker])
      const frequency = configured ?? LONGEST_FREQUENCY
      const limit = staleAfter(frequency)
      const last = runs.runs(worker).at(-1)
      const traced = trace?.[worker] ?? null
      if (Math.max(last?.time ?? 0, traced ?? 0) >= asOf - limit) {
        if (configured !== null || asOf - (last?.time ?? traced ?? 0) <= 3 * DEFAULT_FREQUENCY[worker] * 1000) continue
        yield unknown(
          'the last run is not recent, and without the rule its frequency is not known.',
          [configChunk],
          worker,
        )
      } else if (last === undefined) {
        yield unknown(
          'nothing collected here proves when it last ran.',
          [worker === 'files' ? LIST_OF.files : ctAgentLog],
          worker,
        )
      } else if (!runs.log.covers(last.time)) {
        yield unknown(
          `the last run is of ${iso(last.time)}, but the current log was not collected whole.`,
          [ctAgentLog],
          worker,
        )
      } else if (awake(off ?? [], last.time, asOf) <= limit) {
        yield unknown(
          `the last run is of ${iso(last.time)}, but the machine seems to have been off since, and the next one is not late yet.`,
          [ctAgentLog],
          worker,
        )
      } else {
        const age = asOf - last.time
        const rule =
          configured === null
            ? 'the longest frequency possible is a day'
            : `the rule asks for a run every ${duration(frequency * 1000)}`
        yield finding({
          subject: worker,
          message: `The last ${worker} run was at ${iso(last.time)}, ${duration(age)} before this bundle was taken; ${rule}.`,
          evidence: [atEvent(last.event)],
          data: {
            lastRun: iso(last.time),
            ageSeconds: Math.round(age / 1000),
            frequencySeconds: configured,
            limitSeconds: limit / 1000,
          },
        })
      }
    }
  },
})
