import { Args, Command, Flags } from '@oclif/core'
import { assembleReport, analyzeSource, type AnalyzeOptions, type InputResult } from '../engine/analyze.js'
import type { Catalogue } from '../model/catalogue.js'
import { LIMITS, type Limits } from '../model/limits.js'
import type { ReportProblem } from '../model/report.js'
import { visible } from '../renderers/escape.js'
import { InputRefused, openSource } from '../sources/open.js'
import { analyzeOptions } from './analyze-options.js'
import { baselineOf, sinceBaseline } from './baseline.js'
import { catalogue } from './catalogue.js'
import { exitCode, FAIL_ON } from './exit-code.js'
import { interruptible } from './interrupt.js'
import { limitsOf } from './limits.js'
import { checkTargets, targetsOf, write } from './output.js'
import { repeatable, stateFlags } from './report-flags.js'
import { selectRules } from './rule-selection.js'
import { screen } from './screen.js'
import { applySuppressions, suppressionsOf } from './suppressions.js'
import { timeOf } from './time-flag.js'

export default class Analyze extends Command {
  static override summary = 'Say at which hop the data stops, from any bundle of Change Tracking evidence.'
  static override description =
    'Reads a folder, a tar or zip, compressed with gzip, xz, zstd or bzip2 or not, or a lone artifact, without extracting it and without a network. Archives inside are opened too. `-` is standard input.'
  static override examples = ['<%= config.bin %> analyze support.tgz', '<%= config.bin %> analyze ./evidence --json']
  static override strict = false
  static override args = { INPUT: Args.string({ description: 'one or more bundles or folders', required: true }) }
  static override flags = {
    ...stateFlags,
    limit: Flags.string({
      description: `set a bound on what an input may cost, as KEY=NUMBER with K, M or G: ${Object.keys(LIMITS).join(', ')}`,
      ...repeatable,
      default: [],
    }),
  }

  override async run(): Promise<void> {
    const { argv, flags } = await this.parse(Analyze)
    const inputs = argv.map(String)
    const rules = selectRules(catalogue.rules, flags.only, flags.skip)
    const failOn = FAIL_ON.find((word) => word === flags['fail-on']) ?? 'error'
    const suppressions = await suppressionsOf(flags)
    const baseline = await baselineOf(flags.baseline)
    const targets = targetsOf({ ...flags, output: flags.output })
    const asOf = timeOf(flags['as-of'])
    const limits = limitsOf(flags.limit)
    await checkTargets(targets)

    const startedAt = Date.now()
    const interruption = interruptible()
    const options = analyzeOptions('analyze', this.config, interruption.signal, { asOf })
    const { results, refused } = await analyzeAll(inputs, limits, { ...catalogue, rules }, options)
    const report = applySuppressions(assembleReport(results, refused, startedAt, options), suppressions)
    for (const { message } of refused) process.stderr.write(`ct-diag: ${visible(message)}\n`)
    const look = screen({ ...flags, width: flags.width }, process.stdout, process.env)
    await write(report, targets, { ...look, ...sinceBaseline(report, baseline) })
    process.exitCode = interruption.exitCode() ?? exitCode(report, refused.length, failOn)
  }
}

/** One bad input does not stop the rest. */
async function analyzeAll(
  inputs: readonly string[],
  limits: Limits,
  chosen: Catalogue,
  options: AnalyzeOptions,
): Promise<{ results: InputResult[]; refused: ReportProblem[] }> {
  const results: InputResult[] = []
  const refused: ReportProblem[] = []
  for (const input of inputs) {
    if (options.signal.aborted) break
    try {
      results.push(await analyzeSource(await openSource(input, limits), chosen, options))
    } catch (error) {
      if (!(error instanceof InputRefused)) throw error
      refused.push({ code: error.code, message: error.message, source: [input], path: null, at: null })
    }
  }
  return { results, refused }
}
