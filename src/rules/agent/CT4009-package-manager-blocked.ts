import { installEvidence } from '../../facts/install-evidence.js'
import { COMMANDS } from '../../knowledge/commands.js'
import { LINKS } from '../../knowledge/links.js'
import { rule } from '../../model/rule.js'
import { HOW, installAnswers, when } from './install-answers.js'

export const packageManagerBlocked = rule({
  id: 'CT4009',
  name: 'package-manager-blocked',
  title: 'dpkg or rpm refused to install the agent: locked or damaged',
  group: 'agent',
  severity: 'error',
  confidence: 'likely',
  docs: {
    what: 'Looks for errors about the lock or the database of dpkg or rpm when the extension was installed.',
    why: 'The extension installs its agent as a package. While another program holds the lock, or the package database is damaged, the agent is not installed.',
    how: `Fires on such an error in the output of the extension’s commands. ${HOW}`,
    limits:
      'A lock is often held for minutes only, by automatic updates; then the next attempt goes well and silences this rule.',
    fix: [
      'See who holds the lock: `sudo fuser -v /var/lib/dpkg/lock-frontend /var/lib/dpkg/lock` or `sudo fuser -v /var/lib/rpm/.rpm.lock`; let it end.',
      'Debian, Ubuntu, interrupted: `sudo dpkg --configure -a`. Red Hat, SUSE, damaged: `sudo rpm --rebuilddb`.',
      `Install again: ${COMMANDS.installAndEnable}.`,
    ],
    proof:
      '`dpkg-query -W change-tracking-retail` or `rpm -q change_tracking_retail` names the package, and `systemctl is-active cxp.service` says active.',
    links: [LINKS.extensions],
  },
  needs: { install: installEvidence },
  causes: [
    'CT3001',
    'CT3002',
    'CT4005',
    'CT4006',
    'CT4011',
    'CT4012',
    'CT4014',
    'CT4020',
    'CT5001',
    'CT5002',
    'CT5003',
    'CT5004',
    'CT5012',
    'CT6002',
  ],
  *check({ install }) {
    yield* installAnswers(install, ['packageLock'], (last) => {
      return `The package manager refused to work when the extension ran a command${when(last)}: “${last.text.trim()}”.`
    })
  },
})
