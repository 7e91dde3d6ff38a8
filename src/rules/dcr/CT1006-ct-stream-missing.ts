import { atCtDcr, configCache, dcrLabel } from '../../facts/ct-dcrs.js'
import { LEGACY_STREAM, LINUX_STREAMS } from '../../knowledge/names.js'
import { atJson } from '../../model/locator.js'
import { finding, rule } from '../../model/rule.js'
import { LINKS } from '../../knowledge/links.js'

export const ctStreamMissing = rule({
  id: 'CT1006',
  name: 'ct-stream-missing',
  title: 'The Change Tracking rule lacks a stream that Linux needs',
  group: 'dcr',
  severity: 'error',
  confidence: 'certain',
  docs: {
    what: 'Compares the streams of the Linux data source with those that Linux data flows through.',
    why: 'Changes go through CONFIG_CHANGE_BLOB_V2, inventory through CONFIG_DATA_BLOB_V2. A stream the rule does not name has no sink: changes, or the inventory, never arrive.',
    how: 'Reads `dataSources[].streams` of the ChangeTracking-Linux data sources. CONFIG_CHANGE_BLOB alone missing is only worth knowing: Linux does not use it.',
    limits: 'Nothing known.',
    fix: [
      'Add the missing stream to the rule’s Linux data source and to a data flow (ARM names: Microsoft-ConfigurationChangeV2 for changes, Microsoft-ConfigurationData for inventory).',
      'Wait 15 minutes, else `sudo systemctl restart azuremonitoragent`.',
    ],
    proof: 'The cached rule lists CONFIG_CHANGE_BLOB_V2 and CONFIG_DATA_BLOB_V2 under the Linux data source.',
    links: [LINKS.enable],
  },
  needs: { cache: configCache },
  causes: ['CT1022', 'CT6001', 'CT6002'],
  *check({ cache }) {
    for (const dcr of cache.ctDcrs) {
      const [chunk] = dcr.chunks
      if (chunk === undefined) continue
      const sources = dcr.chunks.flatMap(({ path, dataSources }) => dataSources.map((source) => ({ path, source })))
      const present = new Set(sources.flatMap(({ source }) => source.streams.map(({ stream }) => stream.toUpperCase())))
      const missing = LINUX_STREAMS.filter((stream) => !present.has(stream))
      const onlyLegacy = missing.length === 0 && !present.has(LEGACY_STREAM)
      if (missing.length === 0 && !onlyLegacy) continue
      const absent = onlyLegacy ? [LEGACY_STREAM] : missing
      const [first] = sources
      yield finding({
        subject: dcr.id,
        message:
          first === undefined
            ? `${dcrLabel(dcr)} names ChangeTracking-Linux, but has no data source for it, which would name ${absent.join(' and ')}.`
            : `The Linux data source of ${dcrLabel(dcr)} does not name ${absent.join(' and ')}${onlyLegacy ? ', which Linux does not use' : ''}.`,
        evidence: [
          first === undefined
            ? atCtDcr(chunk)
            : atJson(first.path, [...first.source.segments, 'streams'], [...present]),
        ],
        data: { missing: absent, present: [...present] },
        ...(onlyLegacy ? { severity: 'info' as const } : {}),
      })
    }
  },
})
