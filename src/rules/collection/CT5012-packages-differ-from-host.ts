import { packagesJson } from '../../artifacts/collection.js'
import { packageList } from '../../artifacts/host.js'
import { configCache, isDisabled } from '../../facts/ct-dcrs.js'
import { inventory, isPackage } from '../../facts/inventory.js'
import { lastRun } from '../../facts/last-run.js'
import { systemPackages } from '../../facts/system-packages.js'
import { LIMITS } from '../../knowledge/limits.js'
import { LINKS } from '../../knowledge/links.js'
import { finding, notApplicable, rule, unknown } from '../../model/rule.js'
import { iso } from '../../model/time.js'
import { incomparable, isWideDifference, namesOf } from './compare-with-host.js'
import { hasEpochs, hasVersion, hostName } from './package-versions.js'

/** Two times as near as this were set by whoever packed the files; archives keep times to two seconds. */
const STAMPED = 2000

export const packagesDifferFromHost = rule({
  id: 'CT5012',
  name: 'packages-differ-from-host',
  title: 'The agent’s list of packages differs from the host’s',
  group: 'collection',
  severity: 'warning',
  confidence: 'likely',
  docs: {
    what: 'Compares Packages.json with the package database of dpkg, or with what dpkg or rpm print.',
    why: 'The workspace shows what the agent lists. A package missing there, or of another version, makes the software inventory wrong.',
    how: 'By name and version, for packages that are installed. Fires when more than five items and more than 2 % of the host’s differ, and the list is of a run in time. From 1,250 packages on, those that only the host has do not count: that many the agent does not take. Where not one is the same, the lists spell them differently, and nothing is concluded.',
    limits:
      'When packages were installed or removed after the last run, nothing is concluded. A leading epoch of 0 does not count, nor do epochs where one of the two lists has none at all. A host’s list that lacks dpkg and rpm themselves was searched, and is not compared.',
    fix: [
      'Wait for one run of the Software worker, and compare again: `sudo grep "Package" /var/log/azure/Microsoft.Azure.ChangeTrackingAndInventory.ChangeTracking-Linux/cta_linux_agent.log | tail -1`.',
      'Run what the agent runs: `dpkg-query -W | wc -l` or `rpm -qa | wc -l`. An error there explains it: repair the package database.',
      'When the command is right and the list is not: `sudo systemctl restart cxp.service`.',
    ],
    proof: 'A new bundle, taken after one run of the Software worker, no longer shows CT5012.',
    links: [LINKS.limits],
  },
  needs: { lists: systemPackages },
  optional: { all: inventory, run: lastRun, cache: configCache },
  *check({ lists, all, run, cache }, asOf) {
    const [host] = lists
    if (host === undefined) {
      yield unknown('The host’s own list of packages is not in the input.', [packageList])
      return
    }
    if (cache !== undefined && isDisabled(cache, 'software')) {
      yield notApplicable('The rule does not collect software.')
      return
    }
    const list = all?.software.json ?? null
    if (run === undefined) return
    const obstacle = incomparable(list, run.software, asOf, packagesJson)
    if (obstacle !== null || list === null) {
      if (obstacle !== null) yield obstacle
      return
    }
    if (list.records.length === 0) return
    if (!host.whole) {
      yield unknown(`${host.path} is not the whole list of this machine’s packages.`, [packageList])
      return
    }
    const listed = new Map(
      list.records.filter(isPackage).map((item) => [hostName(item.record.name, host.packages), item]),
    )
    const installed = [...host.packages].filter(([, { installed: is }]) => is)
    const missing = installed.length >= LIMITS.packages ? [] : installed.filter(([name]) => !listed.has(name))
    const extra = [...listed].filter(([name]) => !host.packages.has(name))
    const strict =
      hasEpochs([...listed.values()].map(({ record }) => record.version)) &&
      hasEpochs(installed.flatMap(([, { versions }]) => versions))
    const changed = [...listed].filter(([name, { record }]) => {
      const mine = host.packages.get(name)
      return mine?.installed === true && record.version !== null && !hasVersion(mine, record.version, strict)
    })
    const different = missing.length + extra.length + changed.length
    if (!isWideDifference(different, installed.length)) return
    if (extra.length + changed.length === listed.size) {
      yield unknown('Not one package is the same in both lists, so they spell names or versions in different ways.', [
        packagesJson,
      ])
      return
    }
    const ran = run.software.time ?? 0
    const stamped = host.mtime !== null && Math.abs(host.mtime - (list.evidence.mtime ?? 0)) <= STAMPED
    if (host.mtime !== null && host.mtime > ran && !stamped && host.mtime <= asOf) {
      yield unknown(`${host.path} changed at ${iso(host.mtime)}, after the last run of the worker.`, [packagesJson])
      return
    }
    const shown = [
      ...changed.slice(0, 2).flatMap(([name, { at }]) => [at, host.packages.get(name)?.at ?? at]),
      ...extra.slice(0, 2).map(([, { at }]) => at),
    ]
    const [first, ...others] = [...shown, ...missing.slice(0, 3).map(([, { at }]) => at)]
    if (first === undefined) return
    yield finding({
      subject: 'software',
      message: `Of ${installed.length} packages of the host and ${listed.size} of the agent, ${different} differ: ${missing.length} only on the host, ${extra.length} only in the agent’s list, ${changed.length} of another version.`,
      evidence: [first, ...others],
      data: { onlyHost: namesOf(missing), onlyAgent: namesOf(extra), version: namesOf(changed) },
      onlyIfWhole: true,
    })
  },
})
