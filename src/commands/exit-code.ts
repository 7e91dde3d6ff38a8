import { isLimit } from '../model/artifact.js'
import type { HostReport, Report } from '../model/report.js'
import type { Severity } from '../model/rule.js'
import { SEVERITY_ORDER } from '../engine/judge.js'

export type FailOn = Severity | 'never'
export const FAIL_ON: readonly FailOn[] = [...SEVERITY_ORDER, 'never']

/** The exit codes, the same in every format. */
export const EXIT = { ok: 0, bug: 1, usage: 2, findings: 3, inconclusive: 4, refused: 5 } as const

/** What each says, for help, manual and README. */
export const EXIT_MEANINGS: readonly (readonly [code: number | string, meaning: string])[] = [
  [EXIT.ok, 'ran to the end; no finding at or above `--fail-on`'],
  [EXIT.bug, 'a bug of ours'],
  [EXIT.usage, 'a mistake in the command line'],
  [EXIT.findings, 'at least one finding at or above `--fail-on`'],
  [EXIT.inconclusive, 'inconclusive: nothing found, but a hop is unknown, a rule crashed or a limit was hit'],
  [EXIT.refused, 'the input was refused, or nothing in it is recognised'],
  ['130, 143', 'interrupted; what was known by then is reported'],
]

/** Of several inputs the worst counts. */
const WORST_FIRST = [EXIT.bug, EXIT.findings, EXIT.refused, EXIT.inconclusive, EXIT.ok] as const

export function exitCode(report: Report, refusedInputs: number, failOn: FailOn): number {
  const codes = new Set<number>(report.hosts.map((host) => hostCode(host, failOn)))
  // What lies beyond a limit was not looked at, so that nothing wrong was found says less.
  if (report.problems.some(isLimit)) codes.add(EXIT.inconclusive)
  if (refusedInputs > 0) codes.add(EXIT.refused)
  return WORST_FIRST.find((code) => codes.has(code)) ?? EXIT.ok
}

function hostCode(host: HostReport, failOn: FailOn): number {
  if (host.findings.some(({ ruleId }) => ruleId === 'CT9001')) return EXIT.refused
  const counted = failOn === 'never' ? [] : SEVERITY_ORDER.slice(0, SEVERITY_ORDER.indexOf(failOn) + 1)
  if (host.findings.some(({ severity }) => counted.includes(severity))) return EXIT.findings
  const open = host.path.some(({ status }) => status === 'unknown') || host.coverage.error > 0
  return open ? EXIT.inconclusive : EXIT.ok
}
