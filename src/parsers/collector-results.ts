import { parsed, failed, type Parsed } from '../model/parsed.js'
import type { EntryStat } from '../model/artifact.js'
import type { Instant } from '../model/time.js'
import { instantAt } from './lines.js'
import { readText } from './text.js'

/** What the guest agent's log collector wrote about its own run. */
export interface CollectorResults {
  readonly started: (ResultLine & { readonly time: Instant }) | null
  /** Files of which only the end was packed. */
  readonly truncated: readonly CollectedFile[]
  /** Large binary files that were left out. */
  readonly discarded: readonly CollectedFile[]
  /** The archive was full: files of lower priority are missing without a word. */
  readonly full: ResultLine | null
  /** What it listed of the machine's folders, by paths from the machine's root. Times are local and are left out. */
  readonly listed: readonly EntryStat[]
}

export interface ResultLine {
  readonly line: number
  readonly text: string
}

export interface CollectedFile extends ResultLine {
  readonly file: string
}

/**
 * Reads the `results.txt` of the guest agent's logs.zip:
 *
 *     2026-01-10T10:00:00Z INFO Starting log collection at 2026-01-10T10:00:00Z
 *     2026-01-10T10:00:01Z INFO Adding file /var/log/waagent.log, size 123 b
 *     2026-01-10T10:00:02Z INFO Adding truncated file /var/log/azure/x/cta_linux_agent.log, size 31457280 b
 *     2026-01-10T10:00:03Z INFO Archive too big, done with adding files.
 *     2026-01-10T10:00:04Z INFO Output of command [ls -alF /var/lib/waagent]:
 *     drwxr-xr-x  5 root root 4096 Jan 10 08:00 Microsoft.Azure.ChangeTrackingAndInventory.ChangeTracking-Linux-2.35.0.0/
 *
 * Other programs write a results.txt too: it fails with `not-collector-results` when no line has that form.
 */
export function parseCollectorResults(bytes: Uint8Array): Parsed<CollectorResults> {
  const text = readText(bytes, 'The collector’s results.txt')
  if (!text.ok) return text
  let started: CollectorResults['started'] = null
  let full: ResultLine | null = null
  const truncated: CollectedFile[] = []
  const discarded: CollectedFile[] = []
  const listed: EntryStat[] = []
  let folder: string | null = null
  let known = false
  for (const [index, raw] of text.value.split('\n').entries()) {
    const message = /^\S+ [A-Z]+ (.+)$/.exec(raw.trimEnd())?.[1]
    const stamp = instantAt(raw)
    if (message === undefined || stamp === null) {
      const entry = folder === null ? undefined : listing(raw, folder)
      if (entry !== undefined) listed.push(entry)
      continue
    }
    known = true
    folder = /^Output of command \[ls -\S+ \/(\S+?)\/?\]/i.exec(message)?.[1] ?? null
    const line = { line: index + 1, text: raw.trimEnd() }
    const file = /^(?<what>Adding truncated|Discarding large binary) file:? (?<file>\/.*?)(?:,.*)?$/i.exec(
      message,
    )?.groups
    if (/^Starting log collection/i.test(message)) started ??= { ...line, time: startTime(message) ?? stamp.time }
    else if (/^Archive too big/i.test(message)) full ??= line
    else if (file !== undefined) {
      const list = /^Adding/i.test(file['what'] ?? '') ? truncated : discarded
      list.push({ ...line, file: file['file'] ?? '' })
    }
  }
  if (!known)
    return failed(
      'not-collector-results',
      'The results.txt should have lines such as "2026-01-10T10:00:00Z INFO …" of the guest agent’s collector, but has none.',
    )
  return parsed({ started, truncated, discarded, full, listed })
}

/** A line of `ls -alF`: mode, links, owner, group, size, three words of time, name. */
function listing(line: string, folder: string): EntryStat | undefined {
  const [, type, size, name] =
    /^([d-])[rwxsStT-]{9}\S* +\d+ +\S+ +\S+ +(\d+) +\S+ +\S+ +\S+ (.+?)[*/]?\s*$/.exec(line) ?? []
  if (name === undefined || name === '.' || name === '..' || name.includes('/')) return undefined
  return { path: `${folder}/${name}`, kind: type === 'd' ? 'directory' : 'file', size: Number(size), mtime: null }
}

function startTime(message: string): Instant | null {
  const at = message.search(/\d{4}-\d\d-\d\d/)
  return at < 0 ? null : (instantAt(message, at)?.time ?? null)
}
