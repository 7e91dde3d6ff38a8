import { mdsdErr, mdsdInfo } from '../../artifacts/ama.js'
import { amaFailures, amaInfo } from '../../facts/ama-log.js'
import { atEvent } from '../../facts/log-view.js'
import { iso } from '../../model/time.js'
import { finding, rule, unknown } from '../../model/rule.js'
import { TOKEN_LIFE } from '../../knowledge/limits.js'
import { LINKS } from '../../knowledge/links.js'
import { times } from '../../model/count.js'

export const amaIdentityFailure = rule({
  id: 'CT2005',
  name: 'ama-identity-failure',
  title: 'The Azure Monitor Agent gets no token for its managed identity',
  group: 'ama',
  severity: 'error',
  confidence: 'likely',
  docs: {
    what: 'Looks for failures to get a managed-identity token, and for a success after them.',
    why: 'The agent signs in with the machine’s managed identity. Without a token it gets neither rules nor ingestion tokens; uploads stop when the last token expires.',
    how: 'Fires when the last token failure in mdsd.err or mdsd.warn is later than the last successful token refresh in mdsd.info, and heartbeats do not go on for 90 minutes after it.',
    limits: 'A failure during boot that was followed by a success not in the collected log looks the same.',
    fix: [
      'Azure VM: check that a system- or user-assigned identity is enabled, and that MANAGED_IDENTITY in /etc/default/azuremonitoragent names it.',
      'Check that nothing blocks or proxies 169.254.169.254: `curl -s -H Metadata:true "http://169.254.169.254/metadata/instance?api-version=2021-02-01"`.',
      'Arc-enabled server: user `syslog` must be in group `himds`: `id syslog`; add it and restart the agent.',
      '`sudo systemctl restart azuremonitoragent`.',
    ],
    proof: 'mdsd.info shows a new line “Next refresh of MSI token”.',
    links: [LINKS.amaTroubleshoot],
  },
  needs: { failures: amaFailures, log: amaInfo },
  causes: ['CT1001', 'CT1002', 'CT2004', 'CT2006', 'CT2012', 'CT6003', 'CT6004', 'CT7001', 'CT7005'],
  *check({ failures, log }) {
    const failed = failures.events(['msiFail'])
    const last = failed.at(-1)
    const success = log.events(['msiOk']).at(-1)
    const heartbeat = log.events(['heartbeat']).at(-1)
    const over = (time: number): boolean => (success?.time ?? 0) >= time || (heartbeat?.time ?? 0) - time >= TOKEN_LIFE
    if (last?.time == null || over(last.time)) {
      if (!failures.whole)
        yield unknown('mdsd.err was not collected to its end, so a later failure may be missing.', [mdsdErr])
      return
    }
    if (!log.whole) {
      yield unknown('mdsd.info was not collected whole, so a later success may be missing.', [mdsdInfo])
      return
    }
    const count = failures.count(['msiFail'])
    const since =
      success?.time == null ? 'no success shows in mdsd.info' : `the last success was at ${iso(success.time)}`
    yield finding({
      subject: 'managed-identity',
      message: `The managed-identity token could not be had ${times(count)}, last at ${iso(last.time)}; ${since}.`,
      evidence: [atEvent(last), ...(success === undefined ? [] : [atEvent(success)])],
      onlyIfWhole: true,
      data: { failures: count, last: iso(last.time) },
    })
  },
})
