import { Command } from '@oclif/core'
import type { RecordHistory, Version } from 'bbolt-reader-ts'
import { iso } from '../../model/time.js'
import { EXIT } from '../exit-code.js'
import { screen } from '../screen.js'
import { changes, described, fieldsOf, newestTime, subjectOf } from './change.js'
import {
  fileArg,
  isBelow,
  jsonFlag,
  lineWriter,
  printJson,
  requireBucket,
  tell,
  tellDamage,
  withDatabase,
  wordsAfterFile,
} from './database.js'
import { encode, pathOf } from './words.js'

const ORIGINS: Readonly<Record<Version['origin'], string>> = {
  'previous-transaction': 'the transaction before',
  'free-page': 'a page given up',
  orphan: 'a page in nobody’s hands',
}

export default class DbHistory extends Command {
  static override summary = 'Show former values of records, and deleted records, from pages that the database gave up.'
  static override description =
    'A database never writes over a page in use, so that former values stay behind until their page is used again. Of the transaction before the newest all of them are there, of older ones some. In each bucket the newest records come first, by the newest time that the newest value names; it is shown behind what the record is about.'
  static override usage = 'db history FILE [BUCKET...] [--json]'
  static override examples = [
    '<%= config.bin %> db history changetracking.db',
    '<%= config.bin %> db history changetracking.db --json',
  ]
  static override strict = false
  static override args = { FILE: fileArg }
  static override flags = { json: jsonFlag }

  override async run(): Promise<void> {
    const { args, argv, flags } = await this.parse(DbHistory)
    const path = wordsAfterFile(argv)
    await withDatabase(args.FILE, false, async ({ db, damage }) => {
      damage.forEach(tellDamage)
      const all = await db.history({ timeOf: newestTime })
      const found = newestFirst(all.filter((record) => isBelow(record, path)))
      if (found.length === 0) {
        const code = await requireBucket(db, path)
        if (code !== EXIT.ok) return code
      }
      if (flags.json) printJson({ records: found.map(plain) })
      else {
        const { width, unicode } = screen(
          { color: false, verbose: false, width: undefined },
          process.stdout,
          process.env,
        )
        const { wrap } = await import('../../renderers/wrap.js')
        print(found, (text, indent) => wrap(text, Math.min(width, 120) - indent), unicode ? '→' : '->')
        if (found.length === 0) tell('no former value is left in the file.')
      }
      return EXIT.ok
    })
  }
}

/** Buckets as they come, those that are not known last; in each the newest record first, those without a time last. */
function newestFirst(records: readonly RecordHistory[]): RecordHistory[] {
  const order = new Map<string, number>()
  const keyed = records.map((record) => {
    const home = record.bucket.length === 0 ? '' : pathOf(record.bucket)
    if (!order.has(home)) order.set(home, home === '' ? Infinity : order.size)
    return { record, home: order.get(home) ?? 0, time: timeOf(record) ?? -Infinity }
  })
  return keyed
    .toSorted((a, b) => (a.home === b.home ? 0 : a.home - b.home) || (a.time === b.time ? 0 : b.time - a.time))
    .map(({ record }) => record)
}

/** The newest time that a record's newest value names. */
function timeOf({ live, versions: [newest] }: RecordHistory): number | null {
  return newestTime(live ?? newest.value)
}

function plain({ bucket, key, live, versions }: RecordHistory): object {
  return {
    bucket: bucket.map((name) => encode(name, 'auto')),
    key: encode(key, 'auto'),
    live: live === null ? null : encode(live, 'auto'),
    versions: versions.map(({ value, origin, page, confidence }) => ({
      value: encode(value, 'auto'),
      origin,
      page,
      confidence,
    })),
  }
}

/** A change list: what a record is about, then each step from a former value to the next newer one. */
function print(records: readonly RecordHistory[], wrap: (text: string, indent: number) => string, arrow: string): void {
  const out = lineWriter()
  const wrapped = (text: string, indent: number): void => {
    for (const line of wrap(text, indent).split('\n')) out.write(' '.repeat(indent) + line)
  }
  let bucket: string | undefined
  for (const record of records) {
    const { bucket: names, key, live, versions } = record
    const home = names.length === 0 ? 'bucket unknown' : `bucket ${pathOf(names)}`
    if (home !== bucket) out.write(`${bucket === undefined ? '' : '\n'}${home}`)
    bucket = home
    const [newest] = versions
    const fate = live !== null ? 'changed' : names.length === 0 ? 'former value' : 'deleted'
    const time = timeOf(record)
    wrapped(`${subjectOf(key, live ?? newest.value)}  (${fate})${time === null ? '' : `  ${iso(time)}`}`, 2)
    let newer = live === null ? null : fieldsOf(live)
    for (const { value, origin, page, confidence } of versions) {
      const fields = fieldsOf(value)
      const what = newer === null ? described(fields) : changes(fields, newer, arrow)
      for (const line of what) wrapped(newer === null ? `was ${line}` : line, 6)
      wrapped(`[from ${ORIGINS[origin]}, page ${page}${confidence === 'certain' ? '' : `, ${confidence}`}]`, 6)
      newer = fields
    }
  }
  out.flush()
}
