import type { ClockSource } from '../model/time.js'

/** How it is known when a bundle was taken. */
export const CLOCK: Readonly<Record<ClockSource, string>> = {
  manifest: 'from the bundle’s manifest',
  'archive-name': 'from the archive’s name',
  log: 'newest line of any log',
  mtime: 'newest file time',
  clock: 'now',
  flag: 'given with --as-of',
}
