import type { ConfigCache } from '../../facts/ct-dcrs.js'
import type { Evidence } from '../../model/artifact.js'
import { baseName, type EntryPath } from '../../model/locator.js'
import type { McsConfig, McsConfiguration } from '../../parsers/mcsconfig.js'

/** What the list of assigned rules and the chunk folder beside it say of each other. */
export interface Assignments {
  readonly folder: EntryPath
  /** Chunks beside the list. */
  readonly count: number
  /** Chunks that the list does not name, by the rule’s id or the file’s name. */
  readonly leftOver: readonly { readonly path: EntryPath; readonly name: string }[]
  /** Entries of the list whose chunk is not there. `open`: a file that does not say its rule could be it. */
  readonly missing: readonly { readonly entry: McsConfiguration; readonly name: string; readonly open: boolean }[]
}

/**
 * Joins the list with the files beside it. A file and an entry belong together when the file’s name or the rule’s id says
 * so. File names are no key that is documented, so they count only where at least one of them fits.
 */
export function compareAssignments(list: Evidence<McsConfig>, cache: ConfigCache): Assignments {
  const folder = `${list.path.slice(0, list.path.lastIndexOf('/') + 1)}configchunks/`
  const chunks = cache.chunks
    .filter(({ path }) => path.startsWith(folder))
    .map(({ path, chunk }) => ({ path, file: baseName(path), ids: chunk.dcrIds.map(({ id }) => id) }))
  const entries = list.value.configurations
    .filter(({ removed }) => !removed)
    .map((entry) => ({ entry, file: entry.contentFileName === null ? null : baseName(entry.contentFileName) }))

  const files = new Set([...chunks.map(({ file }) => file), ...cache.unreadable.map(({ path }) => baseName(path))])
  const ids = new Set(chunks.flatMap((chunk) => chunk.ids))
  const namedFiles = new Set(entries.map(({ file }) => file))
  const namedIds = new Set(entries.map(({ entry }) => entry.dcrId))
  const namesFit = entries.some(({ file }) => file !== null && files.has(file))
  // Without an id only its name can tell which rule a file holds; one that cannot be read may hold any.
  const nameless = chunks.filter((chunk) => chunk.ids.length === 0 && !namedFiles.has(chunk.file))
  const namesTell = namesFit && !namedFiles.has(null)

  return {
    folder,
    count: chunks.length,
    leftOver: chunks
      .filter((chunk) => !namedFiles.has(chunk.file) && !chunk.ids.some((id) => namedIds.has(id)))
      .filter((chunk) => chunk.ids.length > 0 || namesTell)
      .map(({ path, file, ids: [id] }) => ({ path, name: id ?? file })),
    missing: entries
      .filter(({ entry, file }) => !entry.hasContent && !(file !== null && files.has(file)) && !has(ids, entry.dcrId))
      .map(({ entry, file }) => ({
        entry,
        name: entry.dcrId ?? file ?? 'an entry',
        open:
          !(file !== null && namesFit) && (nameless.length > 0 || cache.unreadable.length > 0 || entry.dcrId === null),
      })),
  }
}

function has(ids: ReadonlySet<string>, id: string | null): boolean {
  return id !== null && ids.has(id)
}
