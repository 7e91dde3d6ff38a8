import type { Config } from '@oclif/core'
import type { AnalyzeOptions } from '../engine/analyze.js'

/** How a command judges what it reads. */
export function analyzeOptions(
  command: string,
  { version }: Pick<Config, 'version'>,
  signal: AbortSignal,
  clock: Pick<AnalyzeOptions, 'asOf' | 'live'>,
): AnalyzeOptions {
  return { ...clock, now: Date.now, version, command, signal }
}
