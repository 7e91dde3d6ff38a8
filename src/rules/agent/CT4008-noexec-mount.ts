import { ctHandlerStatus, waagentLog } from '../../artifacts/agent.js'
import { mounts } from '../../artifacts/host.js'
import { installEvidence } from '../../facts/install-evidence.js'
import { COMMANDS } from '../../knowledge/commands.js'
import { LINKS } from '../../knowledge/links.js'
import { EXTENSION_HOME } from '../../knowledge/names.js'
import { atLine } from '../../model/locator.js'
import { finding, rule, unknown } from '../../model/rule.js'
import { liesOn, mountOf } from '../../parsers/mounts.js'
import { HOW, installFinding, when } from './install-answers.js'

export const noexecMount = rule({
  id: 'CT4008',
  name: 'noexec-mount',
  title: 'The extension lies on a file system mounted noexec',
  group: 'agent',
  severity: 'error',
  confidence: 'certain',
  docs: {
    what: `Looks at the mount options of ${EXTENSION_HOME}, and for the guest agent’s own warning about them.`,
    why: `The guest agent unpacks extensions below ${EXTENSION_HOME} and runs their commands from there. With noexec none of them starts: nothing can be installed, enabled or updated.`,
    how: `The mount list decides where it was collected: the longest mount point above ${EXTENSION_HOME} counts, of two at the same place the last. Else fires on the guest agent’s warning about that place. ${HOW}`,
    limits:
      'An agent that was installed before the option was set keeps running until the next update. A mount list from inside a container is not the host’s.',
    fix: [
      `See which mount it is: \`findmnt -T ${EXTENSION_HOME}\`.`,
      'Remove `noexec` from that line of /etc/fstab, then `sudo mount -o remount,exec MOUNTPOINT`.',
      'Where hardening demands noexec on /var, give /var/lib/waagent a file system of its own, mounted exec.',
      `Let the guest agent try again: ${COMMANDS.restartGuestAgent}.`,
    ],
    proof: `\`findmnt -n -o OPTIONS -T ${EXTENSION_HOME}\` does not say noexec, and HandlerState says Enabled.`,
    links: [LINKS.extensions],
  },
  needs: {},
  optional: { list: mounts, install: installEvidence },
  causes: ['CT3001', 'CT3002', 'CT4005', 'CT4006', 'CT4012', 'CT4014', 'CT4020', 'CT5001', 'CT5002', 'CT6002'],
  *check({ list, install }) {
    const warnings = (install?.open ?? []).filter(
      ({ kind, fields }) => kind === 'noexec' && liesOn(EXTENSION_HOME, fields['mount'] ?? ''),
    )
    const [mounted] = list?.good ?? []
    const mount = mounted === undefined ? undefined : mountOf(mounted.value, EXTENSION_HOME)
    if (mounted !== undefined && mount !== undefined) {
      if (!mount.options.includes('noexec')) return
      yield finding({
        subject: mount.point,
        message: `${EXTENSION_HOME} lies on ${mount.point}, which is mounted noexec: no command of an extension can be executed.`,
        evidence: [atLine(mounted.path, mount.line, mount.text), ...warnings.slice(-1).map(({ at }) => at)],
        data: { mount: mount.point, options: mount.options },
      })
      return
    }
    const sure = warnings.filter(({ unsure }) => !unsure)
    const last = sure.at(-1)
    if (last !== undefined) {
      const point = last.fields['mount'] ?? ''
      yield installFinding(
        point,
        sure,
        `The guest agent warned${when(last)} that ${point} is mounted noexec, so that no command of an extension can be executed.`,
      )
    } else if (warnings.length > 0 || install?.answered !== true) {
      yield unknown('Neither the list of mounts nor what would show a failed command was collected.', [
        mounts,
        ctHandlerStatus,
        waagentLog,
      ])
    }
  },
})
