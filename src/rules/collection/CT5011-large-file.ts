import { ctDb, fileJson } from '../../artifacts/collection.js'
import { trackedFiles } from '../../facts/tracked-files.js'
import { LIMITS } from '../../knowledge/limits.js'
import { LINKS } from '../../knowledge/links.js'
import { finding, rule, unknown, type Draft, type Severity } from '../../model/rule.js'
import type { Recorded } from '../../facts/inventory.js'
import type { FileRecord } from '../../parsers/inventory-record.js'

export const largeFile = rule({
  id: 'CT5011',
  name: 'large-file',
  title: 'A tracked file is too large',
  group: 'collection',
  severity: 'warning',
  confidence: 'likely',
  docs: {
    what: 'Compares the size of each tracked file with the documented limits.',
    why: 'Files over 5 MB are beyond what is supported, so their changes may not be reported. Over 1.25 MB the checksum is known to be wrong.',
    how: 'Takes the sizes from File.json, else from the database. A size over 1.25 MB and up to 5 MB is only worth knowing.',
    limits: 'MB is read as a million bytes. The size is the one of the last file run.',
    fix: [
      'Leave large files out: narrow the tracked path in the rule, for example from `/srv/app/.*` to `/srv/app/.*.conf`.',
      'Look for others of that size: `sudo find /etc -size +5000000c`.',
    ],
    proof: 'A new bundle, taken after one file run, no longer shows CT5011.',
    links: [LINKS.limits],
  },
  needs: {},
  optional: { files: trackedFiles },
  *check({ files }) {
    if (files == null) {
      yield unknown('Neither File.json nor a database with tracked files is in the input.', [fileJson, ctDb])
      return
    }
    const sized = files.files.filter(({ record }) => record.size !== null)
    if (sized.length === 0 && files.files.length > 0) {
      yield unknown('No record of a tracked file has a size.', [fileJson, ctDb])
      return
    }
    const over = (bytes: number): typeof sized => sized.filter(({ record }) => (record.size ?? 0) > bytes)
    const large = over(LIMITS.fileBytes)
    const unsure = over(LIMITS.checksumBytes).filter(({ record }) => (record.size ?? 0) <= LIMITS.fileBytes)
    yield* told('over 5 MB', large, 'their changes may not be reported', 'warning')
    yield* told('over 1.25 MB', unsure, 'their checksums are not reliable', 'info')
  },
})

function* told(
  subject: string,
  files: readonly Recorded<FileRecord>[],
  effect: string,
  severity: Severity,
): Iterable<Draft> {
  const sorted = files.toSorted((a, b) => (b.record.size ?? 0) - (a.record.size ?? 0))
  const [first, ...others] = sorted.slice(0, 10)
  if (first === undefined) return
  yield finding({
    subject,
    message: `${files.length} tracked file${files.length === 1 ? ' is' : 's are'} ${subject}, the largest is ${first.record.path} with ${first.record.size ?? 0} bytes; ${effect}.`,
    evidence: [first.at, ...others.map(({ at }) => at)],
    data: { files: sorted.slice(0, 20).map(({ record }) => ({ path: record.path, bytes: record.size })) },
    severity,
  })
}
