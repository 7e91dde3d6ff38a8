import { ctAgentLog } from '../../artifacts/agent.js'
import { mdsdInfo } from '../../artifacts/ama.js'
import { logEnds } from '../../facts/log-ends.js'
import { LINKS } from '../../knowledge/links.js'
import { atLine, baseName } from '../../model/locator.js'
import { finding, rule, unknown } from '../../model/rule.js'
import { duration, iso } from '../../model/time.js'

const TOLERANCE = 15 * 60_000

export const clockSkew = rule({
  id: 'CT5021',
  name: 'clock-skew',
  title: 'The times in the logs contradict each other',
  group: 'collection',
  severity: 'warning',
  confidence: 'likely',
  docs: {
    what: 'Looks for log lines from the future, and for logs whose time runs backwards.',
    why: 'With a wrong clock tokens are refused, changes get wrong times, and every age in this report is wrong by as much.',
    how: 'Fires when a log’s newest line is more than 15 minutes after the time at which the bundle was taken, or when at least three of its regular lines stand below the newest one and the last of them is more than 15 minutes before it. A log that only falls silent is another rule’s matter. Times without a zone are local ones and do not count.',
    limits:
      'When parts of the input were collected at different times, later ones look as if from the future. A clock that was set right once leaves its trace until the log is rotated.',
    fix: [
      'Compare the clock with the right time: `timedatectl; date -u`.',
      'Switch time synchronisation on: `sudo timedatectl set-ntp true`, or repair chrony: `chronyc tracking`.',
      'Restart both agents, so that no timer waits for a time long past: `sudo systemctl restart azuremonitoragent cxp.service`.',
    ],
    proof: '`timedatectl` says “System clock synchronized: yes”, and a new bundle no longer shows CT5021.',
    links: [LINKS.overview],
  },
  needs: {},
  optional: { ends: logEnds },
  causes: ['CT2004', 'CT5001', 'CT5002'],
  *check({ ends = [] }, asOf) {
    if (ends.length === 0)
      yield unknown('No log with times that name their zone is in the input.', [ctAgentLog, mdsdInfo])
    for (const { path, newest, after } of ends) {
      if (newest.time === null) continue
      const here = atLine(path, newest.line, newest.text)
      const ahead = newest.time - asOf
      if (ahead > TOLERANCE) {
        yield finding({
          subject: path,
          message: `The newest line of ${baseName(path)} is of ${iso(newest.time)}, ${duration(ahead)} after this bundle was taken.`,
          evidence: [here],
          data: { newest: iso(newest.time), aheadSeconds: Math.round(ahead / 1000) },
        })
      } else if (after?.time != null && newest.time - after.time > TOLERANCE) {
        yield finding({
          subject: path,
          message: `Line ${after.line} of ${baseName(path)} is of ${iso(after.time)}, ${duration(newest.time - after.time)} before line ${newest.line} above it.`,
          evidence: [here, atLine(path, after.line, after.text)],
          data: { newest: iso(newest.time), later: iso(after.time) },
        })
      }
    }
  },
})
