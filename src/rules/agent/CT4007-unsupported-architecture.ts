import { uname } from '../../artifacts/host.js'
import { ctPackageFiles } from '../../artifacts/agent.js'
import { architecture } from '../../facts/architecture.js'
import { installEvidence } from '../../facts/install-evidence.js'
import { LINKS } from '../../knowledge/links.js'
import { finding, rule, unknown } from '../../model/rule.js'
import { HOW, installAnswers, when } from './install-answers.js'

/** What the names of packages for it, and the machine itself, call the architecture. */
const ARM = /aarch64|arm64/i

export const unsupportedArchitecture = rule({
  id: 'CT4007',
  name: 'unsupported-architecture',
  title: 'The Change Tracking extension does not run on this architecture',
  group: 'agent',
  severity: 'error',
  confidence: 'likely',
  docs: {
    what: 'Looks at the machine’s architecture, and for “Exec format error” when the extension was installed.',
    why: 'The extension’s programs exist for x86_64 only. On another machine none of its commands can start, so nothing is ever collected.',
    how: `Fires when uname, the Azure Monitor Agent’s collector or dpkg says aarch64, unless the extension brought a package for it, or when an install log has “Exec format error”. ${HOW}`,
    limits:
      'A later version of the extension may support more. “Exec format error” is also what a damaged download gives.',
    fix: [
      'On an ARM machine: remove the extension; Change Tracking does not support it. Move the workload to an x86_64 machine when its changes must be tracked.',
      'On x86_64 the download is damaged: remove the extension in the portal, and install it again.',
    ],
    proof: '`uname -m` says x86_64, and `systemctl is-active cxp.service` says active.',
    links: [LINKS.overview, LINKS.extensions],
  },
  needs: {},
  optional: { machine: architecture, packages: ctPackageFiles, install: installEvidence },
  causes: ['CT3001', 'CT3002', 'CT4005', 'CT4006', 'CT4012', 'CT4014', 'CT4020', 'CT5001', 'CT5002', 'CT6002'],
  *check({ machine, packages, install }) {
    if (machine != null && ARM.test(machine.machine) && packages?.good.some(({ value }) => ARM.test(value)) !== true) {
      yield finding({
        subject: machine.machine,
        message: `The machine’s architecture is ${machine.machine}; the Change Tracking extension exists for x86_64 only.`,
        evidence: [machine.at],
        data: { architecture: machine.machine },
      })
      return
    }
    const answers =
      install === undefined
        ? []
        : installAnswers(install, ['execFormat'], (last) => {
            return `A program of the extension could not be executed${when(last)}: its format is not this machine’s.`
          })
    for (const answer of answers) {
      // A known architecture that is supported settles it when no log was collected.
      if (answer.answer === 'unknown' && machine != null && install?.open.length === 0) continue
      yield answer.answer === 'unknown'
        ? unknown(answer.reason, [...(machine == null ? [uname] : []), ...answer.ask])
        : answer
    }
  },
})
