import { escapeHtml } from '../escape.js'

/** Text that is safe to put into a page. Foreign strings become it in {@link markup} only, where they are escaped. */
export class Markup {
  constructor(readonly text: string) {}
}

type Part = Markup | string | number | null | readonly Part[]

/** A template whose every part is escaped, unless it is markup itself. */
export function markup(fixed: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  const texts = parts.map(textOf)
  return new Markup(fixed.map((text, index) => unindented(text) + (texts[index] ?? '')).join(''))
}

/** Templates are indented for those who read them here; hundreds of findings are a page of blanks otherwise. */
function unindented(text: string): string {
  return text.replaceAll(/\n\s+/g, '\n')
}

function textOf(part: Part): string {
  if (part === null) return ''
  if (part instanceof Markup) return part.text
  if (typeof part === 'object') return part.map(textOf).join('')
  return escapeHtml(String(part))
}
