import {
  applicationYml,
  ctAgentLog,
  ctCommandLog,
  ctExtensionFolder,
  ctHandlerLog,
  cxpUnit,
  extensionWitness,
} from '../../artifacts/agent.js'
import { ctDb } from '../../artifacts/collection.js'
import { hostPackages } from '../../artifacts/host.js'
import { wholeMachine } from '../../facts/whole-machine.js'
import { homePath } from '../../model/artifact.js'
import { seen } from '../../model/fact.js'
import { absence, atEntry } from '../../model/locator.js'
import { finding, rule, unknown } from '../../model/rule.js'
import { LINKS } from '../../knowledge/links.js'

export const ctExtensionMissing = rule({
  id: 'CT4001',
  name: 'ct-extension-missing',
  title: 'The Change Tracking extension is not installed',
  group: 'agent',
  severity: 'error',
  confidence: 'likely',
  docs: {
    what: 'Looks for any trace of the Change Tracking extension: its folder, logs, service, database, package.',
    why: 'The Azure Monitor Agent only carries the data. The Change Tracking extension collects it; a rule without the extension does nothing.',
    how: 'Fires when no trace is there although at least two places that would show one were collected, the guest agent’s extension folder among them.',
    limits:
      'A collector that picks single extensions can hide it. On an Arc-enabled server extensions may lie elsewhere.',
    fix: [
      'Install the extension: `az vm extension set --publisher Microsoft.Azure.ChangeTrackingAndInventory --name ChangeTracking-Linux --vm-name VM --resource-group GROUP` (Arc: `az connectedmachine extension create`), or run the policy’s remediation task.',
      'When it is in the portal but not on the machine, remove it there and install it again.',
    ],
    proof:
      '`sudo sh -c "ls -d /var/lib/waagent/Microsoft.Azure.ChangeTrackingAndInventory.*"` names a folder, and `systemctl is-active cxp.service` says active.',
    links: [LINKS.enable, LINKS.extensions],
  },
  needs: { everyPlace: wholeMachine },
  optional: {
    witnesses: extensionWitness,
    folder: ctExtensionFolder,
    agentLog: seen(ctAgentLog),
    handlerLog: seen(ctHandlerLog),
    commandLog: seen(ctCommandLog),
    unit: seen(cxpUnit),
    yml: seen(applicationYml),
    db: seen(ctDb),
    packages: hostPackages,
  },
  causes: ['CT3001', 'CT3002', 'CT4012', 'CT4014', 'CT5001', 'CT5002', 'CT6002'],
  *check({ everyPlace, witnesses, packages, ...traces }) {
    if (Object.values(traces).some((trace) => trace !== undefined)) return
    const installed = packages?.good.flatMap(({ value }) => value.packages) ?? []
    if (installed.some(({ name, installed: there }) => there && /^change[-_]tracking[-_]retail$/.test(name))) return
    const names = witnesses?.good ?? []
    if (names.some(({ path }) => /ChangeTracking-Linux/i.test(path))) return

    const guest = names.find(({ value }) => value === 'var/lib/waagent')
    const other = names.find(({ value }) => value !== 'var/lib/waagent') ?? packages?.good[0]
    if (!everyPlace && (guest === undefined || other === undefined)) {
      yield unknown('Too few of the places in which the extension would show were collected.', [ctExtensionFolder])
      return
    }
    yield finding({
      subject: 'ChangeTracking-Linux',
      message:
        'Nothing of the Change Tracking extension is on this machine: no folder, log, service, database or package.',
      evidence: [
        absence([ctExtensionFolder, ctAgentLog, cxpUnit, ctDb].map(homePath)),
        ...[guest, other].flatMap((place) =>
          place === undefined ? [] : [atEntry(place.path, 'collected, without the extension')],
        ),
      ],
    })
  },
})
