import { Args, Command, Flags } from '@oclif/core'
import { timelineOf, type TimelineOptions } from '../engine/timeline/index.js'
import { datedLogs } from '../facts/dated-logs.js'
import { datedNotes } from '../facts/dated-notes.js'
import { homeOf, lineMeaning } from '../facts/line-meaning.js'
import { RULE_GROUPS, type RuleGroup } from '../model/hop.js'
import type { TimelineHead } from '../model/timeline.js'
import { visible } from '../renderers/escape.js'
import { InputRefused, openSource } from '../sources/open.js'
import { analyzeOptions } from './analyze-options.js'
import { catalogue } from './catalogue.js'
import { EXIT } from './exit-code.js'
import { keepHeapSmall } from './heap.js'
import { interruptible } from './interrupt.js'
import { during, type Progress } from './progress.js'
import { repeatable } from './report-flags.js'
import { screen } from './screen.js'
import { standardOutput } from './standard-output.js'
import { ageOf, timeOf } from './time-flag.js'
import { noSuch, UsageError } from './usage-error.js'

export default class Timeline extends Command {
  static override summary = 'Put what the logs say into one order of time, in UTC, with restarts, gaps and clock skew.'
  static override description =
    'Shows what matters to the data path: runs, heartbeats, errors, uploads, restarts, configuration, and when files were last written. What repeats is one line. Every line names its log and the line in it.'
  static override examples = [
    '<%= config.bin %> timeline support.tgz',
    '<%= config.bin %> timeline support.tgz --window 3d --only ama,upload',
    '<%= config.bin %> timeline support.tgz --window all --all --json',
  ]
  static override args = {
    INPUT: Args.string({ description: 'a bundle or folder; - is standard input', required: true }),
  }
  static override flags = {
    window: Flags.string({
      description: 'how far back from when the bundle was taken: 24h, 3d, 90m; all or 0 for everything',
      default: '24h',
    }),
    only: Flags.string({
      description: `only these hops: ${RULE_GROUPS.join(', ')}`,
      ...repeatable,
      delimiter: ',',
      default: [],
    }),
    all: Flags.boolean({ description: 'every dated line of every log, and nothing folded' }),
    json: Flags.boolean({ description: 'one JSON object a line: the head, then the events' }),
    'as-of': Flags.string({ description: 'when the bundle was taken (ISO 8601), instead of its own word for it' }),
    color: Flags.boolean({ description: 'colour, where the terminal takes it', allowNo: true, default: true }),
    width: Flags.integer({ description: 'columns', min: 40 }),
  }

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(Timeline)
    const window = windowOf(flags.window)
    const only = flags.only.length === 0 ? null : hopsOf(flags.only)
    const asOf = timeOf(flags['as-of'])
    keepHeapSmall()
    const interruption = interruptible()
    const { signal } = interruption
    const options = { ...analyzeOptions('timeline', this.config, signal, { asOf }), window, only, all: flags.all }
    const tool = { name: 'ct-diag', version: this.config.version } as const
    const asked = { windowSeconds: window === null ? null : window / 1000, only, all: flags.all }
    const look = screen({ ...flags, verbose: false, width: flags.width }, process.stdout, process.env)
    const output = standardOutput(signal)
    const timeline = await during({ wanted: !flags.json, signal }, ({ reading }) =>
      timelineAt(args.INPUT, options, reading),
    )
    try {
      const found = 'refusal' in timeline ? { input: null, hosts: [], problems: [timeline.refusal] } : timeline.head
      const head: TimelineHead = { schemaVersion: 1, tool, ...asked, ...found, interrupted: signal.aborted }
      if ('refusal' in timeline) process.stderr.write(`ct-diag: ${visible(timeline.refusal.message)}\n`)
      if (flags.json) await output.write(`${JSON.stringify(head)}\n`)
      if (!('refusal' in timeline)) {
        const { timelineHead, timelineLines } = await import('../renderers/timeline.js')
        const line = timelineLines(head, look)
        if (!flags.json) await output.write(timelineHead(head, look))
        for (const event of timeline.events()) {
          const open = await output.write(flags.json ? `${JSON.stringify(event)}\n` : line(event))
          if (!open) break
        }
      }
      await output.end()
      const recognised = found.input !== null && found.input.layout !== 'unknown'
      process.exitCode = interruption.exitCode() ?? (recognised ? EXIT.ok : EXIT.refused)
    } finally {
      if (!('refusal' in timeline)) timeline.close()
    }
  }
}

async function timelineAt(
  input: string,
  options: TimelineOptions,
  reading: Progress['reading'],
): Promise<Awaited<ReturnType<typeof timelineOf>> | { readonly refusal: TimelineHead['problems'][number] }> {
  try {
    const knowledge = { meaning: lineMeaning, homeOf, logs: datedLogs, notes: datedNotes }
    return await timelineOf(reading(await openSource(input)), catalogue, knowledge, options)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC')
      throw new UsageError('The folder for temporary files is full. Name another one with TMPDIR.')
    if (!(error instanceof InputRefused)) throw error
    return { refusal: { code: error.code, message: error.message, source: [input], path: null, at: null } }
  }
}

function windowOf(word: string): number | null {
  if (word === 'all' || word === '0') return null
  const age = ageOf(word)
  if (age === null) throw new UsageError(`--window ${word}: expected an age such as 24h or 3d, or all.`)
  return age === 0 ? null : age
}

function hopsOf(words: readonly string[]): RuleGroup[] {
  const wanted = words.map((word) => {
    const hop = RULE_GROUPS.find((known) => known === word.trim().toLowerCase())
    if (hop === undefined) throw noSuch(word, 'hop', RULE_GROUPS)
    return hop
  })
  return RULE_GROUPS.filter((hop) => wanted.includes(hop))
}
