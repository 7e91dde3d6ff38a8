import { sinkFolders, eventSizes } from '../../artifacts/cache.js'
import { amaInfo } from '../../facts/ama-log.js'
import { cacheSizes } from '../../facts/cache-sizes.js'
import { eventCache } from '../../facts/sinks.js'
import { LINKS } from '../../knowledge/links.js'
import { atEntry, type Locator } from '../../model/locator.js'
import { finding, rule, unknown } from '../../model/rule.js'
import { duration, iso } from '../../model/time.js'

const MIB = 1024 * 1024
const LARGE = 100 * MIB
const DAY = 24 * 60 * 60_000
/** A file time beyond that is no time of the machine: unpackers that know none write one of long ago. */
const OLDEST = 365 * DAY

export const ctSinkBacklog = rule({
  id: 'CT6004',
  name: 'ct-sink-backlog',
  title: 'A Change Tracking sink holds an unusual backlog',
  group: 'cache',
  severity: 'warning',
  confidence: 'possible',
  docs: {
    what: 'Looks at the size of each Change Tracking sink in the event cache, and at the age of its oldest data file.',
    why: 'Change Tracking sends little. A large sink, or data that has waited for more than a day, means that uploads do not keep up or fail; after three days data is lost.',
    how: 'Fires when a sink’s folder has more than 100 MB, or when its oldest `.sst` file is more than 24 hours older than the bundle. Sizes come from the files, else from `du`. An old file counts for nothing where mdsd.info last counted no rows in the sink.',
    limits:
      'The store may keep an old file whose rows were all sent. File times are those of the copy when a collector did not keep them.',
    fix: [
      'Look for failed uploads first: findings CT7001 to CT7005, and mdsd.err.',
      'Check the counts: `sudo grep "now has" /var/opt/microsoft/azuremonitoragent/log/mdsd.info | grep CTDataSource | tail`.',
      'When uploads work and nothing shrinks within a day: `sudo systemctl restart azuremonitoragent`.',
    ],
    proof: '`sudo du -sh /var/opt/microsoft/azuremonitoragent/events/dcr-*` shows a few MB for each sink.',
    links: [LINKS.amaTroubleshoot],
  },
  needs: { sizes: cacheSizes },
  optional: { events: eventCache, log: amaInfo },
  *check({ sizes, events, log }, asOf) {
    const listed = new Map((events?.linux ?? []).map((sink) => [sink.name, sink]))
    if (sizes.sinks.size === 0) {
      // Whether there should be any is another rule's question.
      if (sizes.total === null || listed.size > 0)
        yield unknown('Nothing shows how large the Change Tracking sinks are.', [sinkFolders, eventSizes])
      return
    }
    for (const [name, { bytes, at }] of sizes.sinks) {
      const oldest = listed.get(name)?.oldestData ?? null
      const age = oldest === null ? 0 : asOf - oldest.time
      const counted = log?.events(['sinkRows'], name).at(-1)
      const empty = counted?.fields['rows'] === '0' && (counted.time ?? 0) > (oldest?.time ?? 0)
      const old = oldest !== null && age > DAY && age < OLDEST && !empty ? oldest : null
      const reasons: string[] = []
      const evidence: Locator[] = []
      if (bytes > LARGE) {
        reasons.push(`it has ${Math.round(bytes / MIB)} MB`)
        evidence.push(at)
      }
      if (old !== null) {
        reasons.push(`its oldest data file is of ${iso(old.time)}, ${duration(age)} old`)
        evidence.push(atEntry(old.path, iso(old.time)))
      }
      const [first, ...others] = evidence
      if (first === undefined) continue
      yield finding({
        subject: name,
        message: `The sink ${name} holds a backlog: ${reasons.join(', and ')}.`,
        evidence: [first, ...others],
        data: { bytes, oldest: old === null ? null : iso(old.time) },
      })
    }
  },
})
