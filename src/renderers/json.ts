import type { Report } from '../model/report.js'

/** The report as it is. Keys keep the order in which the engine built them. */
export function json(report: Report): string {
  return `${JSON.stringify(report, null, 2)}\n`
}
