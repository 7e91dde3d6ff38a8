import { ctAgentLog } from '../../artifacts/agent.js'
import { configChunk } from '../../artifacts/dcr.js'
import { agentRuns, type AgentRun, type AgentRuns } from '../../facts/agent-runs.js'
import { configCache, enableFlag, frequencyOf, isDisabled, settingsOf, type ConfigCache } from '../../facts/ct-dcrs.js'
import { freshTrace } from '../../facts/fresh-trace.js'
import { LIST_OF } from '../../facts/inventory.js'
import { atEvent, isLocal } from '../../facts/log-view.js'
import { serviceUptime } from '../../facts/service-journal.js'
import { amaSilences, awake } from '../../facts/machine-off.js'
import { COMMANDS } from '../../knowledge/commands.js'
import { LINKS } from '../../knowledge/links.js'
import { LONGEST_FREQUENCY, DEFAULT_FREQUENCY, staleAfter } from '../../knowledge/limits.js'
import { WORKERS, type Worker } from '../../knowledge/names.js'
import { atEntry } from '../../model/locator.js'
import { finding, rule, unknown } from '../../model/rule.js'
import { duration, iso, type Instant } from '../../model/time.js'

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
  needs: { runs: agentRuns },
  optional: { cache: configCache, trace: freshTrace, off: amaSilences, uptime: serviceUptime },
  causes: ['CT6002'],
  *check({ runs, cache, trace, off, uptime = null }, asOf) {
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
      const local = isLocal(runs.log, asOf, limit)
      const logged = local ? null : (last?.time ?? null)
      if (Math.max(logged ?? 0, traced ?? 0) >= asOf - limit) {
        if (configured !== null || asOf - (logged ?? traced ?? 0) <= 3 * DEFAULT_FREQUENCY[worker] * 1000) continue
        yield unknown(
          'the last run is not recent, and without the rule its frequency is not known.',
          [configChunk],
          worker,
        )
      } else if (last === undefined) {
        const other = besides(worker, runs, cache, asOf)
        if (configured !== null && other !== null && awake(off ?? [], other.since, other.newest.time) > limit) {
          const { name, newest, since } = other
          yield finding({
            subject: worker,
            message: `The agent’s log shows no ${worker} run since ${iso(since)}, while ${name} ran until ${iso(newest.time)}; the rule asks for a run every ${duration(frequency * 1000)}.`,
            evidence: [atEvent(newest.event), atEntry(newest.event.path, `no ${worker} run`)],
            confidence: 'possible',
            onlyIfWhole: true,
            data: { lastRun: null, since: iso(since), frequencySeconds: configured, limitSeconds: limit / 1000 },
          })
          continue
        }
        yield unknown(
          'nothing collected here proves when it last ran.',
          [worker === 'files' ? LIST_OF.files : ctAgentLog],
          worker,
        )
      } else if (local) {
        yield unknown(
          'the times of the log name no zone, so the age of its last run is not known.',
          [ctAgentLog],
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
      } else if (uptime !== null && uptime <= limit) {
        yield unknown(
          `the last run is of ${iso(last.time)}, but the service has only just started, and the next one is not late yet.`,
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

/**
 * Runs of the other worker whose message is known, in a log that has its end: one that is switched on and never shows beside
 * them does not run. They count from the last change of the rule, which may have switched it on.
 */
function besides(
  worker: Worker,
  runs: AgentRuns,
  cache: ConfigCache | undefined,
  asOf: Instant,
): { readonly name: Worker; readonly newest: AgentRun; readonly since: Instant } | null {
  const name = OTHER[worker]
  const rules = cache?.ctDcrs ?? []
  const on = rules.flatMap(settingsOf).every(({ settings }) => enableFlag(settings, worker)?.value === true)
  if (name === null || !on || !runs.log.whole) return null
  const [first] = runs.runs(name)
  const newest = runs.runs(name).at(-1)
  if (first === undefined || newest === undefined) return null
  const changed = rules.flatMap(({ chunks }) => chunks.flatMap(({ mtime }) => mtime ?? []))
  return { name, newest, since: Math.max(first.time, ...changed.filter((time) => time <= asOf)) }
}

/** No message of the Files worker is known. */
const OTHER: Readonly<Record<Worker, Worker | null>> = { files: null, software: 'services', services: 'software' }
