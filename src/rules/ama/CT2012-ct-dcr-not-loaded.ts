import { mdsdInfo } from '../../artifacts/ama.js'
import { amaInfo } from '../../facts/ama-log.js'
import { atCtDcr, configCache, dcrLabel } from '../../facts/ct-dcrs.js'
import { areOwnTimes } from '../../facts/file-times.js'
import { atEvent } from '../../facts/log-view.js'
import { iso } from '../../model/time.js'
import { finding, rule, unknown } from '../../model/rule.js'
import { LINKS } from '../../knowledge/links.js'

/** The agent takes a new rule within minutes. */
const GRACE = 15 * 60_000

export const ctDcrNotLoaded = rule({
  id: 'CT2012',
  name: 'ct-dcr-not-loaded',
  title: 'The Azure Monitor Agent never loaded the Change Tracking rule',
  group: 'ama',
  severity: 'error',
  confidence: 'likely',
  docs: {
    what: 'Looks in mdsd.info for a line that says the cached Change Tracking rule was loaded.',
    why: 'A rule that lies in the cache but was not loaded has no sinks and no socket.',
    how: 'The log must cover a time at which the loading had to show: a start of the daemon, or the time the chunk was written, at least 15 minutes before the bundle. Any line that loads, adds or gets a token for the rule’s id, or counts the rows of one of its sinks, counts as loaded. Where only the beginning of its load shows, the answer is unknown.',
    limits:
      'File times are those of the copy when a collector did not keep them; a chunk that is only of the last 15 minutes leaves the answer open.',
    fix: [
      '`sudo systemctl restart azuremonitoragent`, wait two minutes, then look for the rule’s id in mdsd.info.',
      'If it is still missing, read mdsd.err for a parse error, and move the config-cache folder away so that the rules are downloaded again.',
    ],
    proof:
      '`sudo grep "Loaded data sources for configuration id" /var/opt/microsoft/azuremonitoragent/log/mdsd.info | tail -5` names the rule’s id.',
    links: [LINKS.amaTroubleshoot],
  },
  needs: { cache: configCache, log: amaInfo },
  optional: { files: mdsdInfo },
  causes: ['CT3001', 'CT6001'],
  *check({ cache, log, files }, asOf) {
    const chunkTimes = cache.ctDcrs.flatMap(({ chunks }) => chunks.map(({ mtime }) => mtime))
    const times = [...chunkTimes, ...(files?.good ?? []).map(({ mtime }) => mtime)]
    const own = areOwnTimes(times.filter((time) => time !== null))
    const start = log.events(['start']).find(({ time }) => time !== null && time <= asOf - GRACE)
    for (const dcr of cache.ctDcrs) {
      if (!dcr.id.startsWith('dcr-')) continue
      if (log.events(['loaded', 'sources', 'added', 'gigToken'], dcr.id).length > 0) continue
      if (log.events(['sinkRows']).some(({ subject }) => subject.startsWith(`${dcr.id}:`))) continue
      const [chunk] = dcr.chunks
      if (chunk === undefined) continue
      const { mtime } = chunk
      const written = mtime !== null && mtime <= asOf - GRACE && log.covers(mtime)
      if (!log.whole || (start === undefined && !written)) {
        yield unknown(`mdsd.info does not cover the time at which ${dcr.id} had to be loaded.`, [mdsdInfo], dcr.id)
        continue
      }
      if (own && mtime !== null && mtime > asOf - GRACE && mtime <= asOf + GRACE) {
        yield unknown(
          `The chunk of ${dcr.id} is of ${iso(mtime)}, and there was little time to load it.`,
          [mdsdInfo],
          dcr.id,
        )
        continue
      }
      if (log.events(['loading'], dcr.id).length > 0) {
        yield unknown('mdsd.info says that its load began, and not how it ended.', [mdsdInfo], dcr.id)
        continue
      }
      const witness = start ?? log.first
      const since =
        start === undefined
          ? `since ${iso(mtime ?? asOf)}, when its chunk was written,`
          : `since the daemon started at ${iso(start.time ?? asOf)}`
      yield finding({
        subject: dcr.id,
        message: `${dcrLabel(dcr)} is in the config cache, but mdsd.info never says ${since} that it was loaded.`,
        evidence: [atCtDcr(chunk), ...(witness === null ? [] : [atEvent(witness)])],
      })
    }
  },
})
