import { mdsdInfo } from '../artifacts/ama.js'
import { amaCollectorHead } from '../artifacts/collector.js'
import { hostname } from '../artifacts/host.js'
import type { Evidence } from '../model/artifact.js'
import { fact } from '../model/fact.js'
import { atEntry, atLine, type Locator } from '../model/locator.js'
import type { LogDigest, LogEvent } from '../model/log-event.js'
import type { MdsdEventKind } from '../parsers/mdsd-log.js'

/** One artifact’s word on which machine it is of. */
export interface MachineWitness {
  readonly kind: 'id' | 'name'
  /** As the artifact writes it. */
  readonly machine: string
  /** Equal for equal machines. */
  readonly key: string
  readonly at: Locator
}

export interface MachineWitnesses {
  /** Resource ids. Of a machine that was moved only the last one. */
  readonly ids: readonly MachineWitness[]
  /** Host names. */
  readonly names: readonly MachineWitness[]
}

type Log = Evidence<LogDigest<MdsdEventKind>>

/** Every artifact that names the machine it was taken from. Cached rules do not: they may be of another one. */
export const machineWitnesses = fact({
  id: 'machineWitnesses',
  needs: {},
  optional: { info: mdsdInfo, summary: amaCollectorHead, name: hostname },
  compute: ({ info, summary, name }): MachineWitnesses => ({
    ids: [
      ...ofLogs(info?.good ?? []),
      ...(summary?.good ?? []).flatMap(({ path, value: { resourceId } }) =>
        resourceId?.value.startsWith('/subscriptions/') === true
          ? [idWitness(resourceId.value, atLine(path, resourceId.line, resourceId.text))]
          : [],
      ),
    ],
    names: [
      ...(name?.good ?? []).flatMap(({ path, value }) => nameWitness(value, atEntry(path, value))),
      ...(summary?.good ?? []).flatMap(({ path, value }) =>
        value.hostname === null
          ? []
          : nameWitness(value.hostname.value, atLine(path, value.hostname.line, value.hostname.text)),
      ),
    ],
  }),
})

/** A later log supersedes an earlier one; only logs written at the same time speak for themselves. */
function ofLogs(logs: readonly Log[]): MachineWitness[] {
  const told = logs
    .flatMap((log) => {
      const event = lastId(log)
      const first = log.value.first?.time
      const last = log.value.last?.time
      return event === undefined || first == null || last == null ? [] : [{ log, event, first, last }]
    })
    .toSorted((a, b) => b.last - a.last)
  const [newest] = told
  return told
    .filter(({ last }) => newest !== undefined && last > newest.first)
    .map(({ log, event }) => idWitness(event.fields['id'] ?? '', atLine(log.path, event.line, event.text)))
}

function lastId({ value }: Log): LogEvent | undefined {
  return value.series
    .filter(({ kind }) => kind === 'resourceId')
    .flatMap(({ kept }) => kept)
    .at(-1)
}

/** A machine keeps its name when it is moved to another resource group. */
function idWitness(id: string, at: Locator): MachineWitness {
  const parts = id.toLowerCase().split('/')
  const scaleSet = parts.indexOf('virtualmachinescalesets')
  const own = scaleSet < 0 ? parts.slice(-1) : parts.slice(scaleSet)
  return { kind: 'id', machine: id, key: own.join('/'), at }
}

/** The first label says it: some tools print the whole domain name. Names that every fresh system has say nothing. */
function nameWitness(name: string, at: Locator): MachineWitness[] {
  const key = name.toLowerCase().split('.')[0] ?? ''
  return key === '' || key === 'localhost' ? [] : [{ kind: 'name', machine: name, key, at }]
}
