import { isLimit } from '../model/artifact.js'
import { isRegression } from '../engine/diff.js'
import type { Diff } from '../model/diff.js'
import type { FindingReport, HostReport, Report } from '../model/report.js'
import type { Severity } from '../model/rule.js'
import { SEVERITY_ORDER } from '../engine/judge.js'

export type FailOn = Severity | 'never'
export const FAIL_ON: readonly FailOn[] = [...SEVERITY_ORDER, 'never']

/** The exit codes, the same in every format. */
export const EXIT = { ok: 0, bug: 1, usage: 2, findings: 3, inconclusive: 4, refused: 5 } as const

/** The rule that says that nothing in an input is recognised. */
const NOTHING = 'CT9001'

/** What each says, for help, manual and README. */
export const EXIT_MEANINGS: readonly (readonly [code: number | string, meaning: string])[] = [
  [EXIT.ok, 'ran to the end; no finding at or above `--fail-on`'],
  [EXIT.bug, 'a bug of ours'],
  [EXIT.usage, 'a mistake in the command line'],
  [EXIT.findings, 'at least one finding at or above `--fail-on`'],
  [EXIT.inconclusive, 'inconclusive: nothing found, but a hop is unknown, a rule crashed or a limit was hit'],
  [EXIT.refused, 'the input was refused, or nothing in it is recognised'],
  ['129, 130, 143', 'interrupted; what was known by then is reported'],
]

/** Of several inputs the worst counts. */
const WORST_FIRST = [EXIT.bug, EXIT.findings, EXIT.refused, EXIT.inconclusive, EXIT.ok] as const

export function exitCode(report: Report, refusedInputs: number, failOn: FailOn): number {
  const codes = new Set<number>(report.hosts.map((host) => hostCode(host, failOn)))
  // What lies beyond a limit was not looked at, so that nothing wrong was found says less.
  if (report.problems.some(isLimit)) codes.add(EXIT.inconclusive)
  if (refusedInputs > 0) codes.add(EXIT.refused)
  return worst(codes)
}

export function worst(codes: ReadonlySet<number>): number {
  return WORST_FIRST.find((code) => codes.has(code)) ?? EXIT.ok
}

/** Only what is new or worse counts; that something can no longer be told leaves it open. */
export function diffExitCode(diff: Diff, after: Report | null, failOn: FailOn): number {
  const judged = after?.hosts ?? []
  if (diff.before === null || diff.after === null || isNothing(diff, judged)) return EXIT.refused
  const findings = diff.hosts.flatMap((host) => host.findings)
  if (findings.some((one) => isRegression(one) && one.after !== null && counts(one.after, failOn))) return EXIT.findings
  const open = judged.some(isOpen) || diff.problems.some(isLimit) || findings.some(({ status }) => status === 'unclear')
  return open ? EXIT.inconclusive : EXIT.ok
}

/** One side has nothing that could be compared. */
function isNothing(diff: Diff, judged: readonly HostReport[]): boolean {
  if (diff.hosts.every(({ before }) => before === null) || diff.hosts.every(({ after }) => after === null)) return true
  const before = diff.hosts.flatMap(({ findings }) => findings.flatMap((one) => one.before ?? []))
  return [...before, ...judged.flatMap(({ findings }) => findings)].some(({ ruleId }) => ruleId === NOTHING)
}

function hostCode(host: HostReport, failOn: FailOn): number {
  if (host.findings.some(({ ruleId }) => ruleId === NOTHING)) return EXIT.refused
  if (host.findings.some((found) => found.suppressed === undefined && counts(found, failOn))) return EXIT.findings
  return isOpen(host) ? EXIT.inconclusive : EXIT.ok
}

function counts({ severity }: FindingReport, failOn: FailOn): boolean {
  return failOn !== 'never' && SEVERITY_ORDER.indexOf(severity) <= SEVERITY_ORDER.indexOf(failOn)
}

function isOpen({ path, coverage }: HostReport): boolean {
  return path.some(({ status }) => status === 'unknown') || coverage.error > 0
}
