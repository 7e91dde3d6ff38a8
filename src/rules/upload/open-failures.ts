import { mdsdErr, mdsdInfo, mdsdQos } from '../../artifacts/ama.js'
import { atEvent } from '../../facts/log-view.js'
import { sinceSuccess, type OpenFailure, type Uploads } from '../../facts/uploads.js'
import { finding, unknown, type Draft } from '../../model/rule.js'
import { iso, type Instant } from '../../model/time.js'

/** Without any log in which a success could show, an older failure proves nothing about now. */
const RECENT = 60 * 60_000

/** How all rules on failed uploads decide. */
export const HOW =
  'Reads the failed uploads of CONFIG_CHANGE_BLOB_V2, CONFIG_DATA_BLOB_V2 and CONFIG_CHANGE_BLOB in mdsd.err and mdsd.warn. Fires when the last failure of this kind is later than the last success: a row of mdsd.qos, an upload line, a sink that drained, or a heartbeat after at least 15 quiet minutes. When nothing was collected in which a success could show, only a failure of the last hour counts.'

export const PROOF =
  'mdsd.err has no new “Failed to upload to ODS” line for these streams, and mdsd.qos counts a success for them.'

/** The answers of the upload rules, which differ only in the reasons they speak for: one finding per stream. */
export function* uploadAnswers(open: readonly OpenFailure[], all: Uploads, asOf: Instant): Iterable<Draft> {
  if (open.length === 0 && !all.failureWouldShow)
    yield unknown(
      all.failuresThere
        ? 'mdsd.err was not collected to its end, so a later failure may be missing.'
        : 'mdsd.err, in which a failed upload shows, is not in the input.',
      [mdsdErr],
    )
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
