import { ctDb, fileJson } from '../../artifacts/collection.js'
import { configCache, isDisabled } from '../../facts/ct-dcrs.js'
import { inventory, isFile, type Recorded } from '../../facts/inventory.js'
import { LINKS } from '../../knowledge/links.js'
import { atEntry } from '../../model/locator.js'
import { finding, notApplicable, rule, unknown } from '../../model/rule.js'
import type { FileRecord } from '../../parsers/inventory-record.js'

export const dbJsonMismatch = rule({
  id: 'CT5008',
  name: 'db-json-mismatch',
  title: 'The agent’s database and File.json disagree',
  group: 'collection',
  severity: 'warning',
  confidence: 'likely',
  docs: {
    what: 'Compares the tracked files in changetracking.db with those in File.json, by path and checksum.',
    why: 'Both hold the last file run. When they differ, one of them was not written: the next comparison starts from wrong data.',
    how: 'Lists files that only one of them has, and files whose content checksums differ. A list that was cut, or of a shape that is not known, or a database that is damaged, is not compared.',
    limits: 'When the two copies were taken minutes apart, a run in between shows as a difference.',
    fix: [
      'Take both again at the same moment, and compare once more.',
      'When they still differ: check free space below /opt and /var/log, then `sudo systemctl restart cxp.service` and wait for one file run.',
    ],
    proof: 'A new bundle, taken after one file run, no longer shows CT5008.',
    links: [LINKS.overview],
  },
  needs: { db: ctDb, json: fileJson, all: inventory },
  optional: { cache: configCache },
  *check({ db, json, all, cache }) {
    if (cache !== undefined && isDisabled(cache, 'files')) {
      yield notApplicable('The rule does not collect files, so both are left over from before.')
      return
    }
    const list = all.files.json
    const recorded = all.files.db?.filter(isFile) ?? []
    const listed = list?.records.filter(isFile) ?? []
    const damaged = db.good.some(({ value }) => value.damage.length > 0)
    // Of two copies the newer one counts, also when it cannot be read. Of one that stayed behind the time is not known.
    const newer = json.bad.some(({ mtime }) => mtime === null || mtime > (list?.evidence.mtime ?? 0))
    if (list === null || list.cut || newer || damaged) {
      yield unknown('One of the two cannot be read whole.', [[ctDb, fileJson]])
      return
    }
    if (list.evidence.value.unrecognised.count > 0) {
      yield unknown('File.json holds records of a shape that is not known.', [fileJson])
      return
    }
    if (recorded.length === 0 && listed.length === 0) return
    if (recorded.length === 0) {
      yield unknown('No record of a tracked file was recognised in the database.', [ctDb])
      return
    }
    const inDb = byPath(recorded)
    const inJson = byPath(listed)
    const onlyDb = [...inDb.values()].filter(({ record }) => !inJson.has(record.path))
    const onlyJson = [...inJson.values()].filter(({ record }) => !inDb.has(record.path))
    const different = [...inDb.values()].flatMap((mine) => {
      const other = inJson.get(mine.record.path)
      return other !== undefined && differs(mine.record, other.record) ? [[mine, other] as const] : []
    })
    if (onlyDb.length + onlyJson.length + different.length === 0) return
    const parts = [
      ...(onlyDb.length > 0 ? [`${onlyDb.length} only in the database`] : []),
      ...(onlyJson.length > 0 ? [`${onlyJson.length} only in File.json`] : []),
      ...(different.length > 0 ? [`${different.length} with another checksum`] : []),
    ]
    const shown = [...different.slice(0, 3).flat(), ...onlyDb.slice(0, 3), ...onlyJson.slice(0, 3)].map(({ at }) => at)
    const [head = atEntry(list.evidence.path), ...rest] = shown
    yield finding({
      subject: 'files',
      message: `Of ${inDb.size} files in the database and ${inJson.size} in File.json, ${parts.join(', ')}.`,
      evidence: [head, ...rest],
      data: {
        db: inDb.size,
        json: inJson.size,
        onlyDb: names(onlyDb),
        onlyJson: names(onlyJson),
        different: names(different.map(([mine]) => mine)),
      },
    })
  },
})

function byPath(files: readonly Recorded<FileRecord>[]): Map<string, Recorded<FileRecord>> {
  return new Map(files.map((file) => [file.record.path, file]))
}

function differs(a: FileRecord, b: FileRecord): boolean {
  return a.checksum !== null && b.checksum !== null && a.checksum.toLowerCase() !== b.checksum.toLowerCase()
}

function names(files: readonly Recorded<FileRecord>[]): string[] {
  return files.slice(0, 20).map(({ record }) => record.path)
}
