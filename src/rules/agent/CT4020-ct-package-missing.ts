import { ctHandlerState } from '../../artifacts/agent.js'
import { hostPackages, packageList } from '../../artifacts/host.js'
import { systemPackages } from '../../facts/system-packages.js'
import { ofNewest } from '../../facts/versions.js'
import { COMMANDS } from '../../knowledge/commands.js'
import { LINKS } from '../../knowledge/links.js'
import { atEntry, atLine } from '../../model/locator.js'
import { finding, notApplicable, rule, unknown } from '../../model/rule.js'

/** `change-tracking-retail` for dpkg, `change_tracking_retail` for rpm; the last word may change. */
const NAME = /^change[-_]?tracking/i

export const ctPackageMissing = rule({
  id: 'CT4020',
  name: 'ct-package-missing',
  title: 'The extension is enabled, but its package is not installed',
  group: 'agent',
  severity: 'error',
  confidence: 'likely',
  docs: {
    what: 'Looks for the package change-tracking-retail (rpm: change_tracking_retail) in the lists of the host’s packages.',
    why: 'The extension only installs the agent; the agent itself comes as that package. Without it there is no daemon and no worker, whatever the portal says.',
    how: 'Fires when HandlerState of the newest version says Enabled and no package whose name begins with change-tracking is installed in full. A package that is half installed or was removed counts as not installed, and is cited.',
    limits:
      'A list that lacks dpkg and rpm themselves was searched, or is not that of the machine’s own package manager; it says nothing.',
    fix: [
      `Install it again through the extension: ${COMMANDS.installAndEnable}.`,
      '`sudo systemctl start cxp.service`.',
      'Half installed: `sudo dpkg --configure -a` first.',
    ],
    proof: "`dpkg-query -W -f '${Status}' change-tracking-retail` says install ok installed.",
    links: [LINKS.extensions],
  },
  needs: { states: ctHandlerState, lists: systemPackages },
  causes: ['CT3001', 'CT3002', 'CT4012', 'CT4014', 'CT5001', 'CT5002', 'CT6002'],
  *check({ states, lists }) {
    const state = ofNewest(states.good)
    if (state === undefined) return
    if (state.value.toLowerCase() !== 'enabled') {
      yield notApplicable(`The extension is ${state.value}, not Enabled.`)
      return
    }
    const ours = lists.flatMap(({ packages }) => [...packages].filter(([name]) => NAME.test(name)))
    if (ours.some(([, { installed }]) => installed)) return
    const list = lists.find(({ whole }) => whole)
    if (list === undefined) {
      yield unknown('No whole list of this machine’s packages was collected.', [packageList, hostPackages])
      return
    }
    const rests = ours.map(([name, { status }]) => `${name} is “${status}”`)
    yield finding({
      subject: 'change-tracking-retail',
      message: `The extension is enabled, but the package change-tracking-retail is not installed${rests.length === 0 ? '' : `: ${rests.join(', ')}`}.`,
      evidence: [
        atEntry(list.path, `${list.packages.size} packages`),
        ...ours.map(([, { at }]) => at),
        atLine(state.path, 1, state.value),
      ],
      data: { packages: list.packages.size },
    })
  },
})
