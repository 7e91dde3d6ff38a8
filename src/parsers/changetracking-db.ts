import { openBolt, type Damage, type MetaState } from 'bbolt-reader-ts'
import { LIMIT } from '../model/artifact.js'
import type { ByteSource } from '../model/byte-source.js'
import { failed, parsed, type Parsed, type Problem } from '../model/parsed.js'
import { parseInventory } from './inventory-json.js'
import type { InventoryRecord } from './inventory-record.js'
import type { Segments } from './json.js'

/** What the agent's database holds in its newest readable state. */
export interface CtDb {
  /** Bytes. */
  readonly pageSize: number
  /** Number of the transaction that this state is of; unsigned 64 bits, as its digits. */
  readonly txid: string
  /** Both meta pages, and what is wrong with one that cannot be used. */
  readonly metas: readonly { readonly valid: boolean; readonly reason: string | null }[]
  /** In the order of the tree. */
  readonly records: readonly DbRecord[]
  /** Records beyond the bound of 200 000, which were counted and not kept. */
  readonly beyond: number
  /** With the number of keys directly in each, as far as they could be read; at most 10 000 buckets. */
  readonly buckets: readonly { readonly path: readonly string[]; readonly keys: number }[]
  /** Values that are a checksum and nothing else. */
  readonly hashes: number
  /** Values without a byte, and valid lists of nothing. */
  readonly emptyValues: number
  readonly unrecognised: {
    /** Values, or parts of one, that are none of the above. */
    readonly count: number
    /** The first few values that hold such a thing. */
    readonly examples: readonly UnrecognisedValue[]
  }
  /** The first 1000 damaged places. */
  readonly damage: readonly DbDamage[]
}

/** A name or key is its text, or `0x` and hex digits where it is no UTF-8. */
export interface DbRecord {
  readonly record: InventoryRecord
  readonly bucket: readonly string[]
  readonly key: string
  /** The absolute path that the key is the base64 of. */
  readonly keyDecoded: string | null
  /** Where in the value the record lies, when the value holds several. */
  readonly segments: Segments
  readonly page: number
}

/** What can be said of a value without showing it. */
export interface UnrecognisedValue {
  readonly bucket: readonly string[]
  readonly key: string
  readonly page: number
  readonly head: {
    readonly type: 'json-object' | 'json-array' | 'json-string' | 'json-scalar' | 'text' | 'binary'
    /** Bytes. */
    readonly length: number
    /** Names of the keys of the first thing that was not recognised. */
    readonly keys: readonly string[]
  }
}

export interface DbDamage {
  readonly code: string
  readonly message: string
  readonly page: number | null
  /** Bytes from the start of the file. */
  readonly offset: number | null
}

const RECORDS_MAX = 200_000
const BUCKETS_MAX = 10_000
const DAMAGE_MAX = 1000
const EXAMPLES_MAX = 10
const KEY_SHOWN = 200

/**
 * Reads changetracking.db, a BoltDB file. One leaf page of it was published; there a key is the base64 of a path and its value JSON:
 *
 *     L2V0Yy9ob3N0LmNvbmY=  {"CollectionName":"/etc/host.conf","FileContentChecksum":"0f…","FileSystemPath":"/etc/host.conf",
 *                            "ChangeType":"StartTracking","Size":9,"Mode":420,…,"FileMetaDatacheckSum":"11000000000000000001"}
 *
 * How the rest is laid out is not known. So every bucket is walked, whatever its name, and a record is known by what its value
 * says: alone, in a list or map of records, or as JSON text in a string. Damage is part of the value, and each place a problem
 * too; it fails, with the code of the damage, only when nothing can be opened, and with `empty` for a file of 0 bytes.
 */
export async function parseChangeTrackingDb(source: ByteSource): Promise<Parsed<CtDb>> {
  if (source.size === 0) return failed('empty', 'The database should be a BoltDB file, but has 0 bytes.')
  const opened = await openBolt(source)
  if (!opened.ok) {
    const [first, ...others] = opened.damage
    return { ok: false, problems: [toProblem(first, 0), ...others.map((item) => toProblem(item, 0))] }
  }
  const { db } = opened
  const damage: Damage[] = opened.damage.slice(0, DAMAGE_MAX)
  const collected = collectRecords()
  const buckets: { path: readonly string[]; keys: number }[] = []
  await db.walk({
    leave(bucket, { keys }) {
      if (buckets.length < BUCKETS_MAX) buckets.push({ path: bucket.path.map(nameOf), keys })
    },
    damage(item) {
      if (damage.length < DAMAGE_MAX) damage.push(item)
    },
    record({ bucket, key, value, page }) {
      collected.add({ bucket: () => bucket.map(nameOf), key: () => nameOf(key), value, page })
    },
  })
  return databaseOf(
    {
      pageSize: db.pageSize,
      txid: String(db.meta.txid),
      metas: db.metas.map((meta) => ({ valid: isValid(meta), reason: 'reason' in meta ? meta.reason : null })),
      buckets,
      damage: damage.map(({ code, message, page, offset }) => ({ code, message, page, offset })),
    },
    collected,
  )
}

/** What a database says besides its records. */
export type DbFrame = Pick<CtDb, 'pageSize' | 'txid' | 'metas' | 'buckets' | 'damage'>

/** Takes the records of a database one by one and keeps what it understands of them. */
export interface RecordCollector {
  add(item: {
    readonly bucket: () => readonly string[]
    readonly key: () => string
    readonly value: Uint8Array
    readonly page: number
  }): void
  readonly found: Pick<CtDb, 'records' | 'beyond' | 'hashes' | 'emptyValues' | 'unrecognised'>
}

export function collectRecords(): RecordCollector {
  const records: DbRecord[] = []
  const examples: UnrecognisedValue[] = []
  let beyond = 0
  let hashes = 0
  let emptyValues = 0
  let unrecognised = 0
  return {
    add({ bucket: bucketOf, key: keyOf, value, page }) {
      if (isHash(value)) {
        hashes += 1
        return
      }
      const content = contentOf(value)
      if (content.empty) {
        emptyValues += 1
        return
      }
      const bucket = bucketOf()
      const key = keyOf()
      const keyDecoded = decodedPath(key)
      for (const { record, segments } of content.records) {
        if (records.length === RECORDS_MAX) beyond += 1
        else records.push({ record, bucket, key, keyDecoded, segments, page })
      }
      beyond += content.beyond
      unrecognised += content.unrecognised
      if (content.unrecognised === 0 || examples.length === EXAMPLES_MAX) return
      const head = { type: typeOf(value), length: value.length, keys: content.keys }
      examples.push({ bucket, key: key.slice(0, KEY_SHOWN), page, head })
    },
    get found() {
      return { records, beyond, hashes, emptyValues, unrecognised: { count: unrecognised, examples } }
    },
  }
}

/** A database from its parts, with its damage as problems. */
export function databaseOf(frame: DbFrame, { found }: RecordCollector): Parsed<CtDb> {
  // A bucket is left after those in it; a reader expects it before them.
  const buckets = frame.buckets.toSorted((a, b) => compare(a.path, b.path))
  const problems = frame.damage.map((item) => toProblem(item, frame.pageSize))
  if (found.beyond > 0) {
    const message = `The database has ${found.beyond} records more than the ${RECORDS_MAX} that are kept.`
    problems.push({ code: LIMIT, message })
  }
  return parsed({ ...frame, ...found, buckets }, problems)
}

interface Content {
  readonly records: readonly { readonly record: InventoryRecord; readonly segments: Segments }[]
  readonly beyond: number
  readonly unrecognised: number
  readonly keys: readonly string[]
  readonly empty: boolean
}

function contentOf(value: Uint8Array): Content {
  const nothing = { records: [], beyond: 0, unrecognised: 1, keys: [], empty: false }
  if (value.length === 0) return { ...nothing, unrecognised: 0, empty: true }
  const list = parseInventory(value, null)
  if (!list.ok) {
    const empty = list.problems[0].code === 'json-null'
    return { ...nothing, unrecognised: empty ? 0 : 1, empty }
  }
  const { records, beyond, unrecognised, shape } = list.value
  return {
    records,
    beyond,
    // A value that is cut holds something that was not recognised, too.
    unrecognised: unrecognised.count + (list.problems.length > 0 ? 1 : 0),
    keys: unrecognised.examples[0]?.keys ?? [],
    empty: shape === 'empty' && list.problems.length === 0,
  }
}

/** Hex digits of MD5, SHA-1 or SHA-2, an unsigned 64-bit number, with quotes or without, or the bytes of such a sum. */
function isHash(value: Uint8Array): boolean {
  if (value.length < 15 || value.length > 130) return false
  const text = utf8(value)
  if (text === null) return [16, 20, 32, 64].includes(value.length)
  return /^(["']?)(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{56}|[0-9a-f]{64}|[0-9a-f]{96}|[0-9a-f]{128}|\d{15,20})\1$/i.test(
    text.trim(),
  )
}

function typeOf(value: Uint8Array): UnrecognisedValue['head']['type'] {
  const text = utf8(value.subarray(0, 64))
  if (text === null) return utf8(value) === null ? 'binary' : 'text'
  const [first = ''] = text.trimStart()
  if (first === '{') return 'json-object'
  if (first === '[') return 'json-array'
  if (first === '"') return 'json-string'
  if (/^(?:true|false|null|-?\d+(?:\.\d+)?)$/.test(text.trim())) return 'json-scalar'
  // NUL is UTF-8, but no text.
  return text.includes('\0') ? 'binary' : 'text'
}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function utf8(bytes: Uint8Array): string | null {
  try {
    return strict.decode(bytes)
  } catch {
    return null
  }
}

function nameOf(bytes: Uint8Array): string {
  return utf8(bytes) ?? `0x${Buffer.from(bytes).toString('hex')}`
}

function decodedPath(key: string): string | null {
  if (!/^L[\w+/-]*={0,2}$/.test(key)) return null
  const path = utf8(Buffer.from(key, 'base64'))
  return path?.startsWith('/') === true ? path : null
}

function isValid(meta: MetaState): boolean {
  return meta.state === 'valid' || meta.state === 'zero-checksum'
}

/** Where it lies, as a problem has it. */
export function toProblem({ code, message, page, offset }: DbDamage, pageSize: number): Problem {
  return offset === null
    ? { code, message }
    : { code, message, at: { kind: 'bytes', offset, length: page === null ? 0 : pageSize } }
}

function compare(a: readonly string[], b: readonly string[]): number {
  for (const [index, name] of a.entries()) {
    const other = b[index]
    if (other === undefined) return 1
    if (name !== other) return name < other ? -1 : 1
  }
  return a.length - b.length
}
