import type { Instant } from './time.js'

/** What a machine has at one path. Never any of its content. */
export interface FileState {
  /** Absolute. */
  readonly path: string
  /** `unreadable`: it may not be looked at, or not be read. `other`: a folder, a device, a link that leads nowhere. */
  readonly state: 'file' | 'missing' | 'unreadable' | 'other'
  /** The name is a link’s; what follows is of the file it leads to. */
  readonly link: boolean
  /** Bytes. This and the next three are null where nothing may be known of the file. */
  readonly size: number | null
  /** The permission bits as a number: 420 is 0644. */
  readonly mode: number | null
  readonly mtime: Instant | null
  /** When its content, mode, owner or name changed last; no program can set it back. */
  readonly ctime: Instant | null
  /** Of its content, lower-case hex; null where nobody asked, and for what is large or closed. */
  readonly sha256: string | null
}
