import { applicationYml, ctHandlerLog, ctWatcherLog } from '../../artifacts/agent.js'
import { listeningPorts } from '../../artifacts/sockets.js'
import { agentRuns } from '../../facts/agent-runs.js'
import { atEvent, logView, type LoggedEvent } from '../../facts/log-view.js'
import { ofNewest } from '../../facts/versions.js'
import { LINKS } from '../../knowledge/links.js'
import { atLine } from '../../model/locator.js'
import { finding, rule } from '../../model/rule.js'
import { iso } from '../../model/time.js'

const MOVE = [
  'Move that program, or change the port in application.yml below /var/lib/waagent/Microsoft.Azure.ChangeTrackingAndInventory.ChangeTracking-Linux-VERSION.',
  '`sudo systemctl restart cxp.service`.',
] as const

export const ctPortConflict = rule({
  id: 'CT4018',
  name: 'ct-port-conflict',
  title: 'Another program holds a port that the Change Tracking agent needs',
  group: 'agent',
  severity: 'error',
  confidence: 'likely',
  docs: {
    what: 'Looks for “bind: address already in use” in the logs of the agent, its handler and its watcher.',
    why: 'The agent listens on local TCP ports, 2121 and 18080 unless changed. When another program holds one, the agent does not come up.',
    how: 'Fires for each port that could not be bound, unless a worker ran after the last attempt. UNIX sockets do not count. Where a list of listening ports is there it says whether the port is still taken; a port that is free by then makes the finding only possible.',
    limits:
      'An agent that is restarted may find its own old port still taken for a moment; the next run silences this rule.',
    fix: ['See who holds the port: `sudo ss -ltnp "sport = :PORT"`.', ...MOVE],
    proof:
      'After the restart the agent’s log has no new “address already in use”, and a new line “Number of services recieved in this run”.',
    links: [LINKS.overview],
  },
  needs: { runs: agentRuns },
  optional: { handler: ctHandlerLog, watcher: ctWatcherLog, settings: applicationYml, ports: listeningPorts },
  causes: ['CT3002', 'CT4014', 'CT4017', 'CT5001', 'CT5002', 'CT5020', 'CT6002'],
  *check({ runs, handler, watcher, settings, ports }) {
    const events = [
      ...runs.log.events(['bind']),
      ...(handler === undefined ? [] : logView(handler).events(['bind'])),
      ...(watcher === undefined ? [] : logView(watcher).events(['bind'])),
    ].filter(({ text }) => !/listen unix/.test(text))
    const byPort = new Map<string, LoggedEvent[]>()
    for (const event of events) {
      const port = event.fields['port'] ?? 'a port'
      byPort.set(port, [...(byPort.get(port) ?? []), event])
    }
    const lastRun = runs.log.events(['run']).at(-1)?.time ?? null
    const file = settings === undefined ? undefined : ofNewest(settings.good)
    for (const [port, attempts] of byPort) {
      const last = attempts.toSorted((a, b) => (a.time ?? 0) - (b.time ?? 0)).at(-1)
      if (last === undefined || (lastRun !== null && lastRun > (last.time ?? -Infinity))) continue
      const own = file?.value.ports.find((setting) => String(setting.port) === port)?.setting
      const named = port === 'a port' ? port : `port ${port}`
      const holder = (ports?.good ?? [])
        .flatMap(({ path, value }) => value.ports.map((listener) => ({ path, ...listener })))
        .find((listener) => String(listener.port) === port)
      const free = port !== 'a port' && holder === undefined && (ports?.good ?? []).some(({ value }) => value.whole)
      const now = holder !== undefined ? ' It is still taken.' : free ? ' Nothing listens on it any more.' : ''
      yield finding({
        subject: port,
        message: `The agent could not bind ${named}${last.time === null ? '' : `, last at ${iso(last.time)}`}: another program ${free ? 'held' : 'holds'} it. No worker ran since.${now}`,
        ...(free ? { confidence: 'possible' } : {}),
        evidence: [
          atEvent(last),
          ...(own === undefined || file === undefined ? [] : [atLine(file.path, own.line, own.text)]),
          ...(holder === undefined ? [] : [atLine(holder.path, holder.line, holder.text)]),
        ],
        onlyIfWhole: true,
        ...(port === 'a port'
          ? {}
          : { remedy: [`See who holds the port: \`sudo ss -ltnp "sport = :${port}"\`.`, ...MOVE] }),
        data: { port: last.fields['port'] ?? null, attempts: attempts.length, setting: own?.keys ?? null },
      })
    }
  },
})
