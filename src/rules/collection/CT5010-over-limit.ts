import { agentRuns } from '../../facts/agent-runs.js'
import { inventory, LIST_OF } from '../../facts/inventory.js'
import { atEvent } from '../../facts/log-view.js'
import { LIMITS } from '../../knowledge/limits.js'
import { LINKS } from '../../knowledge/links.js'
import { WORKERS, type Worker } from '../../knowledge/names.js'
import { atEntry, type Locator } from '../../model/locator.js'
import { finding, rule, unknown } from '../../model/rule.js'

const LIMIT: Readonly<Record<Worker, number>> = {
  files: LIMITS.files,
  software: LIMITS.packages,
  services: LIMITS.services,
}
const NOUN: Readonly<Record<Worker, string>> = { files: 'files', software: 'packages', services: 'services' }

export const overLimit = rule({
  id: 'CT5010',
  name: 'over-limit',
  title: 'A documented limit of tracked items is reached',
  group: 'collection',
  severity: 'warning',
  confidence: 'likely',
  docs: {
    what: 'Compares the number of files, packages and services with the documented limits per machine.',
    why: 'Beyond 500 files, 1,250 packages or 500 services items are missing from the workspace without a word.',
    how: 'Counts the records of each list, else the number in the last run of the agent’s log, else the records in the database. The documentation gives 250 services in one table and 500 in another, so from 250 on it is only worth knowing.',
    limits: 'Which items are left out beyond a limit is not documented.',
    fix: [
      'Files: narrow the tracked paths in the rule; wildcards in large folders are the usual cause.',
      'Packages and services: the limits cannot be raised. Remove packages nobody needs; do not rely on the inventory being whole.',
    ],
    proof: 'The number in the next “in this run” line is below the limit.',
    links: [LINKS.limits],
  },
  needs: {},
  optional: { runs: agentRuns, all: inventory },
  *check({ runs, all }) {
    let known = false
    for (const worker of WORKERS) {
      const counted = countOf(worker)
      if (counted === null) continue
      known = true
      const soft = worker === 'services' && counted.count < LIMIT.services
      if (counted.count < (soft ? LIMITS.servicesSoft : LIMIT[worker])) continue
      yield finding({
        subject: worker,
        message: `${counted.count} ${NOUN[worker]} are tracked; the documented limit is ${soft ? `${LIMITS.servicesSoft} or ${LIMITS.services}` : LIMIT[worker]}.`,
        evidence: [counted.at],
        data: { count: counted.count, limit: LIMIT[worker] },
        ...(soft ? { severity: 'info' as const } : {}),
      })
    }
    if (!known) yield unknown('Nothing in the input tells how many items are tracked.', Object.values(LIST_OF))

    function countOf(worker: Worker): { count: number; at: Locator } | null {
      const list = all?.[worker].json
      if (list != null && list.records.length > 0) {
        const { path } = list.evidence
        return { count: list.items, at: atEntry(path, `${list.records.length} records`) }
      }
      const run = runs?.runs(worker).at(-1)
      if (run !== undefined) return { count: run.count, at: atEvent(run.event) }
      const records = all?.[worker].db ?? []
      const [first] = records
      return first === undefined ? null : { count: records.length, at: first.at }
    }
  },
})
