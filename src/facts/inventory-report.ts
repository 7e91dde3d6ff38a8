import { fact } from '../model/fact.js'
import type { InventoryReport } from '../model/report.js'
import type { Worker } from '../knowledge/names.js'
import { hostFileStates } from './host-file-states.js'
import { hostServices } from './host-services.js'
import { inventory } from './inventory.js'
import { systemPackages } from './system-packages.js'

/** Numbers for the report: what the agent recorded, and what the host has. */
export const inventoryReport = fact({
  id: 'inventoryReport',
  needs: {},
  optional: { all: inventory, files: hostFileStates, packages: systemPackages, units: hostServices },
  compute: ({ all, files, packages, units }): InventoryReport => {
    const count = (worker: Worker): { db: number | null; json: number | null } => {
      const found = all?.[worker]
      const db = found?.db ?? null
      return {
        // A database without any record of a kind may keep it in a shape nobody knows: that is no zero.
        db: db === null || db.length === 0 ? null : db.length,
        json: found?.json == null ? null : found.json.records.length,
      }
    }
    const services = units == null ? null : [...units.services.values()].filter(({ expected }) => expected).length
    return {
      files: { ...count('files'), host: files?.host ?? null, differences: files?.differences ?? null },
      packages: { ...count('software'), host: packages?.[0]?.installed ?? null },
      services: { ...count('services'), host: services },
    }
  },
})
