import { ctHandlerState, processList } from '../artifacts/agent.js'
import { mdsdErr, mdsdInfo, mdsdQos } from '../artifacts/ama.js'
import { sinkFolders } from '../artifacts/cache.js'
import { ctAgentLog } from '../artifacts/agent.js'
import { configChunk } from '../artifacts/dcr.js'
import { unixSockets } from '../artifacts/sockets.js'
import { AMA_UNIT, CT_STREAMS, DATA_SOCKET, WORKERS } from '../knowledge/names.js'
import type { Catalogue, HopView } from '../model/catalogue.js'
import { counted } from '../model/count.js'
import { fact } from '../model/fact.js'
import { inputItself } from '../model/input.js'
import { duration, latest } from '../model/time.js'
import { agentRuns } from './agent-runs.js'
import { amaInfo } from './ama-log.js'
import { amaSockets } from './ama-sockets.js'
import { configCache, dcrLabel } from './ct-dcrs.js'
import { inventory, LIST_OF } from './inventory.js'
import { lastRun } from './last-run.js'
import { isLocal } from './log-view.js'
import { sinkNames } from './sink-names.js'
import { eventCache } from './sinks.js'
import { unitStates } from './unit-states.js'
import { uploads } from './uploads.js'
import { ctVersions } from './versions.js'

const dcr = fact({
  id: 'hop-dcr',
  needs: {},
  optional: { cache: configCache, log: amaInfo },
  compute: ({ cache, log }): HopView => {
    const lastSeen = latest(log?.events(['loaded', 'sources', 'added', 'gigToken']).map(({ time }) => time) ?? [])
    if (cache === undefined || cache.chunks.length === 0) {
      const sentence = 'There is no data collection rule of the config cache to read.'
      return { seen: false, lastSeen, sentence, ask: [configChunk] }
    }
    const [first] = cache.ctDcrs
    const sentence =
      first === undefined
        ? `${counted(cache.chunks.length, 'rule')} cached, none for Change Tracking on Linux.`
        : cache.ctDcrs.length === 1
          ? `One Change Tracking rule cached, ${dcrLabel(first)}.`
          : `${cache.ctDcrs.length} Change Tracking rules cached.`
    return { seen: true, lastSeen, sentence }
  },
})

const ama = fact({
  id: 'hop-ama',
  needs: {},
  optional: { log: amaInfo },
  compute: ({ log }): HopView => {
    if (log === undefined)
      return {
        seen: false,
        lastSeen: null,
        sentence: 'There is no mdsd.info, the agent’s log, to read.',
        ask: [mdsdInfo],
      }
    const beat = latest(log.events(['heartbeat']).map(({ time }) => time))
    const lastSeen = beat ?? log.last?.time ?? null
    return {
      seen: true,
      lastSeen,
      sentence: beat === null ? 'It writes its log; no heartbeat line in it.' : 'Running and heartbeating.',
    }
  },
})

const sockets = fact({
  id: 'hop-sockets',
  needs: {},
  optional: { lists: amaSockets, units: unitStates },
  compute: ({ lists, units }): HopView => {
    if (lists === undefined)
      return { seen: false, lastSeen: null, sentence: 'There is no list of UNIX sockets to read.', ask: [unixSockets] }
    if (lists.blind) {
      const down = /^(?:inactive|failed)$/.test(units?.of(AMA_UNIT)?.active?.value ?? '')
      const sentence = down
        ? 'The Azure Monitor Agent is down, and none of its sockets is there.'
        : 'The socket list shows no socket of the Azure Monitor Agent at all, as inside a container.'
      return { seen: false, lastSeen: null, sentence, ask: [unixSockets, processList] }
    }
    const data = lists.sockets.filter(({ socket }) => socket.extension === DATA_SOCKET)
    if (data.length === 0 && lists.complete === null) {
      const sentence = 'The socket list shows connections only, or lines picked out of it, and none of the data socket.'
      return { seen: false, lastSeen: null, sentence, ask: [unixSockets] }
    }
    const connected = data.some(({ socket }) => socket.state === 'connected')
    const sentence = connected
      ? 'The agent is connected to the data socket.'
      : data.length > 0
        ? 'The data socket listens.'
        : 'No data socket in the list.'
    return { seen: true, lastSeen: null, sentence }
  },
})

/** The daemon or the worker, by the program that runs. */
const AGENT_PROCESS = /^\S*change_?tracking/

const agent = fact({
  id: 'hop-agent',
  needs: {},
  optional: { versions: ctVersions, state: ctHandlerState, units: unitStates, processes: processList, runs: agentRuns },
  compute: ({ versions, state, units, processes, runs }): HopView => {
    const lastSeen = runs?.log.last?.time ?? null
    const version = versions?.[0]?.version
    const word = state?.good.find(({ path }) => version === undefined || path.includes(`-${version}/`))?.value
    if (version !== undefined && word !== undefined)
      return { seen: true, lastSeen, sentence: `Extension ${version}, HandlerState ${word}.` }
    const active = units?.of('cxp.service')?.active
    if (active != null) return { seen: true, lastSeen, sentence: `The service cxp.service is ${active.value}.` }
    // A list without them is judged by rules where the extension is known to be there; by itself it proves no health.
    if (
      processes?.good.some(({ value }) => value.processes.some(({ command }) => AGENT_PROCESS.test(command))) === true
    )
      return { seen: true, lastSeen, sentence: 'The process list shows the agent.' }
    const sentence =
      processes === undefined
        ? 'There is neither the extension’s folder with its state, nor the service’s, nor a process list to read.'
        : 'The process list does not show the agent, and there is neither the extension’s folder with its state nor the service’s to read.'
    return { seen: false, lastSeen, sentence, ask: [ctHandlerState] }
  },
})

const collection = fact({
  id: 'hop-collection',
  needs: { input: inputItself, last: lastRun },
  optional: { runs: agentRuns, cache: configCache, all: inventory },
  compute: ({ input, last, runs, cache, all }): HopView => {
    if (runs === undefined)
      return {
        seen: false,
        lastSeen: null,
        sentence: 'There is no log of the Change Tracking agent to read.',
        ask: [ctAgentLog],
      }
    const software = runs.runs('software').at(-1)
    const services = runs.runs('services').at(-1)
    const { asOf } = input.clock
    const ran = latest([software?.time, services?.time, runs.runs('files').at(-1)?.time])
    const local = isLocal(runs.log, asOf, last.services.limit)
    const lastSeen = local ? null : ran
    const parts = [
      ...(software === undefined ? [] : [counted(software.count, 'package')]),
      ...(services === undefined ? [] : [counted(services.count, 'service')]),
    ]
    const listed = WORKERS.some((worker) => all?.[worker].json != null || all?.[worker].db != null)
    if (ran === null && !listed) {
      const sentence = 'The agent’s log shows no run of a worker, and there is nothing to read that one collected.'
      return { seen: false, lastSeen, sentence, ask: Object.values(LIST_OF) }
    }
    const sentence =
      parts.length === 0 ? 'The agent’s log shows no run of a worker.' : `Last runs found ${parts.join(' and ')}.`
    if (local && [last.software, last.services].every(({ time }) => time === null)) {
      const open = `${sentence} The log’s times name no zone, so it is not known whether the next one is late.`
      return { seen: false, lastSeen, sentence: open, ask: [ctAgentLog] }
    }
    const late = [last.software, last.services].every(({ time, limit }) => time !== null && asOf - time > limit)
    if (late && lastSeen !== null && (cache?.ctDcrs ?? []).length === 0) {
      const age = `The last run was ${duration(asOf - lastSeen)} before this was collected`
      const open = `${age}; without the rule it is not known whether the next one is late.`
      return { seen: false, lastSeen, sentence: open, ask: [configChunk] }
    }
    return { seen: true, lastSeen, sentence }
  },
})

/** The cache is written after the log's last line, but not long after: a later time is that of unpacking it. */
const SLACK = 15 * 60_000

const cache = fact({
  id: 'hop-cache',
  needs: {},
  optional: { events: eventCache, names: sinkNames, log: amaInfo },
  compute: ({ events, names, log }): HopView => {
    const rows = log
      ?.events(['sinkRows'])
      .filter(
        ({ subject, fields }) =>
          CT_STREAMS.some((stream) => subject.endsWith(`:${stream}`)) && Number(fields['rows']) > 0,
      )
    const end = (log?.last?.time ?? Infinity) + SLACK
    const lastSeen = latest([
      ...(rows?.map(({ time }) => time) ?? []),
      ...(events?.linux.map(({ newest }) => (newest !== null && newest <= end ? newest : null)) ?? []),
    ])
    if (events?.listed !== true && names != null)
      return {
        seen: true,
        lastSeen,
        sentence: `Change Tracking sinks of ${counted(names.dcrIds.size, 'rule')} in the event cache.`,
      }
    if (events?.listed !== true)
      return { seen: false, lastSeen, sentence: 'There are no folders of the event cache to read.', ask: [sinkFolders] }
    return {
      seen: true,
      lastSeen,
      sentence: `${counted(events.linux.length, 'Change Tracking sink')} in the event cache.`,
    }
  },
})

const upload = fact({
  id: 'hop-upload',
  needs: {},
  optional: { all: uploads, err: mdsdErr, qos: mdsdQos },
  compute: ({ all, err, qos }): HopView => {
    const lastSeen = latest(all?.streams.map(({ success }) => (success?.direct === true ? success.time : null)) ?? [])
    if (err === undefined && qos === undefined)
      return {
        seen: false,
        lastSeen,
        sentence: 'There is neither mdsd.err nor mdsd.qos to read.',
        ask: [mdsdErr, mdsdQos],
      }
    const failures = all?.streams.reduce((sum, { failureCount }) => sum + failureCount, 0) ?? 0
    const sentence =
      failures === 0 ? 'No failed upload of a Change Tracking stream in the logs.' : 'Uploads failed, but work again.'
    return { seen: true, lastSeen, sentence }
  },
})

/** The seven hops before any rule has spoken. */
export const dataPath: Catalogue['hops'] = { dcr, ama, sockets, agent, collection, cache, upload }
