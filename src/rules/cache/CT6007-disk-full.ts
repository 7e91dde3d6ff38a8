import { mdsdErr } from '../../artifacts/ama.js'
import { amaInfo, amaLogs } from '../../facts/ama-log.js'
import { atEvent } from '../../facts/log-view.js'
import { LINKS } from '../../knowledge/links.js'
import { times } from '../../model/count.js'
import { finding, rule, unknown } from '../../model/rule.js'
import { iso } from '../../model/time.js'

/** Heartbeats this long after the last complaint show that the agent works again. */
const QUIET = 60 * 60_000

export const diskFull = rule({
  id: 'CT6007',
  name: 'disk-full',
  title: 'The Azure Monitor Agent has no space left on the disk',
  group: 'cache',
  severity: 'error',
  confidence: 'certain',
  docs: {
    what: 'Looks for “No space left on device” in the logs of the Azure Monitor Agent.',
    why: 'The agent cannot keep rows that wait for their upload: they are lost. The Change Tracking agent writes its database and lists to the same disk; they break off in the middle.',
    how: 'Fires on such a line in mdsd.err, mdsd.warn or mdsd.info, unless heartbeats go on for an hour after the last one.',
    limits:
      'Newer versions log less once the disk is full. A full disk that had no inodes left gives the same message.',
    fix: [
      'See which volume is full, by space or by inodes: `df -h /var /opt /etc; df -i /var`.',
      'Find what fills it: `sudo du -xh -d 2 /var | sort -h | tail -20`.',
      'Free space, then `sudo systemctl restart azuremonitoragent cxp.service`.',
    ],
    proof: '`df -h /var` shows free space, and mdsd.err has no new “No space left on device”.',
    links: [LINKS.amaTroubleshoot],
  },
  needs: { logs: amaLogs },
  optional: { info: amaInfo, err: mdsdErr },
  causes: ['CT1005', 'CT2004', 'CT2007', 'CT2008', 'CT4011', 'CT5005', 'CT5006', 'CT5014', 'CT5015', 'CT6006'],
  *check({ logs, info, err }, asOf) {
    const last = logs?.events(['noSpace']).at(-1)
    if (logs == null || last === undefined) {
      if (err === undefined) yield unknown('mdsd.err, in which a full disk shows, is not in the input.', [mdsdErr])
      return
    }
    const heartbeat = info?.events(['heartbeat']).at(-1)
    if (last.time !== null && (heartbeat?.time ?? 0) - last.time >= QUIET) return
    const count = logs.count(['noSpace'])
    const sink = last.fields['sink']
    yield finding({
      subject: 'disk',
      message: `The Azure Monitor Agent found no space left on the disk ${times(count)}, last at ${iso(last.time ?? asOf)}${sink === undefined ? '' : ` for ${sink}`}.`,
      evidence: [atEvent(last)],
      onlyIfWhole: true,
      data: { count, last: last.time === null ? null : iso(last.time) },
    })
  },
})
