import { Command, Flags } from '@oclif/core'
import { openBolt, salvage, touchesZeroSector, type BoltFile, type Origin, type RecordView } from 'bbolt-reader-ts'
import type { LiveSource } from 'bbolt-reader-ts/node'
import { EXIT } from '../exit-code.js'
import { UsageError } from '../usage-error.js'
import { fileArg, isBelow, lineWriter, previousFlag, tell, tellDamage, withFile, wordsAfterFile } from './database.js'
import { encode, ENCODINGS, pathOf, type Encoding } from './words.js'

export default class DbDump extends Command {
  static override summary = 'Print every record as a line of JSON, depth first in key order.'
  static override description =
    'Reads the tree of the newest meta page that can be used. Of a damaged file it prints what can be read, then what pages that the tree lost still prove, each with its origin; damage goes to standard error, and the exit code is 3.'
  static override usage = 'db dump FILE [BUCKET...] [--encoding auto|utf8|hex|base64] [--previous | --salvage]'
  static override examples = [
    '<%= config.bin %> db dump changetracking.db',
    '<%= config.bin %> db dump changetracking.db files --encoding hex',
    '<%= config.bin %> db dump changetracking.db --salvage',
  ]
  static override strict = false
  static override args = { FILE: fileArg }
  static override flags = {
    encoding: Flags.string({
      description: 'auto: text, or {"base64": …} for bytes that are none',
      options: [...ENCODINGS],
      default: 'auto',
    }),
    json: Flags.boolean({ description: 'no effect: the output is JSON already' }),
    previous: previousFlag,
    salvage: Flags.boolean({
      description: 'everything that can be proven, states that the newest usable meta page does not name included',
      exclusive: ['previous'],
    }),
  }

  override async run(): Promise<void> {
    const { args, argv, flags } = await this.parse(DbDump)
    const path = wordsAfterFile(argv)
    const encoding = ENCODINGS.find((word) => word === flags.encoding) ?? 'auto'
    await withFile(args.FILE, async (source) => {
      const out = new Dump(path, encoding)
      const code = await out.run(args.FILE, source, flags)
      out.flush()
      return code
    })
  }
}

class Dump {
  private readonly out = lineWriter()
  readonly flush = this.out.flush
  private written = 0

  constructor(
    private readonly path: readonly Uint8Array[],
    private readonly encoding: Encoding,
  ) {}

  async run(file: string, source: LiveSource, flags: { previous: boolean; salvage: boolean }): Promise<number> {
    const opened = await openBolt(source)
    opened.damage.forEach(tellDamage)
    if (!opened.ok || flags.salvage) return this.carve(source, () => true)
    let { db }: { db: BoltFile } = opened
    if (flags.previous) {
      if (db.previous === null) throw new UsageError(`${file} describes no state before transaction ${db.meta.txid}.`)
      db = db.previous
    }
    let bucketSeen = this.path.length === 0
    let zeros = 0
    const { damage } = await db.walk({
      bucket: (bucket) => (bucketSeen ||= isBelow({ bucket: bucket.path }, this.path)),
      record: (record) => {
        if (touchesZeroSector(record)) zeros += 1
        this.write(record)
      },
      damage: tellDamage,
    })
    if (zeros > 0)
      tell(
        `${zeros} of the records touch a disk sector that holds only zeros: unless their values are zeros, part of them is missing.`,
      )
    const cut = opened.damage.some(({ code }) => code === 'file-truncated')
    if (damage === 0 && !cut) {
      if (!bucketSeen) throw new UsageError(`There is no bucket ${pathOf(this.path)}; see db buckets.`)
      return EXIT.ok
    }
    const code = flags.previous ? EXIT.findings : await this.carve(source, (origin) => origin !== 'tree', false)
    return cut ? code : EXIT.findings
  }

  /** What lies beside the tree. Nothing recovered at all is no database any more. */
  private async carve(source: LiveSource, wanted: (origin: Origin) => boolean, loud = true): Promise<number> {
    const { counts } = await salvage(source, {
      record: (record, { origin, suspect, bucketKnown }) => {
        if (!wanted(origin)) return
        if (suspect)
          tell(
            `page ${record.page}, byte ${record.offset}: a record was left out, as it lies in a disk sector that holds only zeros.`,
          )
        else this.write(record, { origin, page: record.page, ...(bucketKnown ? {} : { bucketKnown }) })
      },
      ...(loud ? { damage: tellDamage } : {}),
    })
    const told = Object.entries(counts)
      .filter(([origin, count]) => count > 0 && origin !== 'tree')
      .map(([origin, count]) => `${count} (${origin})`)
    if (told.length > 0) tell(`records from beside the tree: ${told.join(', ')}.`)
    return this.written > 0 ? EXIT.findings : EXIT.refused
  }

  private write(record: RecordView, more: object = {}): void {
    if (!isBelow(record, this.path)) return
    this.written += 1
    const { encoding } = this
    const bucket = record.bucket.map((name) => encode(name, encoding))
    this.out.write(
      JSON.stringify({ bucket, key: encode(record.key, encoding), value: encode(record.value, encoding), ...more }),
    )
  }
}
