import { mdsdInfo } from '../../artifacts/ama.js'
import { amaInfo } from '../../facts/ama-log.js'
import { infoCopy } from '../../facts/info-copy.js'
import { atEvent } from '../../facts/log-view.js'
import { LINKS } from '../../knowledge/links.js'
import { finding, rule, unknown } from '../../model/rule.js'
import { duration, iso } from '../../model/time.js'

const LIMIT = 10 * 60_000

export const amaSilent = rule({
  id: 'CT2008',
  name: 'ama-silent',
  title: 'The Azure Monitor Agent has stopped writing its log',
  group: 'ama',
  severity: 'error',
  confidence: 'likely',
  docs: {
    what: 'Looks at the age of the newest line of mdsd.info.',
    why: 'A working agent writes several lines a minute. Silence means that it is down or hangs; a process that hangs still shows in the process list.',
    how: 'Fires when the newest line is more than 10 minutes older than the bundle, and the current mdsd.info was collected to its end. When another log of the agent goes on, the copy of mdsd.info is only older, and the answer is unknown.',
    limits: 'A copy of the log taken well before the rest of the bundle looks the same.',
    fix: [
      '`systemctl status azuremonitoragent`; when it is active but silent: `sudo systemctl restart azuremonitoragent`.',
      'Check free space below /var: `df -h /var`.',
      'When it falls silent again, update the agent.',
    ],
    proof: '`sudo tail -3 /var/opt/microsoft/azuremonitoragent/log/mdsd.info` shows the current minute (UTC).',
    links: [LINKS.amaTroubleshoot],
  },
  needs: { log: amaInfo, copy: infoCopy },
  causes: ['CT2004', 'CT3001', 'CT3002', 'CT3003', 'CT6002'],
  *check({ log, copy }, asOf) {
    const { last } = log
    if (last?.time == null) {
      yield unknown('mdsd.info holds no dated line.', [mdsdInfo])
      return
    }
    const age = asOf - last.time
    if (age <= LIMIT) return
    if (!log.whole || copy.isOlder(asOf)) {
      yield unknown('The newest line is old, but the current mdsd.info was not collected with the rest.', [mdsdInfo])
      return
    }
    yield finding({
      subject: 'mdsd.info',
      message: `The newest line of mdsd.info is of ${iso(last.time)}, ${duration(age)} before this bundle was taken.`,
      evidence: [atEvent(last)],
      onlyIfWhole: true,
      data: { last: iso(last.time), ageSeconds: Math.round(age / 1000) },
    })
  },
})
