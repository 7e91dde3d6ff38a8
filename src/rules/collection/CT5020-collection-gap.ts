import { ctAgentLog } from '../../artifacts/agent.js'
import { mdsdInfo } from '../../artifacts/ama.js'
import { agentRuns, type RunPause } from '../../facts/agent-runs.js'
import { amaInfo } from '../../facts/ama-log.js'
import { configCache, frequencyOf, isDisabled } from '../../facts/ct-dcrs.js'
import { atEvent } from '../../facts/log-view.js'
import { amaSilences, awake, type AmaSilence } from '../../facts/machine-off.js'
import { staleAfter } from '../../knowledge/limits.js'
import { LINKS } from '../../knowledge/links.js'
import { WORKERS } from '../../knowledge/names.js'
import { finding, rule, unknown } from '../../model/rule.js'
import { duration, iso, type Instant } from '../../model/time.js'

const SIX_HOURS = 6 * 3600_000
const DAY = 24 * 3600_000
/** A machine goes off some time after a run, and comes on some time before the next. */
const EDGE = 60 * 60_000
/** Who switches a machine off by a plan does it at about the same time of day. */
const PUNCTUAL = 60 * 60_000

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
    how: 'The pause must be longer than six hours, than what the rule’s frequency allows, and than three times the pauses beside it, so that a rule with a long frequency does not count. Time between two log files counts only where the name of the first says that the second began then; a rotated file that was not collected is no pause. Time in which the machine was off does not count: mdsd.info is silent and goes on with a start. Where it is silent only, or the pauses come at the same time of day, the answer is unknown.',
    limits:
      'Without mdsd.info a machine that was switched off once looks the same: the finding is only possible then. With a log level above INFO runs are not logged.',
    fix: [
      'Look what the machine did then: `last -x reboot shutdown | head`, `journalctl -u cxp.service --since "TIME" --until "TIME"`.',
      'When the service was down while the machine was up: read the end of cta_linux_watcher.log for that time.',
      'Data of the pause cannot be made up. After an outage of uploads of more than 72 hours it is lost.',
    ],
    proof: 'The runs since then follow each other within the frequency.',
    links: [LINKS.overview],
  },
  needs: { runs: agentRuns },
  optional: { cache: configCache, ama: amaInfo, silences: amaSilences },
  *check({ runs, cache, ama: other, silences: all }) {
    let judged = false
    // Times of one zone only can be laid side by side.
    const ama = runs.log.zoned ? other : undefined
    const silences = runs.log.zoned ? (all ?? []) : []
    const off = silences.filter(({ started }) => started)
    const alive = [
      ...(ama?.events(['heartbeat', 'sinkRows']) ?? []),
      ...WORKERS.flatMap((worker) => runs.runs(worker).map(({ event }) => event)),
    ].map(({ time }) => time ?? 0)

    for (const worker of WORKERS) {
      if (cache !== undefined && isDisabled(cache, worker)) continue
      const pauses = runs.pauses(worker).map((pause) => without(off, pause))
      judged ||= pauses.length > 0
      const configured = cache === undefined ? null : frequencyOf(cache, worker)
      const long = pauses.filter((pause, index) => isHole(pause, configured, pauses[index - 1], pauses[index + 1]))
      const [longest] = long.toSorted((a, b) => b.silent - a.silent)
      if (longest === undefined) continue
      const holes = long.filter((hole) => isUp(hole) || !(mayBeOff(hole) || long.some((one) => isPlan(hole, one))))
      const [worst] = holes.toSorted((a, b) => b.silent - a.silent)
      if (worst === undefined) {
        const { from, to } = longest
        yield unknown(
          `nothing tells whether the machine was on between ${iso(from.time)} and ${iso(to.time)}.`,
          [mdsdInfo],
          worker,
        )
        continue
      }
      const { from, to, silent } = worst
      yield finding({
        subject: worker,
        message: `Between ${iso(from.time)} and ${iso(to.time)}, ${duration(silent)}, no ${worker} run was logged${holes.length > 1 ? `, the longest of ${holes.length} such pauses` : ''}${isUp(worst) ? ', while the machine was on' : ''}.`,
        evidence: [atEvent(from.event), atEvent(to.event)],
        ...(isUp(worst) ? {} : { confidence: 'possible' as const }),
        data: { from: iso(from.time), to: iso(to.time), seconds: Math.round(silent / 1000), pauses: holes.length },
      })
    }
    if (!judged) yield unknown('The log does not show two runs of any worker.', [ctAgentLog])

    function isUp({ from, to }: RunPause): boolean {
      return alive.some((time) => time > from.time + EDGE && time < to.time - EDGE)
    }

    /** The other agent was silent as well. */
    function mayBeOff(hole: RunPause): boolean {
      const dark = silences.filter(({ started }) => !started)
      return without(dark, hole).silent <= SIX_HOURS
    }
  },
})

/** A long pause less the time of some silences. */
function without(silences: readonly AmaSilence[], pause: RunPause): RunPause {
  const { from, to, silent } = pause
  if (silent <= SIX_HOURS) return pause
  const slept = to.time - from.time - awake(silences, from.time, to.time)
  return { from, to, silent: silent - slept }
}

/** Both begin at one time of day and end at another, on different days. */
function isPlan(hole: RunPause, other: RunPause): boolean {
  return hole !== other && isPunctual(hole.from.time, other.from.time) && isPunctual(hole.to.time, other.to.time)
}

function isPunctual(one: Instant, other: Instant): boolean {
  const apart = Math.abs(one - other) % DAY
  return Math.min(apart, DAY - apart) <= PUNCTUAL
}

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
