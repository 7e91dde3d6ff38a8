import { configCache, dcrLabel } from '../../facts/ct-dcrs.js'
import { counted } from '../../model/count.js'
import { atJson } from '../../model/locator.js'
import { finding, rule } from '../../model/rule.js'
import { LINKS } from '../../knowledge/links.js'

export const ctChannelMissing = rule({
  id: 'CT1013',
  name: 'ct-channel-missing',
  title: 'The Change Tracking rule sends to a channel it does not define',
  group: 'dcr',
  severity: 'error',
  confidence: 'certain',
  docs: {
    what: 'Compares `sendToChannels` of the Linux data source with the `channels` of the same chunk.',
    why: 'A channel holds the workspace’s endpoint and the token address. Data for a channel that is not defined cannot be uploaded.',
    how: 'Fires for each channel id that a ChangeTracking-Linux data source names and the chunk does not define, and for such a data source that names none.',
    limits: 'A channel defined in another chunk does not help: the agent reads each chunk by itself.',
    fix: [
      'Check the rule’s destination: the workspace must exist, and the data flow of the Change Tracking streams must name it.',
      'Save the rule again, wait 15 minutes, else `sudo systemctl restart azuremonitoragent`.',
    ],
    proof: 'Every id in `sendToChannels` occurs as an `id` under `channels` in the cached rule.',
    links: [LINKS.dcr],
  },
  needs: { cache: configCache },
  causes: ['CT6002', 'CT7001'],
  *check({ cache }) {
    for (const dcr of cache.ctDcrs) {
      for (const { path, chunk, dataSources } of dcr.chunks) {
        const defined = new Set(chunk.channels.map(({ id }) => id?.toLowerCase()))
        for (const source of dataSources) {
          const missing = source.channels.filter((channel) => !defined.has(channel.toLowerCase()))
          if (source.channels.length === 0) {
            yield finding({
              subject: `${dcr.id} ${source.id ?? ''}`.trim(),
              message: `${dcrLabel(dcr)} sends ${source.id ?? 'its Linux data source'} to no channel at all (${counted(chunk.channels.length, 'channel')} defined).`,
              evidence: [atJson(path, source.segments, { id: source.id, sendToChannels: [] })],
              confidence: 'likely',
              data: { missing: [] },
            })
            continue
          }
          if (missing.length === 0) continue
          yield finding({
            subject: `${dcr.id} ${source.id ?? ''}`.trim(),
            message: `${dcrLabel(dcr)} sends ${source.id ?? 'its Linux data source'} to ${missing.join(', ')}, which the rule does not define (${counted(chunk.channels.length, 'channel')} defined).`,
            evidence: [
              atJson(path, [...source.segments, 'sendToChannels'], source.channels),
              atJson(
                path,
                ['channels'],
                chunk.channels.map(({ id }) => id),
              ),
            ],
            data: { missing },
          })
        }
      }
    }
  },
})
