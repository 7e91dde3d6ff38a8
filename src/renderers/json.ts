import type { Report } from '../model/report.js'

/** Characters that a terminal may act on, and that JSON lets stand as they are. */
const ACTING = /[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu

/** The report as it is. Keys keep the order in which the engine built them. */
export function json(report: Report): string {
  return `${acting(JSON.stringify(report, null, 2))}\n`
}

/** JSON in which what a terminal may act on is written as `\u…`. */
export function acting(text: string): string {
  return text.replaceAll(ACTING, escaped)
}

function escaped(character: string): string {
  // One beyond 16 bits takes two.
  return Array.from(
    { length: character.length },
    (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`,
  ).join('')
}
