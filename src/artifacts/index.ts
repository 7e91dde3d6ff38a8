import type { Artifact } from '../model/artifact.js'
import * as agent from './agent.js'
import * as ama from './ama.js'
import * as cache from './cache.js'
import * as collector from './collector.js'
import * as collection from './collection.js'
import * as dcr from './dcr.js'
import * as host from './host.js'
import * as sockets from './sockets.js'
import * as units from './units.js'
import * as windows from './windows.js'

/** Every artifact ct-diag knows, along the data path. */
export const artifacts: readonly Artifact<unknown>[] = [
  dcr.configChunk,
  dcr.configCacheFolder,
  dcr.mcsConfig,
  ama.mdsdInfo,
  ama.mdsdErr,
  ama.mdsdWarn,
  ama.mdsdQos,
  ama.amaExtensionFolder,
  ama.amaDefaults,
  ama.amaOut,
  ama.amaDirectoryModes,
  sockets.unixSockets,
  sockets.listeningPorts,
  units.unitState,
  units.unitList,
  agent.ctExtensionFolder,
  agent.ctPackageFiles,
  agent.ctHandlerState,
  agent.ctHandlerStatus,
  agent.ctStatus,
  agent.handlerEnvironment,
  agent.applicationYml,
  agent.cxpUnit,
  agent.processList,
  agent.journal,
  agent.ctCommandLog,
  agent.ctAgentLog,
  agent.ctHandlerLog,
  agent.ctWatcherLog,
  agent.waagentLog,
  agent.extensionWitness,
  agent.omsFolders,
  agent.omsHandlerState,
  collection.ctDb,
  collection.fileJson,
  collection.packagesJson,
  collection.servicesJson,
  collection.hostFiles,
  cache.sinkFolders,
  cache.eventSizes,
  host.osRelease,
  host.hostname,
  host.hostPackages,
  host.instanceMetadata,
  host.diskFree,
  host.arcAgent,
  host.mounts,
  host.uname,
  host.packageList,
  collection.ctDbFolder,
  windows.windowsAgents,
  collector.amaCollectorTree,
  ...collector.markers,
  collector.collectorResults,
  collector.cutCopy,
  collector.manifest,
  collector.redactionRecord,
]
