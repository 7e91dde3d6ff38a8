import type { Report } from '../model/report.js'
import type { Rule } from '../model/rule.js'

export interface RenderOptions {
  readonly color: boolean
  readonly unicode: boolean
  /** Columns. */
  readonly width: number
  /** Also rules that passed or do not apply. */
  readonly verbose: boolean
}

/** `rules` are those that a format describes beside their answers: the whole catalogue. */
export type Renderer = (report: Report, options: RenderOptions, rules: readonly Rule[]) => string
