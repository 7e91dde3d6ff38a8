import { hostNames, machineKind, otherMachine, ownIds, type MachineName } from '../../facts/machine-names.js'
import { LINKS } from '../../knowledge/links.js'
import { finding, rule } from '../../model/rule.js'

export const mixedMachines = rule({
  id: 'CT9005',
  name: 'mixed-machines',
  title: 'The files are of different machines',
  group: 'input',
  severity: 'error',
  confidence: 'likely',
  docs: {
    what: 'Compares the machine that each artifact names for itself.',
    why: 'When a log of one machine is judged beside the configuration of another, no finding can be trusted.',
    how: 'Compared are the resource ids that the Azure Monitor Agent’s log, its collector’s overview and the instance metadata name, and where these do not settle it, the host names of `/etc/hostname` and of the overview. Two logs of the same kind count when they overlap in time: a machine that was moved names another id later. Upper and lower case do not count, nor does a machine’s resource group alone.',
    limits:
      'A host name is never compared with a resource id, nor the id of an Azure VM with that of an Arc-enabled server: they differ on healthy machines. When only a cached rule is of another machine, that is no mixture. A clone on which the agent has not started yet still has its original’s log.',
    fix: [
      'Separate the files by machine: one folder or archive for each.',
      'Analyse them one by one: `ct-diag analyze FOLDER-1 FOLDER-2`.',
    ],
    proof: 'Each folder’s report names one machine and no longer shows CT9005.',
    links: [LINKS.overview],
  },
  needs: {},
  optional: { own: ownIds, hosts: hostNames },
  *check({ own: ids = [], hosts = [] }) {
    const ofKind = (kind: string): readonly MachineName[] => ids.filter(({ name }) => machineKind(name) === kind)
    const byId = differing(ofKind('azure-vm'), otherMachine) ?? differing(ofKind('arc'), otherMachine)
    // Two resource ids that agree outweigh host names, of which a machine has several.
    const pair = byId ?? (ids.length > 1 ? null : differing(hosts.filter(isTelling), otherHost))
    if (pair === null) return
    const [one, other] = pair
    yield finding({
      subject: 'input',
      message: `${one.at.path ?? ''} is of ${one.name}, ${other.at.path ?? ''} of ${other.name}.`,
      evidence: [one.at, other.at],
      data: { machines: [...new Set([...ids, ...hosts].map(({ name }) => name))] },
      ...(byId === null ? { confidence: 'possible' as const } : {}),
    })
  },
})

function differing(
  [first, ...others]: readonly MachineName[],
  differ: (a: string, b: string) => boolean,
): readonly [MachineName, MachineName] | null {
  const other = first === undefined ? undefined : others.find(({ name }) => differ(first.name, name))
  return first === undefined || other === undefined ? null : [first, other]
}

/** Names that every fresh system has say nothing. */
function isTelling({ name }: MachineName): boolean {
  return !/^(?:localhost)?(?:\.|$)/i.test(name)
}

/** The first label says it: some tools print the whole domain name. */
function otherHost(a: string, b: string): boolean {
  const [left, right] = [a, b].map((name) => name.toLowerCase().split('.', 1)[0])
  return left !== right
}
