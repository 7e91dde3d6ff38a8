import { processList } from '../../artifacts/agent.js'
import { unitState } from '../../artifacts/units.js'
import { isMdsd } from '../../facts/ama-sockets.js'
import { unitStates } from '../../facts/unit-states.js'
import { LINKS } from '../../knowledge/links.js'
import { AMA_UNIT } from '../../knowledge/names.js'
import { finding, notApplicable, rule, unknown } from '../../model/rule.js'

export const amaServiceDown = rule({
  id: 'CT2014',
  name: 'ama-service-down',
  title: 'The service of the Azure Monitor Agent does not run',
  group: 'ama',
  severity: 'error',
  confidence: 'certain',
  docs: {
    what: 'Reads the state of azuremonitoragent.service from the answers of systemctl.',
    why: 'Without the service there is no socket to hand data to, and nothing is uploaded.',
    how: 'Fires when the unit is inactive or failed, or waits for its next automatic restart. A unit that is just starting, stopping or reloading is not judged, nor is one that systemd does not know.',
    limits:
      'A state that was asked for in the seconds of a restart looks the same. When the process list shows the daemon all the same, the answer is unknown.',
    fix: [
      '`sudo systemctl enable --now azuremonitoragent`.',
      'When it does not stay up: `sudo journalctl -u azuremonitoragent -n 100 --no-pager`, and the end of /var/opt/microsoft/azuremonitoragent/log/mdsd.err.',
      'When the unit is masked: `sudo systemctl unmask azuremonitoragent` first.',
    ],
    proof: '`systemctl is-active azuremonitoragent` says active, and mdsd.info has a new heartbeat a minute later.',
    links: [LINKS.amaTroubleshoot],
  },
  needs: { states: unitStates },
  optional: { processes: processList },
  causes: ['CT2004', 'CT2008', 'CT3001', 'CT3002', 'CT3003', 'CT6002'],
  *check({ states, processes }) {
    const unit = states.of(AMA_UNIT)
    if (unit?.active == null) {
      yield unknown('No answer of systemctl in the input names the state of azuremonitoragent.service.', [unitState])
      return
    }
    const { active, sub, load, result, fileState } = unit
    if (load?.value === 'not-found') {
      yield notApplicable('systemd does not know azuremonitoragent.service.')
      return
    }
    const waits = active.value === 'activating' && sub?.value === 'auto-restart'
    if (active.value !== 'inactive' && active.value !== 'failed' && !waits) return
    const alive = processes?.good.some(({ value }) => value.processes.some(isMdsd))
    if (alive === true) {
      yield unknown('systemd says that the service is down, but the process list shows mdsd.', [
        [unitState, processList],
      ])
      return
    }
    const why = [waits ? sub.value : null, result?.value === 'success' ? null : result?.value].filter(
      (word) => word != null,
    )
    const after = /^(?:disabled|masked)/i.test(fileState?.value ?? '') ? ` and ${fileState?.value ?? ''}` : ''
    yield finding({
      subject: AMA_UNIT,
      message: `azuremonitoragent.service is ${active.value}${why.length === 0 ? '' : ` (${why.join(', ')})`}${after}.`,
      evidence: [active.at, ...(sub === null || sub.at === active.at ? [] : [sub.at])],
      data: {
        active: active.value,
        sub: sub?.value ?? null,
        result: result?.value ?? null,
        unitFile: fileState?.value ?? null,
      },
    })
  },
})
