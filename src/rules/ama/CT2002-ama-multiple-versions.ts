import { amaExtensionFolder } from '../../artifacts/ama.js'
import { amaVersions } from '../../facts/versions.js'
import { LINKS } from '../../knowledge/links.js'
import { listed } from '../../model/count.js'
import { finding, rule, unknown } from '../../model/rule.js'

export const amaMultipleVersions = rule({
  id: 'CT2002',
  name: 'ama-multiple-versions',
  title: 'Several versions of the Azure Monitor Agent lie side by side',
  group: 'ama',
  severity: 'warning',
  confidence: 'certain',
  docs: {
    what: 'Counts the Azure Monitor Agent’s extension folders below /var/lib/waagent.',
    why: 'The guest agent removes the old folder when an update has ended. Two of them mean an update that is running or broke off, after which the service may run the old version, or none.',
    how: 'Fires when folders of more than one version are there, or when the agent’s own collector counts more than one. Archives left behind (`.zip`) do not count.',
    limits: 'While an update is running, for some minutes, two versions are normal.',
    fix: [
      'Look at the state of each: `sudo sh -c "grep -H . /var/lib/waagent/Microsoft.Azure.Monitor.AzureMonitorLinuxAgent-*/config/HandlerState"`.',
      'Wait 30 minutes when one of them is being installed. Else remove the extension in the portal, wait until no folder is left, and install it again.',
    ],
    proof: '`sudo sh -c "ls -d /var/lib/waagent/Microsoft.Azure.Monitor.AzureMonitorLinuxAgent-*/"` shows one folder.',
    links: [LINKS.extensions, LINKS.amaVersions],
  },
  needs: { versions: amaVersions },
  causes: ['CT2013'],
  *check({ versions }) {
    const [first] = versions
    if (first === undefined) {
      yield unknown('Neither the extension’s folders nor the collector’s overview show a version.', [
        amaExtensionFolder,
      ])
      return
    }
    if (versions.length === 1) return
    const all = versions.map(({ version }) => version)
    yield finding({
      subject: 'AzureMonitorLinuxAgent',
      message: `${versions.length} versions of the Azure Monitor Agent are installed side by side: ${listed(all)}.`,
      evidence: [first.at, ...versions.slice(1).map(({ at }) => at)],
      data: { versions: all },
    })
  },
})
