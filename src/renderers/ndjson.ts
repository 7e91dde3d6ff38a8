import type { Report } from '../model/report.js'
import { jsonText } from './json.js'

/** A host a line, each a whole report of its own with the problems of its input; a last line has what belongs to no host. */
export function ndjson(report: Report): string {
  const { inputs, hosts, problems } = report
  const ofHosts = hosts.map((host) => ({
    ...report,
    inputs: inputs.filter(({ name }) => name === host.input),
    hosts: [host],
    problems: problems.filter(({ source }) => source[0] === host.input),
  }))
  const told = new Set(hosts.map(({ input }) => input))
  const rest = {
    ...report,
    inputs: inputs.filter(({ name }) => !told.has(name)),
    hosts: [],
    problems: problems.filter(({ source: [input] }) => input === undefined || !told.has(input)),
  }
  const lines = rest.inputs.length + rest.problems.length > 0 || hosts.length === 0 ? [...ofHosts, rest] : ofHosts
  return lines.map((line) => `${jsonText(line)}\n`).join('')
}
