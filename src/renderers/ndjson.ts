import type { HostReport, InputReport, Report, ReportProblem } from '../model/report.js'
import { jsonText } from './json.js'

/**
 * One host a line, so that lines of many runs can be joined. What else the report says of the host's input comes along: the
 * input itself, and with its first host what is wrong with it. An input without a host makes a line without one.
 */
export function ndjson(report: Report): string {
  const { schemaVersion, tool, run } = report
  const inputs = new Map(report.inputs.map((input) => [input.name, input]))
  const problems = new Map<string | null, ReportProblem[]>()
  for (const problem of report.problems) {
    const input = problem.source[0] ?? null
    problems.set(input, [...(problems.get(input) ?? []), problem])
  }
  const line = (input: string | null, host: HostReport | null): string => {
    const own = problems.get(input) ?? []
    problems.delete(input)
    const about = { schemaVersion, tool, command: run.command, interrupted: run.interrupted }
    const bundle: InputReport | null = inputs.get(input ?? '') ?? null
    return `${jsonText({ ...about, ...(host ?? { host: null, input }), bundle, problems: own })}\n`
  }
  return [
    ...report.hosts.map((host) => line(host.input, host)),
    ...[...problems.keys()].map((input) => line(input, null)),
  ].join('')
}
