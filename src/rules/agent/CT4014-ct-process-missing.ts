import { ctAgentLog, ctHandlerState, cxpUnit, processList } from '../../artifacts/agent.js'
import { ctVersions, ofNewest } from '../../facts/versions.js'
import { COMMANDS } from '../../knowledge/commands.js'
import { LINKS } from '../../knowledge/links.js'
import { seen } from '../../model/fact.js'
import { atEntry, atLine, baseName, type Locator } from '../../model/locator.js'
import { finding, notApplicable, rule, unknown } from '../../model/rule.js'
import type { Process } from '../../parsers/process-list.js'

/** Names of the two programs; some lists show the bare name, cut at 15 characters. */
const PROGRAMS = [
  { subject: 'daemon', name: 'changetracking', is: (name: string) => name === 'changetracking' },
  {
    subject: 'worker',
    name: 'change_tracking_agent_linux_amd64',
    is: (name: string) => name.startsWith('change_tracking'),
  },
] as const

/** Where the two programs lie. */
const PATHS = ['/usr/sbin/changetracking/changetracking', '/opt/microsoft/changetracking/change_tracking']

export const ctProcessMissing = rule({
  id: 'CT4014',
  name: 'ct-process-missing',
  title: 'A process of the Change Tracking agent is missing',
  group: 'agent',
  severity: 'error',
  confidence: 'likely',
  docs: {
    what: 'Looks for the two processes of the agent: the daemon /usr/sbin/changetracking/changetracking and the worker change_tracking_agent_linux_amd64.',
    why: 'The worker collects, the daemon watches it. Without the worker nothing is collected; without the daemon nobody starts it again.',
    how: 'Needs a whole list of processes: one with a header and with systemd or init as process 1. A list that was searched with grep, one from inside a container, or one cut at the width of a terminal proves nothing. Fires once for each process that no such list shows. Does not apply where the extension is not there or not enabled.',
    limits: 'A list taken in the seconds of a restart lacks them. Programs of a later version may have other names.',
    fix: [
      '`systemctl status cxp.service`; when it is not active: `sudo systemctl restart cxp.service`.',
      'Read the end of cta_linux_watcher.log and cta_linux_agent.log, and `journalctl -u cxp.service`.',
      `When the worker ends again, disable and enable the extension: ${COMMANDS.disable}, the same with \`enable\`.`,
    ],
    proof: '`ps -ef | grep -i change.\\?tracking` shows both processes.',
    links: [LINKS.extensions],
  },
  needs: { lists: processList },
  optional: { versions: ctVersions, states: ctHandlerState, unit: seen(cxpUnit), log: seen(ctAgentLog) },
  causes: ['CT3001', 'CT3002', 'CT5001', 'CT5002', 'CT5020', 'CT6002'],
  *check({ lists, versions, states, unit, log }) {
    const all = lists.good.flatMap(({ path, value }) => value.processes.map((process) => ({ path, process })))
    const missing = PROGRAMS.filter(({ is }) => !all.some(({ process }) => is(programOf(process))))
    if (missing.length === 0) return
    if (versions === undefined && unit === undefined && log === undefined) {
      yield notApplicable('Nothing in the input shows that the extension is installed.')
      return
    }
    const state = states === undefined ? undefined : ofNewest(states.good)
    if (state !== undefined && state.value.toLowerCase() !== 'enabled') {
      yield notApplicable(`The extension is ${state.value}, not Enabled, so nothing is meant to run.`)
      return
    }
    const whole = lists.good.find(
      ({ value }) => value.header !== null && value.processes.some((process) => process.pid === 1 && isInit(process)),
    )
    if (whole === undefined) {
      yield unknown('The list of processes is not that of the whole machine: process 1 is missing or no init.', [
        processList,
      ])
      return
    }
    if (all.some(({ process }) => isCut(process))) {
      yield unknown('The lines of the list of processes are cut at the width of a terminal.', [processList])
      return
    }
    const counted = atEntry(whole.path, `${whole.value.processes.length} processes`)
    for (const { subject, name } of missing) {
      const others: Locator[] = all
        .filter(({ process }) => PROGRAMS.some(({ is }) => is(programOf(process))))
        .slice(0, 2)
        .map(({ path, process }) => atLine(path, process.line, process.text))
      yield finding({
        subject,
        message: `None of the ${whole.value.processes.length} processes is the agent’s ${subject}, ${name}.`,
        evidence: [counted, ...others],
        data: { processes: whole.value.processes.length },
      })
    }
  },
})

/** The base name of what runs. A process that has ended and waits to be collected runs no more. */
function programOf({ command }: Process): string {
  if (/<defunct>/.test(command)) return ''
  const [program = ''] = command.split(/\s+/, 1)
  return baseName(program).replace(/^\[|\]$/g, '')
}

/** No program is called like the beginning of such a path. */
function isCut({ command }: Process): boolean {
  return command.length >= '/usr/sbin/'.length && PATHS.some((path) => path !== command && path.startsWith(command))
}

function isInit(process: Process): boolean {
  return /^(?:systemd|init)\b/.test(programOf(process))
}
