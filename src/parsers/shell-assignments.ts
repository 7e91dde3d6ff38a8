export interface Assignment {
  readonly value: string
  readonly line: number
  readonly text: string
}

/** The `KEY=value` lines of a shell fragment, `export` allowed, quotes removed, variables left as they stand. */
export function shellAssignments(text: string): Map<string, Assignment> {
  const found = new Map<string, Assignment>()
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const [, key, value] = /^\s*(?:export\s+)?([A-Za-z_]\w*)=(.*)$/s.exec(line) ?? []
    if (key !== undefined && value !== undefined) found.set(key, { value: unquote(value), line: index + 1, text: line })
  }
  return found
}

/** The first shell word: quotes may begin and end anywhere in it. */
function unquote(source: string): string {
  let value = ''
  let quote: string | null = null
  for (let i = 0; i < source.length; i++) {
    const c = source.charAt(i)
    const next = source.charAt(i + 1)
    if (c === '\\' && next !== '' && (quote === null || (quote === '"' && '$`"\\'.includes(next))))
      value += source.charAt(++i)
    else if (c === quote) quote = null
    else if (quote === null && (c === '"' || c === "'")) quote = c
    else if (quote === null && /\s/.test(c)) break
    else value += c
  }
  return value
}
