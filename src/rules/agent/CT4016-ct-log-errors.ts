import { ctAgentLog } from '../../artifacts/agent.js'
import { agentErrors, type ErrorGroup } from '../../facts/agent-errors.js'
import { agentRuns, type AgentRuns } from '../../facts/agent-runs.js'
import { atEvent } from '../../facts/log-view.js'
import { LINKS } from '../../knowledge/links.js'
import { WORKERS, type Worker } from '../../knowledge/names.js'
import { times } from '../../model/count.js'
import { finding, rule, unknown } from '../../model/rule.js'
import { iso, latest } from '../../model/time.js'

/** A message that the log went on without for this long is over. */
const OVER = 24 * 3_600_000
/** Messages shown one by one; the rest is counted. */
const SHOWN = 10
const SAID_MAX = 200
const TCP_BIND = /listen tcp.*bind: address already in use/
const NEAR = 5 * 60_000
const COMMAND_OF: Readonly<Record<Worker, RegExp | null>> = {
  files: null,
  software: /\b(?:dpkg|rpm|rpmdb|apt|yum|dnf|zypper)\b/i,
  services: /\b(?:systemctl|systemd|d?bus)\b/i,
}

export const ctLogErrors = rule({
  id: 'CT4016',
  name: 'ct-log-errors',
  title: 'The Change Tracking agent logs errors',
  group: 'agent',
  severity: 'warning',
  confidence: 'likely',
  docs: {
    what: 'Collects the lines of level error, fatal or panic, and crashes, in the logs of the agent, its handler and its watcher.',
    why: 'They often name the reason for what other rules find: a file that cannot be read, a socket that is not there, a setting that is not understood.',
    how: 'Groups lines whose messages differ only in numbers, ids, times, paths and quoted words, and counts them. Crashes come first, then messages that name a part of the data path, then the most frequent ones; ten are shown, the rest is counted. A message is over when the log goes on for a day without it. A port that is taken is left to CT4018. A crash after which no worker ran explains that nothing runs any more; a failed command of the package manager or of systemctl explains a run that found nothing at that time.',
    limits:
      'What the agent’s messages mean is not public. Some errors are harmless, such as a connection that fails while the Azure Monitor Agent starts.',
    fix: [
      'Read the lines around the ones under evidence; the first one of a group often tells more than the last.',
      'A file or folder that cannot be read: check its mode, and SELinux.',
      'A command that fails, such as dpkg, rpm or systemctl: run it by hand, and mend what it says.',
      'A database that cannot be opened: `sudo fuser -v /opt/microsoft/changetrackingdata/db/changetracking.db` shows who holds it.',
      'A socket that cannot be reached: see whether the Azure Monitor Agent runs: `systemctl is-active azuremonitoragent`.',
      'When the messages began with an update, or go on without a reason, restart: `sudo systemctl restart cxp.service`.',
    ],
    proof:
      'After a restart the logs below /var/log/azure/Microsoft.Azure.ChangeTrackingAndInventory.ChangeTracking-Linux show no new line of these levels.',
    links: [LINKS.overview],
  },
  needs: { errors: agentErrors },
  optional: { runs: agentRuns },
  causes: ['CT3002', 'CT4014', 'CT4017', 'CT5001', 'CT5002', 'CT5003'],
  *check({ errors: { groups, newest }, runs }) {
    const current = groups.filter(({ writer, last }) => {
      // Which port, and whether it still matters, is for CT4018 to say.
      if (runs !== undefined && TCP_BIND.test(last.text)) return false
      const end = newest.get(writer) ?? null
      return last.time === null || end === null || end - last.time <= OVER
    })
    if (current.length === 0) {
      if (!newest.has('agent')) yield unknown('The agent’s own log was not collected.', [ctAgentLog])
      return
    }
    const ranked = current.toSorted(
      (a, b) =>
        Number(b.fatal) - Number(a.fatal) ||
        Number(b.onPath) - Number(a.onPath) ||
        b.count - a.count ||
        (name(a) < name(b) ? -1 : 1),
    )
    for (const group of ranked.slice(0, SHOWN)) {
      const { writer, count, first, last } = group
      yield finding({
        subject: name(group),
        message: `The ${writer} logged “${said(group)}” ${times(count)}${span(group)}.`,
        evidence: [atEvent(last), ...(count > 1 ? [atEvent(first)] : [])],
        explains: ({ ruleId, subject }) => (ruleId === 'CT5003' ? failed(group, subject, runs) : ended(group, runs)),
        data: { count, level: last.fields['level'] ?? null, first: when(first.time), last: when(last.time) },
      })
    }
    const rest = ranked.slice(SHOWN)
    const [next] = rest
    if (next === undefined) return
    const lines = rest.reduce((sum, { count }) => sum + count, 0)
    yield finding({
      subject: 'other messages',
      message: `${rest.length} further messages of these levels were logged ${times(lines)} in all.`,
      evidence: [atEvent(next.last)],
      data: { messages: rest.slice(0, 100).map((group) => ({ message: name(group), count: group.count })), lines },
    })
  },
})

/** The program ended by it, and no worker has run since. */
function ended({ fatal, last: { time } }: ErrorGroup, runs: AgentRuns | undefined): boolean {
  const ran = latest(WORKERS.map((worker) => runs?.runs(worker).at(-1)?.time))
  return fatal && time !== null && (ran === null || ran <= time)
}

/** The command behind the worker's last run failed: it is named, at about that time. */
function failed({ last: { text, time } }: ErrorGroup, subject: string, runs: AgentRuns | undefined): boolean {
  const worker = WORKERS.find((name) => name === subject)
  const ran = worker === undefined ? null : (runs?.runs(worker).at(-1)?.time ?? null)
  const command = worker === undefined ? null : COMMAND_OF[worker]
  return command !== null && time !== null && ran !== null && command.test(text) && Math.abs(ran - time) <= NEAR
}

function name({ writer, message }: ErrorGroup): string {
  return `${writer}: ${message}`
}

/** The message of the last line, with its error where it has one of its own. */
function said({ message, last }: ErrorGroup): string {
  const { msg = '', error = '' } = last.fields
  const text = [msg, error].filter((part) => part !== '').join(': ') || message
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length > SAID_MAX ? `${line.slice(0, SAID_MAX)}…` : line
}

function span({ count, first, last }: ErrorGroup): string {
  if (last.time === null) return ''
  return count === 1 || first.time === null
    ? `, at ${iso(last.time)}`
    : `, first at ${iso(first.time)}, last at ${iso(last.time)}`
}

function when(time: number | null): string | null {
  return time === null ? null : iso(time)
}
