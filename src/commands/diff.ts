import { Args, Command } from '@oclif/core'
import { assembleReport, type AnalyzeOptions } from '../engine/analyze.js'
import { diffHosts, isTorn, readStates, type HostState } from '../engine/diff.js'
import { suppress } from '../engine/suppress.js'
import type { Catalogue } from '../model/catalogue.js'
import type { Diff, SideReport } from '../model/diff.js'
import type { Limits } from '../model/limits.js'
import type { Report, ReportProblem } from '../model/report.js'
import type { Snapshot } from '../model/snapshot.js'
import { visible } from '../renderers/escape.js'
import { InputRefused, openSource } from '../sources/open.js'
import { analyzeOptions } from './analyze-options.js'
import { catalogue } from './catalogue.js'
import { withFormerItems } from './diff-history.js'
import { diffExitCode, FAIL_ON } from './exit-code.js'
import { interruptible } from './interrupt.js'
import { limitsOf } from './limits.js'
import { checkTargets, targetsOf, withoutScreen, writeAll } from './output.js'
import { renderDiff } from './diff-output.js'
import { during, type Progress } from './progress.js'
import { reportIn } from './report-file.js'
import { reportFlags } from './report-flags.js'
import { selectRules } from './rule-selection.js'
import { screen } from './screen.js'
import { applySuppressions, suppressionsOf } from './suppressions.js'
import { timeOf } from './time-flag.js'
import { UsageError } from './usage-error.js'

export default class DiffCommand extends Command {
  static override summary =
    'Say what has become better or worse between two states of a machine, or between two machines.'
  static override description =
    'BEFORE and AFTER are bundles, folders or lone artifacts, as analyze takes them, or earlier reports in JSON, which have no inventory. A finding that is gone is fixed only where the rule looked again and the input was read to its end; --fail-on counts what is new or worse.'
  static override examples = [
    '<%= config.bin %> diff monday.tgz tuesday.tgz',
    '<%= config.bin %> diff report.json support.tgz --format markdown',
  ]
  static override args = {
    BEFORE: Args.string({ description: 'a bundle, folder or report; - is standard input', required: true }),
    AFTER: Args.string({ description: 'a bundle, folder or report; - is standard input', required: true }),
  }
  static override flags = reportFlags

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(DiffCommand)
    const rules = selectRules(catalogue.rules, flags.only, flags.skip)
    const failOn = FAIL_ON.find((word) => word === flags['fail-on']) ?? 'error'
    const suppressions = await suppressionsOf(flags)
    const targets = targetsOf({ ...flags, output: flags.output })
    const asOf = timeOf(flags['as-of'])
    const limits = limitsOf(flags.limit)
    if (args.BEFORE === '-' && args.AFTER === '-')
      throw new UsageError('Standard input can be BEFORE or AFTER, not both.')
    await checkTargets(targets, [args.BEFORE, args.AFTER])

    const startedAt = Date.now()
    const interruption = interruptible()
    const options = analyzeOptions('diff', this.config, interruption.signal, { asOf })
    const chosen = { ...catalogue, rules }
    const wanted = targets[0]?.format === 'terminal'
    const [before, after] = await during({ wanted, signal: interruption.signal }, async ({ reading }) => {
      const how = { limits, chosen, options, reading }
      return [
        await readSide(args.BEFORE, how, (report) => suppress(report, suppressions)),
        await readSide(args.AFTER, how, (report) => applySuppressions(report, suppressions)),
      ]
    })
    const { tool, run } = assembleReport([], [], startedAt, options)
    const hosts = before.side === null || after.side === null ? [] : diffHosts(before.states, after.states)
    const problems = [...before.problems, ...after.problems]
    const whole: Diff = { schemaVersion: 1, tool, run, before: before.side, after: after.side, hosts, problems }
    const diff =
      after.side?.kind === 'file' && args.AFTER !== '-'
        ? await withFormerItems(whole, args.AFTER, [before.states[0], after.states[0]])
        : whole
    for (const { side, problems: own } of [before, after])
      if (side === null) for (const { message } of own) process.stderr.write(`ct-diag: ${visible(message)}\n`)
    const look = screen({ ...flags, width: flags.width }, process.stdout, process.env)
    const shown = before.side === null || after.side === null ? withoutScreen(targets) : targets
    await writeAll(shown, look, (format, own) => renderDiff(format, diff, after.report, own))
    process.exitCode = interruption.exitCode() ?? diffExitCode(diff, after.report, failOn)
  }
}

interface Side {
  readonly side: SideReport | null
  readonly report: Report | null
  readonly states: readonly HostState[]
  readonly problems: readonly ReportProblem[]
}

interface Reading {
  readonly limits: Limits
  readonly chosen: Catalogue
  readonly options: AnalyzeOptions
  readonly reading: Progress['reading']
}

async function readSide(
  input: string,
  { limits, chosen, options, reading }: Reading,
  mark: (report: Report) => Report,
): Promise<Side> {
  try {
    const earlier = input === '-' ? null : await reportIn(input)
    if (earlier !== null) {
      const report = mark({ ...earlier, problems: [] })
      const side = { name: input, kind: 'report', sha256: null }
      return { side, report, states: statesOf(report, new Map(), earlier), problems: report.problems }
    }
    const result = await readStates(reading(await openSource(input, limits)), chosen, options)
    const report = mark(assembleReport([result], [], options.now(), options))
    const { name, kind, sha256 } = result.input
    return {
      side: { name, kind, sha256 },
      report,
      states: statesOf(report, result.snapshots, report),
      problems: report.problems,
    }
  } catch (error) {
    if (!(error instanceof InputRefused)) throw error
    const problem = { code: error.code, message: error.message, source: [input], path: null, at: null }
    return { side: null, report: null, states: [], problems: [problem] }
  }
}

/** `told`: the report with what went wrong when it was made. */
function statesOf({ hosts }: Report, snapshots: ReadonlyMap<string, Snapshot>, told: Report): HostState[] {
  return hosts.map((report) => ({
    report,
    snapshot: snapshots.get(report.host) ?? null,
    torn: isTorn(told, report),
  }))
}
