import { openBolt, type Damage, type MetaState } from 'bbolt-reader-ts'
import type { ByteSource } from '../model/byte-source.js'
import { failed, parsed, type Parsed, type Problem } from '../model/parsed.js'
import { parseInventory } from './inventory-json.js'
import type { InventoryHint, InventoryRecord } from './inventory-record.js'

/** What the agent's database holds of its last run. File contents are never kept. */
export interface CtDb {
  /** Bytes. */
  readonly pageSize: number
  /** Decimal. */
  readonly txid: string
  readonly metas: readonly { readonly valid: boolean; readonly reason: string | null }[]
  readonly records: readonly DbRecord[]
  /** Records beyond the bound of 200 000, which were counted and not kept. */
  readonly beyond: number
  readonly buckets: readonly { readonly path: readonly string[]; readonly keys: number }[]
  /** Values that are a bare number or hash: what the agent compares a whole run with. */
  readonly hashes: number
  readonly unrecognised: {
    readonly count: number
    /** The first few: where, and what kind of value, never the value. */
    readonly examples: readonly { readonly bucket: readonly string[]; readonly key: string; readonly head: string }[]
  }
  readonly damage: readonly DbDamage[]
}

export interface DbRecord {
  readonly record: InventoryRecord
  /** Names from the root; bytes that are no UTF-8 as `0x…`. */
  readonly bucket: readonly string[]
  readonly key: string
  /** The key read as base64, where that gives a path: the agent's own way to name files. */
  readonly keyDecoded: string | null
  readonly page: number
}

export interface DbDamage {
  readonly code: string
  readonly message: string
  readonly page: number | null
  /** Bytes from the start of the file. */
  readonly offset: number | null
}

const RECORDS_MAX = 200_000
const EXAMPLES_MAX = 10
/** A damaged file can have as many damages as pages. */
const DAMAGE_MAX = 1000

/**
 * Reads changetracking.db, a BoltDB file of which one picture is public:
 *
 *     key    L2V0Yy9hcHBvcnQvY3Jhc2hkYi5jb25m            (base64 of /etc/apport/crashdb.conf)
 *     value  {"CollectionName":"/etc/apport/crashdb.conf","FileContentChecksum":"0000…0001","FileSystemPath":"/etc/apport/crashdb.conf","ChangeType":"StartTracking",…}
 *
 * Names and nesting of buckets are not known, nor how services and software are kept. So every bucket is walked, and a record is
 * recognised by its value: one record, or a list or map of them. Damage is part of the result; only a file that cannot be
 * opened at all fails.
 */
export async function parseChangeTrackingDb(source: ByteSource): Promise<Parsed<CtDb>> {
  if (source.size === 0) return failed('empty', 'The database should be a BoltDB file, but has 0 bytes.')
  const opened = await openBolt(source)
  if (!opened.ok) {
    const [first, ...others] = opened.damage.map(problemOf)
    return {
      ok: false,
      problems: [first ?? { code: 'not-bolt', message: 'The database cannot be opened.' }, ...others],
    }
  }

  const { db } = opened
  const records: DbRecord[] = []
  const buckets: { path: readonly string[]; keys: number }[] = []
  const examples: { bucket: readonly string[]; key: string; head: string }[] = []
  const damage: Damage[] = [...opened.damage]
  const count = { beyond: 0, hashes: 0, unrecognised: 0 }
  await db.walk({
    record: ({ bucket, key, value, page }) => {
      const path = bucket.map(nameOf)
      const name = nameOf(key)
      const found = parseInventory(value, hintOf(path))
      if (found.ok && found.value.records.length > 0) {
        const keyDecoded = decodedPath(name)
        for (const { record } of found.value.records) {
          if (records.length < RECORDS_MAX) records.push({ record, bucket: path, key: name, keyDecoded, page })
          else count.beyond += 1
        }
        return
      }
      if (isHash(value)) {
        count.hashes += 1
        return
      }
      // An empty list or map is a worker that found nothing, not an odd record.
      if (found.ok && found.value.unrecognised.count === 0) return
      count.unrecognised += 1
      if (examples.length < EXAMPLES_MAX) {
        const keys = found.ok ? found.value.unrecognised.examples[0]?.keys : undefined
        const head =
          keys === undefined ? `${value.length} bytes` : `${value.length} bytes of JSON with ${keys.join(', ')}`
        examples.push({ bucket: path, key: name, head })
      }
    },
    leave: ({ path }, { keys }) => buckets.push({ path: path.map(nameOf), keys }),
    damage: (item) => {
      if (damage.length < DAMAGE_MAX) damage.push(item)
    },
  })

  return parsed(
    {
      pageSize: db.pageSize,
      txid: String(db.meta.txid),
      metas: db.metas.map(metaOf),
      records,
      beyond: count.beyond,
      buckets,
      hashes: count.hashes,
      unrecognised: { count: count.unrecognised, examples },
      damage: damage.map(({ code, message, page, offset }) => ({ code, message, page, offset })),
    },
    damage.map(problemOf),
  )
}

function metaOf(meta: MetaState): { valid: boolean; reason: string | null } {
  return 'reason' in meta ? { valid: false, reason: meta.reason } : { valid: true, reason: null }
}

function problemOf({ code, message, offset }: Damage): Problem {
  return offset === null ? { code, message } : { code, message, at: { kind: 'bytes', offset, length: 0 } }
}

/** A bucket's name helps where a record's own fields do not decide; it is never needed. */
function hintOf(path: readonly string[]): InventoryHint {
  const name = path.join('/')
  if (/soft|pack/i.test(name)) return 'software'
  if (/serv|daemon/i.test(name)) return 'services'
  return /file/i.test(name) ? 'files' : null
}

function nameOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return `0x${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`
  }
}

/** Standard base64 of an absolute path. */
function decodedPath(key: string): string | null {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(key) || key.length % 4 !== 0) return null
  const text = nameOf(Uint8Array.from(atob(key), (character) => character.charCodeAt(0)))
  return text.startsWith('/') ? text : null
}

/** Digits or hex, quoted or not. */
function isHash(value: Uint8Array): boolean {
  return value.length <= 140 && /^"?[0-9a-fA-F]{1,128}"?$/.test(nameOf(value))
}
