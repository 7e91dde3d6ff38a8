import { ctAgentLog } from '../../artifacts/agent.js'
import { agentRuns } from '../../facts/agent-runs.js'
import { configCache, isDisabled, tracksFiles } from '../../facts/ct-dcrs.js'
import { inventory, LIST_OF, type WorkerList } from '../../facts/inventory.js'
import { atEvent } from '../../facts/log-view.js'
import { asksFor, trackedPaths, type TrackedPath } from '../../facts/tracked-paths.js'
import { LINKS } from '../../knowledge/links.js'
import { WORKERS } from '../../knowledge/names.js'
import { atEntry, baseName } from '../../model/locator.js'
import { finding, rule, unknown } from '../../model/rule.js'
import { iso } from '../../model/time.js'

export const emptyCollection = rule({
  id: 'CT5003',
  name: 'empty-collection',
  title: 'A worker ran and collected nothing',
  group: 'collection',
  severity: 'error',
  confidence: 'likely',
  docs: {
    what: 'Looks at the number of items of each worker’s last run: in the agent’s log, else in its list.',
    why: 'Every Linux machine has services and packages. A run that finds none means that the command behind it failed, often a hung or locked package manager.',
    how: 'Fires when the last logged run says 0, or, where the log has no run, when the list is valid and empty. Workers that the rule switches off are left out, files also when no path is tracked. No files are surely a fault where a tracked path matches one that every Linux machine has, such as `/etc/hosts`; else the finding is only possible.',
    limits: 'A tracked path that the agent reads in another way than documented could match nothing.',
    fix: [
      'Software: run what the agent runs, `dpkg-query -W | wc -l` or `rpm -qa | wc -l`, and repair the package database when it hangs or fails.',
      'Services: `systemctl list-unit-files "*.service" | wc -l` must list units.',
      'Files: check that the tracked paths exist and that the pattern has its wildcard in the last part only.',
    ],
    proof: 'The next “in this run” line of cta_linux_agent.log has a number above 0.',
    links: [LINKS.limits],
  },
  needs: {},
  optional: { runs: agentRuns, all: inventory, cache: configCache, paths: trackedPaths },
  causes: ['CT5004', 'CT5008', 'CT5015'],
  *check({ runs, all, cache, paths }) {
    let known = false
    for (const worker of WORKERS) {
      if (
        cache !== undefined &&
        (isDisabled(cache, worker) || (worker === 'files' && cache.ctDcrs.length > 0 && !tracksFiles(cache)))
      )
        continue
      const last = runs?.runs(worker).at(-1)
      const list = all?.[worker].json ?? null
      known ||= last !== undefined || list !== null
      const nothing = last === undefined ? isEmpty(list) : last.count === 0
      if (!nothing) continue
      // Paths of one's own may match nothing on this machine.
      const confidence = worker !== 'files' || paths?.all.some(mustMatch) === true ? 'likely' : 'possible'
      if (last !== undefined) {
        if (runs?.log.whole !== true) {
          yield unknown(
            'the last run that shows found nothing, but the current log was not collected whole.',
            [ctAgentLog],
            worker,
          )
          continue
        }
        yield finding({
          subject: worker,
          message: `The last ${worker} run, at ${iso(last.time)}, collected 0 items.`,
          evidence: [atEvent(last.event)],
          confidence,
          explains: ({ subject }) => subject === worker,
        })
      } else if (list !== null) {
        yield finding({
          subject: worker,
          message: `${baseName(list.evidence.path)} is a valid, empty list: the last ${worker} run collected nothing.`,
          evidence: [atEntry(list.evidence.path, `${list.evidence.size} bytes, 0 records`)],
          confidence,
          explains: ({ subject }) => subject === worker,
        })
      }
    }
    if (!known)
      yield unknown(
        'Neither a run in the agent’s log nor a list of what was collected is in the input.',
        Object.values(LIST_OF),
      )
  },
})

function isEmpty(list: WorkerList | null): boolean {
  return (
    list !== null &&
    list.evidence.value.records.length === 0 &&
    list.evidence.value.unrecognised.count === 0 &&
    !list.cut
  )
}

/** Files that every Linux machine has. */
const ALWAYS: readonly string[] = ['/etc/passwd', '/etc/group', '/etc/hosts', '/etc/nsswitch.conf', '/etc/ld.so.conf']

function mustMatch(tracked: TrackedPath): boolean {
  return ALWAYS.some((file) => asksFor(tracked, file))
}
