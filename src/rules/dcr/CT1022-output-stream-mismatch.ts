import { configCache, dcrLabel, type CtChunk } from '../../facts/ct-dcrs.js'
import { LINKS } from '../../knowledge/links.js'
import { atJson } from '../../model/locator.js'
import { finding, rule } from '../../model/rule.js'

export const outputStreamMismatch = rule({
  id: 'CT1022',
  name: 'output-stream-mismatch',
  title: 'The two lists of streams in the Change Tracking rule disagree',
  group: 'dcr',
  severity: 'warning',
  confidence: 'likely',
  docs: {
    what: 'Compares the two lists of streams in a Change Tracking rule: `streams` of the Linux data source and `outputStreams` of the extension’s settings.',
    why: 'The Azure Monitor Agent makes its sinks from the first, and the Change Tracking agent learns from the second where to write. Rows for a stream that one of them lacks find no sink.',
    how: 'Fires when a stream is in one list only, or when both name it with another sink. Nothing is compared where the chunk has only one of the two parts. Capitals do not count.',
    limits: 'CONFIG_CHANGE_BLOB carries no Linux data: alone, its absence in one list does no harm that is known.',
    fix: [
      'Save the rule again, so that the service writes both lists anew; wait 15 minutes, else `sudo systemctl restart azuremonitoragent`.',
      'If they still differ, make the rule anew from the official template.',
    ],
    proof: 'Both lists of the cached rule name the same streams with the same sinks.',
    links: [LINKS.enable],
  },
  needs: { cache: configCache },
  causes: ['CT6002'],
  *check({ cache }) {
    for (const dcr of cache.ctDcrs) {
      for (const chunk of dcr.chunks) {
        const { extensions, dataSources, path } = chunk
        const [extension] = extensions
        const [source] = dataSources
        if (extension === undefined || source === undefined) continue
        const differing = differences(chunk, dcr.id)
        if (differing.length === 0) continue
        yield finding({
          subject: dcr.id,
          message: `In ${dcrLabel(dcr)} the two lists of streams differ: ${differing.join('; ')}.`,
          evidence: [
            atJson(
              path,
              source.segments,
              source.streams.map(({ stream }) => stream),
            ),
            atJson(path, extension.segments, Object.fromEntries(extension.outputStreams)),
          ],
          data: { differing },
        })
        break
      }
    }
  },
})

/** Both lists by stream, in capitals; a sink of null is one that is not said. */
function differences({ extensions, dataSources }: CtChunk, dcrId: string): string[] {
  const taken = new Map<string, string | null>()
  for (const { stream, output } of dataSources.flatMap(({ streams }) => streams)) {
    // A chunk can hold two rules, each with sinks of its own.
    const owner = /^dcr-[0-9a-f]{32}/i.exec(output ?? '')?.[0].toLowerCase()
    if (owner === undefined || owner === dcrId || !dcrId.startsWith('dcr-'))
      taken.set(stream.toUpperCase(), output?.toLowerCase() ?? null)
  }
  const told = new Map(
    extensions.flatMap(({ outputStreams }) =>
      [...outputStreams].map(([stream, sink]): [string, string] => [stream.toUpperCase(), sink.toLowerCase()]),
    ),
  )
  return [...new Set([...taken.keys(), ...told.keys()])].flatMap((stream) => {
    if (!told.has(stream)) return [`${stream} is not in outputStreams`]
    if (!taken.has(stream)) return [`${stream} is in outputStreams only`]
    const [sink, other] = [taken.get(stream) ?? null, told.get(stream)]
    return sink === null || sink === other
      ? []
      : [`${stream} goes to ${sink} in one and to ${other ?? ''} in the other`]
  })
}
