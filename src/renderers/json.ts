import type { Report } from '../model/report.js'

/** Characters that a terminal may act on, and that JSON lets stand as they are. */
const ACTING = /[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu

/**
 * The report as it is, in pieces: the text of a thousand hosts at once takes more memory than they do. Keys keep the order in which
 * the engine built them.
 */
export function* json(report: Report): Generator<string> {
  let before = '{\n'
  for (const [key, value] of Object.entries(report) as [string, unknown][]) {
    if (value === undefined) continue
    const name = `${before}  ${JSON.stringify(key)}: `
    before = ',\n'
    if (!Array.isArray(value) || value.length === 0) {
      yield name + below(value, 2)
      continue
    }
    for (const [index, element] of value.entries()) yield `${index === 0 ? `${name}[` : ','}\n    ${below(element, 4)}`
    yield '\n  ]'
  }
  yield '\n}\n'
}

/** So many blanks before every line but the first. A string in JSON has no line break. */
function below(value: unknown, indent: number): string {
  return jsonText(value, 2).replaceAll('\n', `\n${' '.repeat(indent)}`)
}

/** What a terminal may act on is written as `\u…`, and means the same. */
export function jsonText(value: unknown, indent = 0): string {
  return JSON.stringify(value, null, indent).replaceAll(ACTING, escaped)
}

function escaped(character: string): string {
  // One beyond 16 bits takes two.
  return Array.from(
    { length: character.length },
    (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`,
  ).join('')
}
