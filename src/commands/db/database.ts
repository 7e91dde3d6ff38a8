import { visible } from '../../renderers/escape.js'
import { Args, Flags } from '@oclif/core'
import { openBolt, type BoltFile, type BucketSummary, type Damage, type RecordView } from 'bbolt-reader-ts'
import { liveSource, type Consistency, type LiveSource } from 'bbolt-reader-ts/node'
import { errorDocument } from '../error-document.js'
import { listed } from '../../model/count.js'
import { noAccess } from '../../sources/no-access.js'
import { EXIT } from '../exit-code.js'
import { UsageError } from '../usage-error.js'
import { bytesOf, pathOf, wordOf } from './words.js'

export const fileArg = Args.string({ description: 'a BoltDB file, in use or not', required: true })
export const jsonFlag = Flags.boolean({ description: 'machine-readable output' })
export const previousFlag = Flags.boolean({
  description: 'the state before the newest transaction, which the other meta page still describes',
})

/** A database that is open, and how it came to be read. */
export interface Database {
  readonly source: LiveSource
  readonly db: BoltFile
  /** What is wrong with the file as a whole. */
  readonly damage: readonly Damage[]
}

/** The words of a command line after FILE. */
export function wordsAfterFile(argv: readonly unknown[]): Uint8Array[] {
  return argv.slice(1).map((word) => bytesOf(String(word)))
}

/** Runs a job on an open file. A file that cannot be opened is told on standard error, and exit code 5. */
export async function withFile(file: string, job: (source: LiveSource) => Promise<number>): Promise<void> {
  let source: LiveSource
  try {
    source = await liveSource(file)
  } catch (error) {
    process.exitCode = await refuse('input-unreadable', [noAccess(file, error)])
    return
  }
  try {
    process.exitCode = await job(source)
    const code = tellConsistency(file, await source.consistency())
    if (code !== EXIT.ok && process.exitCode === EXIT.ok) process.exitCode = code
  } finally {
    source.close()
  }
}

/** The same for a job that needs a usable meta page. */
export function withDatabase(
  file: string,
  previous: boolean,
  job: (database: Database) => Promise<number>,
): Promise<void> {
  return withFile(file, async (source) => {
    const opened = await openBolt(source)
    if (!opened.ok) {
      const [first] = opened.damage
      return refuse(
        first?.code ?? 'input-unreadable',
        opened.damage.map(({ message }) => `${file}: ${message}`),
      )
    }
    const db = previous ? stateBefore(file, opened.db) : opened.db
    return job({ source, db, damage: opened.damage })
  })
}

/** Why a file cannot be looked into, for people and for machines. */
async function refuse(code: string, messages: readonly string[]): Promise<number> {
  messages.forEach(tell)
  await errorDocument(process.argv.slice(2), code, messages.join(' '))
  return EXIT.refused
}

function stateBefore(file: string, db: BoltFile): BoltFile {
  if (db.previous === null) throw new UsageError(`${file} describes no state before transaction ${db.meta.txid}.`)
  return db.previous
}

function tellConsistency(file: string, { state, replaced, shrunk }: Consistency): number {
  if (replaced) tell(`${file} was replaced while it was read; what is shown is the old one.`)
  if (shrunk) tell(`${file} became shorter while it was read.`)
  if (state === 'unverified')
    tell(
      `${file} was written all the time while it was read: what is shown may mix two states. Try again when it is quiet.`,
    )
  return state === 'unverified' || shrunk ? EXIT.findings : EXIT.ok
}

/** One line on standard error. */
export function tell(message: string): void {
  process.stderr.write(`ct-diag: ${visible(message)}\n`)
}

/** `page 5, byte 20480, bucket files: what is wrong`. */
export function placeOf({ page, offset, bucket }: Damage): string {
  const parts = [
    ...(page === null ? [] : [`page ${page}`]),
    ...(offset === null ? [] : [`byte ${offset}`]),
    ...(bucket.length === 0 ? [] : [`bucket ${pathOf(bucket)}`]),
  ]
  return parts.length === 0 ? 'the file' : parts.join(', ')
}

export function tellDamage(item: Damage): void {
  tell(`${placeOf(item)}: ${item.message}`)
}

/** Damage for machines. */
export function plainDamage({ code, message, page, offset, bucket }: Damage): object {
  return { code, message, page, offset, bucket: bucket.map(wordOf) }
}

/** Whether a record lies in a bucket or below it. */
export function isBelow({ bucket }: Pick<RecordView, 'bucket'>, path: readonly Uint8Array[]): boolean {
  return path.every((name, level) => {
    const own = bucket[level]
    return own !== undefined && Buffer.compare(own, name) === 0
  })
}

/** A bucket that is not there is a mistake in the command line, unless damage may hide it. */
export async function requireBucket(db: BoltFile, path: readonly Uint8Array[]): Promise<number> {
  if (path.length === 0) return EXIT.ok
  const { buckets, damage } = await db.buckets()
  if (buckets.some((bucket) => bucket.path.length === path.length && isBelow({ bucket: bucket.path }, path)))
    return EXIT.ok
  if (damage.length > 0) {
    damage.forEach(tellDamage)
    tell(`there is no bucket ${pathOf(path)} in what can be read.`)
    return EXIT.findings
  }
  throw new UsageError(`There is no bucket ${pathOf(path)}. ${topBuckets(buckets)}`)
}

/** Which buckets there are to choose from, on standard error. */
export async function tellTopBuckets(db: BoltFile): Promise<void> {
  tell(`keys lie in buckets. ${topBuckets((await db.buckets()).buckets)}`)
}

function topBuckets(buckets: readonly BucketSummary[]): string {
  const top = buckets.filter(({ depth }) => depth === 1).map(({ path }) => pathOf(path))
  return `At the top there ${top.length === 0 ? 'is none' : `are: ${listed(top, { shown: 20 })}`}.`
}

export function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2))
}

/** Gathers lines, as one write for each costs more than the line. */
export function lineWriter(): { readonly write: (line: string) => void; readonly flush: () => void } {
  let lines: string[] = []
  let length = 0
  const flush = (): void => {
    if (lines.length > 0) process.stdout.write(`${lines.join('\n')}\n`)
    lines = []
    length = 0
  }
  return {
    write(line) {
      lines.push(line)
      length += line.length
      if (length > 64 * 1024) flush()
    },
    flush,
  }
}
