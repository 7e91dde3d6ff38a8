import { ctAgentLog } from '../../artifacts/agent.js'
import { configChunk } from '../../artifacts/dcr.js'
import { agentRuns } from '../../facts/agent-runs.js'
import { configCache, frequencyOf, isDisabled } from '../../facts/ct-dcrs.js'
import { freshTrace } from '../../facts/fresh-trace.js'
import { atEvent, isLocal } from '../../facts/log-view.js'
import { serviceUptime } from '../../facts/service-journal.js'
import { amaSilences, awake } from '../../facts/machine-off.js'
import { COMMANDS } from '../../knowledge/commands.js'
import { DEFAULT_FREQUENCY, LONGEST_FREQUENCY, staleAfter } from '../../knowledge/limits.js'
import { LINKS } from '../../knowledge/links.js'
import { WORKERS } from '../../knowledge/names.js'
import { finding, rule, unknown } from '../../model/rule.js'
import { duration, iso } from '../../model/time.js'

export const agentLogSilent = rule({
  id: 'CT5002',
  name: 'agent-log-silent',
  title: 'The Change Tracking agent’s log has fallen silent',
  group: 'collection',
  severity: 'error',
  confidence: 'likely',
  docs: {
    what: 'Compares the newest line of cta_linux_agent.log with the time at which the bundle was taken.',
    why: 'A running agent logs every run of its workers. A log without new lines means that the whole agent stands still, not one worker alone.',
    how: 'The limit is that of the quickest worker whose runs the log shows and the rule switches on: three times its frequency, at least its frequency plus ten minutes. The current log must have been collected whole. A silence of mdsd.info, as when the machine was off or slept, does not count, nor does a service that by syslog has only just started. Newer lists or a newer database show that the agent runs; then the log was cut or its level raised, and nothing is concluded.',
    limits:
      'With a log level above INFO a healthy agent may write nothing for days. When no rule was collected, only three days of silence are certain to be too long.',
    fix: [
      '`systemctl status cxp.service`; when it is not active: `sudo systemctl restart cxp.service`.',
      'When it is active, look whether both processes live: `ps -ef | grep [c]hange`. A missing worker: read the end of cta_linux_watcher.log.',
      'When both live and nothing is logged, check free space, `df -h /var/log`, then restart the service.',
      `When that does not help, disable and enable the extension: ${COMMANDS.disable}, wait until both processes are gone, the same with \`enable\`.`,
    ],
    proof:
      '`sudo tail -n 1 /var/log/azure/Microsoft.Azure.ChangeTrackingAndInventory.ChangeTracking-Linux/cta_linux_agent.log` shows a time of the last minutes.',
    links: [LINKS.overview],
  },
  needs: { runs: agentRuns },
  optional: { cache: configCache, trace: freshTrace, off: amaSilences, uptime: serviceUptime },
  causes: ['CT5001', 'CT6002'],
  *check({ runs, cache, trace, off, uptime = null }, asOf) {
    const { last, whole } = runs.log
    if (last?.time == null) {
      yield unknown('No line of the agent’s log has a time.', [ctAgentLog])
      return
    }
    const known = cache !== undefined && cache.ctDcrs.length > 0
    const logged = WORKERS.filter(
      (worker) => runs.runs(worker).length > 0 && !(cache !== undefined && isDisabled(cache, worker)),
    )
    const documented = Math.min(
      ...(logged.length > 0 ? logged : WORKERS).map((worker) => staleAfter(DEFAULT_FREQUENCY[worker])),
    )
    const limit = Math.min(
      ...logged.map((worker) =>
        staleAfter(known ? (frequencyOf(cache, worker) ?? DEFAULT_FREQUENCY[worker]) : LONGEST_FREQUENCY),
      ),
    )
    if (isLocal(runs.log, asOf, Math.min(limit, documented))) {
      yield unknown('The times of the agent’s log name no zone, so the age of its newest line is not known.', [
        ctAgentLog,
      ])
      return
    }
    const age = asOf - last.time
    if (age <= Math.min(limit, documented)) return
    if (logged.length === 0) {
      yield unknown('The log shows no run of a worker that is switched on, so its silence may be its level.', [
        ctAgentLog,
      ])
    } else if (age <= limit) {
      if (!known) yield unknown('Without the rule, how often it should write is not known.', [configChunk])
    } else if (!whole) {
      yield unknown(`Its newest line is of ${iso(last.time)}, but the current log was not collected whole.`, [
        ctAgentLog,
      ])
    } else if (Math.max(...Object.values(trace ?? {}).map((time) => time ?? 0)) > last.time + limit) {
      yield unknown(`The agent kept data after ${iso(last.time)}, the log’s newest line: the log was cut.`, [
        ctAgentLog,
      ])
    } else if (awake(off ?? [], last.time, asOf) <= limit) {
      yield unknown(
        `Its newest line is of ${iso(last.time)}, but the machine seems to have been off since, and the next one is not late yet.`,
        [ctAgentLog],
      )
    } else if (uptime !== null && uptime <= limit) {
      yield unknown(
        `Its newest line is of ${iso(last.time)}, but the service has only just started, and the next one is not late yet.`,
        [ctAgentLog],
      )
    } else {
      yield finding({
        subject: 'cta_linux_agent.log',
        message: `The newest line of the agent’s log is of ${iso(last.time)}, ${duration(age)} before this bundle was taken; its workers should run within ${duration(limit)}.`,
        evidence: [atEvent(last)],
        data: { lastLine: iso(last.time), ageSeconds: Math.round(age / 1000), limitSeconds: limit / 1000 },
        onlyIfWhole: true,
      })
    }
  },
})
