import { LINKS } from '../../knowledge/links.js'
import { machineWitnesses, type MachineWitness } from '../../facts/machines.js'
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
    how: 'Compared are the resource ids that the Azure Monitor Agent’s log and its collector’s summary name, and where these do not settle it, the host names of `/etc/hostname` and of the summary. Two logs of the same kind count when they overlap in time: a machine that was moved names another id later. Upper and lower case do not count, nor does a machine’s resource group alone.',
    limits:
      'A host name is never compared with a resource id: they differ on healthy machines. When only a cached rule is of another machine, that is no mixture.',
    fix: [
      'Separate the files by machine: one folder or archive for each.',
      'Analyse them one by one: `ct-diag analyze FOLDER-1 FOLDER-2`.',
    ],
    proof: 'Each folder’s report names one machine and no longer shows CT9005.',
    links: [LINKS.overview],
  },
  needs: {},
  optional: { witnesses: machineWitnesses },
  *check({ witnesses }) {
    const pair = witnesses === undefined ? null : (differing(witnesses.ids) ?? settled(witnesses.ids, witnesses.names))
    if (pair === null) return
    const [one, other] = pair
    yield finding({
      subject: 'input',
      message: `${one.at.path ?? ''} is of ${one.machine}, ${other.at.path ?? ''} of ${other.machine}.`,
      evidence: [one.at, other.at],
      data: { machines: [...new Set(witnesses?.ids.concat(witnesses.names).map(({ machine }) => machine))] },
      ...(one.kind === 'name' ? { confidence: 'possible' as const } : {}),
    })
  },
})

/** Two resource ids that agree outweigh host names, of which a machine has several. */
function settled(ids: readonly MachineWitness[], names: readonly MachineWitness[]): ReturnType<typeof differing> {
  return ids.length > 1 ? null : differing(names)
}

function differing(witnesses: readonly MachineWitness[]): readonly [MachineWitness, MachineWitness] | null {
  const [first, ...others] = witnesses
  const other = others.find(({ key }) => key !== first?.key)
  return first === undefined || other === undefined ? null : [first, other]
}
