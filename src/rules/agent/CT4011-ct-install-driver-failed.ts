import { installEvidence } from '../../facts/install-evidence.js'
import { LINKS } from '../../knowledge/links.js'
import { rule } from '../../model/rule.js'
import { HOW, installAnswers, when } from './install-answers.js'

export const ctInstallDriverFailed = rule({
  id: 'CT4011',
  name: 'ct-install-driver-failed',
  title: 'The extension could not install or remove its package or service',
  group: 'agent',
  severity: 'error',
  confidence: 'certain',
  docs: {
    what: 'Looks for failures of the extension’s PackageManager and ServiceManager, which install the package and the service cxp.service.',
    why: 'Without its package or its service the agent does not run. An old one that cannot be removed blocks the next version.',
    how: `Fires on such a line in the output of the extension’s commands. ${HOW}`,
    limits: 'The line says that it failed, not why; the lines after it, and the journal, often do.',
    fix: [
      'Read the lines around the one under evidence, and `journalctl -u cxp.service`.',
      'SUSE Linux Enterprise: the service needs insserv-compat: `sudo zypper install insserv-compat`.',
      'Check that /usr/sbin/changetracking and /etc/systemd/system can be written, and that SELinux denies nothing: `sudo ausearch -m avc -ts recent`.',
      'Purge what is left, then install the extension again: `sudo systemctl disable --now cxp.service`; remove cxp.service from /etc/systemd/system, /usr/lib/systemd/system and /lib/systemd/system; `sudo apt-get purge change-tracking-retail` or `sudo rpm -e change_tracking_retail`; `sudo rm -rf /opt/microsoft/changetracking /usr/sbin/changetracking`.',
    ],
    proof: '`systemctl is-active cxp.service` says active, and HandlerStatus says Ready.',
    links: [LINKS.extensions],
  },
  needs: { install: installEvidence },
  causes: ['CT3001', 'CT3002', 'CT4005', 'CT4006', 'CT4012', 'CT4014', 'CT4020', 'CT5001', 'CT5002', 'CT6002'],
  *check({ install }) {
    yield* installAnswers(install, ['driverFailure'], ({ fields, ...last }) => {
      const what = fields['driver'] === 'ServiceManager' ? 'its service' : 'its package'
      return `The extension could not ${fields['action'] ?? 'install'} ${what}${when({ fields, ...last })}.`
    })
  },
})
