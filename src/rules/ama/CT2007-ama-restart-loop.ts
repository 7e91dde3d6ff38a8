import { mdsdErr, mdsdInfo } from '../../artifacts/ama.js'
import { amaErrors, amaInfo } from '../../facts/ama-log.js'
import { atEvent, type LoggedEvent } from '../../facts/log-view.js'
import { LINKS } from '../../knowledge/links.js'
import { finding, rule, unknown } from '../../model/rule.js'
import { iso, type Instant } from '../../model/time.js'

const DAY = 24 * 60 * 60_000
const LIMIT = 10

export const amaRestartLoop = rule({
  id: 'CT2007',
  name: 'ama-restart-loop',
  title: 'The Azure Monitor Agent restarts again and again',
  group: 'ama',
  severity: 'error',
  confidence: 'likely',
  docs: {
    what: 'Counts the starts of the agent’s daemon in mdsd.info, and the exits of its parent process in mdsd.err.',
    why: 'A daemon that starts over and over loses what it holds in memory and the connection to the Change Tracking agent, and may never come to upload anything.',
    how: 'Fires when either log shows more than ten within the 24 hours before the bundle was taken. Each start writes one line into each log, so the larger number counts, not the sum.',
    limits: 'Somebody who restarts the agent by hand a dozen times in a day looks the same.',
    fix: [
      'See why it ends: `sudo journalctl -u azuremonitoragent --since -1d --no-pager | tail -100`. Look for a signal, for the out-of-memory killer, for “core dumped”.',
      'Read the lines of mdsd.err before each start.',
      'Update the agent. When it still ends, open a support case with the core dump from /var/opt/microsoft/azuremonitoragent or `coredumpctl list mdsd`.',
    ],
    proof: '`systemctl show azuremonitoragent -p NRestarts` stays the same for an hour.',
    links: [LINKS.amaTroubleshoot, LINKS.amaVersions],
  },
  needs: {},
  optional: { log: amaInfo, errors: amaErrors },
  causes: ['CT2004', 'CT3001', 'CT3002', 'CT3003', 'CT5020', 'CT6002', 'CT7001'],
  *check({ log, errors }, asOf) {
    const starts = within(log?.events(['start']) ?? [], asOf)
    const exits = within(errors?.events(['parent']) ?? [], asOf)
    const [events, what] = exits.length > starts.length ? [exits, 'exits of the parent process'] : [starts, 'starts']
    const [first] = events
    const last = events.at(-1)
    if (events.length <= LIMIT || first === undefined || last === undefined) {
      if (log?.whole !== true && errors?.whole !== true)
        yield unknown('Neither mdsd.info nor mdsd.err was collected to its end.', [mdsdInfo, mdsdErr])
      return
    }
    yield finding({
      subject: 'mdsd',
      message: `The logs show ${events.length} ${what} of the Azure Monitor Agent’s daemon within 24 hours, from ${iso(first.time ?? asOf)} to ${iso(last.time ?? asOf)}.`,
      evidence: [atEvent(first), atEvent(last)],
      data: { count: events.length, starts: starts.length, parentExits: exits.length },
    })
  },
})

/** Of the last day; a copy of a log beside it must not count twice. */
function within(events: readonly LoggedEvent[], asOf: Instant): LoggedEvent[] {
  const recent = events.filter(({ time }) => time !== null && time > asOf - DAY && time <= asOf)
  return [...new Map(recent.map((event) => [event.text, event])).values()]
}
