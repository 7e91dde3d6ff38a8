import { ctDb, fileJson } from '../artifacts/collection.js'
import { fact } from '../model/fact.js'
import type { EntryPath } from '../model/locator.js'
import type { FileRecord } from '../parsers/inventory-record.js'
import { inventory, isFile, type Recorded } from './inventory.js'

/** The files that the agent's last run kept. */
export interface TrackedFiles {
  readonly files: readonly Recorded<FileRecord>[]
  /** File.json, else the database. */
  readonly path: EntryPath
  /** When it was written, where the file tells. */
  readonly written: number | null
  /** There were more: it is cut or damaged, or holds records nobody knows. */
  readonly partial: boolean
  /** It was the list. */
  readonly listed: boolean
}

/** Null where neither File.json nor the database can be read, or the database has no file in a known shape. */
export const trackedFiles = fact({
  id: 'trackedFiles',
  needs: {},
  optional: { all: inventory, list: fileJson, db: ctDb },
  compute: ({ all, db }): TrackedFiles | null => {
    const json = all?.files.json ?? null
    if (json !== null)
      return {
        files: json.records.filter(isFile),
        path: json.evidence.path,
        written: json.evidence.mtime,
        partial: json.cut || json.evidence.value.unrecognised.count > 0 || json.evidence.value.beyond > 0,
        listed: true,
      }
    const files = all?.files.db?.filter(isFile) ?? []
    const database = db?.good[0]
    if (database === undefined || files.length === 0) return null
    const { damage, beyond, unrecognised } = database.value
    return {
      files,
      path: database.path,
      written: database.mtime,
      partial: damage.length > 0 || beyond > 0 || unrecognised.count > 0 || database.problems.length > 0,
      listed: false,
    }
  },
})

/** The list was written before the rule reached the machine, so it shows another rule's work. */
export function isOlder(files: TrackedFiles, since: number | null): boolean {
  return since !== null && files.written !== null && since > files.written
}
