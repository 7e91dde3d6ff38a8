import { ctDb, databasePath } from '../../artifacts/collection.js'
import { COMMANDS } from '../../knowledge/commands.js'
import { LINKS } from '../../knowledge/links.js'
import { atBolt, baseName } from '../../model/locator.js'
import { finding, rule } from '../../model/rule.js'
import type { DbRecord } from '../../parsers/changetracking-db.js'

export const dbKeyMismatch = rule({
  id: 'CT5017',
  name: 'db-key-mismatch',
  title: 'A database key does not belong to its record',
  group: 'collection',
  severity: 'warning',
  confidence: 'likely',
  docs: {
    what: 'Compares the key of each tracked file in changetracking.db with the path that its record names.',
    why: 'The agent finds a file’s former state by its key. Under a wrong key it compares a file with another one, and reports changes that did not happen.',
    how: 'A key is the base64 of the path. Fires when a key decodes to another path. A key that is no such base64 counts only in a bucket where most keys are; keys of another kind are not judged.',
    limits: 'How the database is laid out is not published; in one that is laid out otherwise, nothing is judged.',
    fix: [
      `Take a second copy with the agent stopped, to rule out a torn copy: ${COMMANDS.copyDatabase}.`,
      'When that one shows it too: stop the service, move the database away, start the service. The agent makes a new one.',
    ],
    proof: 'An analysis of a new copy no longer shows CT5017.',
    links: [LINKS.overview],
  },
  needs: { db: ctDb },
  *check({ db }) {
    for (const { path, value } of db.good) {
      const byBucket = new Map<string, DbRecord[]>()
      for (const item of value.records) {
        if (item.record.kind !== 'file' || item.segments.length > 0) continue
        const bucket = item.bucket.join('\0')
        const known = byBucket.get(bucket)
        if (known === undefined) byBucket.set(bucket, [item])
        else known.push(item)
      }
      const wrong = [...byBucket.values()].flatMap(wrongKeys)
      const [first, ...others] = wrong
        .slice(0, 10)
        .map((item) =>
          atBolt(path, item.bucket, item.key, item.page, `${item.keyDecoded ?? item.key}: ${pathOf(item)}`),
        )
      if (first === undefined) continue
      yield finding({
        subject: databasePath(path),
        message: `${wrong.length} of ${value.records.length} records of ${baseName(path)} lie under a key of another path.`,
        evidence: [first, ...others],
        data: { records: wrong.slice(0, 20).map((item) => ({ key: item.keyDecoded ?? item.key, path: pathOf(item) })) },
      })
    }
  },
})

function wrongKeys(items: readonly DbRecord[]): readonly DbRecord[] {
  const decoded = items.filter(({ keyDecoded }) => keyDecoded !== null).length
  return items.filter((item) => {
    if (item.key === pathOf(item) || item.keyDecoded === pathOf(item)) return false
    return item.keyDecoded !== null || item.key.startsWith('/') || 2 * decoded > items.length
  })
}

function pathOf({ record }: DbRecord): string {
  return record.kind === 'file' ? record.path : ''
}
