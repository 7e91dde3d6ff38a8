import { mdsdQos } from '../../artifacts/ama.js'
import { isUpload, qosBlocks } from '../../facts/qos-blocks.js'
import { LINKS } from '../../knowledge/links.js'
import { atLine, type EntryPath } from '../../model/locator.js'
import { finding, rule, unknown } from '../../model/rule.js'
import { iso, type Instant } from '../../model/time.js'
import type { QosRow } from '../../parsers/mdsd-qos.js'

/** Blocks are written every 15 minutes. */
const BLOCKS = 4
const OLD = 60 * 60_000

export const uploadIncomplete = rule({
  id: 'CT7005',
  name: 'upload-incomplete',
  title: 'The upload statistics count failures of Change Tracking data',
  group: 'upload',
  severity: 'error',
  confidence: 'likely',
  docs: {
    what: 'Reads the rows about uploads of the Change Tracking streams in the last blocks of mdsd.qos.',
    why: 'The statistics count every attempt, also where the error log says nothing. What was not sent waits in the cache, for at most three days, and is then lost.',
    how: 'Looks at the last four blocks, about an hour. Fires when the newest row of a stream in them counts more attempts than successes, or more rows read than sent. A failure that a later block made good does not count.',
    limits: 'A row that was read just before the block was written can be sent in the next one.',
    fix: [
      'Look for the reason: `sudo grep "Failed to upload" /var/opt/microsoft/azuremonitoragent/log/mdsd.err /var/opt/microsoft/azuremonitoragent/log/mdsd.warn | tail`.',
      'When other streams fail in the same blocks, it is the network, the identity or the workspace; when only Change Tracking fails, check that the workspace has the ChangeTracking solution.',
    ],
    proof:
      '`sudo grep ChangeTracking /var/opt/microsoft/azuremonitoragent/log/mdsd.qos | tail -4`: SuccessCount equals TotalCount.',
    links: [LINKS.amaTroubleshoot, LINKS.amaNetwork],
  },
  needs: { qos: qosBlocks },
  causes: ['CT6003', 'CT6004'],
  *check({ qos }, asOf) {
    const recent = qos.blocks.slice(-BLOCKS)
    const end = recent.at(-1)
    if (end === undefined) {
      yield unknown('mdsd.qos holds no dated block.', [mdsdQos])
      return
    }
    const newest = new Map<string, { path: EntryPath; time: Instant; row: QosRow }>()
    for (const { path, time, rows } of recent)
      for (const row of rows) if (isUpload(row)) newest.set(row.object, { path, time, row })
    const told = new Set<string>()
    for (const [object, { path, time, row: bad }] of newest) {
      // An older form of the rows names the solution only.
      const subject = bad.stream ?? 'ChangeTracking'
      if (!isIncomplete(bad) || told.has(subject)) continue
      told.add(subject)
      if (!qos.whole || asOf - end.time > OLD) {
        yield unknown(`the statistics end at ${iso(end.time)}; later ones may be better.`, [mdsdQos], subject)
        continue
      }
      yield finding({
        subject,
        message: `In the block of ${iso(time)}, ${bad.success ?? '?'} of ${bad.total ?? '?'} uploads of ${subject} succeeded, and ${bad.rowsSent ?? '?'} of ${bad.rowsRead ?? '?'} rows were sent.`,
        evidence: [atLine(path, bad.line, bad.text)],
        onlyIfWhole: true,
        ...(failures(bad) > 0 ? {} : { confidence: 'possible' as const }),
        data: { total: bad.total, success: bad.success, rowsRead: bad.rowsRead, rowsSent: bad.rowsSent, object },
      })
    }
  },
})

function failures({ total, success }: QosRow): number {
  return total === null || success === null ? 0 : total - success
}

function isIncomplete(row: QosRow): boolean {
  const unsent = row.rowsRead === null || row.rowsSent === null ? 0 : row.rowsRead - row.rowsSent
  return failures(row) > 0 || unsent > 0
}
