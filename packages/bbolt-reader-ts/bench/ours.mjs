// One job of this reader in a process of its own, as its peers have one each: node bench/ours.mjs JOB FILE [N]
import { closeSync, openSync, readFileSync, readSync, writeSync } from 'node:fs'
import { openBolt, salvage } from '../dist/index.js'
import { fileSource } from '../dist/node-file.js'

const [job, file, n = '1'] = process.argv.slice(2)
const rounds = Number(n)

async function opened() {
  const source = fileSource(file)
  const result = await openBolt(source)
  if (!result.ok) throw new Error(result.damage[0].message)
  return { source, db: result.db }
}

/** The median of what one round takes, in milliseconds. */
async function timed(round) {
  const times = []
  for (let i = 0; i < rounds; i++) {
    const start = performance.now()
    await round()
    times.push(performance.now() - start)
  }
  return times.toSorted((a, b) => a - b)[rounds >> 1].toFixed(2)
}

const hex = (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex')

const jobs = {
  async walk() {
    let bytes = 0
    // One visitor for all rounds: V8 takes another closure for another function, and would compile the walk anew for it.
    const visitor = { record: (record) => (bytes += record.valueEnd - record.keyStart) }
    return timed(async () => {
      const { source, db } = await opened()
      await db.walk(visitor)
      source.close()
    })
  },
  /** The sum of all bytes, one at a time, as the peer computes it. */
  async bytes() {
    let sum = 0
    return timed(async () => {
      const { source, db } = await opened()
      await db.walk({
        record({ bytes, keyStart, valueEnd }) {
          let own = 0
          for (let at = keyStart; at < valueEnd; at++) own = (own + bytes[at]) | 0
          sum += own
        },
      })
      source.close()
    })
  },
  /** The same sum, four bytes at a time in two lanes each, which no record here overflows. */
  async words() {
    let sum = 0
    return timed(async () => {
      const { source, db } = await opened()
      await db.walk({
        record({ bytes, view, keyStart, valueEnd }) {
          let even = 0
          let odd = 0
          let at = keyStart
          for (; at + 4 <= valueEnd; at += 4) {
            const word = view.getInt32(at, true)
            even = (even + (word & 0xff00ff)) | 0
            odd = (odd + ((word >>> 8) & 0xff00ff)) | 0
          }
          const lanes = (even + odd) | 0
          let own = (lanes & 0xffff) + (lanes >>> 16)
          for (; at < valueEnd; at++) own += bytes[at]
          sum += own
        },
      })
      source.close()
    })
  },
  /** Every value that begins as an object, read as JSON. */
  async json() {
    let fields = 0
    return timed(async () => {
      const { source, db } = await opened()
      await db.walk({
        record({ bytes, valueStart, valueEnd }) {
          if (bytes[valueStart] !== 0x7b) return
          const text = Buffer.from(bytes.buffer, bytes.byteOffset + valueStart, valueEnd - valueStart).toString()
          fields += Object.keys(JSON.parse(text)).length
        },
      })
      source.close()
      if (fields === 0) throw new Error('no JSON')
    })
  },
  async check() {
    return timed(async () => {
      const { source, db } = await opened()
      await db.check({ damage: () => undefined })
      source.close()
    })
  },
  /** Nanoseconds for one of `N` look-ups. */
  async get() {
    const { db } = await opened()
    const bucket = ['records']
    const keys = Array(1000)
    let spent = 0
    for (let done = 0, seed = 1; done < rounds; done += keys.length) {
      for (let i = 0; i < keys.length; i++) {
        seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
        keys[i] = Buffer.from(`record/${String(seed % 1000000).padStart(12, '0')}`)
      }
      const start = performance.now()
      for (const key of keys) if (!(await db.get(bucket, key)).found) throw new Error('missing')
      spent += performance.now() - start
    }
    return ((spent * 1e6) / rounds).toFixed(0)
  },
  /** Just reading the file, with one buffer. */
  async read() {
    const buffer = Buffer.alloc(64 * 1024)
    return timed(async () => {
      const fd = openSync(file)
      while (readSync(fd, buffer, 0, buffer.length, null) > 0);
      closeSync(fd)
    })
  },
  async nothing() {
    return '0'
  },
  /** How many damaged places; -1 when it cannot be opened. */
  async damage() {
    const source = fileSource(file)
    const result = await openBolt(source)
    return String(result.ok ? (await result.db.check({ damage: () => undefined })).damage : -1)
  },
  /** Every record, as dump lines; those that lie in a sector of zeros are left out. */
  async salvage() {
    const lines = []
    await salvage(fileSource(file), {
      record(record, { suspect }) {
        if (!suspect) lines.push(`${record.bucket.map(hex).join('/')} ${hex(record.key)} ${hex(record.value)}`)
      },
    })
    return lines.join('\n')
  },
  async dump() {
    const { db } = await opened()
    const lines = []
    await db.walk({
      record: ({ bucket, key, value }) => lines.push(`${bucket.map(hex).join('/')} ${hex(key)} ${hex(value)}`),
    })
    return lines.join('\n')
  },
}

const answer = `${await jobs[job]()}\n`
for (let at = 0, bytes = Buffer.from(answer); at < bytes.length;) at += writeSync(1, bytes, at)
// Memory for who asked: file descriptor 3, where it is open. Not the maxRSS of resourceUsage: a process starts with that of the one
// it was forked from.
try {
  writeSync(3, String(/^VmHWM:\s*(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))[1] * 1024))
} catch {
  // Nobody asked.
}
