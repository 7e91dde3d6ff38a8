import { installEvidence } from '../../facts/install-evidence.js'
import { COMMANDS } from '../../knowledge/commands.js'
import { LINKS } from '../../knowledge/links.js'
import { rule } from '../../model/rule.js'
import { HOW, installAnswers, when } from './install-answers.js'

export const ctInstallTimeout = rule({
  id: 'CT4022',
  name: 'ct-install-timeout',
  title: 'A command of the extension took too long',
  group: 'agent',
  severity: 'warning',
  confidence: 'likely',
  docs: {
    what: 'Looks for commands of the extension that the guest agent stopped because they took too long.',
    why: 'The guest agent gives install, update and disable 15 minutes, enable 5. What is stopped is half done: the package or the service may be missing.',
    how: `Fires on the guest agent’s “Timeout(SECONDS)” for this extension. ${HOW}`,
    limits:
      'A machine that was busy once may have been fine at the next attempt; when that shows, this rule is silent.',
    fix: [
      'Look at the load of the machine, and whether dpkg or rpm was waiting for a lock at that time.',
      'Run the command by hand, with the time it takes: `sudo sh -c "cd /var/lib/waagent/Microsoft.Azure.ChangeTrackingAndInventory.ChangeTracking-Linux-VERSION && time ./cta_linux_handler enable"`.',
      `Let the guest agent try again: ${COMMANDS.restartGuestAgent}.`,
    ],
    proof: 'HandlerStatus says Ready, and CommandExecution.log ends with a command that was done.',
    links: [LINKS.extensions],
  },
  needs: { install: installEvidence },
  causes: ['CT3001', 'CT3002', 'CT4005', 'CT4006', 'CT4012', 'CT4014', 'CT4020', 'CT5001', 'CT5002', 'CT6002'],
  *check({ install }) {
    yield* installAnswers(install, ['timeout'], (last) => {
      const command = last.action === null ? 'A command' : `The ${last.action} command`
      return `${command} of the extension was stopped after ${last.fields['code'] ?? '?'} s${when(last)}.`
    })
  },
})
