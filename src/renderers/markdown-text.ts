import { visible } from './escape.js'

/**
 * A sentence that begins a line or an item of a list, with what stands between backticks as code.
 * It makes no heading, no list and no line below a heading.
 */
export function opening(text: string): string {
  return prose(text)
    .replace(/^[#+\-=]/, '\\$&')
    .replace(/^(\d+)([.)])/, '$1\\$2')
}

/** The same further on in a line. */
export function prose(text: string, inTable = false): string {
  const parts = visible(text)
    .trim()
    .split(/`([^`]+)`/)
  return parts
    .map((part, index) => {
      if (index % 2 === 0) return inline(part)
      return part.trim() === '' ? inline(`\`${part}\``) : code(part, inTable)
    })
    .join('')
}

/** It stays what it says, wherever it is pasted. */
function inline(text: string): string {
  return (
    text
      .replaceAll(/[\\`*[\]<>&|~$]/g, '\\$&')
      // Inside a word it means nothing, and names are full of it.
      .replaceAll(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\_')
      // Addresses become links by themselves.
      .replaceAll('://', ':\\//')
      .replaceAll(/www\./gi, (word) => word.replace('.', '\\.'))
      .replaceAll('@', '\\@')
  )
}

/** Foreign text as code: nothing in it is looked at, but a pipe in a table. */
export function code(text: string, inTable = false): string {
  const shown = visible(text)
  if (shown.trim() === '') return '(empty)'
  const fence = fenceOf(shown, 1)
  const pad = /^[` ]|[` ]$/.test(shown) ? ' ' : ''
  const span = `${fence}${pad}${shown}${pad}${fence}`
  return inTable ? span.replaceAll('|', '\\|') : span
}

/** Lines to copy. */
export function block(lines: readonly string[], language: string): string {
  const body = lines.map(visible).join('\n')
  const fence = fenceOf(body, 3)
  return `${fence}${language}\n${body}\n${fence}`
}

/** Cells come as Markdown. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

function fenceOf(text: string, least: number): string {
  const longest = Math.max(0, ...Array.from(text.matchAll(/`+/g), ([run]) => run.length))
  return '`'.repeat(Math.max(least, longest + 1))
}
