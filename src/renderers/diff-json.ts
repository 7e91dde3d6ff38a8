import type { Diff } from '../model/diff.js'
import { jsonText } from './json.js'

/** The comparison as it is. */
export function diffJson(diff: Diff): string {
  return `${jsonText(diff, 2)}\n`
}
