import type { Diff } from '../model/diff.js'
import type { RenderOptions } from '../renderers/renderer.js'

export const DIFF_FORMATS = ['terminal', 'json', 'html', 'markdown'] as const
export type DiffFormat = (typeof DIFF_FORMATS)[number]

/** Each is loaded when it is used. */
export async function diffRendererOf(format: DiffFormat): Promise<(diff: Diff, options: RenderOptions) => string> {
  switch (format) {
    case 'json':
      return (await import('../renderers/diff-json.js')).diffJson
    case 'html':
      return (await import('../renderers/html/diff-page.js')).diffPage
    case 'markdown':
      return (await import('../renderers/diff-markdown.js')).diffMarkdown
    case 'terminal':
      return (await import('../renderers/diff-terminal.js')).diffTerminal
  }
}
