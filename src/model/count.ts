/** `once`, `7 times`, for sentences. */
export function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`
}

/** `1 package`, `7 packages`. */
export function counted(count: number, noun: string): string {
  if (count === 1) return `1 ${noun}`
  return `${count} ${/[^aeiou]y$/.test(noun) ? `${noun.slice(0, -1)}ies` : `${noun}s`}`
}

/** `a, b, c`, and of more than `shown` the first and how many there are besides: no sentence grows without end. */
export function listed(items: readonly string[], { shown = 10, separator = ', ' } = {}): string {
  const rest = items.length - shown
  const said = items.slice(0, shown).join(separator)
  return rest > 0 ? `${said}${separator === '; ' ? ';' : ''} and ${rest} more` : said
}
