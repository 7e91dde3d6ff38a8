/**
 * Documented limits per machine, as of December 2025
 * (https://learn.microsoft.com/azure/automation/how-to/region-mappings). The page gives 250 daemons in one table and 500 in
 * another, hence two levels for services.
 */
export const LIMITS = {
  files: 500,
  packages: 1250,
  services: 500,
  servicesSoft: 250,
  /** Bytes of a tracked file, and beyond which its checksum is wrong; the page says 5 MB and 1.25 MB. */
  fileBytes: 5_000_000,
  checksumBytes: 1_250_000,
} as const

/** Documented collection frequencies on Linux, in seconds, used only to read a chunk that leaves one out. */
export const DEFAULT_FREQUENCY = { files: 900, software: 300, services: 300 } as const

/** No frequency can be longer than a day, so a run older than three is stale whatever the rule says. */
export const LONGEST_FREQUENCY = 86_400

/** No bound is documented for Linux; a minute is the shortest frequency seen in public rules. */
export const SHORTEST_FREQUENCY = 60

/**
 * Megabytes that the setting MaxDiskQuotaInMB may have (Azure Monitor Agent documentation, agent settings, as of May 2026).
 * The setting itself needs version 1.33.4 or newer.
 */
export const DISK_QUOTA = { min: 4000, max: 1_000_000 } as const

/**
 * Bytes free that the Azure Monitor Agent’s own troubleshooter asks for on /etc, /opt and /var, as of August 2026
 * (https://github.com/Azure/azure-linux-extensions/tree/master/AzureMonitorAgent).
 */
export const FREE_SPACE_MIN = 500 * 1024 * 1024

/** What the event cache may hold when no agent settings say otherwise, in MB: the documentation says 10 GB. */
export const DEFAULT_DISK_QUOTA = 10_240

/** How long after a run, in milliseconds, a worker with this frequency in seconds is late. */
export function staleAfter(frequency: number): number {
  return Math.max(3 * frequency, frequency + 600) * 1000
}

/**
 * Milliseconds after which a heartbeat proves that an ingestion token was had since: the agent fetches one about every hour,
 * with its managed identity and from the control plane.
 */
export const TOKEN_LIFE = 90 * 60_000
