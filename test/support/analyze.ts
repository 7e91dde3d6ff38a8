import { analyzeSource, assembleReport, type AnalyzeOptions } from '../../src/engine/analyze.js'
import { catalogue } from '../../src/commands/catalogue.js'
import type { HostReport, Report } from '../../src/model/report.js'
import type { Rule } from '../../src/model/rule.js'
import { memorySource } from '../../src/sources/memory.js'
import { openSource } from '../../src/sources/open.js'
import { expectValid } from './schema.js'
import type { HostTree } from './host.js'

/** Long after the samples: nothing may be judged against it. */
const NOW = Date.parse('2031-05-05T05:05:05Z')

export const OPTIONS: AnalyzeOptions = {
  asOf: null,
  now: () => NOW,
  version: '0.0.0',
  command: 'analyze',
  signal: new AbortController().signal,
}

/** Analyses a tree with all rules, or some; every report is checked against the schema. */
export async function analyzeTree(tree: HostTree, rules: readonly Rule[] = catalogue.rules): Promise<Report> {
  const result = await analyzeSource(memorySource('sample.tgz', tree.entries), { ...catalogue, rules }, OPTIONS)
  const report = assembleReport([result], [], NOW, OPTIONS)
  expectValid(report)
  return report
}

/** The same for a file or a folder on disk. */
export async function analyzeFile(file: string): Promise<Report> {
  const report = assembleReport([await analyzeSource(await openSource(file), catalogue, OPTIONS)], [], NOW, OPTIONS)
  expectValid(report)
  return report
}

export async function analyzeHost(tree: HostTree, rules?: readonly Rule[]): Promise<HostReport> {
  const report = await analyzeTree(tree, rules)
  const [host] = report.hosts
  if (host === undefined || report.hosts.length > 1) throw new Error(`Expected one host, found ${report.hosts.length}`)
  return host
}
