import { configCache, dcrLabel } from '../../facts/ct-dcrs.js'
import { atJson } from '../../model/locator.js'
import { listed } from '../../model/count.js'
import { finding, rule } from '../../model/rule.js'
import { ctDataSources } from '../../parsers/config-chunk.js'
import { LINKS } from '../../knowledge/links.js'

export const ctDcrMixedSources = rule({
  id: 'CT1012',
  name: 'ct-dcr-mixed-sources',
  title: 'The Change Tracking rule also carries other data sources',
  group: 'dcr',
  severity: 'warning',
  confidence: 'likely',
  docs: {
    what: 'Looks for data sources other than Change Tracking’s in the rule that carries Change Tracking.',
    why: 'The documentation asks for a rule of its own: other data sources in it can make Change Tracking fail.',
    how: 'Lists every data source of the chunk that is not the extension ChangeTracking-Linux or ChangeTracking-Windows.',
    limits: 'Such a rule often works all the same; it is unsupported.',
    fix: [
      'Move the other data sources into a data collection rule of their own and associate the machine with both.',
      'Wait 15 minutes for the Azure Monitor Agent to fetch them.',
    ],
    proof: 'The Change Tracking chunk lists only the data sources CTDataSource-Linux and CTDataSource-Windows.',
    links: [LINKS.enable, LINKS.dcr],
  },
  needs: { cache: configCache },
  *check({ cache }) {
    for (const dcr of cache.ctDcrs) {
      const others = dcr.chunks.flatMap(({ path, chunk }) => {
        const own = new Set([...ctDataSources(chunk, 'Linux'), ...ctDataSources(chunk, 'Windows')])
        return chunk.dataSources.filter((source) => !own.has(source)).map((source) => ({ path, source }))
      })
      const [first, ...rest] = others.map(({ path, source }) =>
        atJson(path, source.segments, { id: source.id, kind: source.kind, extensionName: source.extensionName }),
      )
      if (first === undefined) continue
      const kinds = [
        ...new Set(others.map(({ source }) => source.extensionName ?? source.kind ?? source.id ?? 'unnamed')),
      ]
      yield finding({
        subject: dcr.id,
        message: `${dcrLabel(dcr)} also collects ${listed(kinds)}; Change Tracking is supported only in a rule of its own.`,
        evidence: [first, ...rest],
        data: { kinds },
      })
    }
  },
})
