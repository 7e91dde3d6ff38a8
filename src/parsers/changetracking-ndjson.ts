import type { ByteSource } from '../model/byte-source.js'
import { failed, type Parsed } from '../model/parsed.js'
import {
  collectRecords,
  databaseOf,
  parseChangeTrackingDb,
  toProblem,
  type CtDb,
  type DbDamage,
} from './changetracking-db.js'
import { arrayOf, child, isObject, numberOf, parseJsonValue, rootOf, stringOf, type JsonNode } from './json.js'

const STEP = 1024 * 1024
const LF = 0x0a
const OPEN_OBJECT = 0x7b

/**
 * Reads changetracking.db, as it is or as redaction rewrites it: a line for the file, then one for each record.
 *
 *     {"ctDb":1,"pageSize":4096,"txid":"7","metas":[{"valid":true,"reason":null}],"buckets":[{"path":["files"],"keys":40}],"damage":[]}
 *     {"bucket":["files"],"key":"L2V0Yy9ob3N0LmNvbmY=","value":"{\"CollectionName\":…}","page":5}
 *
 * A name or value `{"bytes":16,"sum":true}` was no text. `{"ctDb":1,"failed":[…]}` is a file that could not be opened, and fails
 * with the same problems. Other text fails with `db-text-unrecognised`, a line that is cut or odd is a problem `db-text-line`.
 */
export async function parseDatabase(source: ByteSource): Promise<Parsed<CtDb>> {
  const first = await source.read(0, Math.min(1, source.size))
  return first[0] === OPEN_OBJECT ? parseText(source) : parseChangeTrackingDb(source)
}

async function parseText(source: ByteSource): Promise<Parsed<CtDb>> {
  const collected = collectRecords()
  let frame: JsonNode | null = null
  let number = 0
  let odd: number | null = null
  for await (const bytes of linesOf(source)) {
    number += 1
    const line = parseJsonValue(bytes)
    if (!line.ok || !isObject(line.value)) {
      odd ??= number
      continue
    }
    const node = rootOf(line.value)
    if (number === 1) {
      if (numberOf(child(node, 'ctDb')) !== 1) break
      frame = node
    } else {
      collected.add({
        bucket: () => arrayOf(child(node, 'bucket')).map(nameOf),
        key: () => nameOf(child(node, 'key')),
        value: valueOf(child(node, 'value')),
        page: numberOf(child(node, 'page')) ?? 0,
      })
    }
  }
  if (frame === null)
    return failed(
      'db-text-unrecognised',
      'The database as text should begin with a line that describes it, but does not.',
    )
  const [failure, ...others] = arrayOf(child(frame, 'failed')).map(damageOf)
  if (failure !== undefined)
    return { ok: false, problems: [toProblem(failure, 0), ...others.map((item) => toProblem(item, 0))] }
  const database = databaseOf(
    {
      pageSize: numberOf(child(frame, 'pageSize')) ?? 0,
      txid: stringOf(child(frame, 'txid')) ?? '0',
      metas: arrayOf(child(frame, 'metas')).map((meta) => ({
        valid: child(meta, 'valid').value === true,
        reason: stringOf(child(meta, 'reason')),
      })),
      buckets: arrayOf(child(frame, 'buckets')).map((bucket) => ({
        path: arrayOf(child(bucket, 'path')).map(nameOf),
        keys: numberOf(child(bucket, 'keys')) ?? 0,
      })),
      damage: arrayOf(child(frame, 'damage')).map(damageOf),
    },
    collected,
  )
  if (odd === null || !database.ok) return database
  const message = `Each line of the database as text should be a JSON object, but line ${odd} is not.`
  return {
    ...database,
    problems: [...database.problems, { code: 'db-text-line', message, at: { kind: 'line', line: odd } }],
  }
}

function damageOf(node: JsonNode): DbDamage {
  return {
    code: stringOf(child(node, 'code')) ?? 'unknown',
    message: stringOf(child(node, 'message')) ?? '',
    page: numberOf(child(node, 'page')),
    offset: numberOf(child(node, 'offset')),
  }
}

/** The hex digits of bytes that are gone are zeros. */
function nameOf(node: JsonNode): string {
  const text = stringOf(node)
  if (text !== null) return text
  return `0x${'00'.repeat(Math.min(100, numberOf(child(node, 'bytes')) ?? 0))}`
}

/** Bytes that are no text stand for those that are gone. */
function valueOf(node: JsonNode): Uint8Array {
  const text = stringOf(node)
  return text === null ? Buffer.alloc(Math.min(4096, numberOf(child(node, 'bytes')) ?? 0), 0xff) : Buffer.from(text)
}

async function* linesOf(source: ByteSource): AsyncGenerator<Uint8Array> {
  let held: Uint8Array[] = []
  for (let start = 0; start < source.size; start += STEP) {
    const bytes = await source.read(start, Math.min(source.size, start + STEP))
    let from = 0
    for (let end = bytes.indexOf(LF); end >= 0; end = bytes.indexOf(LF, from)) {
      yield Buffer.concat([...held, bytes.subarray(from, end)])
      held = []
      from = end + 1
    }
    // The source may use its memory again.
    if (from < bytes.length) held.push(bytes.slice(from))
  }
  if (held.length > 0) yield Buffer.concat(held)
}
