import { mdsdQos } from '../../artifacts/ama.js'
import { agentRuns, type AgentRun } from '../../facts/agent-runs.js'
import { atEvent } from '../../facts/log-view.js'
import { qosBlocks, type DatedBlock } from '../../facts/qos-blocks.js'
import { LINKS } from '../../knowledge/links.js'
import { WORKERS } from '../../knowledge/names.js'
import { absence, atLine, type Locator } from '../../model/locator.js'
import { finding, rule, unknown } from '../../model/rule.js'
import { duration, iso, type Instant } from '../../model/time.js'

/** Longer than the documented time between two inventories. */
const WINDOW = 12 * 60 * 60_000
/** A change needs some time to reach the statistics. */
const LAG = 30 * 60_000

export const uploadSilent = rule({
  id: 'CT7006',
  name: 'upload-silent',
  title: 'Changes were collected, but no Change Tracking data was uploaded',
  group: 'upload',
  severity: 'warning',
  confidence: 'possible',
  docs: {
    what: 'Compares the rows of mdsd.qos with the runs in the Change Tracking agent’s log.',
    why: 'The statistics name every stream that has anything to move. When the workers find changes and half a day of statistics has no row about Change Tracking, data is lost before the upload.',
    how: 'Fires when the blocks of mdsd.qos span at least 12 hours without a row about Change Tracking, up to their end, and within that time the number of items changed between two runs of a worker.',
    limits: 'Only varying counts are taken as changes: a package that was replaced by another does not show.',
    fix: [
      'Check the socket: `grep ChangeTracking-Linux /proc/net/unix` must show a connection.',
      'Check the sinks: `sudo grep "now has" /var/opt/microsoft/azuremonitoragent/log/mdsd.info | grep CTDataSource | tail`.',
      '`sudo systemctl restart azuremonitoragent`, wait two minutes, `sudo systemctl restart cxp.service`.',
    ],
    proof: '`sudo grep ChangeTracking /var/opt/microsoft/azuremonitoragent/log/mdsd.qos | tail -4` shows a new row.',
    links: [LINKS.amaTroubleshoot],
  },
  needs: { qos: qosBlocks, runs: agentRuns },
  *check({ qos, runs }) {
    const { blocks } = qos
    const silent = blocks.slice(blocks.findLastIndex(({ rows }) => rows.length > 0) + 1)
    const [first] = silent
    const last = silent.at(-1)
    if (blocks.length === 0) yield unknown('mdsd.qos holds no dated block.', [mdsdQos])
    if (first === undefined || last === undefined) return
    const span = last.time - first.time
    const change = changeWithin(
      WORKERS.map((worker) => runs.runs(worker)),
      first.time,
      last.time - LAG,
    )
    if (span < WINDOW) {
      // With a row in the hours before, there is nothing to wonder about.
      if (silent.length === blocks.length)
        yield unknown(`The statistics span ${duration(span)}, less than half a day.`, [mdsdQos])
      return
    }
    if (change === null) return
    if (!qos.whole) {
      yield unknown('mdsd.qos was not collected whole, so rows may be missing.', [mdsdQos])
      return
    }
    yield finding({
      subject: 'ChangeTracking',
      message: `From ${iso(first.time)} to ${iso(last.time)} mdsd.qos has no row about Change Tracking, although a worker counted ${change[0].count} items and then ${change[1].count} at ${iso(change[1].time)}.`,
      evidence: [
        atBlock(first),
        atBlock(last),
        atEvent(change[0].event),
        atEvent(change[1].event),
        absence([`${last.path}: *CONFIG_CHANGE_BLOB_V2, *CONFIG_DATA_BLOB_V2`]),
      ],
      data: { blocks: silent.length, from: iso(first.time), to: iso(last.time) },
    })
  },
})

/** Two runs of one worker that follow each other and count differently, the second one in that time. */
function changeWithin(
  workers: readonly (readonly AgentRun[])[],
  from: Instant,
  until: Instant,
): readonly [AgentRun, AgentRun] | null {
  for (const runs of workers) {
    for (const [index, run] of runs.entries()) {
      const before = runs[index - 1]
      if (before !== undefined && before.count !== run.count && run.time > from && run.time <= until)
        return [before, run]
    }
  }
  return null
}

function atBlock({ path, line, text }: DatedBlock): Locator {
  return atLine(path, line, text)
}
