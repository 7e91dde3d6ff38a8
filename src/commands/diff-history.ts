import { openBolt } from 'bbolt-reader-ts'
import { liveSource } from 'bbolt-reader-ts/node'
import type { HostState } from '../engine/diff.js'
import { itemOf } from '../facts/snapshot.js'
import type { Diff, FormerItem, HostDiff } from '../model/diff.js'
import { INVENTORY_KINDS, type InventoryKind, type ItemFields } from '../model/snapshot.js'
import { parseInventory } from '../parsers/inventory-json.js'
import type { InventoryRecord } from '../parsers/inventory-record.js'
import { newestTime } from './db/change.js'

const KINDS: Readonly<Record<InventoryRecord['kind'], InventoryKind>> = {
  file: 'files',
  package: 'packages',
  service: 'services',
}

/** A database that is compared by itself also says what its records were in between. */
export async function withFormerItems(
  diff: Diff,
  file: string,
  ends: readonly (HostState | undefined)[],
): Promise<Diff> {
  const [host, ...others] = diff.hosts
  if (host === undefined || others.length > 0) return diff
  const former = await formerItems(file)
  const inventory = Object.fromEntries(
    INVENTORY_KINDS.map((kind) => {
      const list = host.inventory[kind]
      const lists = ends.map((state) => state?.snapshot?.inventory[kind]?.items)
      const other = former[kind].filter(({ name, fields }) => !lists.some((items) => same(items?.get(name), fields)))
      return [kind, list === null ? null : { ...list, former: other }]
    }),
  ) as HostDiff['inventory']
  return { ...diff, hosts: [{ ...host, inventory }] }
}

async function formerItems(file: string): Promise<Readonly<Record<InventoryKind, readonly FormerItem[]>>> {
  const found: Record<InventoryKind, FormerItem[]> = { files: [], packages: [], services: [] }
  const seen = new Set<string>()
  const source = await liveSource(file)
  try {
    const opened = await openBolt(source)
    if (!opened.ok) return found
    for (const { versions } of await opened.db.history({ timeOf: newestTime }))
      for (const { value, confidence } of versions) {
        const list = parseInventory(value, null)
        for (const { record } of list.ok ? list.value.records : []) {
          const kind = KINDS[record.kind]
          const { name, fields } = itemOf(record)
          const id = JSON.stringify([kind, name, fields])
          if (seen.has(id)) continue
          seen.add(id)
          found[kind].push({ name, fields, confidence })
        }
      }
    return found
  } finally {
    source.close()
  }
}

function same(a: ItemFields | undefined, b: ItemFields): boolean {
  return a !== undefined && Object.entries(b).every(([field, value]) => a[field] === value)
}
