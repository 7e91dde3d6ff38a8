import type { FindingDiff } from '../model/diff.js'
import type { Report } from '../model/report.js'
import type { Rule } from '../model/rule.js'

export interface RenderOptions {
  readonly color: boolean
  readonly unicode: boolean
  /** Columns. */
  readonly width: number
  /** Also rules that passed or do not apply. */
  readonly verbose: boolean
  /** What has become of the findings of an earlier report, by host. */
  readonly baseline?: ReadonlyMap<string, readonly FindingDiff[]>
}

/** `rules` are those that a format describes beside their answers: the whole catalogue. */
export type Renderer = (report: Report, options: RenderOptions, rules: readonly Rule[]) => string
