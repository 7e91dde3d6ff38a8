import { mdsdInfo, mdsdQos } from '../../artifacts/ama.js'
import { agentRuns } from '../../facts/agent-runs.js'
import { amaInfo } from '../../facts/ama-log.js'
import { atEvent } from '../../facts/log-view.js'
import { LINKS } from '../../knowledge/links.js'
import { LINUX_STREAMS } from '../../knowledge/names.js'
import { homePath } from '../../model/artifact.js'
import { absence } from '../../model/locator.js'
import { finding, rule, unknown } from '../../model/rule.js'
import { duration, iso } from '../../model/time.js'

const WINDOW = 15 * 60_000

export const ctSinkReceivesNothing = rule({
  id: 'CT6002',
  name: 'ct-sink-receives-nothing',
  title: 'The Change Tracking sinks stay empty while the agent runs',
  group: 'cache',
  severity: 'warning',
  confidence: 'possible',
  docs: {
    what: 'Compares the row counts that mdsd.info prints for the Change Tracking sinks with the runs in the agent’s log.',
    why: 'When the workers run and not one row reaches the sinks, data is lost between the agent and the Azure Monitor Agent: the socket, or the agent’s connection to it.',
    how: 'Fires when every count of CONFIG_CHANGE_BLOB_V2 and CONFIG_DATA_BLOB_V2 is 0 for more than 15 minutes, the agent ran in that time, and mdsd.qos shows no row of these streams either.',
    limits:
      'Nothing may have changed, and inventory is sent only every ten hours: on a quiet machine this can be normal.',
    fix: [
      'Check the socket: `grep ChangeTracking-Linux /proc/net/unix` must show a connection.',
      '`sudo systemctl restart cxp.service`, wait for one run, look at the counts again.',
      'Make a change that must show, such as starting and stopping a service, and wait one collection.',
    ],
    proof: 'mdsd.info prints a count above 0 for one of the Change Tracking sinks.',
    links: [LINKS.overview],
  },
  needs: { log: amaInfo, runs: agentRuns },
  optional: { qos: mdsdQos },
  causes: ['CT7006'],
  *check({ log, runs, qos }) {
    const levels = log
      .events(['sinkRows'])
      .filter(
        ({ subject }) => LINUX_STREAMS.some((stream) => subject.endsWith(`:${stream}`)) && !/windows/i.test(subject),
      )
    const [first] = levels
    const last = levels.at(-1)
    if (first?.time == null || last?.time == null) {
      yield unknown('mdsd.info prints no row counts of the Change Tracking sinks.', [mdsdInfo])
      return
    }
    if (levels.some(({ fields }) => Number(fields['rows']) > 0)) return
    const moved = qos?.good.some(({ value }) =>
      value.blocks.some(({ rows }) =>
        rows.some(({ stream, rowsRead }) => stream !== null && LINUX_STREAMS.includes(stream) && (rowsRead ?? 0) > 0),
      ),
    )
    if (moved === true) return
    if (!log.whole) {
      yield unknown('mdsd.info was not collected whole, so counts may be missing.', [mdsdInfo])
      return
    }
    const span = last.time - first.time
    if (span <= WINDOW) {
      yield unknown('The row counts cover less than 15 minutes.', [mdsdInfo, mdsdQos])
      return
    }
    const inside = (['services', 'software', 'files'] as const).flatMap((worker) =>
      runs.runs(worker).filter(({ time }) => time >= (first.time ?? 0) && time <= (last.time ?? 0)),
    )
    const run = inside.at(-1)
    if (run === undefined) return
    yield finding({
      subject: [...new Set(levels.map(({ subject }) => subject.split(':', 1)[0] ?? subject))].join(', '),
      message: `All ${levels.length} row counts of the Change Tracking sinks between ${iso(first.time)} and ${iso(last.time)} are 0, while the agent logged ${inside.length} runs in these ${duration(span)}.`,
      evidence: [
        atEvent(first),
        atEvent(last),
        atEvent(run.event),
        ...(qos === undefined ? [absence([homePath(mdsdQos)])] : []),
      ],
      data: { counts: levels.length, runs: inside.length },
    })
  },
})
