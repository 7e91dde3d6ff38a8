import { ctAgentLog } from '../../artifacts/agent.js'
import { agentRuns, type RunPause } from '../../facts/agent-runs.js'
import { amaInfo } from '../../facts/ama-log.js'
import { configCache, frequencyOf, isDisabled } from '../../facts/ct-dcrs.js'
import { atEvent } from '../../facts/log-view.js'
import { staleAfter } from '../../knowledge/limits.js'
import { LINKS } from '../../knowledge/links.js'
import { WORKERS } from '../../knowledge/names.js'
import { finding, rule, unknown } from '../../model/rule.js'
import { duration, iso } from '../../model/time.js'

const SIX_HOURS = 6 * 3600_000
/** A machine goes off some time after a run, and comes on some time before the next. */
const EDGE = 10 * 60_000

export const collectionGap = rule({
  id: 'CT5020',
  name: 'collection-gap',
  title: 'For hours nothing was collected',
  group: 'collection',
  severity: 'warning',
  confidence: 'likely',
  docs: {
    what: 'Looks for more than six hours between two runs of a worker in the agent’s log.',
    why: 'What changed in that time is reported late, with the time of the next run, or not at all when it changed back.',
    how: 'The pause must be longer than six hours, than what the rule’s frequency allows, and than three times the pauses beside it, so that a rule with a long frequency does not count. Time between two log files counts only where one follows the other; a rotated file that was not collected is no pause.',
    limits:
      'A machine that was switched off looks the same; the message says when the Azure Monitor Agent was silent too. With a log level above INFO runs are not logged.',
    fix: [
      'Look what the machine did then: `last -x reboot shutdown | head`, `journalctl -u cxp.service --since "TIME" --until "TIME"`.',
      'When the service was down while the machine was up: read the end of cta_linux_watcher.log for that time.',
      'Data of the pause cannot be made up. After an outage of uploads of more than 72 hours it is lost.',
    ],
    proof: 'The runs since then follow each other within the frequency.',
    links: [LINKS.overview],
  },
  needs: { runs: agentRuns },
  optional: { cache: configCache, ama: amaInfo },
  *check({ runs, cache, ama }) {
    let judged = false
    for (const worker of WORKERS) {
      if (cache !== undefined && isDisabled(cache, worker)) continue
      const pauses = runs.pauses(worker)
      judged ||= pauses.length > 0
      const configured = cache === undefined ? null : frequencyOf(cache, worker)
      const holes = pauses.filter((pause, index) => isHole(pause, configured, pauses[index - 1], pauses[index + 1]))
      const [longest] = holes.toSorted((a, b) => b.silent - a.silent)
      if (longest === undefined) continue
      const { from, to, silent } = longest
      // Heartbeats come every minute while the machine and its upload work.
      const beats = ama
        ?.events(['heartbeat'])
        .some(({ time }) => time !== null && time > from.time + EDGE && time < to.time - EDGE)
      const kept = ama !== undefined && ama.events(['heartbeat']).length === ama.count(['heartbeat'])
      const covered = kept && ama.first?.time != null && ama.first.time <= from.time
      const off = covered && beats === false
      yield finding({
        subject: worker,
        message: `Between ${iso(from.time)} and ${iso(to.time)}, ${duration(silent)}, no ${worker} run was logged${holes.length > 1 ? `, the longest of ${holes.length} such pauses` : ''}${off ? '; the Azure Monitor Agent logged no heartbeat either, so the machine may have been off' : ''}.`,
        evidence: [atEvent(from.event), atEvent(to.event)],
        data: { from: iso(from.time), to: iso(to.time), seconds: Math.round(silent / 1000), pauses: holes.length },
      })
    }
    if (!judged) yield unknown('The log does not show two runs of any worker.', [ctAgentLog])
  },
})

function isHole(
  { silent }: RunPause,
  configured: number | null,
  before: RunPause | undefined,
  after: RunPause | undefined,
): boolean {
  if (silent <= SIX_HOURS || (configured !== null && silent <= staleAfter(configured))) return false
  const beside = [before, after].flatMap((pause) => (pause === undefined ? [] : [pause.to.time - pause.from.time]))
  return beside.length > 0 ? silent > 3 * Math.max(...beside) : configured !== null
}
