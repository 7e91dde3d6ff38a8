import { Command, Flags } from '@oclif/core'
import { stat } from 'node:fs/promises'
import { setPriority } from 'node:os'
import { assembleReport, analyzeSource } from '../engine/analyze.js'
import { HOPS } from '../model/hop.js'
import type { Report } from '../model/report.js'
import { FILE_CLOSED, type SourceProblem } from '../model/source.js'
import { budgetOf } from '../sources/budget.js'
import { FOLDER_CLOSED } from '../sources/listing.js'
import { noAccess } from '../sources/no-access.js'
import { analyzeOptions } from './analyze-options.js'
import { baselineOf, sinceBaseline } from './baseline.js'
import { catalogue } from './catalogue.js'
import { exitCode, FAIL_ON } from './exit-code.js'
import { interruptible } from './interrupt.js'
import { limitsOf } from './limits.js'
import { isOwnRoot, liveHost } from './live-host.js'
import { checkTargets, targetsOf, write } from './output.js'
import { during } from './progress.js'
import { stateFlags } from './report-flags.js'
import { selectRules } from './rule-selection.js'
import { screen } from './screen.js'
import { applySuppressions, suppressionsOf } from './suppressions.js'
import { timeOf } from './time-flag.js'
import { UsageError } from './usage-error.js'

export default class Inspect extends Command {
  static override summary = 'Say at which hop the data stops on this machine, or on a disk mounted under --root.'
  static override description =
    'Reads the files that Change Tracking and the Azure Monitor Agent leave and asks systemd, the package manager and the kernel. Changes nothing, opens no connection. As root it sees everything; without, it says what it could not read.'
  static override examples = [
    'sudo <%= config.bin %> inspect',
    '<%= config.bin %> inspect --json',
    'sudo <%= config.bin %> inspect --root /mnt/disk',
  ]
  static override flags = {
    root: Flags.string({ description: 'the tree of another machine: a mounted disk, a container', default: '/' }),
    commands: Flags.boolean({
      description: 'ask systemd, the package manager and the kernel',
      allowNo: true,
      default: true,
    }),
    ...stateFlags,
  }

  override async run(): Promise<void> {
    const { flags } = await this.parse(Inspect)
    const rules = selectRules(catalogue.rules, flags.only, flags.skip)
    const failOn = FAIL_ON.find((word) => word === flags['fail-on']) ?? 'error'
    const suppressions = await suppressionsOf(flags)
    const baseline = await baselineOf(flags.baseline)
    const targets = targetsOf({ ...flags, output: flags.output })
    const asOf = timeOf(flags['as-of'])
    const limits = limitsOf(flags.limit)
    await requireFolder(flags.root)
    await checkTargets(targets)
    yieldTheProcessor()

    const startedAt = Date.now()
    const interruption = interruptible()
    const options = analyzeOptions('inspect', this.config, interruption.signal, { asOf, live: isOwnRoot(flags.root) })
    const { signal } = interruption
    const wanted = targets[0]?.format === 'terminal'
    const { source, missing, result } = await during({ wanted, signal }, async ({ show, reading }) => {
      show(() => 'Asking this machine …')
      const host = await liveHost(flags.root, flags.commands, signal, budgetOf(limits))
      return { ...host, result: await analyzeSource(reading(host.source), { ...catalogue, rules }, options) }
    })
    const report = applySuppressions(assembleReport([result], [], startedAt, options), suppressions)
    for (const line of whatRootAdds(report, source.problems)) process.stderr.write(`ct-diag: ${line}\n`)
    if (flags.verbose)
      for (const { output, reason } of missing) process.stderr.write(`ct-diag: no ${output}: ${reason}.\n`)
    const look = screen({ ...flags, width: flags.width }, process.stdout, process.env)
    await write(report, targets, { ...look, ...sinceBaseline(report, baseline) })
    process.exitCode = interruption.exitCode() ?? exitCode(report, 0, failOn)
  }
}

/** Which places were closed, and which hops they would tell more of. */
function whatRootAdds({ hosts }: Report, problems: readonly SourceProblem[]): string[] {
  const closed = problems
    .filter(({ code }) => code === FOLDER_CLOSED || code === FILE_CLOSED)
    .flatMap(({ path }) => path ?? [])
  if (closed.length === 0) return []
  const rules = hosts.flatMap(({ ask }) =>
    ask.filter(({ path }) => closed.some((one) => path.startsWith(`/${one}`))).flatMap(({ unlocks }) => unlocks),
  )
  const hops = HOPS.filter((_, index) => rules.some((id) => id[2] === String(index + 1)))
  const shown = closed.slice(0, 3).map((path) => `/${path}`)
  const more = closed.length > 3 ? ` and ${closed.length - 3} more` : ''
  const gain = hops.length === 0 ? '' : ` As root it can say more of ${hops.join(', ')}.`
  return [`could not read ${shown.join(', ')}${more}.${gain}`]
}

/** On a customer's machine everything else goes first. */
export function yieldTheProcessor(): void {
  try {
    setPriority(19)
  } catch {
    // Not allowed here: then it runs as it was started.
  }
}

export async function requireFolder(root: string): Promise<void> {
  const stats = await stat(root).catch((error: unknown) => {
    throw new UsageError(noAccess(`--root ${root}`, error))
  })
  if (!stats.isDirectory()) throw new UsageError(`--root ${root} is no folder.`)
}
