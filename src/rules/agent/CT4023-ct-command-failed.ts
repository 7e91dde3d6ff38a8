import { ctCommandLog, ctHandlerStatus } from '../../artifacts/agent.js'
import { mounts } from '../../artifacts/host.js'
import { architecture } from '../../facts/architecture.js'
import { installEvidence, type InstallFailure } from '../../facts/install-evidence.js'
import { COMMANDS } from '../../knowledge/commands.js'
import { LINKS } from '../../knowledge/links.js'
import { EXTENSION_HOME } from '../../knowledge/names.js'
import { notApplicable, rule, unknown } from '../../model/rule.js'
import { mountOf } from '../../parsers/mounts.js'
import { HOW, installFinding, notCollected, when } from './install-answers.js'

/** What a shell returns when it may not, or cannot, execute a file. */
const NOT_EXECUTABLE = '126'

export const ctCommandFailed = rule({
  id: 'CT4023',
  name: 'ct-command-failed',
  title: 'A command of the extension failed',
  group: 'agent',
  severity: 'error',
  confidence: 'likely',
  docs: {
    what: 'Looks for commands of the extension that ended with an exit code other than 0.',
    why: 'A failed install or enable leaves the agent without its package or its service.',
    how: `Fires once for each command (install, enable, …) whose last run ended non-zero, when none of the rules with a narrower reason speaks: CT4007 to CT4011 and CT4022. ${HOW}`,
    limits: 'It knows that the command failed, not why.',
    fix: [
      'Read the output that follows the line under evidence.',
      `Run the command by hand: ${COMMANDS.installAndEnable}.`,
      'If that fails too, remove the extension in the portal, and install it again.',
    ],
    proof: 'HandlerStatus says Ready, and `systemctl is-active cxp.service` says active.',
    links: [LINKS.extensions],
  },
  needs: { install: installEvidence },
  optional: { machine: architecture, list: mounts },
  causes: ['CT3001', 'CT3002', 'CT4005', 'CT4006', 'CT4012', 'CT4014', 'CT4020', 'CT5001', 'CT5002', 'CT6002'],
  *check({ install, machine, list }) {
    const mount = list?.good[0] === undefined ? undefined : mountOf(list.good[0].value, EXTENSION_HOME)
    const cannotRun = machine?.machine === 'aarch64' || mount?.options.includes('noexec') === true
    const failed = install.open.filter(({ kind }) => kind === 'nonZeroExit')
    if (failed.length === 0) {
      if (!install.answered) yield notCollected()
      return
    }
    const reason = install.open.some(({ kind, unsure }) => kind !== 'nonZeroExit' && !unsure)
    const own = reason ? [] : failed.filter(({ fields }) => !(cannotRun && fields['code'] === NOT_EXECUTABLE))
    if (own.length === 0) {
      yield notApplicable('A rule with a narrower reason speaks of the failed command.')
      return
    }
    const byAction = new Map<string, InstallFailure[]>()
    for (const failure of own) {
      const action = failure.action ?? 'command'
      byAction.set(action, [...(byAction.get(action) ?? []), failure])
    }
    for (const [action, failures] of byAction) {
      const sure = failures.filter(({ unsure }) => !unsure)
      const last = sure.at(-1)
      if (last === undefined) {
        const why = 'it failed and was tried again, and how that ended was not collected.'
        yield unknown(why, [ctHandlerStatus, ctCommandLog], action)
        continue
      }
      const command = action === 'command' ? 'A command' : `The ${action} command`
      const message = `${command} of the extension ended with exit code ${last.fields['code'] ?? '?'}${when(last)}.`
      yield installFinding(action, sure, message)
    }
  },
})
