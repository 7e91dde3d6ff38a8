import type { Report } from '../model/report.js'

export interface RenderOptions {
  readonly color: boolean
  readonly unicode: boolean
  /** Columns. */
  readonly width: number
  /** Also rules that passed or do not apply. */
  readonly verbose: boolean
}

export type Renderer = (report: Report, options: RenderOptions) => string
