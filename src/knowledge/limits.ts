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

/** How long after a run, in milliseconds, a worker with this frequency in seconds is late. */
export function staleAfter(frequency: number): number {
  return Math.max(3 * frequency, frequency + 600) * 1000
}
