import { ctDb } from '../artifacts/collection.js'
import { AMA_UNIT, type Worker } from '../knowledge/names.js'
import type { Evidence } from '../model/artifact.js'
import { fact } from '../model/fact.js'
import type { ItemFields, ItemList, Snapshot } from '../model/snapshot.js'
import type { CtDb } from '../parsers/changetracking-db.js'
import type { CtFileInfo, CtSettings } from '../parsers/config-chunk.js'
import type { InventoryRecord } from '../parsers/inventory-record.js'
import { configCache, settingsOf, workspacesOf, type ConfigCache, type CtDcr } from './ct-dcrs.js'
import { inventory, type WorkerInventory } from './inventory.js'
import { unitStates, type UnitStates } from './unit-states.js'

/** What can be compared of a host at two times: settings of the rules, the agents' units, and what the agent recorded. */
export const snapshot = fact({
  id: 'snapshot',
  needs: {},
  optional: { cache: configCache, units: unitStates, all: inventory, db: ctDb },
  compute: ({ cache, units, all, db }): Snapshot => {
    const list = (worker: Worker): ItemList | null => (all === undefined ? null : itemList(all[worker], db?.good[0]))
    return {
      facts: {
        rules: cache === undefined || cache.unreadable.length > 0 ? null : ruleFacts(cache),
        units: units === undefined ? null : unitFacts(units),
      },
      inventory: { files: list('files'), packages: list('software'), services: list('services') },
    }
  },
})

function ruleFacts({ ctDcrs }: ConfigCache): Map<string, string> {
  return new Map(ctDcrs.flatMap((dcr) => [[dcr.id, dcr.name ?? 'there'] as const, ...settingFacts(dcr)]))
}

const FLAGS = [
  'enableFiles',
  'enableSoftware',
  'enableServices',
  'enableInventory',
  'enableUpload',
] as const satisfies readonly (keyof CtSettings)[]

function settingFacts(dcr: CtDcr): (readonly [string, string])[] {
  const own = settingsOf(dcr).map(({ settings }) => settings)
  const named = (name: string, value: string): readonly [string, string] => [`${dcr.id} ${name}`, value]
  const workspaces = [...workspacesOf(dcr).keys()].toSorted()
  return [
    ...(workspaces.length === 0 ? [] : [named('workspaces', workspaces.join(', '))]),
    ...own.flatMap((settings) => [
      ...FLAGS.flatMap((flag) => {
        const set = settings[flag]
        return set === null ? [] : [named(flag, JSON.stringify(set.raw))]
      }),
      ...Object.entries(settings.frequencies).flatMap(([worker, frequency]) =>
        frequency === null ? [] : [named(`${worker} frequency`, `${JSON.stringify(frequency.raw)} s`)],
      ),
      ...(settings.fileInfo ?? []).flatMap((entry) =>
        entry.path === null ? [] : [named(`tracks ${entry.path}`, trackedHow(entry))],
      ),
      ...(settings.uploadSetting === null
        ? []
        : [named('uploads to', settings.uploadSetting.storageAccountResourceId ?? 'not said')]),
    ]),
  ]
}

function trackedHow({ enabled, recurse, uploadContent, links, pathType }: CtFileInfo): string {
  return [
    enabled === false ? 'off' : 'on',
    ...(pathType === null ? [] : [pathType]),
    ...(recurse === true ? ['with folders below'] : []),
    ...(links === null ? [] : [`links: ${links}`]),
    ...(uploadContent === true ? ['content uploaded'] : []),
  ].join(', ')
}

/** The units that move the data. */
const UNITS = ['cxp.service', AMA_UNIT, 'azuremonitor-agentlauncher.service', 'azuremonitor-coreagent.service'] as const

/** Null when no answer of systemctl names any of them: then it was not asked. */
function unitFacts(units: UnitStates): Map<string, string> | null {
  const found = UNITS.flatMap((unit) => {
    const state = units.of(unit)
    if (state === undefined) return []
    const words = [
      state.active === null ? null : `${state.active.value}${state.sub === null ? '' : ` (${state.sub.value})`}`,
      state.fileState?.value ?? null,
    ].filter((word) => word !== null)
    const restarts = state.restarts === null ? [] : [[`${unit} restarts`, state.restarts.value] as const]
    return [...(words.length === 0 ? [] : [[unit, words.join(', ')] as const]), ...restarts]
  })
  return found.length === 0 ? null : new Map(found)
}

/** The list beside the database, else the database. A database without a record of a kind may keep it in an unknown shape. */
function itemList({ json, db }: WorkerInventory, database: Evidence<CtDb> | undefined): ItemList | null {
  if (json !== null) {
    const { unrecognised, beyond } = json.evidence.value
    const partial = json.cut || unrecognised.count > 0 || beyond > 0
    return { path: json.evidence.path, partial, items: itemsOf(json.records.map(({ record }) => record)) }
  }
  if (db === null || db.length === 0 || database === undefined) return null
  const { damage, beyond, unrecognised } = database.value
  const partial = damage.length > 0 || beyond > 0 || unrecognised.count > 0 || database.problems.length > 0
  return { path: database.path, partial, items: itemsOf(db.map(({ record }) => record)) }
}

/** Several records of a name, such as a package for two architectures, are one item. */
function itemsOf(records: readonly InventoryRecord[]): Map<string, ItemFields> {
  const items = new Map<string, ItemFields>()
  for (const record of records) {
    const { name, fields } = itemOf(record)
    const known = items.get(name)
    items.set(name, known === undefined ? fields : joined(known, fields))
  }
  return items
}

function joined(a: ItemFields, b: ItemFields): ItemFields {
  return Object.fromEntries(
    Object.entries(a).map(([field, value]): [string, string | null] => {
      const values = new Set([...(value?.split(', ') ?? []), ...(b[field] == null ? [] : [b[field]])])
      return [field, values.size === 0 ? null : [...values].toSorted().join(', ')]
    }),
  )
}

/** A record by its name, with what is worth comparing. */
export function itemOf(record: InventoryRecord): { readonly name: string; readonly fields: ItemFields } {
  switch (record.kind) {
    case 'file': {
      const { path, checksum, size, owner, group, mode, dateModified } = record
      const bytes = size === null ? null : String(size)
      return { name: path, fields: { checksum, size: bytes, owner, group, mode, modified: dateModified } }
    }
    case 'package':
      return { name: record.name, fields: { version: record.version, architecture: record.architecture } }
    case 'service':
      return { name: record.name, fields: { state: record.state, startup: record.startup } }
  }
}
