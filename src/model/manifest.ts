import type { EntryKind } from './artifact.js'
import type { EntryPath } from './locator.js'

/** One line of a bundle's contents. */
export interface ManifestEntry {
  /** As in the archive, below the manifest’s own folder. */
  readonly path: EntryPath
  /** Where it comes from: an absolute path, or a command. */
  readonly origin: string
  readonly kind: EntryKind
  /** Bytes on the machine. */
  readonly size: number
  /** ISO 8601; null when not known. */
  readonly mtime: string | null
  /** Lower-case hex of the bytes in the archive; null for what has none there. */
  readonly sha256: string | null
  /** Its content is not in the archive: its name, size and time say everything. */
  readonly nameOnly: boolean
  /** Only the end of it, whole lines. */
  readonly truncated: boolean
  readonly redacted: boolean
}

/** What could not be taken along. */
export interface ManifestGap {
  readonly origin: string
  /** A phrase, or a sentence. */
  readonly reason: string
  /** It is an old log, of which newer files came along: it is missed by nobody who only looks at the end. */
  readonly newerTaken?: true
  /** It is a folder that could not be looked into. */
  readonly folder?: true
}

/** `manifest.json` of a bundle that ct-diag made. */
export interface Manifest {
  readonly tool: { readonly name: 'ct-diag'; readonly version: string }
  /** When the evidence was taken, ISO 8601. */
  readonly takenAt: string
  /** Every place in which evidence can lie was looked at, and what was there is here: what is missing was nowhere. */
  readonly everyPlace: boolean
  readonly entries: readonly ManifestEntry[]
  readonly missing: readonly ManifestGap[]
}
