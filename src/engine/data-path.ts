import type { HopView } from '../model/catalogue.js'
import { leading, rootOf } from '../model/root-cause.js'
import { HOPS, HOP_TITLES, type Hop } from '../model/hop.js'
import type { FindingReport, HopReport, HopStatus, HostReport, OutcomeStatus } from '../model/report.js'
import { iso } from '../model/time.js'

/**
 * One hop: broken by an error, degraded by a warning, unknown without its key artifact or when none of its rules (`answers`)
 * could tell, ok otherwise.
 */
export function hopReport(
  hop: Hop,
  view: HopView,
  findings: readonly FindingReport[],
  answers: readonly OutcomeStatus[],
): HopReport {
  const own = findings.filter((found) => found.hop === hop)
  const worst = leading(own)
  const blank = answers.length > 0 && answers.every((status) => status === 'unknown' || status === 'error')
  const status: HopStatus =
    worst?.severity === 'error'
      ? 'broken'
      : worst?.severity === 'warning'
        ? 'degraded'
        : view.seen && !blank
          ? 'ok'
          : 'unknown'
  return {
    hop,
    status,
    lastSeen: view.lastSeen === null ? null : iso(view.lastSeen),
    sentence:
      worst !== undefined && worst.severity !== 'info'
        ? `${worst.title}.`
        : view.seen && blank
          ? `None of its rules could be answered. ${view.sentence}`
          : view.sentence,
    ruleIds: [...new Set(own.map(({ ruleId }) => ruleId))],
  }
}

/** A hop of a machine that has none of them as Linux has it. */
export function outsideHop(hop: Hop): HopReport {
  const sentence = 'Not applicable: the machine does not run Linux.'
  return { hop, applies: false, status: 'unknown', lastSeen: null, sentence, ruleIds: [] }
}

/** The first broken hop, else the first degraded one, in one sentence. */
export function verdict(
  path: readonly HopReport[],
  findings: readonly FindingReport[],
  notJudged: string | null = null,
): HostReport['verdict'] {
  if (notJudged !== null) return { hop: null, status: 'unknown', sentence: notJudged }
  const found = path.find(({ status }) => status === 'broken') ?? path.find(({ status }) => status === 'degraded')
  const open = path.filter(({ status }) => status === 'unknown').map(({ hop }) => hop)
  if (found !== undefined) {
    const place = `hop ${HOPS.indexOf(found.hop) + 1} of ${HOPS.length}, ${HOP_TITLES[found.hop]}`
    // Where a hop was not seen, nobody knows whether data flows.
    const defect = open.length === 0 ? 'Data flows with a defect' : 'There is a defect'
    const lead = `${found.status === 'broken' ? 'Data stops' : defect} at ${place}`
    const worst = leading(findings.filter(({ hop }) => hop === found.hop))
    const root = worst === undefined ? undefined : rootOf(worst, findings)
    const cause = root === undefined || root === worst ? '' : ` The likely cause: ${root.message}`
    return { hop: found.hop, status: found.status, sentence: `${lead}: ${worst?.message ?? found.sentence}${cause}` }
  }
  const refused = findings.find(({ hop, severity }) => hop === 'input' && severity === 'error')
  if (refused !== undefined) return { hop: null, status: 'unknown', sentence: `${refused.title}.` }
  if (open.length > 0) {
    const seen = HOPS.length - open.length
    const sentence = `Nothing is proven broken, but ${open.length} of ${HOPS.length} hops cannot be judged from this input: ${open.join(', ')}.`
    return { hop: null, status: 'unknown', sentence: seen === 0 ? `Nothing can be judged from this input.` : sentence }
  }
  return { hop: null, status: 'ok', sentence: `All ${HOPS.length} hops of the data path work.` }
}
