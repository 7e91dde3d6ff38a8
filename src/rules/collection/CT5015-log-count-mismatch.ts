import { ctAgentLog } from '../../artifacts/agent.js'
import { agentRuns } from '../../facts/agent-runs.js'
import { configCache, isDisabled } from '../../facts/ct-dcrs.js'
import { inventory, LIST_OF } from '../../facts/inventory.js'
import { atEvent } from '../../facts/log-view.js'
import { systemPackages, type SystemPackages } from '../../facts/system-packages.js'
import { LINKS } from '../../knowledge/links.js'
import { WORKERS } from '../../knowledge/names.js'
import { atEntry, baseName } from '../../model/locator.js'
import { finding, rule, unknown } from '../../model/rule.js'
import { iso } from '../../model/time.js'
import type { InventoryRecord } from '../../parsers/inventory-record.js'

const SHARE = 0.05

export const logCountMismatch = rule({
  id: 'CT5015',
  name: 'log-count-mismatch',
  title: 'The agent’s log and its list give different numbers',
  group: 'collection',
  severity: 'warning',
  confidence: 'likely',
  docs: {
    what: 'Compares the number of items in a worker’s last logged run with the records in its list.',
    why: 'Both tell of the same run. When they differ, the run was not kept whole, and what the workspace gets is not what was found.',
    how: 'Fires when the two are more than 5 % apart, and more than one item. Records of an unknown shape count as records. One name may count once or as often as it stands in the list, and as often as the host has it in several architectures or versions. A list that is cut, or a log whose current file is missing, is not compared.',
    limits: 'When the log and the list were copied at different moments, a run in between shows as a difference.',
    fix: [
      'Take both again at the same moment, and compare once more.',
      'When they still differ: check free space, `df -h /var/log /opt`, then `sudo systemctl restart cxp.service` and wait for one run.',
    ],
    proof: 'A new bundle, taken after one run, no longer shows CT5015.',
    links: [LINKS.overview],
  },
  needs: { runs: agentRuns },
  optional: { all: inventory, cache: configCache, packages: systemPackages },
  *check({ runs, all, cache, packages }) {
    let compared = false
    for (const worker of WORKERS) {
      if (cache !== undefined && isDisabled(cache, worker)) continue
      const last = runs.runs(worker).at(-1)
      const list = all?.[worker].json ?? null
      if (last === undefined || list === null) continue
      compared = true
      const { path, value } = list.evidence
      const records = list.records.length + value.unrecognised.count + value.beyond
      // What there is twice, the log may count twice and the list hold once, or the other way round.
      const once = new Set(list.records.map(({ record }) => keyOf(record))).size
      const twice = worker === 'software' ? doubled(packages) : 0
      if (isNear(last.count, records) || isNear(last.count, records - list.records.length + once)) continue
      if (Math.abs(records - last.count) <= twice) continue
      if (list.cut) yield unknown(`${path} is cut.`, [LIST_OF[worker]], worker)
      else if (list.records.length === 0 && value.unrecognised.count > 0)
        yield unknown(
          `${path} has a shape that is not known, so its items cannot be counted.`,
          [LIST_OF[worker]],
          worker,
        )
      else if (!runs.log.whole)
        yield unknown(
          'the current log was not collected whole, so a newer run may have given the number.',
          [ctAgentLog],
          worker,
        )
      else
        yield finding({
          subject: worker,
          message: `The last ${worker} run in the log, of ${iso(last.time)}, collected ${last.count} items; ${baseName(path)} holds ${records}.`,
          evidence: [atEvent(last.event), atEntry(path, `${records} records`)],
          data: { logged: last.count, listed: records },
          onlyIfWhole: true,
        })
    }
    if (!compared)
      yield unknown('No worker has both a run in the log and a list in the input.', [
        ...Object.values(LIST_OF).map((list) => [ctAgentLog, list]),
      ])
  },
})

function isNear(logged: number, listed: number): boolean {
  const apart = Math.abs(listed - logged)
  return apart <= 1 || apart <= SHARE * Math.max(listed, logged)
}

function keyOf(record: InventoryRecord): string {
  return record.kind === 'file' ? record.path : record.name
}

/** Packages of one name beyond the first: another architecture, or a kernel of before. */
function doubled(lists: readonly SystemPackages[] | undefined): number {
  const [host] = lists ?? []
  if (host === undefined) return 0
  return host.installed - [...host.packages.values()].filter(({ installed }) => installed).length
}
