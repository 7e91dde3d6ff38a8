/** Fixed names of the data path, as the public documentation and the agents' own files spell them. */
export const CT_EXTENSION = 'Microsoft.Azure.ChangeTrackingAndInventory.ChangeTracking-Linux'
export const AMA_EXTENSION = 'Microsoft.Azure.Monitor.AzureMonitorLinuxAgent'
/** The same for Windows, so that such a machine is recognised. */
export const CT_WINDOWS_EXTENSION = 'Microsoft.Azure.ChangeTrackingAndInventory.ChangeTracking-Windows'
export const AMA_WINDOWS_EXTENSION = 'Microsoft.Azure.Monitor.AzureMonitorWindowsAgent'
export const AMA_UNIT = 'azuremonitoragent.service'
/** The retired agent that had a Change Tracking of its own. */
export const OMS_EXTENSION = 'Microsoft.EnterpriseCloud.Monitoring.OmsAgentForLinux'
/** Where extensions are unpacked, and from where their commands run. */
export const EXTENSION_HOME = '/var/lib/waagent'

export const CHANGE_STREAM = 'CONFIG_CHANGE_BLOB_V2'
export const INVENTORY_STREAM = 'CONFIG_DATA_BLOB_V2'
/** In no Linux flow: Windows registry changes use it. */
export const LEGACY_STREAM = 'CONFIG_CHANGE_BLOB'
export const CT_STREAMS: readonly string[] = [CHANGE_STREAM, INVENTORY_STREAM, LEGACY_STREAM]
/** The streams without which Linux data does not arrive. */
export const LINUX_STREAMS: readonly string[] = [CHANGE_STREAM, INVENTORY_STREAM]

export const DATA_SOCKET = 'ChangeTracking-Linux'
export const CONFIG_SOCKET = 'config'
/** Made as well, and unused so far. */
export const DIAGNOSTICS_SOCKET = 'MaExtensionDiagnostics'

export const WORKERS = ['files', 'software', 'services'] as const
export type Worker = (typeof WORKERS)[number]
