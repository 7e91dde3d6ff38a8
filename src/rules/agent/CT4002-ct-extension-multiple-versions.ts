import { ctHandlerState } from '../../artifacts/agent.js'
import { ctVersions, removedFolders } from '../../facts/versions.js'
import { COMMANDS } from '../../knowledge/commands.js'
import { LINKS } from '../../knowledge/links.js'
import { atEntry } from '../../model/locator.js'
import { listed } from '../../model/count.js'
import { finding, rule } from '../../model/rule.js'

export const ctExtensionMultipleVersions = rule({
  id: 'CT4002',
  name: 'ct-extension-multiple-versions',
  title: 'Several versions of the Change Tracking extension are on the machine',
  group: 'agent',
  severity: 'warning',
  confidence: 'likely',
  docs: {
    what: 'Counts the version folders of the Change Tracking extension below /var/lib/waagent.',
    why: 'The guest agent removes the old folder at the end of an update. Two of them mean that an update is under way or broke off; the service may then run the old version with the old settings.',
    how: 'Fires when there are two or more folders. A folder whose HandlerState says NotInstalled is only waiting for removal and does not count; neither does a zip file.',
    limits: 'While an update is running, for some minutes, two folders are normal.',
    fix: [
      'See which version is in use: `systemctl show cxp.service -p ExecStart`, and the states: `sudo sh -c "grep . /var/lib/waagent/Microsoft.Azure.ChangeTrackingAndInventory.ChangeTracking-Linux-*/config/HandlerState"`.',
      `Wait for a running update. When nothing changes for half an hour, restart the guest agent: ${COMMANDS.restartGuestAgent}.`,
      'When both are still there, remove the extension in the portal, and install it again.',
    ],
    proof:
      '`sudo sh -c "ls -d /var/lib/waagent/Microsoft.Azure.ChangeTrackingAndInventory.ChangeTracking-Linux-*/"` names one folder.',
    links: [LINKS.extensions],
  },
  needs: { versions: ctVersions },
  optional: { states: ctHandlerState },
  *check({ versions, states }) {
    const removed = removedFolders(states)
    const there = versions.filter(({ path }) => !removed.has(path))
    // The same version below two names is one.
    const distinct = [...new Set(there.map(({ version }) => version))]
    const [first, ...others] = there
    if (first === undefined || distinct.length < 2) return
    yield finding({
      subject: 'ChangeTracking-Linux',
      message: `${distinct.length} versions of the Change Tracking extension have a folder: ${listed(distinct)}.`,
      evidence: [atEntry(first.path), ...others.map(({ path }) => atEntry(path))],
      data: { versions: distinct },
    })
  },
})
