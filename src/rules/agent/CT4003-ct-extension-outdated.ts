import { ctExtensionFolder } from '../../artifacts/agent.js'
import { compareVersions, ctVersion } from '../../facts/versions.js'
import { COMMANDS } from '../../knowledge/commands.js'
import { RECOMMENDED_CT_VERSION } from '../../knowledge/ct-versions.js'
import { LINKS } from '../../knowledge/links.js'
import { finding, rule, unknown } from '../../model/rule.js'

export const ctExtensionOutdated = rule({
  id: 'CT4003',
  name: 'ct-extension-outdated',
  title: 'The Change Tracking extension is older than the recommended minimum',
  group: 'agent',
  severity: 'warning',
  confidence: 'certain',
  docs: {
    what: `Compares the extension’s version with ${RECOMMENDED_CT_VERSION.version}, the oldest one the documentation recommends.`,
    why: 'Older versions lack fixes, and support asks for an update first.',
    how: `Takes the newest version that has a folder; without folders the one the service starts, a process runs with, or the guest agent last ran a command of. Fires when it is below ${RECOMMENDED_CT_VERSION.version}.`,
    limits: 'The recommendation is that of December 2025.',
    fix: [`Update the extension: ${COMMANDS.updateCt}.`, 'Keep automatic upgrade of the extension on.'],
    proof:
      '`sudo sh -c "ls -d /var/lib/waagent/Microsoft.Azure.ChangeTrackingAndInventory.ChangeTracking-Linux-*/"` names the new version only.',
    links: [LINKS.ctVersions],
  },
  needs: { seen: ctVersion },
  *check({ seen }) {
    if (seen === null) {
      yield unknown('Nothing that names the extension’s version was collected.', [ctExtensionFolder])
      return
    }
    if (compareVersions(seen.version, RECOMMENDED_CT_VERSION.version) >= 0) return
    yield finding({
      subject: seen.version,
      message: `The Change Tracking extension is version ${seen.version}; at least ${RECOMMENDED_CT_VERSION.version} is recommended.`,
      evidence: [seen.at],
      data: { version: seen.version, minimum: RECOMMENDED_CT_VERSION.version },
    })
  },
})
