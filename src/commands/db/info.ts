import { Command } from '@oclif/core'
import type { MetaState } from 'bbolt-reader-ts'
import { counted } from '../../model/count.js'
import { EXIT } from '../exit-code.js'
import { fileArg, jsonFlag, plainDamage, print, printJson, tellDamage, withDatabase } from './database.js'

export default class DbInfo extends Command {
  static override summary = 'Show what a BoltDB file is: page size, both meta pages, how much it holds.'
  static override examples = ['<%= config.bin %> db info /opt/microsoft/changetrackingdata/db/changetracking.db']
  static override args = { FILE: fileArg }
  static override flags = { json: jsonFlag }

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(DbInfo)
    await withDatabase(args.FILE, false, async ({ source, db, damage }) => {
      const found = [...damage]
      const { keys, buckets } = await db.walk({ damage: (item) => found.push(item) })
      const freelist = await db.freelist()
      found.push(...freelist.damage)
      const { pageSize, byteOrder, meta } = db
      if (flags.json) {
        const free = freelist.persisted ? freelist.ids.length : null
        printJson({
          file: args.FILE,
          size: source.size,
          pageSize,
          byteOrder,
          txid: String(meta.txid),
          metas: db.metas.map(plainMeta),
          highWaterMark: meta.highWaterMark,
          freePages: free,
          buckets,
          keys,
          damage: found.map(plainDamage),
        })
      } else {
        print(`file        ${args.FILE}, ${source.size} bytes`)
        print(`page size   ${pageSize} bytes, ${byteOrder}-endian`)
        for (const [page, state] of db.metas.entries())
          print(`meta ${page}      ${metaLine(state, state.meta === meta)}`)
        print(`pages       ${spoken(meta.highWaterMark)} used or free (high-water mark)`)
        print(
          `freelist    ${freelist.persisted ? `${counted(freelist.ids.length, 'free page')}, on page ${freelist.page}` : 'not kept in the file'}`,
        )
        print(`holds       ${counted(buckets, 'bucket')}, ${counted(keys, 'key')}`)
        found.forEach(tellDamage)
      }
      return found.length === 0 ? EXIT.ok : EXIT.findings
    })
  }
}

function metaLine(state: MetaState, read: boolean): string {
  const { meta } = state
  const claims =
    meta === null
      ? ''
      : `, transaction ${meta.txid}, root page ${spoken(meta.root)}, freelist page ${meta.freelist === null ? 'none' : spoken(meta.freelist)}, checksum 0x${meta.checksum.toString(16).padStart(16, '0')}`
  const word =
    'reason' in state ? `not usable: ${state.reason}` : state.state === 'valid' ? 'valid' : 'without checksum'
  return `${word}${claims}${read ? ' (read)' : ''}`
}

/** What is beyond 2^53 in the file is no page of any, and infinite here. */
function spoken(page: number): string {
  return page === Infinity ? 'more than 2^53' : String(page)
}

function plainMeta(state: MetaState): object {
  const { meta } = state
  return {
    state: state.state,
    reason: 'reason' in state ? state.reason : null,
    txid: meta === null ? null : String(meta.txid),
    checksum: meta === null ? null : `0x${meta.checksum.toString(16).padStart(16, '0')}`,
    root: meta?.root ?? null,
    freelist: meta?.freelist ?? null,
    highWaterMark: meta?.highWaterMark ?? null,
    pageSize: meta?.pageSize ?? null,
  }
}
