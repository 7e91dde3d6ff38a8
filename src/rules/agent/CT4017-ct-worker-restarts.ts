import { atEvent, type LoggedEvent } from '../../facts/log-view.js'
import { serviceJournal, type JournalFile } from '../../facts/service-journal.js'
import { unitStates } from '../../facts/unit-states.js'
import { watcherRestarts } from '../../facts/watcher-restarts.js'
import { ctWatcherLog } from '../../artifacts/agent.js'
import { LINKS } from '../../knowledge/links.js'
import { finding, rule, unknown } from '../../model/rule.js'
import { iso } from '../../model/time.js'
import type { JournalEventKind } from '../../parsers/journal.js'

const DAY = 24 * 3_600_000
/** Fewer within a day are what an update or a start of the machine makes. */
const REPEATEDLY = 3

export const ctWorkerRestarts = rule({
  id: 'CT4017',
  name: 'ct-worker-restarts',
  title: 'The Change Tracking agent is restarted again and again',
  group: 'agent',
  severity: 'warning',
  confidence: 'possible',
  docs: {
    what: 'Counts restarts of the worker in the watcher’s log, and of cxp.service by systemd.',
    why: 'The watcher looks every five minutes whether the worker runs, and starts it again. A worker that ends again and again loses the runs in between.',
    how: `Fires when the last 24 hours of the watcher’s log show at least ${REPEATEDLY} restarts: lines that say so in one of several wordings, or starts with another process id. It fires too when systemctl, or the last day of the journal, counts as many restarts of cxp.service by systemd. Starting it by hand sets that count back.`,
    limits:
      'The watcher’s messages are not public, so that another wording goes unnoticed, and a harmless one may be counted. Updates and starts of the machine count too.',
    fix: [
      'Read cta_linux_agent.log at the times under evidence: the last lines before each restart, and crashes.',
      'Look for the kernel killing it for its memory: `journalctl -k | grep -i "out of memory"`.',
      'Update the extension; some versions use more and more memory.',
    ],
    proof:
      'cta_linux_watcher.log shows no restart for a day, and `systemctl show cxp.service -p NRestarts` says 0 after a restart by hand.',
    links: [LINKS.ctVersions],
  },
  needs: {},
  optional: { watcher: watcherRestarts, units: unitStates, journal: serviceJournal },
  causes: ['CT3002', 'CT5001', 'CT5020'],
  *check({ watcher, units, journal }, asOf) {
    const end = watcher?.log.last?.time ?? null
    const recent = (watcher?.restarts ?? []).filter(({ time }) => end !== null && time > end - DAY)
    const [first] = recent
    const last = recent.at(-1)
    if (first !== undefined && last !== undefined && recent.length >= REPEATEDLY) {
      yield finding({
        subject: 'worker',
        message: `The watcher restarted the worker ${recent.length} times within a day, last at ${iso(last.time)}.`,
        evidence: [atEvent(last), atEvent(first)],
        data: { restarts: recent.length, first: iso(first.time), last: iso(last.time) },
      })
    }
    const counted = units?.of('cxp.service')?.restarts ?? null
    const seen = journal?.current == null || journal.current.isOlder(asOf) ? null : restartsAtEnd(journal.current)
    const restarts = Number(counted?.value ?? 0)
    const evidence = [
      ...(counted !== null && restarts >= REPEATEDLY ? [counted.at] : []),
      ...(seen?.last != null && seen.count >= REPEATEDLY ? [atEvent(seen.last)] : []),
    ]
    const [cited, ...others] = evidence
    if (cited !== undefined) {
      yield finding({
        subject: 'cxp.service',
        message: `systemd restarted cxp.service ${Math.max(restarts, seen?.count ?? 0)} times after a failure.`,
        evidence: [cited, ...others],
        data: { restarts: Math.max(restarts, seen?.count ?? 0), last: seen?.last?.fields['stamp'] ?? null },
      })
    }
    if (watcher === undefined && cited === undefined)
      yield unknown('The watcher’s log, which shows its restarts, was not collected.', [ctWatcherLog])
  },
})

/** Restarts that systemd made within the last day of one file, unless somebody started the service since. */
function restartsAtEnd({ end, events }: JournalFile): { readonly count: number; readonly last: LoggedEvent | null } {
  const recent: LoggedEvent[] = []
  let before: JournalEventKind | null = null
  for (const { kind, event } of events) {
    // systemd announces its own restarts; a start without that is by hand, or the machine's.
    if (kind === 'started' && before !== 'restart') recent.length = 0
    const old = event.time !== null && end !== null && end - event.time > DAY
    if (kind === 'restart' && !old) recent.push(event)
    // Some versions say “Stopped” between the announcement and the start.
    if (kind !== 'stopped' || before !== 'restart') before = kind
  }
  const last = recent.at(-1) ?? null
  return { count: Math.max(recent.length, Number(last?.fields['counter'] ?? 0)), last }
}
