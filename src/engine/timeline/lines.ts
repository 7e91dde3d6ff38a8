import type { Artifact } from '../../model/artifact.js'
import type { RuleGroup } from '../../model/hop.js'
import type { EntryPath } from '../../model/locator.js'
import type { LogWatch, PassingLine } from '../../model/log-event.js'
import { inYear, isYearless, type Instant } from '../../model/time.js'
import type { LineMeaning, TimelineKnowledge } from '../../model/timeline.js'
import { mergeSorted, SortedRecords, type KeyedRecord } from '../../sources/sorted-records.js'
import type { Watching } from '../gather.js'

const TEXT_MAX = 200
const HEAD = 16
const MEANINGS_MAX = 60_000
const DAY = 86_400_000

/** A log that was read, or is being read. */
export interface LogRead {
  readonly path: EntryPath
  readonly artifact: Artifact<unknown>
}

/** A line as it was kept. `log` is an index of the logs read. */
export interface KeptLine {
  readonly time: Instant
  readonly local: boolean
  readonly log: number
  readonly line: number
  readonly meaning: Meaning
  readonly amount: number | null
  readonly text: string
}

type Meaning = Omit<LineMeaning, 'amount' | 'text'>

/** Where a line without a year belongs: the newest year that does not put it after the bundle was taken, less the zone. */
export interface Place {
  readonly asOf: Instant
  readonly zone: number
}

/** Keeps the lines that matter, of all logs, outside of memory. */
export class KeptLines {
  readonly logs: LogRead[] = []
  readonly #records = new SortedRecords()
  /** Their order among others is only known once it is known when the bundle was taken. */
  readonly #yearless = new SortedRecords()
  readonly #meanings: Meaning[] = []
  readonly #known = new Map<string, number>()
  readonly #record = Buffer.allocUnsafe(HEAD + TEXT_MAX * 3)

  constructor(
    private readonly knowledge: Pick<TimelineKnowledge, 'meaning' | 'homeOf'>,
    private readonly wanted: { readonly all: boolean; readonly hop: (hop: RuleGroup) => boolean },
  ) {}

  readonly watching: Watching = (artifact, path): LogWatch => {
    const log = this.logs.push({ artifact, path }) - 1
    // Of an error log every line is an error, whether it is a known one or not.
    const every = this.wanted.all || this.knowledge.meaning(artifact.id, UNKNOWN) !== null
    return { every, line: (line) => this.#keep(log, artifact, line) }
  };

  /** In order of time; `place` says where the lines of a log belong, null for those nobody asked for. */
  *read(from: Instant, place: (log: number) => Place | null): Generator<KeptLine> {
    const places = new Map<string, Place>()
    const placeKey = ({ asOf, zone }: Place): string => `${asOf} ${zone}`
    const keys = this.logs.map((_, log) => {
      const found = place(log)
      if (found !== null) places.set(placeKey(found), found)
      return found === null ? null : placeKey(found)
    })
    const dated = this.#lines(this.#records.read(from), (log) => keys[log] !== null)
    const yearless = [...places].flatMap(([key, { asOf, zone }]) => {
      const latest = asOf + zone + DAY
      const year = new Date(latest).getUTCFullYear()
      return [year - 1, year].map((one) =>
        placed(
          this.#lines(this.#yearless.read(), (log) => keys[log] === key),
          (time) => ((inYear(time, year) > latest ? year - 1 : year) === one ? inYear(time, one) - zone : null),
          from,
        ),
      )
    })
    yield* mergeSorted([dated, ...yearless], ({ time }) => time)
  }

  *#lines(records: Iterable<KeyedRecord>, wanted: (log: number) => boolean): Generator<KeptLine> {
    for (const record of records) if (wanted(record.bytes.readUInt16LE(0))) yield this.#decode(record)
  }

  close(): void {
    this.#records.close()
    this.#yearless.close()
  }

  #keep(log: number, artifact: Artifact<unknown>, line: PassingLine): void {
    const found = this.knowledge.meaning(artifact.id, line)
    if (found === null && !this.wanted.all) return
    const meaning = found ?? { ...PLAIN, hop: this.knowledge.homeOf(artifact.id).hop, zoneless: isYearless(line.time) }
    if (!this.wanted.hop(meaning.hop)) return
    const message = found?.text ?? line.message
    const text = message.length <= TEXT_MAX ? message : `${message.slice(0, TEXT_MAX - 1)}…`
    const record = this.#record
    record.writeUInt16LE(log, 0)
    record.writeUInt16LE(this.#number(meaning), 2)
    record.writeUInt32LE(line.line, 4)
    record.writeDoubleLE(meaning.amount ?? Number.NaN, 8)
    const end = HEAD + record.write(text, HEAD)
    const target = isYearless(line.time) ? this.#yearless : this.#records
    target.add(line.time, record.subarray(0, end))
  }

  /** Of very many different ones the later are told apart by their text alone. */
  #number({ kind, hop, mark, same, zoneless }: Meaning): number {
    const key = JSON.stringify([kind, hop, mark, same, zoneless])
    const known = this.#known.get(key)
    if (known !== undefined) return known
    if (this.#meanings.length >= MEANINGS_MAX && same !== null)
      return this.#number({ kind, hop, mark, same: null, zoneless })
    this.#known.set(key, this.#meanings.length)
    return this.#meanings.push({ kind, hop, mark, same, zoneless }) - 1
  }

  #decode({ key, bytes }: KeyedRecord): KeptLine {
    const meaning = this.#meanings[bytes.readUInt16LE(2)]
    if (meaning === undefined) throw new Error('A kept line without a meaning')
    const amount = bytes.readDoubleLE(8)
    return {
      time: key,
      local: meaning.zoneless,
      log: bytes.readUInt16LE(0),
      line: bytes.readUInt32LE(4),
      meaning,
      amount: Number.isNaN(amount) ? null : amount,
      text: bytes.toString('utf8', HEAD),
    }
  }
}

/** Lines whose time becomes another; those that get none, or one before `from`, are left out. */
function* placed(
  lines: Iterable<KeptLine>,
  timeOf: (time: Instant) => Instant | null,
  from: Instant,
): Generator<KeptLine> {
  for (const line of lines) {
    const time = timeOf(line.time)
    if (time !== null && time >= from) yield { ...line, time }
  }
}

const PLAIN = { kind: 'line', mark: null, same: null, amount: null } as const
const UNKNOWN: PassingLine = { time: 0, line: 0, message: '', said: [] }
