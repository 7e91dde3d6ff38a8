import type { Report } from '../model/report.js'

/** Characters that a terminal may act on, and that JSON lets stand as they are. */
const ACTING = /[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu

/** The report as it is. Keys keep the order in which the engine built them. */
export function json(report: Report): string {
  return `${jsonText(report, 2)}\n`
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
