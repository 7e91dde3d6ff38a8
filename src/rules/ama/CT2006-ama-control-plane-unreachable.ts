import { mdsdErr, mdsdInfo } from '../../artifacts/ama.js'
import { amaFailures, amaInfo } from '../../facts/ama-log.js'
import { atEvent } from '../../facts/log-view.js'
import { TOKEN_LIFE } from '../../knowledge/limits.js'
import { LINKS } from '../../knowledge/links.js'
import { times } from '../../model/count.js'
import { finding, rule, unknown } from '../../model/rule.js'
import { iso } from '../../model/time.js'

export const amaControlPlaneUnreachable = rule({
  id: 'CT2006',
  name: 'ama-control-plane-unreachable',
  title: 'The Azure Monitor Agent cannot get its configuration',
  group: 'ama',
  severity: 'error',
  confidence: 'likely',
  docs: {
    what: 'Looks for failures to obtain the configuration from the control plane, and for a success after them.',
    why: 'New and changed rules do not arrive, and the tokens for uploads come from the same service: uploads stop when the last one expires.',
    how: 'Fires when the last failure in mdsd.err or mdsd.warn is later than the last sign that the control plane answered: a token refresh, a redirect, a rule that was added, an ingestion token, or heartbeats that go on for 90 minutes after it.',
    limits:
      'The agent tries a second address after the first failure; a single failure that the second address made good looks the same until the next sign of success.',
    fix: [
      'From the machine: `curl -sS https://global.handler.control.monitor.azure.com/ping` and `curl -sS https://REGION.handler.control.monitor.azure.com/ping` must say Healthy.',
      'When a name is not resolved, mend DNS first: `getent hosts global.handler.control.monitor.azure.com`. When only curl reaches it, look at the agent’s own proxy: `sudo grep PROXY_ADDRESS /etc/default/azuremonitoragent`.',
      'When neither reaches it: open these names in firewall and proxy, and exempt them from TLS inspection; with a private link scope the machine needs a data collection endpoint in it, and the private DNS zones.',
      'When they do: check the managed identity (CT2005) and that the machine still is associated with a rule.',
      '`sudo systemctl restart azuremonitoragent`.',
    ],
    proof: 'mdsd.err has no new line “Could not obtain configuration”, and mdsd.info shows “Retrieved gig token”.',
    links: [LINKS.amaNetwork, LINKS.privateLink, LINKS.amaTroubleshoot],
  },
  needs: { failures: amaFailures, log: amaInfo },
  causes: ['CT1001', 'CT1002', 'CT2012', 'CT6003', 'CT6004', 'CT7001', 'CT7005'],
  *check({ failures, log }) {
    const failed = failures.events(['amcsFail'])
    const last = failed.at(-1)
    const success = log.events(['msiOk', 'redirect', 'added', 'gigToken']).at(-1)
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
    const count = failures.count(['amcsFail'])
    const code = last.fields['code']
    const since =
      success?.time == null ? 'no success shows in mdsd.info' : `the last success was at ${iso(success.time)}`
    yield finding({
      subject: 'control-plane',
      message: `The configuration could not be obtained ${times(count)}, last at ${iso(last.time)} from ${last.fields['url'] ?? 'the control plane'}${code === undefined ? '' : ` (error ${code})`}; ${since}.`,
      evidence: [atEvent(last), ...(success === undefined ? [] : [atEvent(success)])],
      ...(count === 1 ? { confidence: 'possible' as const } : {}),
      onlyIfWhole: true,
      data: { failures: count, last: iso(last.time), url: last.fields['url'] ?? null, code: code ?? null },
    })
  },
})
