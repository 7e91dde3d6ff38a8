/** One distribution: how its `ID` in os-release begins, and the versions that are supported. */
export interface SupportedSystem {
  readonly name: string
  readonly ids: readonly string[]
  /** Major versions, for Ubuntu with the month. Ascending. */
  readonly versions: readonly string[]
}

/**
 * Systems that the Azure Monitor Agent supports on x86_64, as its extension lists them, August 2026
 * (https://github.com/Azure/azure-linux-extensions/tree/master/AzureMonitorAgent). Change Tracking goes by the same list.
 * Identifiers are compared by their beginning, as the extension does.
 */
export const SUPPORTED_SYSTEMS: readonly SupportedSystem[] = [
  { name: 'AlmaLinux', ids: ['alma'], versions: ['8', '9', '10'] },
  { name: 'Amazon Linux', ids: ['amzn'], versions: ['2', '2023'] },
  { name: 'Azure Linux', ids: ['azurelinux'], versions: ['3', '4'] },
  { name: 'CBL-Mariner', ids: ['mariner'], versions: ['2'] },
  { name: 'Debian', ids: ['debian'], versions: ['9', '10', '11', '12', '13'] },
  { name: 'openSUSE', ids: ['opensuse'], versions: ['15'] },
  { name: 'Oracle Linux', ids: ['oracle', 'ol'], versions: ['7', '8', '9', '10'] },
  { name: 'Red Hat Enterprise Linux', ids: ['redhat', 'rhel'], versions: ['7', '8', '9', '10'] },
  { name: 'Rocky Linux', ids: ['rocky'], versions: ['8', '9', '10'] },
  { name: 'SUSE Linux Enterprise Server', ids: ['suse', 'sles'], versions: ['15', '16'] },
  { name: 'Ubuntu', ids: ['ubuntu'], versions: ['16.04', '18.04', '20.04', '22.04', '24.04', '26.04'] },
]

/** When the list above was taken. */
export const SUPPORTED_SYSTEMS_DATE = 'August 2026'
