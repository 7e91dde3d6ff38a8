import { Command } from '@oclif/core'
import { EXIT } from '../exit-code.js'
import { fileArg, jsonFlag, lineWriter, previousFlag, printJson, withDatabase } from './database.js'
import { pathOf, wordOf } from './words.js'

export default class DbPages extends Command {
  static override summary = 'Show the page table: id, type, items, overflow, and the bucket that owns the page.'
  static override examples = ['<%= config.bin %> db pages changetracking.db']
  static override args = { FILE: fileArg }
  static override flags = { json: jsonFlag, previous: previousFlag }

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(DbPages)
    await withDatabase(args.FILE, flags.previous, async ({ db }) => {
      const pages = await db.pages()
      if (flags.json) {
        printJson({
          file: args.FILE,
          pageSize: db.pageSize,
          pages: pages.map((page) => ({ ...page, bucket: page.bucket?.map(wordOf) ?? null })),
        })
        return EXIT.ok
      }
      const out = lineWriter()
      out.write(`${'id'.padEnd(9)}${'type'.padEnd(10)}${'items'.padEnd(7)}${'overflow'.padEnd(10)}owner`)
      for (const { id, type, items, overflow, bucket } of pages) {
        const owner = bucket === null ? '' : pathOf(bucket)
        const line = `${String(id).padEnd(9)}${type.padEnd(10)}${(items === 0 ? '' : String(items)).padEnd(7)}${(overflow === 0 ? '' : String(overflow)).padEnd(10)}${owner}`
        out.write(line.trimEnd())
      }
      out.flush()
      return EXIT.ok
    })
  }
}
