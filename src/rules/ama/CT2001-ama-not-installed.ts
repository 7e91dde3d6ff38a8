import { extensionWitness, processList } from '../../artifacts/agent.js'
import { amaDefaults, amaExtensionFolder, amaOut, mdsdErr, mdsdInfo, mdsdQos, mdsdWarn } from '../../artifacts/ama.js'
import { sinkFolders } from '../../artifacts/cache.js'
import { configCacheFolder, configChunk, mcsConfig } from '../../artifacts/dcr.js'
import { hostPackages } from '../../artifacts/host.js'
import { unitState } from '../../artifacts/units.js'
import { amaSockets } from '../../facts/ama-sockets.js'
import { unitStates } from '../../facts/unit-states.js'
import { wholeMachine } from '../../facts/whole-machine.js'
import { LINKS } from '../../knowledge/links.js'
import { AMA_EXTENSION, AMA_UNIT, CT_EXTENSION } from '../../knowledge/names.js'
import { homePath } from '../../model/artifact.js'
import { seen } from '../../model/fact.js'
import { absence, atEntry, atLine, type Locator } from '../../model/locator.js'
import { finding, rule, unknown } from '../../model/rule.js'

export const amaNotInstalled = rule({
  id: 'CT2001',
  name: 'ama-not-installed',
  title: 'The Azure Monitor Agent is not installed',
  group: 'ama',
  severity: 'error',
  confidence: 'likely',
  docs: {
    what: 'Looks for any trace of the Azure Monitor Agent: its folders, logs, rules, service, package, process, sockets.',
    why: 'The Change Tracking agent gets its rule from the Azure Monitor Agent and hands its data to it. Without that agent nothing is uploaded.',
    how: 'Fires when the agent’s own collector says that it is not installed, or when no trace is there and two places that would show one were collected: the guest agent’s folder with more in it than Change Tracking, and the package database, the state of its service, or another of the places in which extensions show. On the machine itself (`inspect`), and when ct-diag made the bundle, every place is looked at, and none may be closed.',
    limits: 'A collector that picks single extensions can hide it.',
    fix: [
      'Install it: `az vm extension set --publisher Microsoft.Azure.Monitor --name AzureMonitorLinuxAgent --vm-name VM --resource-group GROUP --enable-auto-upgrade true` (Arc: `az connectedmachine extension create`), or run the policy’s remediation task.',
      'When it is in the portal but not on the machine, remove it there and install it again.',
      'Check that the machine is associated with its Change Tracking rule.',
    ],
    proof: '`systemctl is-active azuremonitoragent` says active.',
    links: [LINKS.enable, LINKS.amaTroubleshoot],
  },
  needs: { everyPlace: wholeMachine },
  optional: {
    overview: amaOut,
    witnesses: extensionWitness,
    packages: hostPackages,
    states: unitStates,
    processes: processList,
    sockets: amaSockets,
    folder: amaExtensionFolder,
    info: seen(mdsdInfo),
    err: seen(mdsdErr),
    warn: seen(mdsdWarn),
    qos: seen(mdsdQos),
    chunks: seen(configChunk),
    assigned: seen(mcsConfig),
    cache: configCacheFolder,
    events: sinkFolders,
    defaults: seen(amaDefaults),
  },
  causes: ['CT3002', 'CT3003', 'CT5001'],
  *check({ everyPlace, overview, witnesses, packages, states, processes, sockets, ...traces }) {
    if (Object.values(traces).some((trace) => trace !== undefined)) return
    const unit = states?.of(AMA_UNIT)
    if (unit !== undefined && unit.load?.value !== 'not-found') return
    if ((sockets?.sockets.length ?? 0) > 0 || sockets?.mdsdSeen === true) return
    if (processes?.good.some(({ value }) => value.processes.some(({ command }) => AMA_PROCESS.test(command)))) return
    const names = witnesses?.good ?? []
    if (names.some(({ path }) => path.includes(AMA_EXTENSION) || /azuremonitoragent/i.test(path))) return
    const database = packages?.good.find(({ problems }) => problems.length === 0)
    if (database?.value.packages.some(({ name, installed }) => installed && name === 'azuremonitoragent')) return

    const told = overview?.good.find(({ value }) => value.installed !== null)
    if (told?.value.installed?.value === true) return
    const guest = names.find(({ path, value }) => value === 'var/lib/waagent' && !path.includes(`/${CT_EXTENSION}`))
    const other = names.find(({ path, value }) => value !== 'var/lib/waagent' && !path.endsWith('/cxp.service'))
    const places: Locator[] = [guest, database, other].flatMap((place) =>
      place === undefined ? [] : [atEntry(place.path, 'collected, without the agent')],
    )
    if (unit?.load != null) places.push(unit.load.at)
    const line = told?.value.installed
    if (told !== undefined && line != null) places.unshift(atLine(told.path, line.line, line.text))
    // The package database and the service’s state are witnesses of the machine itself, without the folder.
    const sure =
      everyPlace ||
      line != null ||
      (guest !== undefined && places.length > 1) ||
      (database !== undefined && unit?.load != null)
    if (!sure) {
      yield unknown('Too few of the places in which the agent would show were collected.', [
        [amaExtensionFolder, unitState],
      ])
      return
    }
    yield finding({
      subject: 'AzureMonitorLinuxAgent',
      message:
        'Nothing of the Azure Monitor Agent is on this machine: no folder, log, rule, service, package or process.',
      evidence: [absence([amaExtensionFolder, mdsdInfo, configChunk].map(homePath)), ...places],
    })
  },
})

const AMA_PROCESS = /\bmdsd\b|amacoreagent|azuremonitoragent/
