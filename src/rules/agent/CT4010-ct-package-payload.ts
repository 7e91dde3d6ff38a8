import { ctPackageFiles } from '../../artifacts/agent.js'
import { installEvidence } from '../../facts/install-evidence.js'
import { LINKS } from '../../knowledge/links.js'
import { atEntry } from '../../model/locator.js'
import { rule } from '../../model/rule.js'
import { HOW, installAnswers, when } from './install-answers.js'

const FOUND: Readonly<Record<string, string>> = { more: 'more than one package', less: 'too few packages' }

export const ctPackagePayload = rule({
  id: 'CT4010',
  name: 'ct-package-payload',
  title: 'The extension found no package to install, or more than one',
  group: 'agent',
  severity: 'error',
  confidence: 'certain',
  docs: {
    what: 'Looks for the extension’s complaint that its folder does not hold exactly one package to install.',
    why: 'The agent comes as a package in the extension’s folder. A download that broke off leaves none, an update that broke off leaves two; either way nothing is installed.',
    how: `Fires on such a line in the output of the extension’s commands. ${HOW}`,
    limits: 'It goes by the log; the folder may have been put right since.',
    fix: [
      'Look at the folder: `sudo sh -c "ls -l /var/lib/waagent/Microsoft.Azure.ChangeTrackingAndInventory.ChangeTracking-Linux-*/*.deb /var/lib/waagent/Microsoft.Azure.ChangeTrackingAndInventory.ChangeTracking-Linux-*/*.rpm"`.',
      'Remove the extension in the portal, and see that its folders below /var/lib/waagent are gone.',
      'Install it again.',
    ],
    proof:
      'The folder holds one .deb and one .rpm, and `dpkg-query -W change-tracking-retail` or `rpm -q change_tracking_retail` names the package.',
    links: [LINKS.extensions],
  },
  needs: { install: installEvidence },
  optional: { packages: ctPackageFiles },
  causes: ['CT3001', 'CT3002', 'CT4005', 'CT4006', 'CT4012', 'CT4014', 'CT4020', 'CT5001', 'CT5002', 'CT6002'],
  *check({ install, packages }) {
    const answers = installAnswers(install, ['packagePayload'], (last) => {
      return `The extension found ${FOUND[last.fields['which'] ?? ''] ?? 'no package'} to install in its folder${when(last)}.`
    })
    for (const answer of answers) {
      if (answer.answer !== 'finding') yield answer
      else
        yield {
          ...answer,
          evidence: [...answer.evidence, ...(packages?.good.slice(0, 10).map(({ path }) => atEntry(path)) ?? [])],
        }
    }
  },
})
