import { omsFolders, omsHandlerState, processList } from '../../artifacts/agent.js'
import { hostPackages, packageList } from '../../artifacts/host.js'
import { systemPackages } from '../../facts/system-packages.js'
import { removedFolders } from '../../facts/versions.js'
import { LINKS } from '../../knowledge/links.js'
import { atEntry, atLine, type Locator } from '../../model/locator.js'
import { finding, rule, unknown } from '../../model/rule.js'

export const legacyOmsAgent = rule({
  id: 'CT4019',
  name: 'legacy-oms-agent',
  title: 'The retired OMS agent is still on the machine',
  group: 'agent',
  severity: 'error',
  confidence: 'likely',
  docs: {
    what: 'Looks for the Log Analytics (OMS) agent: its package, its extension, its program folder, its processes.',
    why: 'It has a Change Tracking of its own. The two on one machine are not supported: they count changes twice, or disturb each other.',
    how: 'Fires when the package omsagent is installed, when its extension’s folder or /opt/microsoft/omsagent is there, or when a process of it runs. An extension folder whose HandlerState says NotInstalled does not count. /var/opt/microsoft/omsagent alone does not either: removing the agent leaves its logs there.',
    limits: 'A program folder without a package may be a leftover that somebody forgot.',
    fix: [
      'Remove the extension OmsAgentForLinux from the machine in the portal, or `az vm extension delete --name OmsAgentForLinux --vm-name VM --resource-group GROUP`.',
      'Installed by hand: `sudo apt-get purge omsagent` or `sudo rpm -e omsagent`.',
      'See that /opt/microsoft/omsagent is gone.',
    ],
    proof: '`ls /opt/microsoft/omsagent` finds nothing, and `ps -ef | grep omsagent` shows no process.',
    links: [LINKS.overview],
  },
  needs: {},
  optional: { folders: omsFolders, states: omsHandlerState, packages: systemPackages, lists: processList },
  *check({ folders, states, packages, lists }) {
    const removed = removedFolders(states)
    const known = packages ?? []
    const installed = known.flatMap((list) => {
      const found = list.packages.get('omsagent')
      return found?.installed === true ? [found.at] : []
    })
    const there = (folders?.good ?? []).filter(({ value, path }) => value !== 'data' && !removed.has(path))
    const running = (lists?.good ?? []).flatMap(({ path, value }): Locator[] =>
      value.processes
        .filter(({ command }) => /^\S*\/omsagent\b|^\S*ruby\S*\s+\S*\/omsagent\b/.test(command))
        .map(({ line, text }) => atLine(path, line, text)),
    )
    const [first, ...others] = [...installed, ...there.map(({ path }) => atEntry(path)), ...running]
    if (first !== undefined) {
      const traces = [
        ...(installed.length > 0 ? ['its package is installed'] : []),
        ...(there.some(({ value }) => value === 'extension') ? ['its extension is there'] : []),
        ...(there.some(({ value }) => value === 'program') ? ['its program folder is there'] : []),
        ...(running.length > 0 ? ['it runs'] : []),
      ]
      yield finding({
        subject: 'omsagent',
        message: `The retired OMS agent is on this machine beside Change Tracking: ${traces.join(', ')}.`,
        evidence: [first, ...others.slice(0, 9)],
        data: { package: installed.length > 0, running: running.length > 0 },
      })
    } else if (!known.some(({ whole }) => whole)) {
      const left = folders?.good.find(({ value }) => value === 'data')
      const reason =
        left === undefined
          ? 'Nothing that would show the OMS agent was collected.'
          : `${left.path} may be left over, or belong to an installed OMS agent.`
      yield unknown(reason, [packageList, hostPackages])
    }
  },
})
