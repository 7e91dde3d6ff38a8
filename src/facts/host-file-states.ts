import { hostFiles } from '../artifacts/collection.js'
import { LIMITS } from '../knowledge/limits.js'
import { fact } from '../model/fact.js'
import type { FileState } from '../model/file-state.js'
import type { FileDifferencesReport, InventoryReport } from '../model/report.js'
import type { Instant } from '../model/time.js'
import type { FileRecord } from '../parsers/inventory-record.js'
import { configCache } from './ct-dcrs.js'
import { isOlder, trackedFiles, type TrackedFiles } from './tracked-files.js'
import { asksFor, trackedPaths } from './tracked-paths.js'

type Difference = FileDifferencesReport['first'][number]

/** Names of each kind that the report shows. */
const NAMES_MAX = 10
/** Milliseconds by which two stamps of one file may differ: zip keeps two seconds. */
const STAMP = 2000

/** The files that the agent recorded against what the machine has, for the report; no rule reads it. */
export const hostFileStates = fact({
  id: 'hostFileStates',
  needs: {},
  optional: { files: trackedFiles, now: hostFiles, cache: configCache, paths: trackedPaths },
  compute: ({ files, now, cache, paths }): Pick<InventoryReport['files'], 'host' | 'differences'> => {
    const look = now?.good[0]?.value
    // The agent may write its list between our looking at the files and our reading it once more.
    const rewritten = (files?.written ?? 0) > (look?.written ?? Infinity) + STAMP
    if (files == null || look === undefined || rewritten) return { host: null, differences: null }

    const recorded = byPath(files)
    const missing: Difference[] = []
    const different: Difference[] = []
    let [same, changedSince, unreadable, there, hidden] = [0, 0, 0, 0, 0]
    for (const state of look.files) {
      const records = recorded.get(state.path)
      if (records === undefined || state.state === 'other') continue
      if (state.state === 'missing') {
        missing.push({ path: state.path, what: 'missing' })
        continue
      }
      if (state.size === null) hidden += 1
      else there += 1
      const what = leastDifference(records, state)
      if (what !== null && hasChangedSince(state, look.written)) changedSince += 1
      else if (what !== null) different.push({ path: state.path, what })
      else if (state.state === 'file') same += 1
      else unreadable += 1
    }

    // Only a list that holds everything the one rule asks for can lack something.
    const complete =
      !files.partial &&
      files.files.length < LIMITS.files &&
      cache?.ctDcrs.length === 1 &&
      paths?.partial === false &&
      !isOlder(files, paths.since)
    const extra: Difference[] = look.files
      .filter((state) => !recorded.has(state.path) && state.state === 'file' && !state.link)
      .filter((state) => (state.size ?? Infinity) <= LIMITS.fileBytes && !hasChangedSince(state, look.written))
      .filter(({ path }) => complete && paths.all.some((tracked) => asksFor(tracked, path)))
      .map(({ path }) => ({ path, what: 'extra' }))

    return {
      host: complete && look.whole && hidden === 0 ? there + extra.length : null,
      differences: {
        checked: same + missing.length + different.length + changedSince,
        missing: missing.length,
        extra: extra.length,
        different: different.length,
        changedSince,
        unreadable,
        first: [missing, different, extra].flatMap((found) => found.slice(0, NAMES_MAX)),
      },
    }
  },
})

/** Of a file that is gone the agent may keep the record of its going. */
function byPath({ files }: TrackedFiles): Map<string, FileRecord[]> {
  const found = new Map<string, FileRecord[]>()
  for (const { record } of files) {
    const { path, changeType } = record
    if (!/^(?:removed?|deleted?)$/i.test(changeType ?? '')) found.set(path, [...(found.get(path) ?? []), record])
  }
  return found
}

/** A path that is recorded twice is as recorded when one of the records fits. */
function leastDifference(records: readonly FileRecord[], state: FileState): Difference['what'] | null {
  const found = records.map((record) => difference(record, state))
  return found.includes(null) ? null : (found[0] ?? null)
}

/** What of a record does not fit the file; null when nothing is known not to. */
function difference(record: FileRecord, state: FileState): Difference['what'] | null {
  // Whether the agent records a link or its end is not known.
  if (state.link) return null
  const { size, mode, sha256 } = state
  if (record.size !== null && size !== null && record.size !== size) return 'size'
  const checksum = record.checksum?.toLowerCase() ?? ''
  // Of large files it is known to be wrong.
  const reliable = (size ?? Infinity) <= LIMITS.checksumBytes && /^(?!0+$)[0-9a-f]{64}$/.test(checksum)
  if (reliable && sha256 !== null && checksum !== sha256) return 'checksum'
  const modes = modesOf(record.mode ?? '')
  return mode !== null && modes.length > 0 && !modes.includes(mode & PERMISSIONS) ? 'mode' : null
}

const PERMISSIONS = 0o777

/** Every way to read a mode: `420`, `0644`, `-rw-r--r--`. Empty for what is none of these. */
function modesOf(text: string): number[] {
  if (/^\d{1,10}$/.test(text)) {
    const octal = /^[0-7]+$/.test(text) ? [parseInt(text, 8)] : []
    return [...(text.startsWith('0') ? [] : [Number(text)]), ...octal].map((mode) => mode & PERMISSIONS)
  }
  const letters = /^[-a-z]?((?:[r-][w-][xsStT-]){3})$/.exec(text)?.[1]
  if (letters === undefined) return []
  return [[...letters].reduce((bits, letter) => (bits << 1) | (/[-ST]/.test(letter) ? 0 : 1), 0)]
}

/** Archives keep whole seconds, so what changed within that of the list may have changed after it. */
function hasChangedSince({ mtime, ctime }: FileState, written: Instant | null): boolean {
  const changed = Math.max(mtime ?? Infinity, ctime ?? Infinity)
  return written === null || changed >= Math.floor(written / 1000) * 1000
}
