import { Args, Command, Flags } from '@oclif/core'
import { availableParallelism } from 'node:os'
import { assembleReport, type AnalyzeOptions, type InputResult } from '../engine/analyze.js'
import { suppress } from '../engine/suppress.js'
import type { Report, ReportProblem } from '../model/report.js'
import { visible } from '../renderers/escape.js'
import { analyzeInput, unread, type Answer, type Settings } from './analyze-input.js'
import { analyzeOptions } from './analyze-options.js'
import { baselineOf, sinceBaseline } from './baseline.js'
import { catalogue } from './catalogue.js'
import { EXIT, exitCode, FAIL_ON, worst } from './exit-code.js'
import { interruptible } from './interrupt.js'
import { limitsOf } from './limits.js'
import { checkTargets, targetsOf, withoutScreen, write, writeLines } from './output.js'
import { program } from './program.js'
import { during, grouped, type Progress } from './progress.js'
import { stateFlags } from './report-flags.js'
import { selectRules } from './rule-selection.js'
import { screen } from './screen.js'
import { applySuppressions, suppressionsOf } from './suppressions.js'
import { timeOf } from './time-flag.js'
import { UsageError } from './usage-error.js'
import { readAll, workerReader, type Reader } from './workers.js'

export default class Analyze extends Command {
  static override summary = 'Say at which hop the data stops, from any bundle of Change Tracking evidence.'
  static override description =
    'Reads a folder, a tar or zip, compressed with gzip, xz, zstd or bzip2 or not, or a lone artifact, without extracting it and without a network. Archives inside are opened too. `-` is standard input.'
  static override examples = ['<%= config.bin %> analyze support.tgz', '<%= config.bin %> analyze ./evidence --json']
  static override strict = false
  static override args = { INPUT: Args.string({ description: 'one or more bundles or folders', required: true }) }
  static override flags = {
    ...stateFlags,
    jobs: Flags.integer({ char: 'j', description: 'inputs read at the same time (default: one a core)', min: 1 }),
  }

  override async run(): Promise<void> {
    const { argv, flags } = await this.parse(Analyze)
    const startedAt = Date.now()
    const inputs = argv.map((input, index) => ({ input: String(input), index }))
    if (inputs.filter(({ input }) => input === '-').length > 1)
      throw new UsageError('Standard input can be one input, not several.')
    const settings: Settings = {
      rules: selectRules(catalogue.rules, flags.only, flags.skip).map(({ id }) => id),
      limits: limitsOf(flags.limit),
      asOf: timeOf(flags['as-of']),
      startedAt,
      version: this.config.version,
    }
    const failOn = FAIL_ON.find((word) => word === flags['fail-on']) ?? 'error'
    const suppressions = await suppressionsOf(flags)
    const baseline = await baselineOf(flags.baseline)
    const targets = targetsOf({ ...flags, output: flags.output })
    await checkTargets(
      targets,
      inputs.map(({ input }) => input),
    )
    const lines = targets.filter(({ format }) => format === 'ndjson')
    const whole = targets.filter(({ format }) => format !== 'ndjson')

    const interruption = interruptible()
    const { signal } = interruption
    const options = analyzeOptions('analyze', this.config, signal, { asOf: settings.asOf })
    const codes = new Set<number>()
    const told = new Set<number>()
    const answers: Answer[] = []
    const tell = ({ index }: Input, answer: Answer): void => {
      told.add(index)
      const report = suppress(reportOf([answer], startedAt, options), suppressions)
      codes.add(answer.ended === 'crashed' ? EXIT.bug : exitCode(report, answer.ended === 'refused' ? 1 : 0, failOn))
      writeLines(report, lines)
      // Of a thousand inputs nothing is kept that nobody asked for.
      if (whole.length > 0) answers[index] = answer
    }
    const wanted = targets[0]?.format === 'terminal'
    await during({ wanted, signal }, (progress) => {
      let bad = 0
      if (inputs.length > 1)
        progress.show(() => {
          const errors = bad === 0 ? '' : `, ${grouped(bad)} with errors`
          return `${grouped(told.size)} of ${grouped(inputs.length)} inputs read${errors}`
        })
      return readInputs(inputs, flags.jobs ?? availableParallelism(), settings, signal, progress, (one, answer) => {
        if (answer.ended !== 'read') {
          bad++
          progress.clear()
          complain(answer)
        }
        tell(one, answer)
      })
    })
    const left = inputs.filter(({ index }) => !told.has(index))
    for (const one of left) tell(one, unread(one.input))
    if (left.length > 0) process.stderr.write(`ct-diag: interrupted: ${left.length} of ${inputs.length} not read.\n`)
    if (whole.length > 0) {
      const report = applySuppressions(reportOf(answers, startedAt, options), suppressions)
      const look = screen({ ...flags, width: flags.width }, process.stdout, process.env)
      // Of inputs of which none was read, people have been told all there is.
      const nothing = report.inputs.length === 0 && left.length === 0
      const shown = nothing ? withoutScreen(whole) : whole
      await write(report, shown, { ...look, ...sinceBaseline(report, baseline) })
    }
    process.exitCode = interruption.exitCode() ?? worst(codes)
  }
}

interface Input {
  readonly input: string
  readonly index: number
}

/** One input is read here, where no worker has to start first; so is standard input, which no worker can reach. */
async function readInputs(
  inputs: readonly Input[],
  jobs: number,
  settings: Settings,
  signal: AbortSignal,
  progress: Progress,
  tell: (input: Input, answer: Answer) => void,
): Promise<void> {
  const reading = inputs.length === 1 ? progress.reading : undefined
  const here: Reader = {
    read: (input) => analyzeInput(input, settings, signal, reading),
    alive: true,
    stop: () => undefined,
    end: async () => undefined,
  }
  const piped = inputs.length === 1 ? inputs : inputs.filter(({ input }) => input === '-')
  const others = inputs.filter((one) => !piped.includes(one))
  await Promise.all([
    readAll(piped, 1, () => here, signal, tell),
    readAll(others, jobs, () => workerReader(program(), settings), signal, tell),
  ])
}

function complain(answer: Exclude<Answer, { readonly ended: 'read' }>): void {
  const { message } = answer.problem
  if (answer.ended === 'refused') process.stderr.write(`ct-diag: ${visible(message)}\n`)
  else
    process.stderr.write(
      `ct-diag: ${visible(message)} Please report it.\n${answer.stack.split('\n').map(visible).join('\n')}\n`,
    )
}

/** The order of the inputs decides, not which was read first. */
function reportOf(answers: readonly Answer[], startedAt: number, options: AnalyzeOptions): Report {
  const results: InputResult[] = []
  const stopped: ReportProblem[] = []
  for (const answer of answers.filter((one) => one !== undefined)) {
    if (answer.ended === 'read') results.push(answer.result)
    else stopped.push(answer.problem)
  }
  return assembleReport(results, stopped, startedAt, options)
}
