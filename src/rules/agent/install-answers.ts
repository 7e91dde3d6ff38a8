import { ctCommandLog, ctHandlerStatus, waagentLog } from '../../artifacts/agent.js'
import type { InstallEvidence, InstallFailure, InstallFailureKind } from '../../facts/install-evidence.js'
import { finding, unknown, type Draft } from '../../model/rule.js'
import { iso } from '../../model/time.js'

/** How all rules on install evidence decide when a failure still counts. */
export const HOW =
  'Reads CommandExecution.log, waagent.log and the HandlerStatus of the newest version. A failure counts unless the command went well later, HandlerStatus says Ready since, or the agent’s log begins after it.'

/** The answer of a rule that speaks for some kinds of failure: one finding about the last of them. */
export function* installAnswers(
  { open, answered }: InstallEvidence,
  kinds: readonly InstallFailureKind[],
  say: (last: InstallFailure) => string,
): Iterable<Draft> {
  const own = open.filter(({ kind }) => kinds.includes(kind))
  const sure = own.filter(({ unsure }) => !unsure)
  const last = sure.at(-1)
  if (last !== undefined) {
    yield installFinding('ChangeTracking-Linux', sure, say(last))
  } else if (own.length > 0) {
    yield unknown('A command failed and was tried again, and how that ended was not collected.', [
      ctHandlerStatus,
      ctCommandLog,
    ])
  } else if (!answered) {
    yield notCollected()
  }
}

/** Nothing in which a failure would show is in the input. */
export function notCollected(): Draft {
  return unknown('Nothing that shows how the extension was installed was collected.', [
    ctHandlerStatus,
    ctCommandLog,
    waagentLog,
  ])
}

/** A finding about failures of one subject, in time order, that cites the last and the first. */
export function installFinding(subject: string, failures: readonly InstallFailure[], message: string): Draft {
  const [first] = failures
  const last = failures.at(-1)
  if (first === undefined || last === undefined) throw new Error('A finding needs a failure')
  return finding({
    subject,
    message,
    evidence: [last.at, ...(first === last ? [] : [first.at])],
    // A later success may be in what is missing.
    onlyIfWhole: true,
    data: {
      failures: failures.length,
      action: last.action,
      last: last.time === null ? null : iso(last.time),
      fields: last.fields,
    },
  })
}

/** ` at 2026-01-10T08:00:09Z`, or nothing where the log does not say when. */
export function when({ time }: InstallFailure): string {
  return time === null ? '' : ` at ${iso(time)}`
}
