import { Command } from '@oclif/core'
import type { Damage } from 'bbolt-reader-ts'
import { counted } from '../../model/count.js'
import { EXIT } from '../exit-code.js'
import { fileArg, jsonFlag, placeOf, plainDamage, print, printJson, withDatabase } from './database.js'

export default class DbCheck extends Command {
  static override summary = 'Check a BoltDB file for damage, one line each. Exit 0 clean, 3 damaged, 5 not BoltDB.'
  static override examples = ['<%= config.bin %> db check changetracking.db']
  static override args = { FILE: fileArg }
  static override flags = { json: jsonFlag }

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(DbCheck)
    await withDatabase(args.FILE, false, async ({ db }) => {
      const kept: { damage: Damage[]; notes: Damage[] } = { damage: [], notes: [] }
      const { damage, keys, buckets } = await db.check({
        damage: (item) => (flags.json ? kept.damage.push(item) : print(`${placeOf(item)}: ${item.message}`)),
        note: (item) => (flags.json ? kept.notes.push(item) : print(`note: ${placeOf(item)}: ${item.message}`)),
      })
      if (flags.json) {
        printJson({
          file: args.FILE,
          clean: damage === 0,
          buckets,
          keys,
          damage: kept.damage.map(plainDamage),
          notes: kept.notes.map(plainDamage),
        })
      } else {
        print(
          damage === 0
            ? `Clean: ${counted(buckets, 'bucket')}, ${counted(keys, 'key')}.`
            : `Damaged in ${counted(damage, 'place')}.`,
        )
      }
      return damage === 0 ? EXIT.ok : EXIT.findings
    })
  }
}
