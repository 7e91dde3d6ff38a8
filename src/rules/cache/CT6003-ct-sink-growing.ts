import { mdsdInfo } from '../../artifacts/ama.js'
import { amaInfo } from '../../facts/ama-log.js'
import { atEvent, type LoggedEvent } from '../../facts/log-view.js'
import { uploads } from '../../facts/uploads.js'
import { LINKS } from '../../knowledge/links.js'
import { CT_STREAMS } from '../../knowledge/names.js'
import { finding, rule, unknown } from '../../model/rule.js'
import { duration, iso } from '../../model/time.js'

const COUNTS = 4
const SPAN = 15 * 60_000

export const ctSinkGrowing = rule({
  id: 'CT6003',
  name: 'ct-sink-growing',
  title: 'Rows pile up in a Change Tracking sink',
  group: 'cache',
  severity: 'error',
  confidence: 'likely',
  docs: {
    what: 'Follows the row counts that mdsd.info prints for each Change Tracking sink, back from the end of the log.',
    why: 'Rows leave a sink when they are uploaded. A sink that only fills is not uploaded; over the disk quota, or after three days, its oldest rows are dropped.',
    how: 'Fires when the last counts of a sink, at least four over at least 15 minutes, never fall and have grown. They are followed back to the last fall, or to the last 0, so that a change just recorded does not count.',
    limits:
      'Not every version prints the counts without tracing. Counts during an outage that has just ended may not have fallen yet.',
    fix: [
      'Look for the reason in the upload findings, and in mdsd.err: `sudo grep "Failed to upload" /var/opt/microsoft/azuremonitoragent/log/mdsd.err | tail`.',
      'Check that the machine reaches `WORKSPACE-ID.ods.opinsights.azure.com`.',
      '`sudo systemctl restart azuremonitoragent` when nothing fails and the sink still fills.',
    ],
    proof:
      'mdsd.info prints a lower count for the sink: `sudo grep "now has" /var/opt/microsoft/azuremonitoragent/log/mdsd.info | grep CTDataSource | tail`.',
    links: [LINKS.amaTroubleshoot, LINKS.amaNetwork],
  },
  needs: { log: amaInfo },
  optional: { all: uploads },
  causes: ['CT6004', 'CT6005'],
  *check({ log, all }) {
    const sinks = new Map<string, LoggedEvent[]>()
    for (const event of log.events(['sinkRows'])) {
      const stream = event.subject.split(':').at(-1) ?? ''
      if (event.time === null || !CT_STREAMS.includes(stream) || /windows/i.test(event.subject)) continue
      const known = sinks.get(event.subject)
      if (known === undefined) sinks.set(event.subject, [event])
      else known.push(event)
    }
    if (sinks.size === 0) {
      yield unknown('mdsd.info prints no row counts of the Change Tracking sinks.', [mdsdInfo])
      return
    }
    for (const [sink, events] of sinks) {
      const { first, grown, last, count } = sinceFall(events)
      const span = (last.time ?? 0) - (first.time ?? 0)
      if (count < COUNTS || span < SPAN || rows(last) <= rows(grown)) continue
      if (!log.whole) {
        yield unknown('mdsd.info was not collected whole, so a later fall may be missing.', [mdsdInfo], sink)
        continue
      }
      const stream = sink.split(':').at(-1)
      const success = all?.streams.find((upload) => upload.stream === stream)?.success
      const uploaded = success?.direct === true && success.time > (first.time ?? 0)
      yield finding({
        subject: sink,
        message: `The rows of ${sink} have only grown for ${duration(span)}, from ${rows(first)} at ${iso(first.time ?? 0)} to ${rows(last)} at ${iso(last.time ?? 0)}.`,
        evidence: [atEvent(first), atEvent(last)],
        ...(uploaded ? { confidence: 'possible' as const } : {}),
        onlyIfWhole: true,
        data: { counts: count, from: rows(first), to: rows(last) },
      })
    }
  },
})

/** The last counts back to a fall, with the 0 before them if there is one; `grown` is the first that is above 0. */
function sinceFall(events: readonly LoggedEvent[]): {
  first: LoggedEvent
  grown: LoggedEvent
  last: LoggedEvent
  count: number
} {
  const last = events.at(-1) as LoggedEvent
  let at = events.length - 1
  for (; at > 0; at--) {
    const before = events[at - 1] as LoggedEvent
    if (rows(before) === 0 || rows(before) > rows(events[at] as LoggedEvent)) break
  }
  const grown = events[at] as LoggedEvent
  const zero = events[at - 1]
  const first = zero !== undefined && rows(zero) === 0 ? zero : grown
  return { first, grown, last, count: events.length - at + (first === grown ? 0 : 1) }
}

function rows({ fields }: LoggedEvent): number {
  return Number(fields['rows'])
}
