import { artifacts } from '../artifacts/index.js'
import { activity } from '../facts/activity.js'
import { clock } from '../facts/clock.js'
import { dataPath } from '../facts/data-path.js'
import { hostName, identity, machine } from '../facts/identity.js'
import { inventoryReport } from '../facts/inventory-report.js'
import { machineSystem } from '../facts/machine-system.js'
import { snapshot } from '../facts/snapshot.js'
import type { Catalogue } from '../model/catalogue.js'
import { secretScanner } from '../parsers/secrets.js'
import { rules } from '../rules/index.js'

/** All that ct-diag knows about Change Tracking, as the engine takes it. */
export const catalogue: Catalogue = {
  artifacts,
  rules,
  hostname: hostName,
  machine,
  system: machineSystem,
  identity,
  inventory: inventoryReport,
  activity,
  snapshot,
  clock,
  secrets: secretScanner,
  hops: dataPath,
}
