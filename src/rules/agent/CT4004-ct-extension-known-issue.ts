import { ctExtensionFolder } from '../../artifacts/agent.js'
import { compareVersions, ctVersion } from '../../facts/versions.js'
import { COMMANDS } from '../../knowledge/commands.js'
import { CT_KNOWN_ISSUES } from '../../knowledge/ct-versions.js'
import { LINKS } from '../../knowledge/links.js'
import { finding, rule, unknown } from '../../model/rule.js'

export const ctExtensionKnownIssue = rule({
  id: 'CT4004',
  name: 'ct-extension-known-issue',
  title: 'This version of the Change Tracking extension has a documented fault',
  group: 'agent',
  severity: 'warning',
  confidence: 'certain',
  docs: {
    what: 'Looks the extension’s version up in the table of versions with a documented fault.',
    why: 'The fault may be what is seen on this machine, and an update removes it.',
    how: `Takes the version as CT4003 does. The table, of December 2025: ${CT_KNOWN_ISSUES.map(({ version, issue }) => `${version} (${issue})`).join('; ')}.`,
    limits: 'That the version has the fault does not say that it shows on this machine.',
    fix: [
      'Until the update: `sudo systemctl restart cxp.service` frees the memory.',
      `Update the extension: ${COMMANDS.updateCt}.`,
    ],
    proof:
      '`sudo sh -c "ls -d /var/lib/waagent/Microsoft.Azure.ChangeTrackingAndInventory.ChangeTracking-Linux-*/"` names a version that is not in the table, and `systemctl status cxp.service` shows steady memory.',
    links: [LINKS.ctVersions],
  },
  needs: { seen: ctVersion },
  *check({ seen }) {
    if (seen === null) {
      yield unknown('Nothing that names the extension’s version was collected.', [ctExtensionFolder])
      return
    }
    const known = CT_KNOWN_ISSUES.find(({ version }) => compareVersions(version, seen.version) === 0)
    if (known === undefined) return
    yield finding({
      subject: seen.version,
      message: `Version ${seen.version} has a documented fault: ${known.issue}.`,
      evidence: [seen.at],
      data: { version: seen.version, issue: known.issue, source: known.source },
    })
  },
})
