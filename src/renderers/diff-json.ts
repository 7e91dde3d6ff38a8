import type { Diff } from '../model/diff.js'
import { jsonText } from './json.js'

/** The comparison as it is. */
export function diffJson(diff: Diff): string {
  return `${jsonText(diff, 2)}\n`
}

/** The same document a line for each host, with that host alone; what was wrong with the inputs stands on the first. */
export function diffNdjson(diff: Diff): string {
  const lines = diff.hosts.length === 0 ? [[]] : diff.hosts.map((host) => [host])
  return lines
    .map((hosts, index) => `${jsonText({ ...diff, hosts, problems: index === 0 ? diff.problems : [] })}\n`)
    .join('')
}
