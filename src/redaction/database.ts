import { openBolt, type Damage } from 'bbolt-reader-ts'
import type { ByteSource } from '../model/byte-source.js'
import { CannotClean } from './cannot-clean.js'

/** Bytes of text that a database may come to. */
const TEXT_MAX = 128 * 1024 * 1024
const FLUSH = 64 * 1024
const DAMAGE_MAX = 1000

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * A BoltDB file as NDJSON, one line for the file and one for each record of its live tree, cleaned by `clean`:
 *
 *     {"ctDb":1,"pageSize":4096,"txid":"7","metas":[…],"buckets":[{"path":["files"],"keys":40}],"damage":[],"problems":[]}
 *     {"bucket":["files"],"key":"L2V0Yy9ob3N0LmNvbmY=","value":"{\"CollectionName\":…}","page":5}
 *
 * Names and values that are no text become `{"bytes":n,"sum":true}`, whose content is gone; `sum` when they had the length of a
 * checksum. What no page of the tree holds is not written. A file that cannot be opened is one line with its problems.
 */
export async function* databaseText(source: ByteSource, clean: (text: string) => string): AsyncGenerator<Uint8Array> {
  const opened = await openBolt(source)
  if (!opened.ok) {
    yield Buffer.from(line({ ctDb: 1, failed: opened.damage.map((item) => place(item)) }))
    return
  }
  const { db } = opened
  const damage: Damage[] = [...opened.damage]
  const buckets: unknown[] = []
  const records: string[] = []
  let held: string[] = []
  let heldSize = 0
  let size = 0
  await db.walk({
    leave(bucket, { keys }) {
      buckets.push({ path: bucket.path.map((name) => shown(name, clean)), keys })
    },
    damage: (item) => void damage.push(item),
    record({ bucket, key, value, page }) {
      const text = line({
        bucket: bucket.map((name) => shown(name, clean)),
        key: shown(key, clean),
        value: valueShown(value, clean),
        page,
      })
      size += text.length
      heldSize += text.length
      held.push(text)
      if (size > TEXT_MAX) throw new CannotClean(`Its records come to more than ${TEXT_MAX} bytes`)
      if (heldSize < FLUSH) return
      records.push(held.join(''))
      held = []
      heldSize = 0
    },
  })
  yield Buffer.from(
    line({
      ctDb: 1,
      pageSize: db.pageSize,
      txid: String(db.meta.txid),
      metas: db.metas.map((meta) => ({
        valid: meta.state === 'valid' || meta.state === 'zero-checksum',
        reason: 'reason' in meta ? meta.reason : null,
      })),
      buckets,
      damage: damage.slice(0, DAMAGE_MAX).map(place),
    }),
  )
  for (const text of [...records, held.join('')]) if (text !== '') yield Buffer.from(text)
}

/** What a database says, value by value, for whoever looks for identifiers and secrets in it. */
export async function* databaseTexts(source: ByteSource): AsyncGenerator<string> {
  const opened = await openBolt(source)
  if (!opened.ok) return
  const texts: string[] = []
  await opened.db.walk({
    record({ key, value }) {
      for (const bytes of [key, value]) {
        const text = utf8(bytes)
        if (text !== null) texts.push(Buffer.from(bytes).toString('latin1'))
      }
    },
  })
  yield* texts
}

function line(value: unknown): string {
  return `${JSON.stringify(value)}\n`
}

function place({ code, message, page, offset }: Damage): unknown {
  return { code, message, page, offset }
}

/** Values are JSON or a checksum; other text is of a kind nobody knows, so only that it was text is told. */
function valueShown(value: Uint8Array, clean: (text: string) => string): unknown {
  const text = utf8(value)
  if (text === null || text.includes('\0')) return gone(value)
  const trimmed = text.trim()
  if (
    trimmed === '' ||
    /^["'[{]/.test(trimmed) ||
    /^[0-9a-f]{15,128}$/i.test(trimmed) ||
    /^(?:true|false|null|-?[\d.]+)$/.test(trimmed)
  )
    return cleaned(value, clean)
  return 'REDACTED text'
}

function shown(name: Uint8Array, clean: (text: string) => string): unknown {
  return utf8(name) === null ? gone(name) : cleaned(name, clean)
}

function cleaned(bytes: Uint8Array, clean: (text: string) => string): string {
  return Buffer.from(clean(Buffer.from(bytes).toString('latin1')), 'latin1').toString('utf8')
}

function gone(bytes: Uint8Array): unknown {
  return { bytes: bytes.length, sum: [16, 20, 32, 64].includes(bytes.length) }
}

function utf8(bytes: Uint8Array): string | null {
  try {
    return strict.decode(bytes)
  } catch {
    return null
  }
}
