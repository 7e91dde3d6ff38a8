import { processList } from '../../artifacts/agent.js'
import { mdsdInfo } from '../../artifacts/ama.js'
import { arcAgent } from '../../artifacts/host.js'
import { cachedIds, machineKind, ownIds } from '../../facts/machine-names.js'
import { LINKS } from '../../knowledge/links.js'
import type { Found } from '../../model/artifact.js'
import { atEntry, atLine, type Locator } from '../../model/locator.js'
import { finding, notApplicable, rule, unknown } from '../../model/rule.js'
import type { ProcessList } from '../../parsers/process-list.js'

export const arcOnAzureVm = rule({
  id: 'CT8003',
  name: 'arc-on-azure-vm',
  title: 'The Azure Arc agent is installed on an Azure VM',
  group: 'host',
  severity: 'warning',
  confidence: 'likely',
  docs: {
    what: 'Looks for the Azure Connected Machine agent (azcmagent, himds) on a machine that is an Azure VM.',
    why: 'An Azure VM has its identity from the platform. With the Arc agent beside it the machine has two, and the Azure Monitor Agent may take the Arc one: tokens fail, or data arrives under another machine.',
    how: 'Fires when /var/opt/azcmagent, the service himdsd or the process himds is there, and a cached rule or the machine’s own resource id is of the kind Microsoft.Compute. A server that is Arc-enabled only is what the agent is for.',
    limits:
      'An agent that was removed can leave its folder behind. Test machines sometimes run the Arc agent on an Azure VM on purpose; that is not supported.',
    fix: [
      'Check that the machine is an Azure VM: Azure portal, Virtual machines.',
      'Disconnect and remove the Arc agent: `sudo azcmagent disconnect`, then remove the package azcmagent and the folder /var/opt/azcmagent.',
      '`sudo systemctl restart azuremonitoragent`.',
    ],
    proof:
      '`systemctl status himdsd` finds no such service, and the newest “Setting resource id” line of mdsd.info names the VM.',
    links: [LINKS.amaTroubleshoot],
  },
  needs: {},
  optional: { own: ownIds, cached: cachedIds, arc: arcAgent, processes: processList },
  causes: ['CT1014', 'CT2005', 'CT2006'],
  *check({ own = [], cached = [], arc, processes }) {
    const known = [...own, ...cached]
    const vm = known.find(({ name }) => machineKind(name) === 'azure-vm')
    const sign = signOf(arc, processes)
    if (vm !== undefined && sign !== undefined) {
      yield finding({
        subject: 'azcmagent',
        message: `The Azure Connected Machine agent is on this machine, which is the Azure VM ${vm.name}.`,
        evidence: [sign, vm.at],
      })
    } else if (vm === undefined && known.some(({ name }) => machineKind(name) === 'arc')) {
      yield notApplicable('The machine is an Arc-enabled server.')
    } else if (sign !== undefined) {
      yield unknown('Nothing says whether this machine is an Azure VM.', [mdsdInfo])
    } else if (!isWhole(processes)) {
      yield unknown('Nothing would show the Arc agent: there is no whole list of processes.', [processList])
    }
  },
})

function signOf(arc: Found<unknown> | undefined, processes: Found<ProcessList> | undefined): Locator | undefined {
  const [place] = arc?.good ?? []
  if (place !== undefined) return atEntry(place.path)
  for (const { path, value } of processes?.good ?? []) {
    const himds = value.processes.find(({ command }) => /^(?:\S*\/)?himdsd?(?:\s|$)/.test(command))
    if (himds !== undefined) return atLine(path, himds.line, himds.text)
  }
  return undefined
}

/** A list that has the first process was not picked out of a longer one. */
function isWhole(processes: Found<ProcessList> | undefined): boolean {
  return processes?.good.some(({ value }) => value.processes.some(({ pid }) => pid === 1)) === true
}
