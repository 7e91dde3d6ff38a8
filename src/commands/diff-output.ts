import type { Diff } from '../model/diff.js'
import type { Report } from '../model/report.js'
import type { RenderOptions } from '../renderers/renderer.js'
import { rules } from '../rules/index.js'
import type { Format } from './output.js'

/** `after`: the report of the state after, null when it was refused. Each renderer is loaded when it is used. */
export async function renderDiff(
  format: Format,
  diff: Diff,
  after: Report | null,
  options: RenderOptions,
): Promise<string> {
  switch (format) {
    case 'json':
      return (await import('../renderers/diff-json.js')).diffJson(diff)
    case 'ndjson':
      return (await import('../renderers/diff-json.js')).diffNdjson(diff)
    case 'html':
      return (await import('../renderers/html/diff-page.js')).diffPage(diff)
    case 'sarif':
      return (await import('../renderers/sarif.js')).diffSarif(diff, after, options, rules)
    case 'junit':
      return (await import('../renderers/junit.js')).diffJunit(diff)
    case 'markdown':
      return (await import('../renderers/diff-markdown.js')).diffMarkdown(diff, options)
    case 'csv':
      return (await import('../renderers/csv.js')).diffCsv(diff)
    case 'terminal':
      return (await import('../renderers/diff-terminal.js')).diffTerminal(diff, options)
  }
}
