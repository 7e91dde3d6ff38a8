import { amaDefaults, amaExtensionFolder, amaOut, mdsdErr, mdsdInfo, mdsdQos, mdsdWarn } from '../artifacts/ama.js'
import {
  applicationYml,
  ctExtensionFolder,
  ctHandlerLog,
  ctWatcherLog,
  cxpUnit,
  extensionWitness,
  journal,
  processList,
  waagentLog,
} from '../artifacts/agent.js'
import { sinkFolders } from '../artifacts/cache.js'
import { ctDbFolder } from '../artifacts/collection.js'
import { configCacheFolder } from '../artifacts/dcr.js'
import { hostPackages, mounts, osRelease, packageList, uname } from '../artifacts/host.js'
import { unixSockets } from '../artifacts/sockets.js'
import { unitList, unitState } from '../artifacts/units.js'
import { windowsAgents } from '../artifacts/windows.js'
import type { MachineSystem } from '../model/catalogue.js'
import { fact, seen } from '../model/fact.js'

/** What no Windows machine has. Rules, lists, the database and the agent's log lines look the same on both. */
const LINUX_ONLY = [
  configCacheFolder,
  mdsdInfo,
  mdsdErr,
  mdsdWarn,
  mdsdQos,
  amaExtensionFolder,
  amaDefaults,
  amaOut,
  unixSockets,
  unitState,
  unitList,
  ctExtensionFolder,
  applicationYml,
  cxpUnit,
  processList,
  journal,
  ctHandlerLog,
  ctWatcherLog,
  waagentLog,
  extensionWitness,
  ctDbFolder,
  sinkFolders,
  osRelease,
  hostPackages,
  packageList,
  mounts,
  uname,
]

/**
 * Windows only where the agents' folders of Windows are there and nothing of Linux is: a Linux machine may hold a copy of a
 * Windows disk, never the other way round. Where nothing tells, it is taken for Linux.
 */
export const machineSystem = fact({
  id: 'machineSystem',
  needs: {},
  optional: {
    windows: windowsAgents,
    ...Object.fromEntries(LINUX_ONLY.map((artifact) => [artifact.id, seen<unknown>(artifact)])),
  },
  compute: ({ windows, ...linux }): MachineSystem => {
    const mark = windows?.good[0]
    return mark === undefined || Object.values(linux).some((found) => found !== undefined)
      ? { system: 'linux', path: null }
      : { system: 'windows', path: mark.path }
  },
})
