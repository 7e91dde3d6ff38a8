import { Args, Command, Flags } from '@oclif/core'
import { randomBytes } from 'node:crypto'
import { access, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { visible } from '../renderers/escape.js'
import { createRedactor, redactArchive, TooManyValues } from '../redaction/index.js'
import { counted } from '../model/count.js'
import type { ArchiveKind } from '../sinks/archive.js'
import { InputRefused, openSource } from '../sources/open.js'
import { EXIT } from './exit-code.js'
import { keepHeapSmall } from './heap.js'
import { interruptible } from './interrupt.js'
import { during } from './progress.js'
import { leakSentence, pseudonymMap } from './safe-copy.js'
import { UsageError } from './usage-error.js'

export default class Redact extends Command {
  static override summary = 'Make a copy of a bundle that can be passed on: without secrets, with pseudonyms.'
  static override description =
    'Secrets are removed. Ids, names and addresses get pseudonyms, the same everywhere, so that the copy is judged like the original. What cannot be cleaned is left out and listed in redaction.json. The finished copy is read again and searched; it is deleted when anything is left in it.'
  static override examples = [
    '<%= config.bin %> redact support.tgz -o for-the-ticket.tgz',
    '<%= config.bin %> redact ./evidence -o for-the-ticket.tgz --map pseudonyms.json',
  ]
  static override usage = 'redact INPUT -o OUTPUT [flags]'
  static override args = { INPUT: Args.string({ description: 'a bundle or a folder', required: true }) }
  static override flags = {
    output: Flags.string({ char: 'o', description: 'a .tar.gz, .tgz or .zip that does not exist yet', required: true }),
    map: Flags.string({ description: 'write what each pseudonym stands for into this new file; keep it to yourself' }),
    'secrets-only': Flags.boolean({ description: 'keep ids, names and addresses as they are' }),
    verify: Flags.boolean({ description: 'no effect: the copy is always read again and searched' }),
  }

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(Redact)
    await checkTargets(args.INPUT, flags.output, flags.map)
    keepHeapSmall()
    const interruption = interruptible()
    const redactor = createRedactor({
      key: randomBytes(32),
      secretsOnly: flags['secrets-only'],
      keepPairs: flags.map !== undefined,
    })
    const map = await pseudonymMap(flags.map)
    try {
      const { signal } = interruption
      const result = await during({ wanted: true, signal }, ({ reading }) =>
        redactArchive({
          open: async () => reading(await openSource(args.INPUT)),
          file: flags.output,
          kind: archiveKind(flags.output),
          redactor,
          tool: { name: 'ct-diag', version: this.config.version },
          now: Date.now(),
          signal,
        }),
      )
      if (result.outcome === 'leaking') {
        process.stderr.write(leakSentence(flags.output, result.leaks))
        process.exitCode = EXIT.bug
        return
      }
      if (result.outcome === 'interrupted') {
        process.exitCode = interruption.exitCode() ?? EXIT.bug
        return
      }
      await map?.write(redactor)
      process.stdout.write(
        `${visible(flags.output)}: ${counted(result.entries, 'entry')}, ${result.leftOut.length} left out (see redaction.json in it).
`,
      )
    } catch (error) {
      if (error instanceof InputRefused || error instanceof TooManyValues) {
        process.stderr.write(`ct-diag: ${visible(error.message)}\n`)
        process.exitCode = EXIT.refused
        return
      }
      throw error
    } finally {
      await map?.close()
    }
  }
}

/** All that can be wrong with the targets is told before anything is read. */
async function checkTargets(input: string, output: string, map: string | undefined): Promise<void> {
  if (input === '-')
    throw new UsageError('The input is read twice, so it cannot be standard input; expected a file or a folder.')
  archiveKind(output)
  for (const file of [output, ...(map === undefined ? [] : [map])]) {
    if (await exists(file)) throw new UsageError(`${file} exists already and is not overwritten.`)
    const folder = await stat(dirname(file)).catch(() => undefined)
    if (folder?.isDirectory() !== true)
      throw new UsageError(`${file} cannot be written: there is no folder ${dirname(file)}.`)
    await access(dirname(file), 2).catch(() => {
      throw new UsageError(`${file} cannot be written: its folder is read-only.`)
    })
  }
  if (map !== undefined && resolve(map) === resolve(output))
    throw new UsageError('The map cannot go into the same file as the copy.')
}

function archiveKind(output: string): ArchiveKind {
  if (/\.zip$/i.test(output)) return 'zip'
  if (/\.(?:tar\.gz|tgz)$/i.test(output)) return 'tgz'
  throw new UsageError(`--output ${output}: expected a name that ends in .tar.gz, .tgz or .zip.`)
}

function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  )
}
