import { analyzeSource, type InputResult } from '../engine/analyze.js'
import type { Limits } from '../model/limits.js'
import type { ReportProblem } from '../model/report.js'
import type { RuleId } from '../model/rule.js'
import type { Source } from '../model/source.js'
import type { Instant } from '../model/time.js'
import { InputRefused, openSource } from '../sources/open.js'
import { catalogue } from './catalogue.js'

/** What every input of one call is judged by: plain data, so that it crosses to a worker. */
export interface Settings {
  readonly rules: readonly RuleId[]
  readonly limits: Limits
  readonly asOf: Instant | null
  /** When the call began. An input that tells no time is judged by it, whenever its turn comes. */
  readonly startedAt: Instant
  readonly version: string
}

/** How the reading of one input ended: with hosts, or with the one problem that stopped it. `crashed` is a bug of ours. */
export type Answer =
  | { readonly ended: 'read'; readonly result: InputResult }
  | { readonly ended: 'refused'; readonly problem: ReportProblem }
  | { readonly ended: 'crashed'; readonly problem: ReportProblem; readonly stack: string }

/** One bad input does not stop the rest: whatever goes wrong is its answer. */
export async function analyzeInput(
  input: string,
  settings: Settings,
  signal: AbortSignal,
  reading: (source: Source) => Source = (source) => source,
): Promise<Answer> {
  const { asOf, limits, startedAt, version } = settings
  const rules = catalogue.rules.filter(({ id }) => settings.rules.includes(id))
  try {
    const source = reading(await openSource(input, limits))
    const options = { asOf, now: () => startedAt, version, command: 'analyze', signal }
    return { ended: 'read', result: await analyzeSource(source, { ...catalogue, rules }, options) }
  } catch (error) {
    // Standard input that was waited for looks empty then.
    if (signal.aborted && error instanceof InputRefused) return unread(input)
    if (error instanceof InputRefused) return refused(input, error.code, error.message)
    return crashed(input, error)
  }
}

export function refused(input: string, code: string, message: string): Answer {
  return { ended: 'refused', problem: problem(input, code, message) }
}

/** The user interrupted before its turn came. */
export function unread(input: string): Answer {
  return refused(input, 'input-unread', `${input} was not read: interrupted before.`)
}

export function crashed(input: string, error: unknown): Answer {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  const message = `Reading ${input} ended in an internal error: ${stack.split('\n', 1)[0] ?? stack}`
  return { ended: 'crashed', problem: problem(input, 'internal-error', message), stack }
}

function problem(input: string, code: string, message: string): ReportProblem {
  return { code, message, source: [input], path: null, at: null }
}
