import { Command } from '@oclif/core'
import { EXIT } from '../exit-code.js'
import { UsageError } from '../usage-error.js'
import {
  fileArg,
  jsonFlag,
  previousFlag,
  print,
  printJson,
  requireBucket,
  tell,
  tellDamage,
  withDatabase,
  wordsAfterFile,
} from './database.js'
import { encode, pathOf, textOf, wordOf } from './words.js'

export default class DbGet extends Command {
  static override summary = 'Print one value; JSON is laid out.'
  static override description =
    'BUCKET is one word a level. A name or key that is no text is written 0x and hex digits, as `db keys` prints it.'
  static override usage = 'db get FILE BUCKET... KEY [--json] [--previous]'
  static override examples = ['<%= config.bin %> db get changetracking.db files L2V0Yy9ob3N0LmNvbmY=']
  static override strict = false
  static override args = { FILE: fileArg }
  static override flags = { json: jsonFlag, previous: previousFlag }

  override async run(): Promise<void> {
    const { args, argv, flags } = await this.parse(DbGet)
    const words = wordsAfterFile(argv)
    const key = words.pop()
    if (key === undefined || words.length === 0) throw new UsageError('db get: expected FILE BUCKET... KEY.')
    await withDatabase(args.FILE, flags.previous, async ({ db }) => {
      const missing = await requireBucket(db, words)
      if (missing !== EXIT.ok) return missing
      const got = await db.get(words, key)
      if (!got.found) {
        if (got.damage.length === 0) throw new UsageError(`Bucket ${pathOf(words)} has no key ${wordOf(key)}.`)
        got.damage.forEach(tellDamage)
        tell(`key ${wordOf(key)} is not in what can be read of bucket ${pathOf(words)}.`)
        return EXIT.findings
      }
      const { value, page } = got
      if (flags.json) printJson({ bucket: words.map(wordOf), key: wordOf(key), value: encode(value, 'auto'), page })
      else print(laidOut(value))
      return EXIT.ok
    })
  }
}

function laidOut(value: Uint8Array): string {
  const text = textOf(value)
  if (text === null) return wordOf(value)
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}
