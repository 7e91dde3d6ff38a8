import { Command } from '@oclif/core'
import { EXIT } from '../exit-code.js'
import {
  fileArg,
  isBelow,
  jsonFlag,
  lineWriter,
  previousFlag,
  printJson,
  requireBucket,
  tellDamage,
  tellTopBuckets,
  withDatabase,
  wordsAfterFile,
} from './database.js'
import { wordOf } from './words.js'

export default class DbKeys extends Command {
  static override summary = 'List the keys of one bucket, in order. The bucket’s path is one word a level.'
  static override usage = 'db keys FILE [BUCKET...] [--json] [--previous]'
  static override examples = ['<%= config.bin %> db keys changetracking.db files']
  static override strict = false
  static override args = { FILE: fileArg }
  static override flags = { json: jsonFlag, previous: previousFlag }

  override async run(): Promise<void> {
    const { args, argv, flags } = await this.parse(DbKeys)
    const path = wordsAfterFile(argv)
    await withDatabase(args.FILE, flags.previous, async ({ db }) => {
      const missing = await requireBucket(db, path)
      if (missing !== EXIT.ok) return missing
      const out = lineWriter()
      const list: string[] = []
      const { damage } = await db.walk({
        record: (record) => {
          if (record.bucket.length !== path.length || !isBelow(record, path)) return
          const word = wordOf(record.key)
          if (flags.json) list.push(word)
          else out.write(word)
        },
        damage: tellDamage,
      })
      out.flush()
      // Nothing at all would look like an empty database.
      if (!flags.json && path.length === 0 && damage === 0) await tellTopBuckets(db)
      if (flags.json) printJson({ file: args.FILE, bucket: path.map(wordOf), keys: list })
      return damage === 0 ? EXIT.ok : EXIT.findings
    })
  }
}
