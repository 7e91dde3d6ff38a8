import { ctDb, databasePath, fileJson, packagesJson, servicesJson } from '../../artifacts/collection.js'
import { LINKS } from '../../knowledge/links.js'
import type { Evidence } from '../../model/artifact.js'
import { atBolt, atEntry, atJson, atLine, type Locator } from '../../model/locator.js'
import { finding, rule, unknown } from '../../model/rule.js'
import type { CtDb } from '../../parsers/changetracking-db.js'
import type { InventoryJson } from '../../parsers/inventory-json.js'

export const unknownRecordShape = rule({
  id: 'CT9009',
  name: 'unknown-record-shape',
  title: 'Records have a shape that is not known',
  group: 'input',
  severity: 'info',
  confidence: 'certain',
  docs: {
    what: 'Counts values of the agent’s database and entries of its lists that no known kind of record fits.',
    why: 'The format is not published. What is not recognised is not counted and not compared, so another rule may stay silent.',
    how: 'Known are tracked files, packages and services by the names of their fields, and checksums. Empty values do not count. Shown are names of keys and lengths, never a value.',
    limits: 'The agent may keep things of its own beside its records. That is no fault.',
    fix: [
      'Nothing has to be repaired on the machine.',
      'Report the names of the keys shown here to the makers of ct-diag, with the version of the extension, so that the shape can be learned.',
    ],
    proof: 'A later version of ct-diag no longer shows CT9009 for the same file.',
    links: [LINKS.overview],
  },
  needs: {},
  optional: { db: ctDb, files: fileJson, software: packagesJson, services: servicesJson },
  *check({ db, files, software, services }) {
    const lists = [files, software, services].flatMap((found) => found?.good ?? [])
    if (db === undefined && lists.length === 0)
      yield unknown('Neither the database nor a list of what was collected is in the input.', [
        ctDb,
        fileJson,
        packagesJson,
        servicesJson,
      ])
    for (const entry of db?.good ?? [])
      yield* told(entry.path, entry.value.unrecognised.count, placesInDb(entry), 'values')
    for (const entry of lists) yield* told(entry.path, entry.value.unrecognised.count, placesInList(entry), 'entries')
  },
})

function* told(
  path: string,
  count: number,
  places: readonly Locator[],
  what: string,
): Iterable<ReturnType<typeof finding>> {
  if (count === 0) return
  const [first = atEntry(path), ...others] = places
  yield finding({
    subject: databasePath(path),
    message: `${path} holds ${count} ${what} of no known kind.`,
    evidence: [first, ...others],
    data: { count },
  })
}

function placesInDb({ path, value }: Evidence<CtDb>): Locator[] {
  return value.unrecognised.examples.map(({ bucket, key, page, head }) =>
    atBolt(path, bucket, key, page, `${head.type}, ${head.length} bytes${keysOf(head.keys)}`),
  )
}

function placesInList({ path, value }: Evidence<InventoryJson>): Locator[] {
  return value.unrecognised.examples.map(({ segments, keys }) => {
    const [line] = segments
    const snippet = `not recognised${keysOf(keys)}`
    return value.shape === 'ndjson' && typeof line === 'number'
      ? atLine(path, line, '')
      : { ...atJson(path, segments, null), snippet }
  })
}

function keysOf(keys: readonly string[]): string {
  return keys.length === 0 ? '' : `, keys ${keys.join(', ')}`
}
