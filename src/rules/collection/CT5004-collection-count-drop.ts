import { ctAgentLog } from '../../artifacts/agent.js'
import { agentRuns, type RunPause } from '../../facts/agent-runs.js'
import { configCache, isDisabled } from '../../facts/ct-dcrs.js'
import { atEvent } from '../../facts/log-view.js'
import { LINKS } from '../../knowledge/links.js'
import { WORKERS } from '../../knowledge/names.js'
import { finding, rule, unknown } from '../../model/rule.js'
import { iso } from '../../model/time.js'

/** A fall of so few items is somebody at work. */
const FEW = 5

export const collectionCountDrop = rule({
  id: 'CT5004',
  name: 'collection-count-drop',
  title: 'A worker suddenly collected far less',
  group: 'collection',
  severity: 'warning',
  confidence: 'likely',
  docs: {
    what: 'Compares the number of items of each run in the agent’s log with the run before.',
    why: 'A list that halves between two runs is rarely real. What is missing is reported as removed, and as added when it comes back.',
    how: 'Fires when a count falls by more than half and by more than five items; the latest such fall of each worker is shown, and whether the count came back.',
    limits: 'A large clean-up of packages looks the same. With a log level above INFO runs are not logged.',
    fix: [
      'Software: run what the agent runs, `dpkg-query -W | wc -l` or `rpm -qa | wc -l`, and compare with both counts. Repair the package database when it fails.',
      'Services: compare with `systemctl list-unit-files "*.service" | wc -l`.',
      'When the host’s own count is right and the agent’s is not: `sudo systemctl restart cxp.service`.',
    ],
    proof: 'The next “in this run” line of cta_linux_agent.log has the host’s own number.',
    links: [LINKS.limits],
  },
  needs: { runs: agentRuns },
  optional: { cache: configCache },
  *check({ runs, cache }) {
    let seen = false
    for (const worker of WORKERS) {
      if (cache !== undefined && isDisabled(cache, worker)) continue
      const pauses = runs.pauses(worker)
      seen ||= runs.runs(worker).length > 0
      const fall = pauses.findLast(halves)
      if (fall === undefined) continue
      const { from, to } = fall
      const back = pauses.find((pause) => pause.to.time > to.time && 2 * pause.to.count >= from.count)?.to
      yield finding({
        subject: worker,
        message: `The ${worker} run of ${iso(to.time)} collected ${to.count} items, the one before, of ${iso(from.time)}, ${from.count}; ${back === undefined ? 'the count has not come back' : `the count was back at ${back.count} by ${iso(back.time)}`}.`,
        evidence: [atEvent(to.event), atEvent(from.event)],
        data: { before: from.count, after: to.count, recovered: back !== undefined },
      })
    }
    if (!seen) yield unknown('The log shows no run of a worker that is switched on.', [ctAgentLog])
  },
})

function halves({ from, to }: RunPause): boolean {
  return 2 * to.count < from.count && from.count - to.count > FEW
}
