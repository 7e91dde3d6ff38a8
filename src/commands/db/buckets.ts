import { Command } from '@oclif/core'
import { counted } from '../../model/count.js'
import { EXIT } from '../exit-code.js'
import { fileArg, jsonFlag, plainDamage, previousFlag, print, printJson, tellDamage, withDatabase } from './database.js'
import { wordOf } from './words.js'

export default class DbBuckets extends Command {
  static override summary = 'Show the bucket tree, with how many keys each bucket holds directly.'
  static override examples = ['<%= config.bin %> db buckets changetracking.db']
  static override args = { FILE: fileArg }
  static override flags = { json: jsonFlag, previous: previousFlag }

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(DbBuckets)
    await withDatabase(args.FILE, flags.previous, async ({ db }) => {
      const { buckets, damage } = await db.buckets()
      if (flags.json) {
        const list = buckets.map(({ path, depth, keys, buckets: inside, root, sequence }) => ({
          bucket: path.map(wordOf),
          depth,
          keys,
          buckets: inside,
          inline: root === null,
          root,
          sequence: String(sequence),
        }))
        printJson({ file: args.FILE, buckets: list, damage: damage.map(plainDamage) })
      } else {
        for (const { path, depth, keys, root } of buckets) {
          const name = wordOf(path[path.length - 1] ?? new Uint8Array())
          print(
            `${'  '.repeat(depth - 1)}${name}  ${counted(keys, 'key')}, ${root === null ? 'inline' : `page ${root}`}`,
          )
        }
        damage.forEach(tellDamage)
      }
      return damage.length === 0 ? EXIT.ok : EXIT.findings
    })
  }
}
