import { ctHandlerState } from '../../artifacts/agent.js'
import { ctVersions } from '../../facts/versions.js'
import { COMMANDS } from '../../knowledge/commands.js'
import { atLine } from '../../model/locator.js'
import { finding, rule, unknown } from '../../model/rule.js'
import { LINKS } from '../../knowledge/links.js'

export const ctHandlerNotEnabled = rule({
  id: 'CT4005',
  name: 'ct-handler-not-enabled',
  title: 'The Change Tracking extension is not enabled',
  group: 'agent',
  severity: 'error',
  confidence: 'certain',
  docs: {
    what: 'Reads the guest agent’s HandlerState of the newest version of the extension.',
    why: 'Only an enabled extension has its service started. Installed means enabling failed or was never tried; FailedUpgrade means an update broke off.',
    how: 'Fires when the file of the newest version says anything but Enabled. Folders of older versions are not looked at: an update leaves them behind.',
    limits: 'During an installation or update the state is in between for some minutes.',
    fix: [
      'Read the end of CommandExecution.log beside the agent’s log, and HandlerStatus, for the command that failed.',
      `Run it by hand: ${COMMANDS.enable}.`,
      'If that fails too, remove the extension in the portal, and install it again.',
    ],
    proof:
      '`sudo sh -c "cat /var/lib/waagent/Microsoft.Azure.ChangeTrackingAndInventory.ChangeTracking-Linux-*/config/HandlerState"` says Enabled.',
    links: [LINKS.extensions],
  },
  needs: { state: ctHandlerState, versions: ctVersions },
  causes: ['CT3001', 'CT3002', 'CT4012', 'CT4014', 'CT5001', 'CT5002', 'CT5020', 'CT6002'],
  *check({ state, versions }) {
    const newest = versions[0]
    if (newest === undefined) return
    const own = state.good.find(({ path }) => path.startsWith(`${newest.path}/`))
    if (own === undefined) {
      yield unknown(`The newest version ${newest.version} has no HandlerState here.`, [ctHandlerState])
      return
    }
    if (own.value.toLowerCase() === 'enabled') return
    yield finding({
      subject: newest.version,
      message: `HandlerState of version ${newest.version} is ${own.value}, not Enabled: the guest agent has not started the extension.`,
      evidence: [atLine(own.path, 1, own.value)],
      data: { state: own.value, version: newest.version },
    })
  },
})
