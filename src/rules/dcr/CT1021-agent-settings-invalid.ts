import { configCache } from '../../facts/ct-dcrs.js'
import { DISK_QUOTA } from '../../knowledge/limits.js'
import { LINKS } from '../../knowledge/links.js'
import { atEntry, atJson } from '../../model/locator.js'
import { finding, rule } from '../../model/rule.js'

const QUOTA = 'MaxDiskQuotaInMB'

export const agentSettingsInvalid = rule({
  id: 'CT1021',
  name: 'agent-settings-invalid',
  title: 'The settings rule of the Azure Monitor Agent cannot be used as it is',
  group: 'dcr',
  severity: 'warning',
  confidence: 'likely',
  docs: {
    what: 'Looks at the cached rules of kind AgentSettings: how many there are, and the disk quota they set.',
    why: 'One such rule per machine is supported; with two, nobody knows whose values count. A quota out of range is not taken, so the cache that bridges an outage has another size than intended.',
    how: 'Fires when more than one file in `configchunks` is an AgentSettings rule, and when MaxDiskQuotaInMB is no number from 4,000 to 1,000,000.',
    limits:
      'A settings rule that was just replaced may still be cached for some minutes. The quota needs version 1.33.4 of the agent or newer.',
    fix: [
      'More than one: remove the machine’s association with all but one AgentSettings rule.',
      'Quota out of range: set MaxDiskQuotaInMB to a number from 4000 to 1000000.',
      'Wait 15 minutes, else `sudo systemctl restart azuremonitoragent`.',
    ],
    proof:
      '`sudo grep -rl AgentSettings /etc/opt/microsoft/azuremonitoragent/config-cache/configchunks` names one file, and mdsd.info says “Using disk quota specified in AgentSettings” with the number.',
    links: [LINKS.dcr, LINKS.amaTroubleshoot],
  },
  needs: { cache: configCache },
  causes: ['CT6005'],
  *check({ cache }) {
    const settings = cache.chunks.flatMap(({ path, chunk }) =>
      chunk.agentSettings === null ? [] : [{ path, id: chunk.dcrIds[0]?.id ?? path, values: chunk.agentSettings }],
    )
    const [first, ...others] = settings.map(({ path }) => atEntry(path))
    const count = new Set(settings.map(({ id }) => id)).size
    if (first !== undefined && count > 1) {
      yield finding({
        subject: 'AgentSettings',
        message: `${count} rules of kind AgentSettings are cached; one is supported.`,
        evidence: [first, ...others],
        data: { chunks: settings.map(({ path }) => path) },
      })
    }
    for (const { path, values } of settings) {
      const odd = values.find(({ name, value }) => name.trim().toLowerCase() === QUOTA.toLowerCase() && !inRange(value))
      if (odd === undefined) continue
      yield finding({
        subject: count > 1 ? `${QUOTA} ${path}` : QUOTA,
        message: `${QUOTA} is ${odd.value === '' ? 'empty' : odd.value.slice(0, 40)}; a number from ${DISK_QUOTA.min} to ${DISK_QUOTA.max} is supported.`,
        evidence: [atJson(path, odd.segments, { name: odd.name, value: odd.value })],
        data: { value: odd.value },
      })
    }
  },
})

function inRange(value: string): boolean {
  const number = /^\s*-?\d+(?:\.\d+)?\s*$/.test(value) ? Number(value) : NaN
  return number >= DISK_QUOTA.min && number <= DISK_QUOTA.max
}
