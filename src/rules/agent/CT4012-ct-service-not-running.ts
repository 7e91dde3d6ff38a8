import { journal as journalArtifact } from '../../artifacts/agent.js'
import { unitState } from '../../artifacts/units.js'
import { serviceJournal } from '../../facts/service-journal.js'
import { atEvent } from '../../facts/log-view.js'
import { unitStates, type Told, type UnitState } from '../../facts/unit-states.js'
import { COMMANDS } from '../../knowledge/commands.js'
import { LINKS } from '../../knowledge/links.js'
import { finding, rule, unknown } from '../../model/rule.js'

const UNIT = 'cxp.service'
const NOTHING: UnitState = {
  load: null,
  active: null,
  sub: null,
  fileState: null,
  result: null,
  restarts: null,
  exitStatus: null,
}

export const ctServiceNotRunning = rule({
  id: 'CT4012',
  name: 'ct-service-not-running',
  title: 'The Change Tracking service cxp.service is not running',
  group: 'agent',
  severity: 'error',
  confidence: 'certain',
  docs: {
    what: 'Looks at the state that systemd gives cxp.service.',
    why: 'The service starts the daemon, and the daemon the worker that collects. When it is down nothing is collected; when it is disabled, nothing is after the next start of the machine.',
    how: 'Fires when the service is failed, inactive, not found, or waiting to be restarted after a failure, and when it is disabled or masked. Properties of `systemctl show` win over lists, newer files over older ones. Where neither says whether it is active, a failure that ends what the journal says of it counts; a system log that itself ended days before tells nothing.',
    limits: 'A list taken in the moment of a restart or an update shows a state that lasts for seconds.',
    fix: [
      'Read why it stopped: `systemctl status cxp.service` and `journalctl -u cxp.service`.',
      'Masked: `sudo systemctl unmask cxp.service`.',
      '`sudo systemctl enable --now cxp.service`.',
      `When it fails again, let the extension write it again: ${COMMANDS.installAndEnable}.`,
    ],
    proof: '`systemctl is-active cxp.service` says active and `systemctl is-enabled cxp.service` says enabled.',
    links: [LINKS.extensions],
  },
  needs: { states: unitStates },
  optional: { journal: serviceJournal },
  causes: ['CT3001', 'CT3002', 'CT4014', 'CT5001', 'CT5002', 'CT5020', 'CT6002'],
  *check({ states, journal }, asOf) {
    const { load, active, sub, fileState, result, exitStatus, restarts } = states.of(UNIT) ?? NOTHING
    const faults: { readonly say: string; readonly told: Told }[] = []
    if (load !== null && /^not-found$/i.test(load.value)) faults.push({ say: 'is not known to systemd', told: load })
    else if (active !== null && /^(?:failed|inactive)$/i.test(active.value))
      faults.push({ say: `is ${active.value}${ended(result, exitStatus)}`, told: active })
    else if (sub !== null && /^auto-restart/i.test(sub.value))
      faults.push({ say: `is down and waits to be restarted${ended(result, exitStatus)}`, told: sub })
    if (fileState !== null && /^(?:disabled|masked)/i.test(fileState.value))
      faults.push({ say: `is ${fileState.value}`, told: fileState })
    const [first, ...others] = faults
    if (first === undefined) {
      if (active !== null) return
      const last = journal?.current?.isOlder(asOf) === false ? journal.current.events.at(-1) : undefined
      if (last?.kind === 'failed' || last?.kind === 'gaveUp') {
        yield finding({
          subject: UNIT,
          message: `${UNIT} failed at ${last.event.fields['stamp'] ?? '?'}, and the journal shows no start since.`,
          evidence: [atEvent(last.event)],
          confidence: 'likely',
          onlyIfWhole: true,
          data: { result: last.event.fields['result'] ?? null },
        })
      } else yield unknown(`Nothing in the input says whether ${UNIT} is active.`, [unitState, journalArtifact])
      return
    }
    yield finding({
      subject: UNIT,
      message: `${UNIT} ${faults.map(({ say }) => say).join(' and ')}.`,
      evidence: [first.told.at, ...others.map(({ told }) => told.at)],
      data: {
        load: load?.value ?? null,
        active: active?.value ?? null,
        sub: sub?.value ?? null,
        fileState: fileState?.value ?? null,
        result: result?.value ?? null,
        restarts: restarts?.value ?? null,
      },
    })
  },
})

/** ` (exit-code, status 2)`; nothing after a clean stop. */
function ended(result: Told | null, exitStatus: Told | null): string {
  if (result === null || result.value === 'success') return ''
  const status = exitStatus === null || exitStatus.value === '0' ? '' : `, status ${exitStatus.value}`
  return ` (${result.value}${status})`
}
