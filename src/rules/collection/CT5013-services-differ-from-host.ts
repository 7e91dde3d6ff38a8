import { servicesJson } from '../../artifacts/collection.js'
import { unitList } from '../../artifacts/units.js'
import { configCache, isDisabled } from '../../facts/ct-dcrs.js'
import { hostServices } from '../../facts/host-services.js'
import { inventory, isService } from '../../facts/inventory.js'
import { lastRun } from '../../facts/last-run.js'
import { LIMITS } from '../../knowledge/limits.js'
import { LINKS } from '../../knowledge/links.js'
import { finding, notApplicable, rule, unknown } from '../../model/rule.js'
import { incomparable, isWideDifference, namesOf } from './compare-with-host.js'

export const servicesDifferFromHost = rule({
  id: 'CT5013',
  name: 'services-differ-from-host',
  title: 'The agent’s list of services differs from the host’s',
  group: 'collection',
  severity: 'warning',
  confidence: 'likely',
  docs: {
    what: 'Compares the names in Services.json with the services that systemd lists.',
    why: 'A service missing in the list is missing in the workspace: its changes are never seen.',
    how: 'Template and instance units, those with an @, are left out on both sides, because the agent leaves them out. Aliases, masked and generated units may be on one side only. Fires when more than five names and more than 2 % of the host’s differ, and the list is of a run in time. From 250 services on, those that only the host has do not count.',
    limits:
      'States are not compared: they change by the minute. Against a list of the units in memory only what the agent lacks can be told. A list without systemd-journald.service was searched, and is not compared.',
    fix: [
      'Run what the agent runs and look for errors: `systemctl -a list-unit-files "*.service" --no-pager | grep -v "@" | wc -l`.',
      '`sudo systemctl daemon-reload` when unit files were changed without it.',
      'When the command is right and the list is not: `sudo systemctl restart cxp.service`, and wait for one run.',
    ],
    proof: 'A new bundle, taken after one run of the Services worker, no longer shows CT5013.',
    links: [LINKS.limits],
  },
  needs: { host: hostServices },
  optional: { all: inventory, run: lastRun, cache: configCache },
  *check({ host, all, run, cache }, asOf) {
    if (host === null) {
      yield unknown('No whole list of the host’s services is in the input.', [unitList])
      return
    }
    if (cache !== undefined && isDisabled(cache, 'services')) {
      yield notApplicable('The rule does not collect services.')
      return
    }
    const list = all?.services.json ?? null
    if (run === undefined) return
    const obstacle = incomparable(list, run.services, asOf, servicesJson)
    if (obstacle !== null || list === null) {
      if (obstacle !== null) yield obstacle
      return
    }
    if (list.records.length === 0) return
    const listed = new Map(
      list.records
        .filter(isService)
        .filter(({ record }) => !record.name.includes('@'))
        .map((item) => [item.record.name, item]),
    )
    const own = [...host.services].filter(([, { expected }]) => expected)
    const missing = own.length >= LIMITS.servicesSoft ? [] : own.filter(([name]) => !listed.has(name))
    const extra = host.complete ? [...listed].filter(([name]) => !host.services.has(name)) : []
    if (!isWideDifference(missing.length + extra.length, own.length)) return
    const [first, ...others] = [...missing.slice(0, 3), ...extra.slice(0, 3)].map(([, { at }]) => at)
    if (first === undefined) return
    yield finding({
      subject: 'services',
      message: `Of ${own.length} services of the host and ${listed.size} of the agent, ${missing.length} are only on the host and ${extra.length} only in the agent’s list.`,
      evidence: [first, ...others],
      data: { onlyHost: namesOf(missing), onlyAgent: namesOf(extra) },
      onlyIfWhole: true,
    })
  },
})
