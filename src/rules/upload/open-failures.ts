import { mdsdErr, mdsdInfo, mdsdQos } from '../../artifacts/ama.js'
import { atEvent, type LogView } from '../../facts/log-view.js'
import { sinceSuccess, type OpenFailure, type Uploads } from '../../facts/uploads.js'
import { finding, unknown, type Draft } from '../../model/rule.js'
import { iso, type Instant } from '../../model/time.js'
import type { MdsdEventKind } from '../../parsers/mdsd-log.js'

/** Without any log in which a success could show, an older failure proves nothing about now. */
const RECENT = 60 * 60_000

/** The answers of the upload rules, which differ only in the reasons they speak for: one finding per stream. */
export function* uploadAnswers(
  open: readonly OpenFailure[],
  all: Uploads,
  failures: LogView<MdsdEventKind>,
  asOf: Instant,
): Iterable<Draft> {
  if (open.length === 0 && !failures.whole)
    yield unknown('mdsd.err was not collected whole, so later failures may be missing.', [mdsdErr])
  for (const failure of open) {
    const { stream, first, last, count, reasons, success } = failure
    const at = last.time ?? asOf
    if (all.successCutOff) {
      yield unknown('the logs in which a success could show did not arrive whole.', [mdsdInfo, mdsdQos], stream)
      continue
    }
    if (!all.successWouldShow && at < asOf - RECENT) {
      yield unknown(
        `the last failure is of ${iso(at)}, and nothing in which a success could show was collected.`,
        [mdsdInfo, mdsdQos],
        stream,
      )
      continue
    }
    const reason = Object.keys(reasons)[0] ?? ''
    yield finding({
      subject: stream,
      message: `${count === 1 ? 'One upload' : `${count} uploads`} of ${stream} failed, last at ${iso(at)} with “${reason}”; ${sinceSuccess(failure)}.`,
      evidence: [atEvent(last), ...(first === last ? [] : [atEvent(first)]), ...(success === null ? [] : [success.at])],
      // A later success may be in what is missing.
      onlyIfWhole: true,
      data: { failures: count, last: iso(at), reasons, lastSuccess: success === null ? null : iso(success.time) },
    })
  }
}
