import { Command, Flags } from '@oclif/core'
import { randomBytes } from 'node:crypto'
import { existsSync, lstatSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { hostname } from 'node:os'
import { basename, dirname, resolve } from 'node:path'
import { artifacts } from '../artifacts/index.js'
import { placeIndex } from '../engine/places.js'
import { counted } from '../model/count.js'
import type { Manifest } from '../model/manifest.js'
import { iso } from '../model/time.js'
import { visible } from '../renderers/escape.js'
import { createRedactor } from '../redaction/index.js'
import { isNoRoom, noAccess } from '../sources/no-access.js'
import { createArchive, type ArchiveKind, type ArchiveWriter } from '../sinks/archive.js'
import { analyzeOptions } from './analyze-options.js'
import { choose, type Chosen, type Wanted } from './choose.js'
import { EXIT } from './exit-code.js'
import { keepHeapSmall } from './heap.js'
import { requireFolder, yieldTheProcessor } from './inspect.js'
import { interruptible } from './interrupt.js'
import { isOwnRoot, liveHost } from './live-host.js'
import { during } from './progress.js'
import { leakSentence, pseudonymMap } from './safe-copy.js'
import { ageOf, instantOf, timeOf } from './time-flag.js'
import { UsageError } from './usage-error.js'
import { writeBundle } from './write-bundle.js'

const MIB = 1024 * 1024
/** Of most machines it is everything; of the others what is left out are old logs, and the file can still be mailed. */
const MAX_SIZE = '200M'

export default class Bundle extends Command {
  static override summary = 'Pack this machine’s evidence into one file that `analyze` reads.'
  static override description =
    'Takes exactly what ct-diag knows to read, what systemd, the package manager and the kernel say, and the analysis. Tracked files themselves, keys and settings are never taken, secrets are removed, and ids, names and addresses get pseudonyms. The finished file is read again and searched before it gets its name. It belongs to its maker alone (0600), and an existing one is never replaced.'
  static override examples = [
    'sudo <%= config.bin %> bundle',
    'sudo <%= config.bin %> bundle -o /tmp/evidence.tgz --since 3d --max-size 50M',
    'sudo <%= config.bin %> bundle --dry-run',
  ]
  static override flags = {
    output: Flags.string({ char: 'o', description: 'the file to write; ct-diag-TIME.tgz here unless told' }),
    root: Flags.string({ description: 'the tree of another machine: a mounted disk, a container', default: '/' }),
    commands: Flags.boolean({
      description: 'ask systemd, the package manager and the kernel',
      allowNo: true,
      default: true,
    }),
    since: Flags.string({ description: 'leave out rotated logs older than this: 3d, 12h, or an ISO 8601 time' }),
    'max-size': Flags.string({
      description: 'at most this much before compression, the newest of each log; `all` takes everything',
      default: MAX_SIZE,
    }),
    archive: Flags.string({ description: 'kind of archive; as --output ends, else tgz', options: ['tgz', 'zip'] }),
    redact: Flags.boolean({
      description: 'replace ids, names and addresses by pseudonyms; secrets are removed in any case',
      allowNo: true,
      default: true,
    }),
    map: Flags.string({ description: 'write what each pseudonym stands for into this new file; keep it to yourself' }),
    estimate: Flags.boolean({ description: 'only say how much it would be' }),
    'dry-run': Flags.boolean({ description: 'only list what would go in' }),
    'as-of': Flags.string({ description: 'with --root: judge ages against this time (ISO 8601)' }),
  }

  override async run(): Promise<void> {
    const { flags } = await this.parse(Bundle)
    keepHeapSmall()
    const named = /\.zip$/i.test(flags.output ?? '') ? 'zip' : 'tgz'
    const kind: ArchiveKind = (flags.archive ?? named) === 'zip' ? 'zip' : 'tgz'
    const limits = { since: sinceOf(flags.since), maxBytes: sizeOf(flags['max-size']) }
    const asOf = timeOf(flags['as-of'])
    await requireFolder(flags.root)
    const takenAt = Date.now()
    const own = isOwnRoot(flags.root)
    const stamp = iso(takenAt).replaceAll(/[-:]|\.\d+/g, '')
    const name = (own ? hostname() : basename(resolve(flags.root))).replaceAll(/[^\w.-]/g, '_')
    // A name of the machine would be the one thing in it that is not replaced.
    const top = flags.redact ? `ct-diag-${stamp}` : `ct-diag-${name}-${stamp}`
    const file = flags.output ?? `${top}.${kind}`
    const writes = !flags.estimate && !flags['dry-run']
    if (writes) for (const target of [file, ...(flags.map === undefined ? [] : [flags.map])]) requireFree(target)
    if (flags.map !== undefined && resolve(flags.map) === resolve(file))
      throw new UsageError('The map cannot go into the same file as the bundle.')
    yieldTheProcessor()

    const interruption = interruptible()
    const { signal } = interruption
    const { source, missing, chosen } = await during({ wanted: true, signal }, async ({ show, reading }) => {
      show(() => 'Asking this machine …')
      const host = await liveHost(flags.root, flags.commands, signal)
      return { ...host, chosen: await choose(reading(host.source), placeIndex(artifacts), limits) }
    })
    if (!writes) {
      process.stdout.write(flags['dry-run'] ? listing(chosen.wanted) : '')
      process.stdout.write(`${total(chosen.wanted)}${older(chosen)}\n`)
      return
    }
    await requireSpace(file, chosen.wanted)

    const map = await pseudonymMap(flags.map)
    const archive = await create(file, kind).catch(async (error: unknown) => {
      await map?.close()
      throw error
    })
    const redactor = createRedactor({
      key: randomBytes(32),
      secretsOnly: !flags.redact,
      keepPairs: flags.map !== undefined,
    })
    try {
      const made = await during({ wanted: true, signal }, ({ reading }) =>
        writeBundle(archive, {
          source: reading(source),
          wanted: chosen.wanted,
          missing: [...chosen.missing, ...missing.map(({ output, reason }) => ({ origin: output, reason }))],
          top,
          name: redactor.redactText(basename(file)),
          startedAt: takenAt,
          redactor,
          ...analyzeOptions('bundle', this.config, signal, { asOf, live: own }),
        }),
      )
      if (made.outcome === 'interrupted') process.exitCode = interruption.exitCode() ?? EXIT.bug
      else if (made.outcome === 'leaking') {
        process.stderr.write(leakSentence(file, made.leaks))
        process.exitCode = EXIT.bug
      } else {
        await map?.write(redactor)
        process.stdout.write(`${visible(file)}\n`)
        process.stderr.write(`ct-diag: ${summary(made.manifest, made.bytes, flags.redact, chosen)}\n`)
      }
    } catch (error) {
      if (signal.aborted) process.exitCode = interruption.exitCode() ?? EXIT.bug
      else if (isNoRoom(error)) throw error
      else {
        process.stderr.write(`ct-diag: ${visible(noAccess(file, error, 'written'))}\n`)
        process.exitCode = EXIT.bug
      }
    } finally {
      await archive.discard()
      await map?.close()
    }
  }
}

function summary({ entries, missing }: Manifest, bytes: number, redacted: boolean, chosen: Chosen): string {
  const gaps = missing.length - chosen.tooMuch.files - chosen.tooOld
  const untaken = gaps === 0 ? '' : `; ${gaps} could not be taken, see manifest.json`
  const how = redacted
    ? 'Secrets are removed, ids, names and addresses replaced.'
    : 'Secrets are removed; ids, names and addresses are as they were.'
  return `${counted(entries.length, 'entry')}, ${inMegabytes(bytes)}${untaken}. ${how}${older(chosen)}`
}

function listing(wanted: readonly Wanted[]): string {
  return wanted
    .filter(({ nameOnly }) => !nameOnly)
    .map(
      ({ entry, take }) =>
        `${String(take).padStart(12)}  /${visible(entry.path)}${take < entry.size ? `  (the end of ${entry.size})` : ''}\n`,
    )
    .join('')
}

function total(wanted: readonly Wanted[]): string {
  const files = wanted.filter(({ nameOnly }) => !nameOnly)
  return `${counted(files.length, 'file')}, ${inMegabytes(files.reduce((sum, { take }) => sum + take, 0))} before compression, and ${counted(wanted.length - files.length, 'name')}.`
}

function older({ tooMuch: { bytes, otherThanLogs } }: Chosen): string {
  if (bytes === 0) return ''
  const which =
    otherThanLogs === 0 ? 'the oldest logs first' : `${counted(otherThanLogs, 'file')} other than logs among them`
  return ` ${inMegabytes(bytes)} stay behind, ${which}; --max-size all takes everything.`
}

function inMegabytes(bytes: number): string {
  return bytes < 100_000 ? `${bytes} bytes` : `${(bytes / 1e6).toFixed(1)} MB`
}

async function create(file: string, kind: ArchiveKind): Promise<ArchiveWriter> {
  return createArchive(file, kind).catch((error: unknown) => {
    throw new UsageError(noAccess(file, error, 'written'))
  })
}

/** Said before anything is read. */
function requireFree(file: string): void {
  // A link that leads nowhere is something, too.
  let there: boolean
  try {
    there = lstatSync(file, { throwIfNoEntry: false }) !== undefined
  } catch (error) {
    throw new UsageError(noAccess(file, error, 'written'))
  }
  if (there) throw new UsageError(`${file} exists already; nothing is ever replaced.`)
  if (!existsSync(dirname(resolve(file))))
    throw new UsageError(`${file} cannot be written: there is no folder ${dirname(file)}.`)
}

/** Logs shrink to a tenth; a quarter leaves room, and more must stay free than the bundle takes. */
async function requireSpace(file: string, wanted: readonly Wanted[]): Promise<void> {
  const { bavail, bsize } = await statfs(dirname(resolve(file)))
  const needed = wanted.reduce((sum, { take }) => sum + take, 0) / 4 + 16 * MIB
  if (bavail * bsize < needed)
    throw new UsageError(
      `${dirname(resolve(file))} has ${inMegabytes(bavail * bsize)} free, and the bundle may need ${inMegabytes(needed)}. Choose another place with -o, or less with --max-size.`,
    )
}

/** `200M`: bytes. Null for `all`. */
function sizeOf(word: string): number | null {
  if (word === 'all') return null
  const [, digits, unit = ''] = /^(\d+(?:\.\d+)?)([KMG]?)i?B?$/i.exec(word) ?? []
  if (digits === undefined) throw new UsageError(`--max-size ${word}: expected a size such as 200M, or all.`)
  const factor = { '': 1, K: 1024, M: MIB, G: 1024 * MIB }[unit.toUpperCase()] ?? 1
  return Math.floor(Number(digits) * factor)
}

/** `3d` before now, or a time. */
function sinceOf(word: string | undefined): number | null {
  if (word === undefined) return null
  const age = ageOf(word)
  if (age !== null) return Date.now() - age
  const time = instantOf(word)
  if (time === null) throw new UsageError(`--since ${word}: expected an age such as 3d or 12h, or an ISO 8601 time.`)
  return time
}
